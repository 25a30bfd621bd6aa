/** `evenkeel/data`: reading data sets. */
export { type IdxArray, type IdxData, type IdxOptions, readIdx } from './idx.js';
export { iris } from './iris.js';
