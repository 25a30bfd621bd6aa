/** What a reader decided and a user should know. */

export interface CsvNote {
  /** What it is about, for programs. */
  readonly about:
    | 'header'
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
  /** The column it is about, if it is one. */
  readonly column?: string;
  /** A sentence for people; it does not name the table. */
  readonly text: string;
}

/** `1 row`, `3 rows` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
