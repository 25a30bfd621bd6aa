/** One row times a matrix: B is read once, in place, since packing it would cost as much as the product. */
import { multiplyAdd } from './simd/arithmetic';

/** c[n] = a[k] · B[k×n], elements of a 4 bytes apart. */
export function rowTimesMatrix(c: usize, a: usize, b: usize, n: usize, k: usize): void {
  const stride = n << 2,
    end = a + (k << 2);
  const columnsEnd = c + stride;
  while (c + 128 <= columnsEnd) {
    eightVectors(c, a, end, b, stride);
    c += 128;
    b += 128;
  }
  while (c + 16 <= columnsEnd) {
    let sum = f32x4.splat(0);
    for (let p = a, q = b; p < end; p += 4, q += stride)
      sum = multiplyAdd(v128.load32_splat(p), v128.load(q), sum);
    v128.store(c, sum);
    c += 16;
    b += 16;
  }
  while (c < columnsEnd) {
    // A vector of one live lane, so that the fused build rounds as it does everywhere else.
    let sum = f32x4.splat(0);
    for (let p = a, q = b; p < end; p += 4, q += stride)
      sum = multiplyAdd(v128.load32_zero(p), v128.load32_zero(q), sum);
    v128.store_lane<f32>(c, sum, 0);
    c += 4;
    b += 4;
  }
}

/** Thirty-two columns: eight independent chains hide the latency of the addition. */
function eightVectors(c: usize, a: usize, end: usize, b: usize, stride: usize): void {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0,
    s4 = s0,
    s5 = s0,
    s6 = s0,
    s7 = s0;
  while (a < end) {
    const x = v128.load32_splat(a);
    s0 = multiplyAdd(x, v128.load(b), s0);
    s1 = multiplyAdd(x, v128.load(b, 16), s1);
    s2 = multiplyAdd(x, v128.load(b, 32), s2);
    s3 = multiplyAdd(x, v128.load(b, 48), s3);
    s4 = multiplyAdd(x, v128.load(b, 64), s4);
    s5 = multiplyAdd(x, v128.load(b, 80), s5);
    s6 = multiplyAdd(x, v128.load(b, 96), s6);
    s7 = multiplyAdd(x, v128.load(b, 112), s7);
    a += 4;
    b += stride;
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
  v128.store(c, s2, 32);
  v128.store(c, s3, 48);
  v128.store(c, s4, 64);
  v128.store(c, s5, 80);
  v128.store(c, s6, 96);
  v128.store(c, s7, 112);
}
