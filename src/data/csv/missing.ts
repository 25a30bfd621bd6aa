/** Recognition of missing cells. */
import type { Cells } from './tokenizer.js';

/** Marks of missing cells in lower case: pandas' list (`read_csv`, `na_values`) and the marks of R, SAS, Weka and spreadsheets. */
export const MISSING_MARKS: readonly string[] = [
  '#n/a',
  '#n/a n/a',
  '#na',
  '-1.#ind',
  '-1.#qnan',
  '-nan',
  '1.#ind',
  '1.#qnan',
  '<na>',
  'n/a',
  'na',
  'null',
  'nan',
  'none',
  '-',
  '--',
  '.',
  '?',
];

/** Recognizer of blank cells and of the cells in a list, in upper or lower case. */
export class MissingMarks {
  readonly #marks: ReadonlySet<string>;
  readonly #longest: number;
  /** True if a number may count as missing, such as −999 or inf. */
  readonly mayBeNumbers: boolean;

  constructor(marks: readonly string[]) {
    this.#marks = new Set(marks.map((mark) => mark.trim().toLowerCase()));
    this.#longest = Math.max(0, ...marks.map(({ length }) => length));
    this.mayBeNumbers = marks.some(
      (mark) => /^[+-]?(?:[.,]?\d|inf)/i.test(mark.trim()) && !mark.includes('#'),
    );
  }

  /** Tests text.slice(start, end), which has no white space around it. */
  has(text: string, start: number, end: number): boolean {
    const length = end - start;
    if (length === 0) return true;
    return length <= this.#longest && this.#marks.has(text.slice(start, end).toLowerCase());
  }
  /** Tests cell c of a record. */
  isMissing(cells: Cells, c: number): boolean {
    if (cells.isBlank(c)) return true;
    if (!cells.isPlain(c)) {
      const text = cells.cell(c);
      return this.has(text, 0, text.length);
    }
    return this.has(cells.text, cells.starts[c]!, cells.ends[c]!);
  }
}
