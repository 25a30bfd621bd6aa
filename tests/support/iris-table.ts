/** Table of the iris with quoted class names, for tests of the command. */
import { iris } from '../../src/data/index.js';

/** Values as in the table: decimals, which f32 does not hold exactly. */
export const lengths = Float64Array.from(iris.x, (value) => Number(value.toFixed(1)));
export const names = ['setosa', 'versi, color', 'virginica'];
export const table = [
  'a,b,c,d,kind',
  ...Array.from(iris.y, (label, r) => `${lengths.subarray(4 * r, 4 * r + 4).join()},"${names[label]}"`),
].join('\n');
