/** Description of the training data that `train` stores in a model. */
import type { CsvColumns, CsvOptions } from '../../data/index.js';

/** Format of a table, which also holds for further tables of the kind. */
export type Reading = Pick<CsvOptions, 'header' | 'delimiter' | 'missing'>;

export interface Trained {
  /** Names of the learned columns. */
  readonly targets: readonly string[];
  readonly classNames?: readonly string[];
  readonly columns?: CsvColumns;
  readonly reading?: Reading;
}
