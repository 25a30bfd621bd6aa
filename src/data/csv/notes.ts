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
