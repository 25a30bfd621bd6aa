/** What `train` writes beside a model about the data that it was trained on. */
import type { CsvColumns, CsvOptions } from '../../data/index.js';

/** How a table is written: what goes for one goes for more of the kind. */
export type Reading = Pick<CsvOptions, 'header' | 'delimiter' | 'missing'>;

export interface Trained {
  /** Columns that were learned. */
  readonly targets: readonly string[];
  readonly classNames?: readonly string[];
  readonly columns?: CsvColumns;
  readonly reading?: Reading;
}
