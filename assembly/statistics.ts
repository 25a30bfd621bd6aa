/** Statistics over a block of floats, accumulated in f64 in one order. */

/**
 * Writes four f64: mean, population variance, number of zeros, number of non-finite values. Two passes keep the digits of the
 * variance if the values are far from 0. A non-finite value makes the first two NaN.
 */
export function moments(out: usize, x: usize, n: usize): void {
  const nonFinite = count_non_finite(x, n);
  const end = x + (n << 2);
  let sum: f64 = 0;
  let zeros: f64 = 0;
  for (let p = x; p < end; p += 4) {
    const value = load<f32>(p);
    sum += <f64>value;
    if (value == 0) zeros += 1;
  }
  const mean = sum / <f64>n;
  let squares: f64 = 0;
  for (let p = x; p < end; p += 4) {
    const difference = <f64>load<f32>(p) - mean;
    squares += difference * difference;
  }
  store<f64>(out, nonFinite > 0 ? NaN : mean);
  store<f64>(out, nonFinite > 0 ? NaN : squares / <f64>n, 8);
  store<f64>(out, zeros, 16);
  store<f64>(out, nonFinite, 24);
}

/** Number of n floats that are NaN or infinite; x − x is 0 for every other float. */
export function count_non_finite(x: usize, n: usize): f64 {
  const end = x + (n << 2),
    vectorEnd = x + ((n & ~3) << 2);
  let counts = i32x4.splat(0);
  while (x < vectorEnd) {
    const value = v128.load(x);
    // A true comparison is −1 in its lane.
    counts = i32x4.sub(counts, f32x4.ne(f32x4.sub(value, value), f32x4.splat(0)));
    x += 16;
  }
  let count =
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3);
  while (x < end) {
    const value = load<f32>(x);
    if (value - value != 0) count++;
    x += 4;
  }
  return <f64>count;
}

/** Number of rows whose largest entry, the first of equals, has the column labels[r] (u32). */
export function count_correct(p: usize, labels: usize, rows: usize, columns: usize): u32 {
  let correct: u32 = 0;
  for (; rows > 0; rows--) {
    let largest: f32 = -Infinity;
    let at: u32 = 0;
    for (let c: u32 = 0; c < <u32>columns; c++) {
      const value = load<f32>(p + ((<usize>c) << 2));
      if (value > largest) {
        largest = value;
        at = c;
      }
    }
    // A row of NaN has no largest entry and is never correct.
    if (largest > -Infinity && at == load<u32>(labels)) correct++;
    p += columns << 2;
    labels += 4;
  }
  return correct;
}

/** Largest |x|; NaN if x has a NaN, 0 without values. Bits without their sign are ordered like the floats, with NaN above ∞. */
export function largest_magnitude(x: usize, n: usize): f64 {
  const end = x + (n << 2),
    vectorEnd = x + ((n & ~3) << 2);
  const magnitude = i32x4.splat(0x7fffffff);
  let largests = i32x4.splat(0);
  while (x < vectorEnd) {
    largests = i32x4.max_s(largests, v128.and(v128.load(x), magnitude));
    x += 16;
  }
  while (x < end) {
    largests = i32x4.max_s(largests, v128.and(v128.load32_zero(x), magnitude));
    x += 4;
  }
  largests = i32x4.max_s(largests, v128.shuffle<i64>(largests, largests, 1, 0));
  largests = i32x4.max_s(largests, v128.shuffle<i32>(largests, largests, 1, 0, 3, 2));
  return <f64>f32x4.extract_lane(largests, 0);
}

@final
class Square {
  @inline of(x: v128): v128 { return f64x2.mul(x, x); }
}

@final
class Magnitude {
  @inline of(x: v128): v128 { return f64x2.abs(x); }
}

/** Σ x², in f64 in one order. */
export function sum_of_squares(x: usize, n: usize): f64 {
  return sum<Square>(x, n);
}

/** Σ |x|, in f64 in one order. */
export function sum_of_magnitudes(x: usize, n: usize): f64 {
  return sum<Magnitude>(x, n);
}

// @ts-ignore: decorator
@inline
function sum<F>(x: usize, n: usize): f64 {
  const end = x + (n << 2),
    vectorEnd = x + ((n & ~3) << 2);
  let low = f64x2.splat(0), high = low;
  while (x < vectorEnd) {
    const value = v128.load(x);
    const first = f64x2.promote_low_f32x4(value);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f64>(value, value, 1, 1));
    low = f64x2.add(low, changetype<F>(0).of(first));
    high = f64x2.add(high, changetype<F>(0).of(second));
    x += 16;
  }
  const sums = f64x2.add(low, high);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  while (x < end) {
    sum += f64x2.extract_lane(changetype<F>(0).of(f64x2.promote_low_f32x4(v128.load32_zero(x))), 0);
    x += 4;
  }
  return sum;
}
