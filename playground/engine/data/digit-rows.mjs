/** Form of the file of digits. The build, the page and the tests share it; it is plain JavaScript, because the build runs it too. */

/** Pixels of an image, 28 × 28. */
export const PIXELS = 784;
export const TRAIN_ROWS = 2000;
export const TEST_ROWS = 500;
/** Number of rows in the file. Their labels come first, one byte each; then the images follow. */
export const DIGIT_ROWS = TRAIN_ROWS + TEST_ROWS;

/** Returns the rows in the bytes of the unpacked file. */
export function digitRows(bytes) {
  return {
    x: bytes.slice(DIGIT_ROWS),
    y: bytes.slice(0, DIGIT_ROWS),
    inputSize: PIXELS,
    classes: 10,
    trainRows: TRAIN_ROWS,
  };
}
