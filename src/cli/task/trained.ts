/** Description of the training data that `train` stores in a model. */
import type { CsvColumns, CsvOptions } from '../../data/index.js';

/** Options for the form of later tables, each with its value in words. The options for cells are in `columns`. */
export const storedReading = {
  header: 'true or false',
  delimiter: 'a string',
  quote: 'a string',
  comment: 'a string or false',
  encoding: 'a string',
  missing: 'an array of strings',
} as const;

export type Reading = Partial<Pick<CsvOptions, keyof typeof storedReading>>;

export interface Trained {
  /** Names of the learned columns. */
  readonly targets: readonly string[];
  readonly classNames?: readonly string[];
  readonly columns?: CsvColumns;
  readonly reading?: Reading;
}
