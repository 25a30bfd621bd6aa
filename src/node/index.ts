/** `evenkeel/node`: data sets from files. */
export { type Images, readImageFolder } from './image-folder.js';
