/**
 * Losses that are sums over elements. Each writes w_r · share · ℓ′ and returns Σ_r w_r Σ_c ℓ. w is `weights`, one float per row,
 * or 1 for every row if `weights` is 0. A row of weight 0 adds 0 to both, whatever its values are.
 *
 * The loops are flat, so that narrow rows fill vectors too. Element i is summed in lane i mod 4; the last n mod 4 elements are
 * added one by one to the sum of the lanes. Weights of 1 change no bit of the result.
 */
import { sigmoid_forward } from './activations';
import { flush4 } from './flush';
import { constant } from './simd/arithmetic';
import { exp } from './simd/exp';
import { logNormal } from './simd/log';

const ZERO: usize = memory.data<f32>([0], 4);
const ONE: usize = memory.data<f32>([1], 4);
/** 2⁻⁵⁰⁰, far below the smallest difference of floats, 2⁻¹⁴⁹, and large enough for its reciprocal to be an f64. */
const TINY: f64 = 3.054936363499605e-151;

/** da = 2 · w · share · (a − t), ℓ = (a − t)². Here and in the next two, da may be a or targets. */
export function squared_error(
  da: usize, a: usize, targets: usize, rows: usize, columns: usize, weights: usize, share: f64,
): f64 {
  return 2 * huberLoss(da, a, targets, rows, columns, weights, 2 * share, f64.MAX_VALUE, 1);
}

/** da = w · share · sign(a − t), 0 if they are equal; ℓ = |a − t|. */
export function absolute_error(
  da: usize, a: usize, targets: usize, rows: usize, columns: usize, weights: usize, share: f64,
): f64 {
  return huberLoss(da, a, targets, rows, columns, weights, share, TINY, 1 / TINY) / TINY;
}

/** Huber loss of d = a − t: da = w · share · min(max(d, −δ), δ), ℓ = ½d² where |d| ≤ δ, else δ(|d| − ½δ). δ > 0. */
export function huber(
  da: usize, a: usize, targets: usize, rows: usize, columns: usize, weights: usize, share: f64, delta: f64,
): f64 {
  return huberLoss(da, a, targets, rows, columns, weights, share, delta, 1);
}

/**
 * Writes p = σ(z) by `sigmoid_forward` and dz = w · share · (p − t); ℓ = max(z, 0) − zt + ln(1 + e^−|z|). p may be z.
 *
 * With e = e^−|z| nothing overflows. For a confident right answer, neither 1 − p nor the loss is a difference of nearly equal
 * numbers.
 */
export function sigmoid_cross_entropy(
  dz: usize, p: usize, z: usize, targets: usize, rows: usize, columns: usize, weights: usize, share: f64,
): f64 {
  const n = rows * columns;
  const loss = logisticLoss(dz, z, targets, n, columns, weights, share);
  sigmoid_forward(p, z, n);
  return loss;
}

/**
 * Computes all three regression losses. With m = d clamped to ±δ, Huber's loss is m (d − ½m) and its derivative m. For an
 * infinite δ the loss is half the square. For a δ below every d, the loss divided by δ is |d|, and `rescale` = 1/δ makes the
 * derivative ±1. Everything is in f64 and rounded once, so that a square keeps its digits and cannot overflow.
 */
function huberLoss(
  da: usize, a: usize, targets: usize, rows: usize, columns: usize, weights: usize, share: f64, delta: f64, rescale: f64,
): f64 {
  const n = rows * columns, whole = n & ~3;
  const factor = <f64><f32>share * rescale;
  const highest = f64x2.splat(delta), lowest = f64x2.neg(highest), factors = f64x2.splat(factor);
  const half = f64x2.splat(0.5);
  let lowWeights = f64x2.splat(1), highWeights = lowWeights;
  let low = f64x2.splat(0), high = low;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    let d = f32x4.sub(v128.load(a), v128.load(targets));
    if (weights != 0) {
      const w = weightsOf(weights, i, columns);
      d = v128.and(d, f32x4.ne(w, constant(ZERO)));
      lowWeights = f64x2.promote_low_f32x4(w);
      highWeights = f64x2.promote_low_f32x4(upper(w));
    }
    const d0 = f64x2.promote_low_f32x4(d), d1 = f64x2.promote_low_f32x4(upper(d));
    // pmin and pmax return their first operand unless the second wins, so that NaN stays NaN.
    const m0 = f64x2.pmax(f64x2.pmin(d0, highest), lowest), m1 = f64x2.pmax(f64x2.pmin(d1, highest), lowest);
    const v0 = f64x2.mul(lowWeights, m0), v1 = f64x2.mul(highWeights, m1);
    low = f64x2.add(low, f64x2.mul(v0, f64x2.sub(d0, f64x2.mul(half, m0))));
    high = f64x2.add(high, f64x2.mul(v1, f64x2.sub(d1, f64x2.mul(half, m1))));
    const g0 = f32x4.demote_f64x2_zero(f64x2.mul(v0, factors)), g1 = f32x4.demote_f64x2_zero(f64x2.mul(v1, factors));
    v128.store(da, v128.shuffle<f64>(g0, g1, 0, 2));
    da += 16; a += 16; targets += 16;
  }
  const sums = f64x2.add(low, high);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < n; i++) {
    const w = weights == 0 ? 1 : <f64>load<f32>(weights + (i / columns << 2));
    const d = w == 0 ? 0 : <f64>(load<f32>(a) - load<f32>(targets));
    const m = max(min(d, delta), -delta);
    const v = w * m;
    sum += v * (d - 0.5 * m);
    store<f32>(da, <f32>(v * factor));
    da += 4; a += 4; targets += 4;
  }
  return sum;
}

function logisticLoss(
  dz: usize, z: usize, targets: usize, n: usize, columns: usize, weights: usize, share: f64,
): f64 {
  const one = constant(ONE), shares = f32x4.splat(<f32>share);
  let factors = shares, lowWeights = f64x2.splat(1), highWeights = lowWeights;
  let counted = i32x4.splat(-1);
  let low = f64x2.splat(0), high = low;
  let sum: f64 = 0;
  let i: usize = 0;
  while (i < n) {
    const full = n - i > 3;
    const x = full ? v128.load(z) : v128.load32_zero(z), t = full ? v128.load(targets) : v128.load32_zero(targets);
    if (weights != 0) {
      const w = full ? weightsOf(weights, i, columns) : v128.load32_splat(weights + (i / columns << 2));
      factors = f32x4.mul(w, shares);
      counted = f32x4.ne(w, constant(ZERO));
      lowWeights = f64x2.promote_low_f32x4(w);
      highWeights = f64x2.promote_low_f32x4(upper(w));
    }
    const e = exp(f32x4.neg(f32x4.abs(x)));
    const left = f32x4.lt(x, constant(ZERO));
    const q = f32x4.div(e, f32x4.add(one, e));
    const rest = f32x4.sub(one, t);
    // p is q for negative x, 1 − q otherwise.
    const gradient = v128.and(flush4(f32x4.mul(v128.bitselect(f32x4.sub(q, t), f32x4.sub(rest, q), left), factors)), counted);
    // max(z, 0) − zt is |z| times the target of the other class. If that target is 0, an infinite logit costs nothing.
    const other = v128.bitselect(t, rest, left);
    const distance = v128.and(f32x4.mul(f32x4.abs(x), other), f32x4.ne(other, constant(ZERO)));
    // ln(1 + e) is the logarithm of the rounded 1 + e plus a first-order correction of the rounding.
    const u = f32x4.add(one, e);
    const log = f32x4.add(logNormal(u, 0), f32x4.div(f32x4.sub(e, f32x4.sub(u, one)), u));
    const loss = v128.and(f32x4.add(distance, log), counted);
    const first = f64x2.mul(lowWeights, f64x2.promote_low_f32x4(loss));
    if (full) {
      v128.store(dz, gradient);
      low = f64x2.add(low, first);
      high = f64x2.add(high, f64x2.mul(highWeights, f64x2.promote_low_f32x4(upper(loss))));
      dz += 16; z += 16; targets += 16; i += 4;
    } else {
      v128.store_lane<f32>(dz, gradient, 0);
      sum += f64x2.extract_lane(first, 0);
      dz += 4; z += 4; targets += 4; i++;
    }
  }
  const sums = f64x2.add(low, high);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1) + sum;
}

/** Returns the weights of elements i … i + 3, each that of its row. */
function weightsOf(weights: usize, i: usize, columns: usize): v128 {
  let w = v128.load32_splat(weights + (i / columns << 2));
  if (i % columns + 3 < columns) return w;
  // From the last lane to the first; each step moves the others up by a lane.
  for (let lane: usize = 4; lane-- > 0; ) {
    w = v128.load_lane<f32>(weights + ((i + lane) / columns << 2), v128.shuffle<i32>(w, w, 0, 0, 1, 2), 0);
  }
  return w;
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return v128.shuffle<f64>(x, x, 1, 1);
}
