import { show, wholeNumber } from '../errors.js';

/**
 * Class indices as rows with a 1 in the column of the class, 0 elsewhere. Keras's `to_categorical`, PyTorch's `one_hot`.
 *
 * @param classes  n whole numbers
 * @param count    columns of a row; default: one more than the largest index
 * @returns [n, count]
 * @throws TypeError   if classes is no array of numbers
 * @throws RangeError  if a class is not a whole number from 0 to count − 1
 */
export function oneHot(classes: ArrayLike<number>, count?: number): Float32Array {
  if (typeof classes !== 'object' || classes === null || typeof classes.length !== 'number') {
    throw new TypeError(`classes: expected an array of class indices, got ${show(classes)}`);
  }
  let most = -1;
  for (let row = 0; row < classes.length; row++) {
    most = Math.max(most, wholeNumber(`classes[${row}]`, classes[row], 0));
  }
  const columns = count === undefined ? most + 1 : wholeNumber('count', count, 1);
  if (most >= columns) {
    const row = Array.from(classes).findIndex((index) => index >= columns);
    throw new RangeError(
      `classes[${row}]: expected a class index from 0 to ${columns - 1}, got ${classes[row]}`,
    );
  }
  const rows = new Float32Array(classes.length * columns);
  for (let row = 0; row < classes.length; row++) rows[row * columns + classes[row]!] = 1;
  return rows;
}
