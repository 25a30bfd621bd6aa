/** The register tile of a gemm: 4 × 8, the widest whose operands fit sixteen registers (4 + 2 + 8 ≤ 15). */
import { multiplyAdd } from './simd/arithmetic';

export const TILE_ROWS: usize = 4;
export const TILE_COLUMNS: usize = 8;
/** Bytes of one row of a packed panel of B. */
export const PANEL_BYTES: usize = TILE_COLUMNS * 4;

/**
 * C[4×8] = A · B, or C + A · B where `accumulate`. Rows of C lie `stride` bytes apart; a0…a3 point at
 * the rows of A, `step` bytes from one column to the next; b is a packed panel, k rows of 8.
 * Rows of A may coincide (an edge passes its last row again).
 */
export function tile(
  c: usize,
  stride: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  step: usize,
  b: usize,
  k: usize,
  accumulate: bool,
): void {
  const c1 = c + stride,
    c2 = c1 + stride,
    c3 = c2 + stride;
  let s00 = f32x4.splat(0),
    s01 = s00,
    s10 = s00,
    s11 = s00,
    s20 = s00,
    s21 = s00,
    s30 = s00,
    s31 = s00;
  if (accumulate) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  }
  const end = b + k * PANEL_BYTES;
  while (b < end) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    const r0 = v128.load32_splat(a0);
    const r1 = v128.load32_splat(a1);
    const r2 = v128.load32_splat(a2);
    const r3 = v128.load32_splat(a3);
    s00 = multiplyAdd(r0, b0, s00);
    s01 = multiplyAdd(r0, b1, s01);
    s10 = multiplyAdd(r1, b0, s10);
    s11 = multiplyAdd(r1, b1, s11);
    s20 = multiplyAdd(r2, b0, s20);
    s21 = multiplyAdd(r2, b1, s21);
    s30 = multiplyAdd(r3, b0, s30);
    s31 = multiplyAdd(r3, b1, s31);
    a0 += step;
    a1 += step;
    a2 += step;
    a3 += step;
    b += PANEL_BYTES;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}
