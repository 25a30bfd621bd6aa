/** B, or Bᵀ, into panels of eight columns: k rows of 8, the last panel filled up with zeros. */
import { PANEL_BYTES, TILE_COLUMNS } from './gemm-tile';

/** Packs k × n out of a matrix stored [k×n]; its rows lie `stride` bytes apart. */
export function packColumns(out: usize, b: usize, stride: usize, n: usize, k: usize): void {
  while (n >= TILE_COLUMNS) {
    for (let p: usize = 0, q = b; p < k; p++, q += stride, out += PANEL_BYTES) {
      v128.store(out, v128.load(q));
      v128.store(out, v128.load(q, 16), 16);
    }
    b += PANEL_BYTES;
    n -= TILE_COLUMNS;
  }
  if (n == 0) return;
  for (let p: usize = 0, q = b; p < k; p++, q += stride, out += PANEL_BYTES) {
    v128.store(out, f32x4.splat(0));
    v128.store(out, f32x4.splat(0), 16);
    for (let j: usize = 0; j < n; j++) store<f32>(out + (j << 2), load<f32>(q + (j << 2)));
  }
}

/** Packs k × n out of a matrix stored [n×k]; its rows lie `stride` bytes apart. */
export function packRows(out: usize, b: usize, stride: usize, n: usize, k: usize): void {
  while (n >= TILE_COLUMNS) {
    packHalf(out, b, stride, k);
    packHalf(out + 16, b + 4 * stride, stride, k);
    out += k * PANEL_BYTES;
    b += TILE_COLUMNS * stride;
    n -= TILE_COLUMNS;
  }
  if (n == 0) return;
  for (let p: usize = 0; p < k; p++, b += 4, out += PANEL_BYTES) {
    v128.store(out, f32x4.splat(0));
    v128.store(out, f32x4.splat(0), 16);
    for (let j: usize = 0; j < n; j++) store<f32>(out + (j << 2), load<f32>(b + j * stride));
  }
}

/** Four rows of B become half a panel: blocks of 4 × 4, transposed in registers. */
function packHalf(out: usize, b: usize, stride: usize, k: usize): void {
  let b0 = b,
    b1 = b + stride,
    b2 = b1 + stride,
    b3 = b2 + stride;
  const blocksEnd = b + ((k & ~3) << 2),
    end = b + (k << 2);
  while (b0 < blocksEnd) {
    const r0 = v128.load(b0),
      r1 = v128.load(b1),
      r2 = v128.load(b2),
      r3 = v128.load(b3);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
      t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7),
      t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f64>(t0, t1, 0, 2));
    v128.store(out + PANEL_BYTES, v128.shuffle<f64>(t0, t1, 1, 3));
    v128.store(out + 2 * PANEL_BYTES, v128.shuffle<f64>(t2, t3, 0, 2));
    v128.store(out + 3 * PANEL_BYTES, v128.shuffle<f64>(t2, t3, 1, 3));
    b0 += 16;
    b1 += 16;
    b2 += 16;
    b3 += 16;
    out += 4 * PANEL_BYTES;
  }
  while (b0 < end) {
    store<f32>(out, load<f32>(b0));
    store<f32>(out, load<f32>(b1), 4);
    store<f32>(out, load<f32>(b2), 8);
    store<f32>(out, load<f32>(b3), 12);
    b0 += 4;
    b1 += 4;
    b2 += 4;
    b3 += 4;
    out += PANEL_BYTES;
  }
}
