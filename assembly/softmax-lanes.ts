/**
 * Softmax and its cross-entropy of four rows at once, one row per lane, with the bits that each row has alone. Narrow rows leave
 * vectors empty and spend most of their time on one division, logarithm or label at a time.
 */
import { flush4 } from './flush';
import { demote, promoteHigh, promoteLow } from './simd/arithmetic';
import { exp } from './simd/exp';
import { logNormal } from './simd/log';

/** Writes p and, unless dz is 0, dz of four rows as in `softmax_cross_entropy`. Returns loss + Σ w · ℓ; without dz, `loss`. */
export function softmaxLanes(
  dz: usize, p: usize, z: usize, labels: usize, columns: usize, weights: usize, share: f64, loss: f64,
): f64 {
  const row = columns << 2, whole = row & ~15;
  let maximum = f32x4.splat(-Infinity);
  for (let c: usize = 0; c < row; c += 4) maximum = f32x4.pmax(maximum, gather(z + c, row));
  let at0: usize = 0, at1: usize = 0, at2: usize = 0, at3: usize = 0;
  let wanted = maximum;
  if (dz != 0) {
    at0 = load<u32>(labels) << 2;
    at1 = (load<u32>(labels, 4) << 2) + row;
    at2 = (load<u32>(labels, 8) << 2) + 2 * row;
    at3 = (load<u32>(labels, 12) << 2) + 3 * row;
    wanted = gatherFrom(z + at0, z + at1, z + at2, z + at3);
  }
  // Sums of even and of odd columns. The last columns mod 4 are added to both one by one, as in `exponentials`.
  let low = f64x2.splat(0), high = low, nextLow = low, nextHigh = low;
  for (let c: usize = 0; ; c += 4) {
    if (c == whole) {
      low = nextLow = f64x2.add(low, nextLow);
      high = nextHigh = f64x2.add(high, nextHigh);
    }
    if (c == row) break;
    const e = exp(f32x4.sub(gather(z + c, row), maximum));
    scatter(p + c, e, row);
    const sumLow = f64x2.add(low, promoteLow(e)), sumHigh = f64x2.add(high, promoteHigh(e));
    low = c < whole ? nextLow : sumLow;
    high = c < whole ? nextHigh : sumHigh;
    nextLow = sumLow;
    nextHigh = sumHigh;
  }
  const one = f64x2.splat(1), shares = demote(f64x2.div(one, low), f64x2.div(one, high));
  const weight = weights == 0 ? f32x4.splat(1) : v128.load(weights);
  const counted = f32x4.ne(weight, f32x4.splat(0));
  const lowWeight = promoteLow(weight), highWeight = promoteHigh(weight);
  const lowFactor = f64x2.mul(lowWeight, f64x2.splat(share)), highFactor = f64x2.mul(highWeight, f64x2.splat(share));
  const gradients = demote(f64x2.div(lowFactor, low), f64x2.div(highFactor, high));
  const label = gatherFrom(p + at0, p + at1, p + at2, p + at3);
  for (let c: usize = 0; c < row; c += 4) {
    const e = gather(p + c, row);
    scatter(p + c, f32x4.mul(e, shares), row);
    if (dz != 0) scatter(dz + c, v128.and(flush4(f32x4.mul(e, gradients)), counted), row);
  }
  if (dz == 0) return loss;
  // p − 1 comes from the values of the other classes, as for a single row.
  const excess = demote(
    f64x2.mul(f64x2.div(f64x2.sub(promoteLow(label), low), low), lowFactor),
    f64x2.mul(f64x2.div(f64x2.sub(promoteHigh(label), high), high), highFactor),
  );
  scatterTo(dz + at0, dz + at1, dz + at2, dz + at3, v128.and(flush4(excess), counted));
  const rounded = demote(low, high), logs = logNormal(rounded, 0);
  const first = term(lowWeight, promoteLow(logs), low, promoteLow(rounded), promoteLow(maximum), promoteLow(wanted));
  const second = term(highWeight, promoteHigh(logs), high, promoteHigh(rounded), promoteHigh(maximum), promoteHigh(wanted));
  loss = loss + f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1);
  return loss + f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1);
}

/** w · (ln sum + maximum − wanted), or 0 if w is 0. The logarithm of the rounded sum is corrected to first order. */
function term(weight: v128, log: v128, sum: v128, rounded: v128, maximum: v128, wanted: v128): v128 {
  const logOfSum = f64x2.add(log, f64x2.div(f64x2.sub(sum, rounded), rounded));
  const value = f64x2.mul(weight, f64x2.add(logOfSum, f64x2.sub(maximum, wanted)));
  return v128.and(value, f64x2.ne(weight, f64x2.splat(0)));
}

/** Loads one value of each of four rows of `row` bytes. */
// @ts-ignore: decorator
@inline
function gather(x: usize, row: usize): v128 {
  return gatherFrom(x, x + row, x + 2 * row, x + 3 * row);
}

// @ts-ignore: decorator
@inline
function gatherFrom(a: usize, b: usize, c: usize, d: usize): v128 {
  const ab = v128.load_lane<f32>(b, v128.load32_zero(a), 1);
  return v128.load_lane<f32>(d, v128.load_lane<f32>(c, ab, 2), 3);
}

// @ts-ignore: decorator
@inline
function scatter(x: usize, values: v128, row: usize): void {
  scatterTo(x, x + row, x + 2 * row, x + 3 * row, values);
}

// @ts-ignore: decorator
@inline
function scatterTo(a: usize, b: usize, c: usize, d: usize, values: v128): void {
  v128.store_lane<f32>(a, values, 0);
  v128.store_lane<f32>(b, values, 1);
  v128.store_lane<f32>(c, values, 2);
  v128.store_lane<f32>(d, values, 3);
}
