/**
 * Products of one row of doubles and a kernel of floats, for simulations whose values exceed f32. No instruction is relaxed, so
 * that the bits are the same in every build.
 */

/**
 * y[columns] = x[rows] · kernel[rows×columns]. x and y are f64, 8-byte aligned, and do not overlap. Each y is one chain over
 * ascending rows from +0. It goes along four rows at a time, so that no sum waits for the one before it.
 */
export function row_forward(y: usize, x: usize, kernel: usize, rows: usize, columns: usize): void {
  const stride = columns << 2,
    end = x + (rows << 3),
    fourEnd = x + ((rows & ~3) << 3);
  memory.fill(y, 0, columns << 3);
  for (; x < fourEnd; x += 32, kernel += stride << 2) addRows(true, y, x, kernel, stride);
  for (; x < end; x += 8, kernel += stride) addRows(false, y, x, kernel, stride);
}

/**
 * dx[rows] = kernel[rows×columns] · dy[columns] in f64, four rows at a time. Each dx is the sum of two chains, over even and over
 * odd columns.
 */
export function row_backward(dx: usize, dy: usize, kernel: usize, rows: usize, columns: usize): void {
  const stride = columns << 2,
    end = dx + (rows << 3),
    fourEnd = dx + ((rows & ~3) << 3);
  for (; dx < fourEnd; dx += 32, kernel += stride << 2) dotRows(true, dx, dy, kernel, stride);
  for (; dx < end; dx += 8, kernel += stride) dotRows(false, dx, dy, kernel, stride);
}

/** y += x · rows, for four rows or for one. */
// @ts-ignore: decorator
@inline
function addRows(four: bool, y: usize, x: usize, row: usize, stride: usize): void {
  const x0 = v128.load64_splat(x);
  let x1 = x0, x2 = x0, x3 = x0;
  if (four) {
    x1 = v128.load64_splat(x, 8);
    x2 = v128.load64_splat(x, 16);
    x3 = v128.load64_splat(x, 24);
  }
  const end = row + stride,
    pairEnd = row + (stride & ~7),
    two = stride << 1,
    three = two + stride;
  for (; row < pairEnd; row += 8, y += 16) {
    let sum = f64x2.add(v128.load(y), f64x2.mul(x0, pair(row)));
    if (four) {
      sum = f64x2.add(sum, f64x2.mul(x1, pair(row + stride)));
      sum = f64x2.add(sum, f64x2.mul(x2, pair(row + two)));
      sum = f64x2.add(sum, f64x2.mul(x3, pair(row + three)));
    }
    v128.store(y, sum);
  }
  if (row < end) {
    let sum = f64x2.add(v128.load64_zero(y), f64x2.mul(x0, single(row)));
    if (four) {
      sum = f64x2.add(sum, f64x2.mul(x1, single(row + stride)));
      sum = f64x2.add(sum, f64x2.mul(x2, single(row + two)));
      sum = f64x2.add(sum, f64x2.mul(x3, single(row + three)));
    }
    v128.store_lane<f64>(y, sum, 0);
  }
}

/** dx = rows · dy, for four rows or for one. */
// @ts-ignore: decorator
@inline
function dotRows(four: bool, dx: usize, dy: usize, row: usize, stride: usize): void {
  const end = row + stride,
    pairEnd = row + (stride & ~7),
    two = stride << 1,
    three = two + stride;
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; row < pairEnd; row += 8, dy += 16) {
    const g = v128.load(dy);
    s0 = f64x2.add(s0, f64x2.mul(g, pair(row)));
    if (four) {
      s1 = f64x2.add(s1, f64x2.mul(g, pair(row + stride)));
      s2 = f64x2.add(s2, f64x2.mul(g, pair(row + two)));
      s3 = f64x2.add(s3, f64x2.mul(g, pair(row + three)));
    }
  }
  if (row < end) {
    const g = v128.load64_zero(dy);
    s0 = f64x2.add(s0, f64x2.mul(g, single(row)));
    if (four) {
      s1 = f64x2.add(s1, f64x2.mul(g, single(row + stride)));
      s2 = f64x2.add(s2, f64x2.mul(g, single(row + two)));
      s3 = f64x2.add(s3, f64x2.mul(g, single(row + three)));
    }
  }
  store<f64>(dx, total(s0));
  if (four) {
    store<f64>(dx, total(s1), 8);
    store<f64>(dx, total(s2), 16);
    store<f64>(dx, total(s3), 24);
  }
}

/** Two floats as doubles. */
// @ts-ignore: decorator
@inline
function pair(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

/** One float as a double, with 0 in the other lane. */
// @ts-ignore: decorator
@inline
function single(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_zero(address));
}

// @ts-ignore: decorator
@inline
function total(sums: v128): f64 {
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}
