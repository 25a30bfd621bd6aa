/**
 * Entry `evenkeel/node`: data sets from files, a search on all cores, and a progress bar for the terminal.
 *
 * @packageDocumentation
 */

export {
  type GridPoint,
  type GridProgress,
  type GridSearchOptions,
  type GridSearchResult,
  gridSearch,
} from './grid/grid-search.js';
export type { Grid, GridBase, GridParameters, PlainFitOptions } from './grid/plan.js';
export { type ImageFolder, type Images, readImageFolder } from './image-folder.js';
export { type ProgressBarOptions, type ProgressStream, progressBar } from './progress-bar.js';
