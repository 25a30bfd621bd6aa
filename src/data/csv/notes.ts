/** Note on a decision of a reader that a user should know. */

export interface CsvNote {
  /** Subject, for programs. */
  readonly about:
    | 'header'
    | 'footer'
    | 'delimiter'
    | 'quotes'
    | 'comments'
    | 'decimal'
    | 'ignored'
    | 'dates'
    | 'categories'
    | 'missing'
    | 'skipped'
    | 'unknown';
  /** Column that the note concerns, if it concerns one. */
  readonly column?: string;
  /** Sentence for people; it does not name the table. */
  readonly text: string;
}

/** Formats a count with its noun: `1 row`, `3 rows`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
