/**
 * Product of one row and a matrix. B is read once, in place and in order, because packing it would cost as much as the product.
 */
import { multiplyAdd } from './simd/arithmetic';
import { loadLanes, storeLanes } from './simd/lanes';

/** Columns from which to go along rows, with the sums in memory. With fewer, a pass down every four columns is faster. */
const ALONG_FROM: usize = 32;

/** c[n] = a[k] · B[k×n]; elements of a are 4 bytes apart. */
export function rowTimesMatrix(c: usize, a: usize, b: usize, n: usize, k: usize): void {
  const along: usize = n < ALONG_FROM ? 0 : n & ~7;
  const stride = n << 2,
    size = k << 2,
    end = a + size;
  if (along > 0) {
    const cEnd = c + (along << 2);
    memory.fill(c, 0, along << 2);
    let p = a,
      row = b;
    for (; p + 16 <= end; p += 16, row += stride << 2) addRows(true, c, cEnd, p, row, stride);
    for (; p < end; p += 4, row += stride) addRows(false, c, cEnd, p, row, stride);
  }
  for (let j = along; j < n; j += 4) {
    let sum = f32x4.splat(0);
    let q = b + (j << 2);
    for (let p = end - size; p < end; p += 4, q += stride) {
      sum = multiplyAdd(v128.load32_splat(p), loadLanes(q, n - j), sum);
    }
    storeLanes(c + (j << 2), sum, n - j);
  }
}

/** c += a · B for four rows of B or for one, eight columns at a time: V8 hoists these loads and keeps so many in registers. */
// @ts-ignore: decorator
@inline
function addRows(four: bool, c: usize, cEnd: usize, a: usize, b: usize, stride: usize): void {
  const x0 = v128.load32_splat(a);
  let x1 = x0, x2 = x0, x3 = x0;
  if (four) {
    x1 = v128.load32_splat(a, 4);
    x2 = v128.load32_splat(a, 8);
    x3 = v128.load32_splat(a, 12);
  }
  let b0 = b,
    b1 = b0 + stride,
    b2 = b1 + stride,
    b3 = b2 + stride;
  for (; c < cEnd; c += 32) {
    let s = multiplyAdd(x0, v128.load(b0), v128.load(c)),
      t = multiplyAdd(x0, v128.load(b0, 16), v128.load(c, 16));
    b0 += 32;
    if (four) {
      s = multiplyAdd(x1, v128.load(b1), s);
      t = multiplyAdd(x1, v128.load(b1, 16), t);
      s = multiplyAdd(x2, v128.load(b2), s);
      t = multiplyAdd(x2, v128.load(b2, 16), t);
      s = multiplyAdd(x3, v128.load(b3), s);
      t = multiplyAdd(x3, v128.load(b3, 16), t);
      b1 += 32;
      b2 += 32;
      b3 += 32;
    }
    v128.store(c, s);
    v128.store(c, t, 16);
  }
}
