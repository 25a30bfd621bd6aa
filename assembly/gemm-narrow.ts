/**
 * Register tile of 3 rows × 3 vectors, for the last nine to twelve columns of a narrow C. Ten columns fill five sixths of it. They
 * fill less of a tile of eight and another of four, and the second has too few sums to keep the processor busy.
 */
import { multiplyAdd } from './simd/arithmetic';

const ROWS: usize = 3;
export const NARROW_COLUMNS: usize = 12;
/** Bytes of one row of a packed panel of B. */
export const NARROW_PANEL: usize = 4 * NARROW_COLUMNS;

/**
 * C = A · B, or C + A · B if `accumulate`, for `rows` rows of twelve columns over k > 0. B is packed into a panel; the distances
 * are those of `strip`.
 */
export function narrowStrip(
  c: usize, cRow: usize, a: usize, aRow: usize, aColumn: usize, b: usize,
  rows: usize, k: usize, accumulate: bool,
): void {
  let left = rows;
  for (; left >= ROWS; left -= ROWS, c += ROWS * cRow, a += ROWS * aRow) {
    narrowTile(c, cRow, cRow, a, aRow, aRow, aColumn, b, k, accumulate);
  }
  // Where rows are missing, the last one is computed again at its place.
  const second: usize = left > 1 ? 1 : 0;
  if (left > 0) narrowTile(c, second * cRow, 0, a, second * aRow, 0, aColumn, b, k, accumulate);
}

/**
 * Computes one tile. c1 and a1 are the distances from the first row to the second, c2 and a2 from there to the third.
 *
 * The loop ends between two rows, because V8 up to Node 22 moves all loads of a stretch of code without jumps to its start. With
 * three broadcast rows, three vectors of B and nine sums, no register would be left for a product.
 */
function narrowTile(
  c: usize, c1: usize, c2: usize, a: usize, a1: usize, a2: usize, aColumn: usize, b: usize,
  k: usize, accumulate: bool,
): void {
  c1 += c;
  c2 += c1;
  a1 += a;
  a2 += a1;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0;
  let t0 = s0, t1 = s0, t2 = s0;
  let u0 = s0, u1 = s0, u2 = s0;
  if (accumulate) {
    s0 = v128.load(c);
    t0 = v128.load(c, 16);
    u0 = v128.load(c, 32);
    s1 = v128.load(c1);
    t1 = v128.load(c1, 16);
    u1 = v128.load(c1, 32);
    s2 = v128.load(c2);
    t2 = v128.load(c2, 16);
    u2 = v128.load(c2, 32);
  }
  const end = b + k * NARROW_PANEL;
  let x: v128, y: v128, z: v128, row: v128;
  while (true) {
    x = v128.load(b);
    y = v128.load(b, 16);
    z = v128.load(b, 32);
    row = v128.load32_splat(a);
    s0 = multiplyAdd(row, x, s0);
    t0 = multiplyAdd(row, y, t0);
    u0 = multiplyAdd(row, z, u0);
    row = v128.load32_splat(a1);
    s1 = multiplyAdd(row, x, s1);
    t1 = multiplyAdd(row, y, t1);
    u1 = multiplyAdd(row, z, u1);
    b += NARROW_PANEL;
    if (b >= end) break;
    row = v128.load32_splat(a2);
    s2 = multiplyAdd(row, x, s2);
    t2 = multiplyAdd(row, y, t2);
    u2 = multiplyAdd(row, z, u2);
    a += aColumn;
    a1 += aColumn;
    a2 += aColumn;
  }
  row = v128.load32_splat(a2);
  s2 = multiplyAdd(row, x, s2);
  t2 = multiplyAdd(row, y, t2);
  u2 = multiplyAdd(row, z, u2);
  // From the last row to the first, so that a row is stored after what was computed again at its place.
  storeRow(c2, s2, t2, u2);
  storeRow(c1, s1, t1, u1);
  storeRow(c, s0, t0, u0);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, s: v128, t: v128, u: v128): void {
  v128.store(c, s);
  v128.store(c, t, 16);
  v128.store(c, u, 32);
}
