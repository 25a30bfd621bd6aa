/**
 * Entry `evenkeel/data`: readers of data sets, and functions that split them.
 *
 * @packageDocumentation
 */

export type {
  CategoryColumn,
  ColumnKind,
  CsvColumn,
  CsvColumns,
  CsvReading,
  DateColumn,
  Fills,
  NumericColumn,
  OnMissing,
  OnUnknown,
} from './csv/columns.js';
export type { DateFormat, DatePart } from './csv/dates.js';
export { type CsvValue, type EncodeRowOptions, encodeRow } from './csv/encode-row.js';
export type { CsvNote } from './csv/notes.js';
export type { CsvOptions, OneTarget, SeveralTargets } from './csv/options.js';
export { type CsvData, readCsv } from './csv/read.js';
export type { RejectedRow } from './csv/rows.js';
export type { CsvSource } from './csv/sources.js';
export { type CsvStreamOptions, type LearntCsv, learnCsv, readCsvStream } from './csv/stream.js';
export type {
  CsvBatch,
  CsvTable,
  LabelledCsvBatch,
  LabelledCsvTable,
  LikeTable,
  MultiTargetCsvTable,
} from './csv/table.js';
export { type IdxArray, type IdxData, type IdxOptions, readIdx } from './idx.js';
export { type Iris, iris } from './iris.js';
export { oneHot } from './one-hot.js';
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
