/** `evenkeel/node`: data sets from files, and a bar for the terminal. */
export { type Images, readImageFolder } from './image-folder.js';
export { type ProgressBarOptions, type ProgressStream, progressBar } from './progress-bar.js';
