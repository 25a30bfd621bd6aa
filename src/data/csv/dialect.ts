/** Guesses the format of a table from its first rows. */
import { counted } from '../../errors.js';
import { listed } from './columns.js';
import { dateFormats, parseDate } from './dates.js';
import type { CsvNote } from './notes.js';
import { NOT_A_NUMBER, NumberReader } from './numbers.js';
import type { Settings } from './options.js';
import { type Dialect, QuoteFlaw, Tokenizer } from './tokenizer.js';

/** Format of a table, with the names of its columns. */
export interface Layout {
  readonly dialect: Dialect;
  /** Number of records before the first row of data, without blank ones. */
  readonly headRecords: number;
  readonly names: readonly string[];
  /** Line of the header. */
  readonly headLine: number;
  readonly hasHeader: boolean;
  readonly notes: readonly CsvNote[];
}

/** Records at the beginning of a text, as strings. */
interface Sample {
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly comments: number;
  readonly flaw: QuoteFlaw | undefined;
}

/** Number of records used for a guess. */
const SAMPLED = 100;
/** Delimiters to try; the first one wins if several are equally good. */
const DELIMITERS = [',', '\t', ';', '|'];
const WHITE_SPACE = ' ';
/** Marks of comments to try: the first one anywhere, the others only above the table. */
const COMMENTS = ['#', '%', '//', ';'] as const;
/** Share of numeric cells from which a column counts as numeric. */
export const MOSTLY = 0.9;

/**
 * Guesses the format of a table.
 *
 * @param text   beginning of the table
 * @param whole  true if this is the whole table
 * @returns undefined if more of the text is needed
 * @throws QuoteFlaw if a quote of the first record is not closed
 */
export function sniff(text: string, whole: boolean, settings: Settings): Layout | undefined {
  const { delimiter: declared, length: declaredLength } = declaration(text);
  const body = text.slice(declaredLength);
  const dialect = guessDialect(body, whole, settings, declared);
  const all = sampled(body, whole, dialect);
  const titles = titleRows(all, dialect, settings);
  const sample = below(all, titles);
  const [first] = sample.rows;
  if (first === undefined && sample.flaw !== undefined) throw sample.flaw;
  if (sample.rows.length < 2 && sample.flaw === undefined && !whole) return undefined;
  const notes: CsvNote[] = [];
  const before = declared === undefined ? 0 : 1;
  const hasHeader = first !== undefined && decideHeader(sample, dialect, settings, notes);
  noteDialect(dialect, sample, settings, notes);
  if (titles > 0) {
    const shown = all.rows.slice(0, titles).map((row) => row.join(' ').trim());
    const words = listed(
      shown.filter((title) => title !== ''),
      MOST_TITLES,
    );
    const text = `${counted(titles, 'row')} above the table, with fewer cells than its rows, ${titles === 1 ? 'is' : 'are'} left out${words && `: ${words}`}`;
    notes.push({ about: 'header', text });
  }
  return {
    // The declaration is a record too.
    dialect: { ...dialect, ...(dialect.commentedRecords && { commentedRecords: before + 1 }) },
    headRecords: before + titles + (hasHeader ? 1 : 0),
    names: namesOf(sample, hasHeader, notes),
    headLine: before + (sample.lines[0] ?? 1),
    hasHeader,
    notes,
  };
}

/** Largest number of titles that a note shows. */
const MOST_TITLES = 2;

/**
 * Returns the number of rows at the beginning that are titles: rows of fewer filled cells than the table has columns, above a header.
 * A row with one cell fewer, or with blank cells at its end, may be a header itself. It is a title only if the row below it surely is
 * the header.
 */
function titleRows(sample: Sample, dialect: Dialect, settings: Settings): number {
  const { rows, flaw } = sample;
  if (flaw !== undefined || settings.comment === false || settings.header === false) return 0;
  const { width } = commonWidth(rows);
  const names = wantedNames(settings).filter((name) => !/^\d+$/.test(name));
  const isNamed = (row: readonly string[] = []) => names.some((name) => row.includes(name));
  const isWhole = (row: readonly string[]) => row.slice(width - 1).some((cell) => cell !== '');
  const most = rows.findIndex((row) => isWhole(row) || isNamed(row));
  for (let titles = most; titles > 0; titles--) {
    const table = below(sample, titles);
    if (table.rows.length < 2) continue;
    const isShort = rows.slice(0, titles).every(({ length }) => length < Math.max(2, width - 1));
    const isHeader = isShort
      ? decideHeader(table, dialect, settings, [])
      : isNamed(table.rows[0]) || areNames(table, dialect, settings);
    if (isHeader) return titles;
  }
  return 0;
}

const YEAR = /^(?:1[89]|20)\d\d$/;

/** Returns true if the first row has only different names, one of them over numbers or dates. Years are names over other numbers. */
function areNames({ rows }: Sample, dialect: Dialect, settings: Settings): boolean {
  const [first, ...below] = rows as [readonly string[], ...(readonly string[])[]];
  const kindOf = kindsBy(dialect, settings);
  const isName = (cell: string, c: number) =>
    kindOf(cell) === 'text' || (YEAR.test(cell) && !below.some((row) => YEAR.test(row[c] ?? '')));
  if (new Set(first).size < first.length || !first.every(isName)) return false;
  return first.some((_, c) => mostlyTyped(below.map((row) => kindOf(row[c] ?? ''))));
}

function below(sample: Sample, rows: number): Sample {
  return { ...sample, rows: sample.rows.slice(rows), lines: sample.lines.slice(rows) };
}

/** Reads the delimiter that spreadsheets state on a line of its own: `sep=;`. */
function declaration(text: string): { delimiter: string | undefined; length: number } {
  const match = /^"?sep=([^"\r\n])"?[ \t]*(?:\r\n?|\n)/i.exec(text.slice(0, 32));
  return { delimiter: match?.[1], length: match?.[0].length ?? 0 };
}

function sampled(text: string, whole: boolean, dialect: Dialect, most = SAMPLED): Sample {
  const tokenizer = new Tokenizer(dialect);
  const rows: string[][] = [];
  const lines: number[] = [];
  tokenizer.feed(text, whole);
  try {
    while (rows.length < most && tokenizer.next()) {
      if (tokenizer.count === 1 && tokenizer.isBlank(0)) continue;
      rows.push(Array.from({ length: tokenizer.count }, (_, c) => tokenizer.cell(c)));
      lines.push(tokenizer.line);
    }
  } catch (error) {
    if (!(error instanceof QuoteFlaw)) throw error;
    return { rows, lines, comments: tokenizer.comments, flaw: error };
  }
  return { rows, lines, comments: tokenizer.comments, flaw: undefined };
}

/** Statistics of a text's beginning under a dialect. */
interface Trial {
  readonly dialect: Dialect;
  /** Most frequent number of cells in a row. */
  readonly width: number;
  /** Share of the rows with that number. */
  readonly consistency: number;
  /** Share of cells that are numbers, dates or missing, without the first row. */
  readonly typed: number;
}

function guessDialect(
  text: string,
  whole: boolean,
  settings: Settings,
  declared: string | undefined,
): Dialect {
  const { comment } = settings;
  if (comment !== undefined) {
    return guessMarks(text, whole, settings, declared, comment === false ? undefined : comment).dialect;
  }
  const lines = text.split(/\r\n?|\n/);
  for (const mark of COMMENTS) {
    const remarks = lines.filter((line) => line.startsWith(mark));
    if (remarks.length === 0 || remarks.length === lines.length) continue;
    const others = lines.filter((line) => !line.startsWith(mark));
    const atTop = lines.findIndex((line) => !line.startsWith(mark) && line !== '') >= remarks.length;
    // Other marks than a hash begin rows too often.
    if (mark !== COMMENTS[0] && !atTop) continue;
    const best = guessMarks(others.join('\n'), whole, settings, declared, undefined);
    if (best.dialect.delimiter === mark) continue;
    const { rows } = sampled(remarks.join('\n'), true, best.dialect);
    // Such lines with as many cells as the table are rows, for instance of colours or names that begin with a hash.
    const fits =
      best.width === 1 ? !atTop || mark !== COMMENTS[0] : rows.some(({ length }) => length === best.width);
    if (!fits)
      return { ...best.dialect, comment: mark, ...(mark !== COMMENTS[0] && { commentedRecords: 1 }) };
  }
  return guessMarks(text, whole, settings, declared, undefined).dialect;
}

/** Guesses the delimiter and the quotes. */
function guessMarks(
  text: string,
  whole: boolean,
  settings: Settings,
  declared: string | undefined,
  comment: string | undefined,
): Trial {
  const { delimiter = declared, quote = '"' } = settings;
  const trial = (dialect: Dialect) => tried(sampled(text, whole, dialect), dialect, settings);
  let best: Trial;
  if (delimiter === undefined) {
    const trials = DELIMITERS.map((one) => trial({ delimiter: one, quote, comment }));
    best = trials.reduce((a, b) => (score(b) > score(a) ? b : a));
    const spaced = trial({ delimiter: WHITE_SPACE, quote, comment });
    // Words of a text are not columns: white space needs numbers, and only numbers if another delimiter fits every row.
    const leaves = best.width > 1 && best.consistency === 1 ? spaced.typed === 1 : spaced.typed > 0;
    if (spaced.width > 1 && spaced.consistency === 1 && leaves && score(spaced) > score(best)) best = spaced;
  } else best = trial({ delimiter, quote, comment });
  if (settings.quote === undefined && !text.includes('"') && text.includes("'")) {
    const single = { ...best.dialect, quote: "'" };
    const sample = sampled(text, whole, single);
    const inQuotes =
      sampled(text, whole, best.dialect).rows.some((row) => row.some((cell) => /^'.*'$/s.test(cell))) ||
      hasQuotedDelimiter(text, best.dialect.delimiter);
    const quoted = tried(sample, single, settings);
    if (inQuotes && sample.flaw === undefined && quoted.consistency >= best.consistency) best = quoted;
  }
  return best;
}

/** Returns true if single quotes enclose a cell in which the delimiter occurs: `,'x, y',`. */
function hasQuotedDelimiter(text: string, delimiter: string): boolean {
  return text.split(/[\r\n]/).some((line) => {
    const cells = line.split(delimiter).map((cell) => cell.trim());
    const start = cells.findIndex((cell) => /^'[^']*$/.test(cell));
    const end = cells.findIndex((cell, c) => c > start && cell.includes("'"));
    return start >= 0 && end > start && /^[^']*'$/.test(cells[end]!);
  });
}

/** Compares dialects by consistency, then by the kinds of cells, then by the number of cells. */
function score({ width, consistency, typed }: Trial): number {
  return width < 2 ? 0 : consistency * consistency * consistency * (0.25 + typed) + width * 1e-9;
}

/** Returns the most frequent number of cells in a row, and the number of rows that have it. */
function commonWidth(rows: Sample['rows']): { width: number; most: number } {
  const widths = new Map<number, number>();
  for (const { length } of rows) widths.set(length, (widths.get(length) ?? 0) + 1);
  const [width, most] = [...widths].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
  return { width, most };
}

function tried({ rows }: Sample, dialect: Dialect, settings: Settings): Trial {
  const { width, most } = commonWidth(rows);
  const fitting = rows.filter((row, r) => row.length === width || fitsAs(row, r, width)).length;
  const kindOf = kindsBy(dialect, settings);
  const cells = rows.slice(1).flat();
  const typed = cells.filter((cell) => kindOf(cell) !== 'text').length;
  return {
    dialect,
    width,
    consistency: most === 0 ? 0 : fitting / rows.length,
    typed: cells.length === 0 ? 0 : typed / cells.length,
  };
}

/** Returns true for a row with an extra delimiter at its end, and for a header without a name for the column of row names. */
function fitsAs(row: readonly string[], r: number, width: number): boolean {
  return (
    (row.length === width + 1 && row.at(-1) === '') || (r === 0 && width > 2 && row.length === width - 1)
  );
}

type CellKind = 'missing' | 'number' | 'date' | 'text';

function kindsBy({ delimiter }: Dialect, { format, marks }: Settings): (cell: string) => CellKind {
  const decimal = format.decimal ?? (delimiter === ',' ? '.' : undefined);
  const reader = new NumberReader({ ...format, decimal });
  return (cell) => {
    if (marks.has(cell, 0, cell.length)) return 'missing';
    if (reader.read(cell, 0, cell.length) !== NOT_A_NUMBER) return 'number';
    return dateFormats.some((date) => !Number.isNaN(parseDate(date, cell))) ? 'date' : 'text';
  };
}

/** Returns the columns that the options name. */
function wantedNames({ named, columns, like }: Settings): string[] {
  return [...named, ...Object.keys(columns), ...(like?.features ?? []).map(({ name }) => name)];
}

/** Returns true if nine tenths of the cells that are not missing are numbers, or nine tenths are dates. */
function mostlyTyped(cells: readonly CellKind[]): boolean {
  const present = cells.filter((kind) => kind !== 'missing');
  const isMostly = (wanted: CellKind) =>
    present.length > 0 && present.filter((kind) => kind === wanted).length >= MOSTLY * present.length;
  return isMostly('number') || isMostly('date');
}

/** Decides whether the first row is a header, by the options or by the rows below it. */
function decideHeader({ rows }: Sample, dialect: Dialect, settings: Settings, notes: CsvNote[]): boolean {
  const { header, like } = settings;
  if (header !== undefined) return header;
  const [first, ...below] = rows;
  const wanted = wantedNames(settings);
  // A column called 3 may be the fourth of a table without a header, unless the first row has all requested names.
  const found = wanted.filter((name) => first!.includes(name));
  if (found.some((name) => found.length === wanted.length || !/^\d+$/.test(name))) return true;
  // Columns of an earlier table without a header are called by their numbers.
  if (like !== undefined && wanted.every((name) => /^\d+$/.test(name) && Number(name) < first!.length)) {
    return false;
  }
  if (below.length === 0) return true;
  const guess = looksLikeData(first!, below, kindsBy(dialect, settings));
  if (guess !== 'names') {
    const text =
      guess === 'data'
        ? `the first row is read as data because it looks like the rows below it; the columns are called 0 to ${first!.length - 1}; header: true reads it as names`
        : 'the first row, of numbers at equal distances, is read as the names of the columns; header: false reads it as data';
    notes.push({ about: 'header', text });
  }
  return guess !== 'data';
}

/** Compares the first row with those below it: numbers over numbers, dates over dates, or repeated text. */
function looksLikeData(
  first: readonly string[],
  below: readonly (readonly string[])[],
  kindOf: (cell: string) => CellKind,
): 'data' | 'names' | 'numbered names' {
  let home = 0;
  let typed = 0;
  let strangers = 0;
  const numbers: number[] = [];
  for (const [c, cell] of first.entries()) {
    if (cell === '') continue;
    const kind = kindOf(cell);
    const column = below.map((row) => row[c] ?? '');
    if (mostlyTyped(column.map(kindOf))) {
      if (kind === 'text') return 'names';
      if (kind !== 'missing') typed++;
      if (kind === 'number') numbers.push(Number(cell));
    } else if (column.includes(cell)) home++;
    else strangers++;
  }
  const names = first.filter((cell) => cell !== '');
  const fractions = numbers.some((number) => !Number.isInteger(number)) || new Set(names).size < names.length;
  // A single repeated text may be a name by chance.
  if (typed === 0 && home < 2) return 'names';
  if (strangers > 0 && !fractions) return 'names';
  const next = below[0]!.map(Number).slice(-numbers.length);
  return isProgression(numbers) && !isProgression(next) ? 'numbered names' : 'data';
}

/** Returns true for three or more numbers at equal distances, such as 1990, 1991, 1992. */
function isProgression(numbers: readonly number[]): boolean {
  const step = numbers[1]! - numbers[0]!;
  if (numbers.length < 3 || !(Math.abs(step) > 0)) return false;
  return numbers.every(
    (number, i) => i === 0 || Math.abs(number - numbers[i - 1]! - step) < 1e-6 * Math.abs(step),
  );
}

function noteDialect(
  { delimiter, quote, comment }: Dialect,
  { comments }: Sample,
  settings: Settings,
  notes: CsvNote[],
): void {
  if (settings.delimiter === undefined && delimiter === WHITE_SPACE) {
    notes.push({ about: 'delimiter', text: 'white space divides the cells' });
  }
  if (settings.quote === undefined && quote === "'") {
    notes.push({
      about: 'quotes',
      text: "single quotes stand around cells; quote: '\"' reads them as letters",
    });
  }
  if (settings.comment === undefined && comment !== undefined && comments > 0) {
    notes.push({
      about: 'comments',
      text: `lines that begin with ${comment} are skipped as comments, ${counted(comments, 'line')} at the beginning; comment: false reads them`,
    });
  }
}

/** Returns the names of the columns: those of the header, or numbers from 0. */
function namesOf({ rows, flaw }: Sample, hasHeader: boolean, notes: CsvNote[]): string[] {
  const [first = [], ...below] = rows;
  if (!hasHeader) return first.map((_, c) => String(c));
  let names = first;
  const longer =
    first.length > 1 &&
    below.length > 0 &&
    flaw === undefined &&
    below.every(({ length }) => length === first.length + 1);
  const shorter = below.length > 0 && below.every(({ length }) => length === first.length - 1);
  if (longer && below.some((row) => row.at(-1) !== '')) {
    names = ['', ...first];
    // A row of texts may be the header below a title.
    const doubt = below[0]!.every((cell) => Number.isNaN(Number(cell)))
      ? '; if the line is a title, delete it'
      : '';
    const text = `the header has one name fewer than the rows have cells, so the first column is read as row names${doubt}`;
    notes.push({ about: 'header', text });
  } else if (shorter && first.at(-1) === '') names = first.slice(0, -1);
  return names.map((name, c) => name || String(c));
}
