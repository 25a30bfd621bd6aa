/**
 * Batch normalization (Ioffe & Szegedy 2015; PyTorch's BatchNorm1d) of the columns of x[rows×columns]: y = gamma · x̂ + beta, x̂
 * = (x − mean) · inverse, inverse = 1 / √(variance + epsilon). The caller chooses between the moments of the batch and running
 * ones.
 *
 * Each direction reads its data twice: once for the sums over rows, once for the elementwise part in f32. The sums are chains in
 * f64 over ascending rows from +0, with the same bits in every build. Scratch is 16 · columns bytes for two rows of f64 sums and
 * does not overlap the operands.
 */
import { multiplyAdd } from './simd/arithmetic';

/**
 * mean[c] and biased variance[c] of column c; NaN without rows. With d = x − the first value of the column, the variance is
 * (Σd² − (Σd)² / rows) / rows. The first value lies within √rows deviations of the mean, because it is one of the values. The
 * difference therefore loses no more than log₂ rows of the 29 bits that an f64 has beyond an f32.
 */
export function column_moments(mean: usize, variance: usize, x: usize, rows: usize, columns: usize, scratch: usize): void {
  const squares = scratch + (columns << 3);
  sumProducts(true, scratch, x, x, x, rows, columns);
  for (let c: usize = 0; c < columns; c++) {
    const sum = load<f64>(scratch + (c << 3)), share = sum / <f64>rows;
    // Without rows there is no first value; `share` is then NaN, as mean and variance have to be.
    store<f32>(mean + (c << 2), <f32>(rows > 0 ? <f64>load<f32>(x + (c << 2)) + share : share));
    store<f32>(variance + (c << 2), <f32>((load<f64>(squares + (c << 3)) - sum * share) / <f64>rows));
  }
}

/** out = 1 / √(variance + epsilon) for n floats, in f64; out may be variance. */
export function inverse_deviation(out: usize, variance: usize, n: usize, epsilon: f64): void {
  for (const end = out + (n << 2); out < end; out += 4, variance += 4) {
    store<f32>(out, <f32>(1 / sqrt(<f64>load<f32>(variance) + epsilon)));
  }
}

/** y = gamma · x̂ + beta; y may be x. */
export function batch_norm_forward(
  y: usize, x: usize, mean: usize, inverse: usize, gamma: usize, beta: usize, rows: usize, columns: usize,
): void {
  const vectorBytes = (columns & ~3) << 2,
    rowBytes = columns << 2;
  for (; rows > 0; rows--) {
    let c: usize = 0;
    for (; c < vectorBytes; c += 16) {
      v128.store(y + c, scaled(true, x + c, mean + c, inverse + c, gamma + c, beta + c));
    }
    for (; c < rowBytes; c += 4) {
      v128.store_lane<f32>(y + c, scaled(false, x + c, mean + c, inverse + c, gamma + c, beta + c), 0);
    }
    y += rowBytes;
    x += rowBytes;
  }
}

/** dbeta[c] = Σ_r dy, dgamma[c] = Σ_r dy · x̂, summed as inverse · Σ_r (x − mean) · dy. */
export function batch_norm_gradients(
  dgamma: usize, dbeta: usize, dy: usize, x: usize, mean: usize, inverse: usize, rows: usize, columns: usize, scratch: usize,
): void {
  const products = scratch + (columns << 3);
  sumProducts(false, scratch, x, dy, mean, rows, columns);
  for (let c: usize = 0; c < columns; c++) {
    store<f32>(dbeta + (c << 2), <f32>load<f64>(scratch + (c << 3)));
    store<f32>(dgamma + (c << 2), <f32>(load<f64>(products + (c << 3)) * <f64>load<f32>(inverse + (c << 2))));
  }
}

/**
 * dx = gamma · inverse · (dy − share · (dbeta + x̂ · dgamma)); dx may be dy or x. `share` is 1 / rows if the moments are those of
 * x and therefore depend on it, 0 if they are constants.
 */
export function batch_norm_backward(
  dx: usize, dy: usize, x: usize, mean: usize, inverse: usize, gamma: usize, dgamma: usize, dbeta: usize,
  rows: usize, columns: usize, share: f32,
): void {
  const vectorBytes = (columns & ~3) << 2,
    rowBytes = columns << 2;
  const minus = f32x4.splat(-share);
  for (; rows > 0; rows--) {
    let c: usize = 0;
    for (; c < vectorBytes; c += 16) {
      v128.store(dx + c, returned(true, dy + c, x + c, mean + c, inverse + c, gamma + c, dgamma + c, dbeta + c, minus));
    }
    for (; c < rowBytes; c += 4) {
      const value = returned(false, dy + c, x + c, mean + c, inverse + c, gamma + c, dgamma + c, dbeta + c, minus);
      v128.store_lane<f32>(dx + c, value, 0);
    }
    dx += rowBytes;
    dy += rowBytes;
    x += rowBytes;
  }
}

/** y = keep · y + add · x for n floats, in f64; one step of a running mean. */
export function blend(y: usize, x: usize, n: usize, keep: f64, add: f64): void {
  for (const end = y + (n << 2); y < end; y += 4, x += 4) {
    store<f32>(y, <f32>(keep * <f64>load<f32>(y) + add * <f64>load<f32>(x)));
  }
}

// Each formula serves a loop and its tail: if `whole`, it takes four floats, otherwise one float and zeros.

// @ts-ignore: decorator
@inline
function lanes(whole: bool, address: usize): v128 {
  return whole ? v128.load(address) : v128.load32_zero(address);
}

// @ts-ignore: decorator
@inline
function normalized(whole: bool, x: usize, mean: usize, inverse: usize): v128 {
  return f32x4.mul(f32x4.sub(lanes(whole, x), lanes(whole, mean)), lanes(whole, inverse));
}

// @ts-ignore: decorator
@inline
function scaled(whole: bool, x: usize, mean: usize, inverse: usize, gamma: usize, beta: usize): v128 {
  return multiplyAdd(lanes(whole, gamma), normalized(whole, x, mean, inverse), lanes(whole, beta));
}

// @ts-ignore: decorator
@inline
function returned(
  whole: bool, dy: usize, x: usize, mean: usize, inverse: usize, gamma: usize, dgamma: usize, dbeta: usize, minus: v128,
): v128 {
  const shared = multiplyAdd(normalized(whole, x, mean, inverse), lanes(whole, dgamma), lanes(whole, dbeta));
  const factor = f32x4.mul(lanes(whole, gamma), lanes(whole, inverse));
  return f32x4.mul(factor, multiplyAdd(minus, shared, lanes(whole, dy)));
}

/** Two floats as f64; if not `whole`, one float and a zero. */
// @ts-ignore: decorator
@inline
function pair(whole: bool, address: usize): v128 {
  return f64x2.promote_low_f32x4(whole ? v128.load64_zero(address) : v128.load32_zero(address));
}

/**
 * Rows per pass. A sum is loaded and stored once for all of them, which is up to twice as fast as once per row. If rows are a
 * power of two apart, more than four of x and four of dy would not fit into one set of a cache.
 */
const ROWS: usize = 4;

/**
 * Writes a row of f64 sums Σ_r v, followed by a row of Σ_r (x − shift)·v. v is dy, or x − shift if `squares`. The difference is
 * computed in f64, so that nearly equal values keep the digits in which they differ.
 */
// @ts-ignore: decorator
@inline
function sumProducts(squares: bool, sums: usize, x: usize, dy: usize, shift: usize, rows: usize, columns: usize): void {
  const pairBytes = (columns & ~1) << 2,
    rowBytes = columns << 2,
    end = x + rows * rowBytes,
    apart = dy - x;
  memory.fill(sums, 0, columns << 4);
  while (x < end) {
    const next = min(end, x + ROWS * rowBytes);
    let c: usize = 0;
    for (; c < pairBytes; c += 8) addRows(true, squares, sums + 2 * c, x + c, next, apart, shift + c, rowBytes);
    if (c < rowBytes) addRows(false, squares, sums + 2 * c, x + c, next, apart, shift + c, rowBytes);
    x = next;
  }
}

/** Adds a few rows to the sums of two columns, or of one if not `whole`. */
// @ts-ignore: decorator
@inline
function addRows(
  whole: bool, squares: bool, sums: usize, x: usize, end: usize, apart: usize, shift: usize, rowBytes: usize,
): void {
  const products = sums + 2 * rowBytes;
  const centre = pair(whole, shift);
  let v = whole ? v128.load(sums) : v128.load64_zero(sums),
    uv = whole ? v128.load(products) : v128.load64_zero(products);
  for (; x < end; x += rowBytes) {
    const u = f64x2.sub(pair(whole, x), centre);
    const w = squares ? u : pair(whole, x + apart);
    v = f64x2.add(v, w);
    uv = f64x2.add(uv, f64x2.mul(u, w));
  }
  if (whole) {
    v128.store(sums, v);
    v128.store(products, uv);
  } else {
    v128.store64_lane(sums, v, 0);
    v128.store64_lane(products, uv, 0);
  }
}
