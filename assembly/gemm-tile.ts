/**
 * Register tile of a gemm: 4 rows × 2 vectors, or 6 × 2 if one instruction multiplies and adds. V8 has fifteen registers. Up to
 * Node 22 it broadcasts every row before it multiplies the first one: a fifth portable row was 3 % faster on Node 24 and halved
 * the speed of Node 20.
 */
import { multiplyAdd } from './simd/arithmetic';

// @ts-ignore: decorator
@inline
const SIX: bool = ASC_FEATURE_RELAXED_SIMD;
export const TILE_ROWS: usize = SIX ? 6 : 4;
export const TILE_COLUMNS: usize = 8;
/** Bytes of one column of a packed panel of A, and of one row of a packed panel of B. */
export const A_PANEL: usize = 4 * TILE_ROWS;
export const B_PANEL: usize = 4 * TILE_COLUMNS;

/**
 * C = A · B, or C + A · B if `accumulate`, for `rows` rows of eight columns, or of four unless `two`, over k. Rows of C are cRow
 * bytes apart, rows of B bRow bytes, rows and columns of A aRow and aColumn bytes. If aColumn is 0, A and B are packed into
 * panels, and the last panel of A is filled up to whole slices with any numbers.
 */
export function strip(
  c: usize, cRow: usize, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize,
  rows: usize, k: usize, two: bool, accumulate: bool,
): void {
  if (aColumn == 0) {
    for (let left = <isize>rows; left > 0; left -= TILE_ROWS, a += k * A_PANEL, c += TILE_ROWS * cRow) {
      packedTile(c, cRow, a, b, left, k, two, accumulate);
    }
  } else if (two) {
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      tile(false, true, c + i * cRow, cRow, a + i * aRow, aRow, aColumn, b, bRow, rows - i, k, accumulate);
    }
  } else {
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      tile(false, false, c + i * cRow, cRow, a + i * aRow, aRow, aColumn, b, bRow, rows - i, k, accumulate);
    }
  }
}

/**
 * A call around the tile. Up to Node 22, V8 unrolls the tile's loop inside another loop, and then six rows spill; a call costs
 * less.
 */
function packedTile(
  c: usize, cRow: usize, a: usize, b: usize, left: isize, k: usize, two: bool, accumulate: bool,
): void {
  if (two) tile(true, true, c, cRow, a, 0, 0, b, B_PANEL, left, k, accumulate);
  else tile(true, false, c, cRow, a, 0, 0, b, B_PANEL, left, k, accumulate);
}

/**
 * Computes one tile. `packed` and `two` (two vectors per row instead of one) are constants, and what they exclude is not
 * compiled. The loop's pointers start as parameters or as sums, because V8 forgets that a value from another loop is unsigned and
 * extends it at every use.
 */
// @ts-ignore: decorator
@inline
function tile(
  packed: bool, two: bool,
  c: usize, cRow: usize, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize,
  left: isize, k: usize, accumulate: bool,
): void {
  // Rows beyond the last one of an edge are computed at the place of the last row, which is stored after them.
  let a0 = a,
    a1 = a0 + (left > 1 ? aRow : 0),
    a2 = a1 + (left > 2 ? aRow : 0),
    a3 = a2 + (left > 3 ? aRow : 0),
    a4 = a3 + (left > 4 ? aRow : 0),
    a5 = a4 + (left > 5 ? aRow : 0);
  const c0 = c,
    c1 = c0 + (left > 1 ? cRow : 0),
    c2 = c1 + (left > 2 ? cRow : 0),
    c3 = c2 + (left > 3 ? cRow : 0),
    c4 = c3 + (left > 4 ? cRow : 0),
    c5 = c4 + (left > 5 ? cRow : 0);
  const size = k * bRow,
    end = b + size;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
  let t0 = s0, t1 = s0, t2 = s0, t3 = s0, t4 = s0, t5 = s0;
  if (accumulate) {
    s0 = v128.load(c0);
    s1 = v128.load(c1);
    s2 = v128.load(c2);
    s3 = v128.load(c3);
    if (SIX) {
      s4 = v128.load(c4);
      s5 = v128.load(c5);
    }
    if (two) {
      t0 = v128.load(c0, 16);
      t1 = v128.load(c1, 16);
      t2 = v128.load(c2, 16);
      t3 = v128.load(c3, 16);
      if (SIX) {
        t4 = v128.load(c4, 16);
        t5 = v128.load(c5, 16);
      }
    }
  }
  for (let q = packed ? b : end - size; q < end; q += bRow) {
    const x = v128.load(q);
    let y = x;
    if (two) y = v128.load(q, 16);
    const r0 = v128.load32_splat(a0);
    s0 = multiplyAdd(r0, x, s0);
    if (two) t0 = multiplyAdd(r0, y, t0);
    const r1 = packed ? v128.load32_splat(a0, 4) : v128.load32_splat(a1);
    s1 = multiplyAdd(r1, x, s1);
    if (two) t1 = multiplyAdd(r1, y, t1);
    const r2 = packed ? v128.load32_splat(a0, 8) : v128.load32_splat(a2);
    s2 = multiplyAdd(r2, x, s2);
    if (two) t2 = multiplyAdd(r2, y, t2);
    const r3 = packed ? v128.load32_splat(a0, 12) : v128.load32_splat(a3);
    s3 = multiplyAdd(r3, x, s3);
    if (two) t3 = multiplyAdd(r3, y, t3);
    if (SIX) {
      const r4 = packed ? v128.load32_splat(a0, 16) : v128.load32_splat(a4);
      s4 = multiplyAdd(r4, x, s4);
      if (two) t4 = multiplyAdd(r4, y, t4);
      const r5 = packed ? v128.load32_splat(a0, 20) : v128.load32_splat(a5);
      s5 = multiplyAdd(r5, x, s5);
      if (two) t5 = multiplyAdd(r5, y, t5);
    }
    if (packed) a0 += A_PANEL;
    else {
      a0 += aColumn;
      a1 += aColumn;
      a2 += aColumn;
      a3 += aColumn;
      if (SIX) {
        a4 += aColumn;
        a5 += aColumn;
      }
    }
  }
  // From the last row to the first, so that a row is stored after the copies that went to its place.
  if (SIX) {
    storeRow(c5, s5, t5, two);
    storeRow(c4, s4, t4, two);
  }
  storeRow(c3, s3, t3, two);
  storeRow(c2, s2, t2, two);
  storeRow(c1, s1, t1, two);
  storeRow(c0, s0, t0, two);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, s: v128, t: v128, two: bool): void {
  v128.store(c, s);
  if (two) v128.store(c, t, 16);
}
