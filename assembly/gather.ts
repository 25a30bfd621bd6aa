/** Rows of a data set that lies in memory, in the order in which a batch wants them. */
import { copyFloats } from './simd/lanes';

/** y[r] = source[order[r]], rows of so many floats; with `order` 0, source[r]. y does not overlap the others. */
export function gather_rows(y: usize, source: usize, order: usize, rows: usize, columns: usize): void {
  if (order == 0) return copyFloats(y, source, rows * columns);
  const rowBytes = columns << 2;
  for (const end = order + (rows << 2); order < end; order += 4, y += rowBytes) {
    copyFloats(y, source + load<usize>(order) * rowBytes, columns);
  }
}

/**
 * The same of rows of bytes, each widened and multiplied by `factor`. With `order` 0, y and source may end at the same
 * address: every byte is read before it is written over.
 */
export function gather_bytes(
  y: usize,
  source: usize,
  order: usize,
  rows: usize,
  columns: usize,
  factor: f32,
): void {
  if (order == 0) return widen(y, source, rows * columns, factor);
  for (const end = order + (rows << 2); order < end; order += 4, y += columns << 2) {
    widen(y, source + load<usize>(order) * columns, columns, factor);
  }
}

function widen(y: usize, x: usize, n: usize, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (; n >= 8; n -= 8) {
    const eight = v128.load_ext<u8>(x);
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(eight)), factors));
    v128.store(y, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(eight)), factors), 16);
    x += 8;
    y += 32;
  }
  for (; n > 0; n--) {
    store<f32>(y, <f32>load<u8>(x) * factor);
    x++;
    y += 4;
  }
}
