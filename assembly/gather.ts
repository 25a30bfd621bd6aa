/** Gathers rows of a data set that lies in memory, in the order of a batch. */
import { loadLanes, storeLanes } from './simd/lanes';

/** y[r] = source[order[r]] for rows of `columns` floats; y[r] = source[r] if `order` is 0. y overlaps neither input. */
export function gather_rows(y: usize, source: usize, order: usize, rows: usize, columns: usize): void {
  // In their own order, all rows are one long row.
  if (order == 0) {
    columns *= rows;
    rows = 1;
  }
  const rowBytes = columns << 2;
  for (; rows > 0; rows--, order += 4, y += rowBytes) {
    const x = source + (order == 0 ? 0 : load<usize>(order)) * rowBytes;
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const left = (rowBytes - at) >> 2;
      storeLanes(y + at, loadLanes(x + at, left), left);
    }
  }
}

/**
 * y[r] = factor · source[order[r]] for rows of bytes. If `order` is 0, y and source may end at the same address, because every
 * byte is read before it is overwritten.
 */
export function gather_bytes(
  y: usize,
  source: usize,
  order: usize,
  rows: usize,
  columns: usize,
  factor: f32,
): void {
  const factors = f32x4.splat(factor);
  if (order == 0) {
    columns *= rows;
    rows = 1;
  }
  for (; rows > 0; rows--, order += 4) {
    let x = source + (order == 0 ? 0 : load<usize>(order)) * columns,
      left = columns;
    for (; left >= 8; left -= 8) {
      const eight = v128.load_ext<u8>(x);
      v128.store(y, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(eight)), factors));
      v128.store(y, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(eight)), factors), 16);
      x += 8;
      y += 32;
    }
    for (; left > 0; left--) {
      store<f32>(y, <f32>load<u8>(x) * factor);
      x++;
      y += 4;
    }
  }
}
