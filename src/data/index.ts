/** `evenkeel/data`: reading data sets, and dividing them. */
export type { ColumnKind, CsvColumn, CsvColumns } from './columns.js';
export { type CsvOptions, type CsvTable, type LabelledCsvTable, readCsv } from './csv.js';
export { type IdxArray, type IdxData, type IdxOptions, readIdx } from './idx.js';
export { iris } from './iris.js';
export { oneHot } from './one-hot.js';
export { housePrice, irisLecture } from './samples.js';
export {
  type Fold,
  type FoldOptions,
  kFold,
  type Rows,
  type Split,
  type SplitOptions,
  type Taken,
  take,
  trainTestSplit,
} from './split.js';
