/**
 * Copies blocks of A and B into panels, which the tile reads from start to end. A panel is `depth` slices of `slice` bytes. A
 * slice has the elements of TILE_ROWS rows of A in one column, or of TILE_COLUMNS or NARROW_COLUMNS columns of B in one row. At an
 * edge only `width` of them count; the others are any numbers, and what the tile computes from them is not stored, or is overwritten.
 */
import { NARROW_PANEL } from './gemm-narrow';
import { loadLanes } from './simd/lanes';

/**
 * Packs `width` elements from each of `depth` rows, which lie `stride` bytes apart. In a slice of NARROW_COLUMNS, at least eight
 * count.
 */
export function packColumns(panel: usize, slice: usize, from: usize, stride: usize, width: usize, depth: usize): void {
  const end = panel + depth * slice;
  // Twelve elements are three vectors, six are two overlapping ones, four are one.
  const last = slice - 16,
    lastWidth = <isize>width - <isize>(last >> 2);
  if (lastWidth == 4) {
    for (; panel < end; panel += slice, from += stride) {
      v128.store(panel, v128.load(from));
      if (slice == NARROW_PANEL) v128.store(panel, v128.load(from, 16), 16);
      v128.store(panel + last, v128.load(from + last));
    }
  }
  for (; panel < end; panel += slice, from += stride) {
    if (slice == NARROW_PANEL) v128.store(panel, v128.load(from, 16), 16);
    v128.store(panel + last, lastWidth > 0 ? loadLanes(from + last, lastWidth) : f32x4.splat(0));
    v128.store(panel, loadLanes(from, width));
  }
}

/** Packs `depth` elements from each of `width` rows, which lie `stride` bytes apart. It may write 8 bytes behind the panel. */
export function packRows(panel: usize, slice: usize, from: usize, stride: usize, width: usize, depth: usize): void {
  // The last rows come first: six rows are two overlapping vectors, and the first then overwrites the excess of the last.
  for (let j = <isize>((slice - 4) >> 4 << 2); j >= 0; j -= 4) {
    const left = <isize>width - j;
    if (left <= 0) continue;
    const row0 = from + j * stride,
      row1 = left > 1 ? row0 + stride : row0,
      row2 = left > 2 ? row1 + stride : row1,
      row3 = left > 3 ? row2 + stride : row2;
    fourRows(panel + (j << 2), slice, row0, row1, row2, row3, depth);
  }
}

/** Transposes blocks of 4 × 4 in registers. */
function fourRows(out: usize, slice: usize, row0: usize, row1: usize, row2: usize, row3: usize, depth: usize): void {
  const end = row0 + (depth << 2),
    blocksEnd = row0 + ((depth & ~3) << 2);
  while (row0 < blocksEnd) {
    const r0 = v128.load(row0),
      r1 = v128.load(row1),
      r2 = v128.load(row2),
      r3 = v128.load(row3);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
      t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7),
      t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f64>(t0, t1, 0, 2));
    out += slice;
    v128.store(out, v128.shuffle<f64>(t0, t1, 1, 3));
    out += slice;
    v128.store(out, v128.shuffle<f64>(t2, t3, 0, 2));
    out += slice;
    v128.store(out, v128.shuffle<f64>(t2, t3, 1, 3));
    out += slice;
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
  }
  while (row0 < end) {
    store<f32>(out, load<f32>(row0));
    store<f32>(out, load<f32>(row1), 4);
    store<f32>(out, load<f32>(row2), 8);
    store<f32>(out, load<f32>(row3), 12);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    out += slice;
  }
}
