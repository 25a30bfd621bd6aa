import { wholeNumbers } from '../arrays.js';
import { wholeNumber } from '../errors.js';

/**
 * Converts class indices into rows with a 1 in the column of the class and 0 elsewhere, like Keras's `to_categorical` and PyTorch's
 * `one_hot`.
 *
 * @param classes  n whole numbers
 * @param count    number of columns; default one more than the largest index
 * @returns rows, shape [n, count]
 * @throws TypeError   if classes is not an array of numbers
 * @throws RangeError  if a class is not a whole number from 0 to count − 1
 */
export function oneHot(classes: ArrayLike<number>, count?: number): Float32Array {
  const indices = wholeNumbers('classes', classes, 'an array of class indices');
  const most = indices.reduce((a, b) => Math.max(a, b), -1);
  const columns = count === undefined ? most + 1 : wholeNumber('count', count, 1);
  if (most >= columns) {
    const row = indices.findIndex((index) => index >= columns);
    throw new RangeError(
      `classes[${row}]: expected a class index from 0 to ${columns - 1}, got ${indices[row]}`,
    );
  }
  const rows = new Float32Array(indices.length * columns);
  for (const [row, index] of indices.entries()) rows[row * columns + index] = 1;
  return rows;
}
