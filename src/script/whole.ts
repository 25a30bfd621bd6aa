/**
 * Everything that the script has: the root, metrics, the parts of evenkeel/extras, and the small functions of evenkeel/data. Readers of
 * tables, theory, reports, the lectures and the files of other tools are in their entries only, because a script cannot leave out what
 * a page does not use.
 */

export { type Iris, iris } from '../data/iris.js';
export { oneHot } from '../data/one-hot.js';
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
} from '../data/split.js';
export * from '../extras/index.js';
export * from '../index.js';
export * from '../metrics/index.js';
