/** Formats a reader's notes as lines for a terminal, and limits their number. */
import type { CsvNote, RejectedRow } from '../../data/index.js';
import { inCommandWords } from '../wording.js';

/** Largest number of notes of one kind; a table of 500 columns may have as many. */
const MOST_OF_A_KIND = 4;
/** Largest number of rejected rows whose reason is shown. */
const MOST_REJECTED = 3;

/** Returns one line per note and one for the unreadable rows; surplus notes are only counted. */
export function notesInWords(notes: readonly CsvNote[], rejected: readonly RejectedRow[]): string[] {
  const byKind = new Map<CsvNote['about'], string[]>();
  for (const { about, text } of notes)
    byKind.set(about, [...(byKind.get(about) ?? []), inCommandWords(text)]);
  const lines = [...byKind.values()].flatMap((texts) => {
    if (texts.length <= MOST_OF_A_KIND) return texts;
    const shown = texts.slice(0, MOST_OF_A_KIND - 1);
    return [...shown, `… and ${texts.length - shown.length} more columns like that`];
  });
  if (rejected.length === 0) return lines;
  const left =
    rejected.length === 1
      ? '1 row is left out because it cannot be read:'
      : `${rejected.length} rows are left out because they cannot be read:`;
  const reasons = rejected.slice(0, MOST_REJECTED).map(({ reason }) => `  ${inCommandWords(reason)}`);
  const more = rejected.length > reasons.length ? [`  … and ${rejected.length - reasons.length} more`] : [];
  return [...lines, left, ...reasons, ...more];
}
