/** Statistics over a block of floats, accumulated in f64 in one order. */

/**
 * Writes six f64: mean, population variance, number of zeros, number of non-finite values, smallest and largest value that is not
 * NaN. Two passes keep the digits of the variance if the values are far from 0. A non-finite value makes the first two NaN. Both
 * passes sum in eight lanes, by index modulo 8, so that no addition waits for the last one.
 */
export function moments(out: usize, x: usize, n: usize): void {
  const start = x,
    end = x + (n << 2),
    vectorEnd = x + ((n & ~7) << 2),
    zero = f32x4.splat(0);
  let zeros = i32x4.splat(0), nonFinite = zeros;
  let least = f32x4.splat(Infinity), most = f32x4.splat(-Infinity);
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; x < vectorEnd; x += 32) {
    const a = v128.load(x), b = v128.load(x, 16);
    s0 = f64x2.add(s0, f64x2.promote_low_f32x4(a));
    s1 = f64x2.add(s1, upper(a));
    s2 = f64x2.add(s2, f64x2.promote_low_f32x4(b));
    s3 = f64x2.add(s3, upper(b));
    // A true comparison is −1 in its lane. x − x is 0 for every finite x.
    zeros = i32x4.sub(i32x4.sub(zeros, f32x4.eq(a, zero)), f32x4.eq(b, zero));
    nonFinite = i32x4.sub(nonFinite, f32x4.ne(f32x4.sub(a, a), zero));
    nonFinite = i32x4.sub(nonFinite, f32x4.ne(f32x4.sub(b, b), zero));
    // pmin and pmax keep their first operand unless the second is beyond it, and NaN never is.
    least = f32x4.pmin(f32x4.pmin(least, a), b);
    most = f32x4.pmax(f32x4.pmax(most, a), b);
  }
  let sum = sumOfAll(s0, s1, s2, s3);
  let zeroCount = sumOfLanes(zeros), badCount = sumOfLanes(nonFinite);
  for (; x < end; x += 4) {
    const value = load<f32>(x), splat = f32x4.splat(value);
    sum += <f64>value;
    zeroCount += i32(value == 0);
    badCount += i32(value - value != 0);
    least = f32x4.pmin(least, splat);
    most = f32x4.pmax(most, splat);
  }
  least = f32x4.pmin(least, v128.shuffle<i64>(least, least, 1, 0));
  most = f32x4.pmax(most, v128.shuffle<i64>(most, most, 1, 0));
  least = f32x4.pmin(least, v128.shuffle<i32>(least, least, 1, 0, 3, 2));
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));
  const mean = sum / <f64>n;
  store<f64>(out, badCount > 0 ? NaN : mean);
  store<f64>(out, badCount > 0 ? NaN : squaredDeviations(start, n, mean) / <f64>n, 8);
  store<f64>(out, <f64>zeroCount, 16);
  store<f64>(out, <f64>badCount, 24);
  store<f64>(out, <f64>f32x4.extract_lane(least, 0), 32);
  store<f64>(out, <f64>f32x4.extract_lane(most, 0), 40);
}

/** Σ (x − mean)², in eight lanes. */
function squaredDeviations(x: usize, n: usize, mean: f64): f64 {
  const end = x + (n << 2),
    vectorEnd = x + ((n & ~7) << 2),
    about = f64x2.splat(mean);
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; x < vectorEnd; x += 32) {
    const a = v128.load(x), b = v128.load(x, 16);
    s0 = f64x2.add(s0, square(f64x2.sub(f64x2.promote_low_f32x4(a), about)));
    s1 = f64x2.add(s1, square(f64x2.sub(upper(a), about)));
    s2 = f64x2.add(s2, square(f64x2.sub(f64x2.promote_low_f32x4(b), about)));
    s3 = f64x2.add(s3, square(f64x2.sub(upper(b), about)));
  }
  let sum = sumOfAll(s0, s1, s2, s3);
  for (; x < end; x += 4) {
    const deviation = <f64>load<f32>(x) - mean;
    sum += deviation * deviation;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
}

// @ts-ignore: decorator
@inline
function square(x: v128): v128 {
  return f64x2.mul(x, x);
}

// @ts-ignore: decorator
@inline
function sumOfAll(s0: v128, s1: v128, s2: v128, s3: v128): f64 {
  const sums = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/**
 * Writes `bins` u32: how many values lie in each of that many bins of equal width from low to high. The last bin includes high.
 * Values outside count in the bin at that end, NaN in the first. The bin is (x − low) / (high − low) · bins in f64, rounded down.
 * Each of four lanes has counts of its own, three of them in 12 · bins bytes of scratch, so that no increment waits for the last
 * one of the same bin.
 */
export function histogram(counts: usize, x: usize, n: usize, low: f64, high: f64, bins: usize, scratch: usize): void {
  const end = x + (n << 2),
    vectorEnd = x + ((n & ~3) << 2),
    lane = bins << 2,
    countsEnd = counts + lane;
  const first = scratch, second = first + lane, third = second + lane;
  memory.fill(counts, 0, lane);
  memory.fill(scratch, 0, 3 * lane);
  const least = f64x2.splat(low), width = f64x2.splat(high - low), factor = f64x2.splat(<f64>bins);
  const last = i32x4.splat(<i32>bins - 1);
  for (; x < vectorEnd; x += 16) {
    const value = v128.load(x);
    const below = binsOf(value, least, width, factor);
    const above = binsOf(v128.shuffle<f64>(value, value, 1, 1), least, width, factor);
    const bin = i32x4.min_s(i32x4.max_s(v128.shuffle<i64>(below, above, 0, 2), i32x4.splat(0)), last);
    increment(counts, i32x4.extract_lane(bin, 0));
    increment(first, i32x4.extract_lane(bin, 1));
    increment(second, i32x4.extract_lane(bin, 2));
    increment(third, i32x4.extract_lane(bin, 3));
  }
  for (; x < end; x += 4) {
    const bin = binsOf(v128.load32_zero(x), least, width, factor);
    increment(counts, i32x4.extract_lane(i32x4.min_s(i32x4.max_s(bin, i32x4.splat(0)), last), 0));
  }
  for (let to = counts, from = scratch; to < countsEnd; to += 4, from += 4) {
    store<u32>(to, load<u32>(to) + load<u32>(from) + load<u32>(from + lane) + load<u32>(from + 2 * lane));
  }
}

/** Bins of the first two of four floats, not limited to the range. A width of 0 gives 0 / 0, which becomes 0. */
// @ts-ignore: decorator
@inline
function binsOf(values: v128, low: v128, width: v128, bins: v128): v128 {
  const share = f64x2.div(f64x2.sub(f64x2.promote_low_f32x4(values), low), width);
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(share, bins));
}

// @ts-ignore: decorator
@inline
function increment(counts: usize, bin: i32): void {
  const at = counts + ((<usize>bin) << 2);
  store<u32>(at, load<u32>(at) + 1);
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
  let count = sumOfLanes(counts);
  while (x < end) {
    const value = load<f32>(x);
    if (value - value != 0) count++;
    x += 4;
  }
  return <f64>count;
}

// @ts-ignore: decorator
@inline
function sumOfLanes(counts: v128): i32 {
  return (
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3)
  );
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
