/**
 * Optimizers, one flat loop each over the whole parameter block. p are parameters, g gradients, the other blocks state. The
 * blocks do not overlap. Each rule is written once, for a vector or for one float of the last n % 4. Nothing is fused.
 *
 * State decays. Without gradients it would reach the denormals and, rounded to the nearest, stay there, where a step takes three
 * to four times as long. A mean below 2⁻¹²⁶ therefore becomes 0, and a mean square is at least 2⁻¹²⁰. The root of that, 9e-19, is
 * negligible beside epsilon and avoids a division by 0 without epsilon.
 */
import { constant } from './simd/arithmetic';

const ZERO: usize = memory.data<f32>([0], 4);
/** 2⁻¹²⁶, the smallest normal float. */
const SMALLEST_MEAN: usize = memory.data<f32>([1.17549435e-38], 4);
/** 2⁻¹²⁰; its product with a decay of 0.02 is still a normal float. */
const SMALLEST_SQUARE: usize = memory.data<f32>([7.52316385e-37], 4);

@final
class Vector {
  @inline load(address: usize): v128 { return v128.load(address); }
  @inline store(address: usize, x: v128): void { v128.store(address, x); }
}

@final
class Single {
  @inline load(address: usize): v128 { return v128.load32_zero(address); }
  @inline store(address: usize, x: v128): void { v128.store_lane<f32>(address, x, 0); }
}

// @ts-ignore: decorator
@inline
function read<W>(address: usize): v128 {
  return changetype<W>(0).load(address);
}

// @ts-ignore: decorator
@inline
function write<W>(address: usize, x: v128): void {
  changetype<W>(0).store(address, x);
}

// @ts-ignore: decorator
@inline
function blend(decay: v128, x: v128, share: v128, y: v128): v128 {
  return f32x4.add(f32x4.mul(decay, x), f32x4.mul(share, y));
}

/** Stores a mean and returns the stored value. */
// @ts-ignore: decorator
@inline
function remember<W>(address: usize, mean: v128): v128 {
  mean = v128.andnot(mean, f32x4.lt(f32x4.abs(mean), constant(SMALLEST_MEAN)));
  write<W>(address, mean);
  return mean;
}

/** Stores and returns s = decay · s + share · g². */
// @ts-ignore: decorator
@inline
function rememberSquare<W>(s: usize, decay: v128, share: v128, g: v128): v128 {
  const square = atLeastSmallest(blend(decay, read<W>(s), f32x4.mul(share, g), g));
  write<W>(s, square);
  return square;
}

/** max(square, 2⁻¹²⁰). pmax returns its first operand unless the second is greater, so that NaN stays NaN. */
// @ts-ignore: decorator
@inline
function atLeastSmallest(square: v128): v128 {
  return f32x4.pmax(square, constant(SMALLEST_SQUARE));
}

/** −1, 0 or 1. NaN stays NaN, because a true comparison is a NaN as a float. */
// @ts-ignore: decorator
@inline
function sign(x: v128): v128 {
  // A true comparison is −1 as an integer.
  const ordered = i32x4.sub(f32x4.lt(x, constant(ZERO)), f32x4.gt(x, constant(ZERO)));
  return v128.or(f32x4.convert_i32x4_s(ordered), f32x4.ne(x, x));
}

// @ts-ignore: decorator
@inline
function sgdAt<W>(p: usize, g: usize, rate: v128): void {
  write<W>(p, f32x4.sub(read<W>(p), f32x4.mul(rate, read<W>(g))));
}

/** p −= learningRate · g. */
export function sgd(p: usize, g: usize, n: usize, learningRate: f32): void {
  const rate = f32x4.splat(learningRate);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) sgdAt<Vector>(p + at, g + at, rate);
  for (; at < end; at += 4) sgdAt<Single>(p + at, g + at, rate);
}

// @ts-ignore: decorator
@inline
function momentumAt<W>(p: usize, g: usize, v: usize, rate: v128, mu: v128): void {
  const velocity = remember<W>(v, f32x4.add(f32x4.mul(mu, read<W>(v)), read<W>(g)));
  write<W>(p, f32x4.sub(read<W>(p), f32x4.mul(rate, velocity)));
}

/** v = momentum · v + g, p −= learningRate · v. */
export function sgd_momentum(p: usize, g: usize, v: usize, n: usize, learningRate: f32, momentum: f32): void {
  const rate = f32x4.splat(learningRate), mu = f32x4.splat(momentum);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) momentumAt<Vector>(p + at, g + at, v + at, rate, mu);
  for (; at < end; at += 4) momentumAt<Single>(p + at, g + at, v + at, rate, mu);
}

// @ts-ignore: decorator
@inline
function nesterovAt<W>(p: usize, g: usize, v: usize, rate: v128, mu: v128): void {
  const gradient = read<W>(g);
  const velocity = remember<W>(v, f32x4.add(f32x4.mul(mu, read<W>(v)), gradient));
  write<W>(p, f32x4.sub(read<W>(p), f32x4.mul(rate, f32x4.add(gradient, f32x4.mul(mu, velocity)))));
}

/** v = momentum · v + g, p −= learningRate · (g + momentum · v). */
export function sgd_nesterov(p: usize, g: usize, v: usize, n: usize, learningRate: f32, momentum: f32): void {
  const rate = f32x4.splat(learningRate), mu = f32x4.splat(momentum);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) nesterovAt<Vector>(p + at, g + at, v + at, rate, mu);
  for (; at < end; at += 4) nesterovAt<Single>(p + at, g + at, v + at, rate, mu);
}

// @ts-ignore: decorator
@inline
function rmsAt<W>(g: usize, s: usize, decays: v128, shares: v128, epsilons: v128): void {
  const gradient = read<W>(g);
  const square = rememberSquare<W>(s, decays, shares, gradient);
  write<W>(g, f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), epsilons)));
}

/**
 * s = decay · s + share · g², g /= √s + epsilon. Followed by sgd this is RMSprop if decay + share = 1, Adagrad if both are 1.
 */
export function divide_by_rms(g: usize, s: usize, n: usize, decay: f32, share: f32, epsilon: f32): void {
  const decays = f32x4.splat(decay), shares = f32x4.splat(share), epsilons = f32x4.splat(epsilon);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) rmsAt<Vector>(g + at, s + at, decays, shares, epsilons);
  for (; at < end; at += 4) rmsAt<Single>(g + at, s + at, decays, shares, epsilons);
}

// @ts-ignore: decorator
@inline
function deviationAt<W>(g: usize, s: usize, m: usize, decays: v128, shares: v128, epsilons: v128): void {
  const gradient = read<W>(g);
  const square = rememberSquare<W>(s, decays, shares, gradient);
  const mean = remember<W>(m, blend(decays, read<W>(m), shares, gradient));
  // For a constant gradient, rounding may make the difference negative.
  const variance = atLeastSmallest(f32x4.sub(square, f32x4.mul(mean, mean)));
  write<W>(g, f32x4.div(gradient, f32x4.add(f32x4.sqrt(variance), epsilons)));
}

/** s as in divide_by_rms, m = decay · m + share · g, g /= √(s − m²) + epsilon: centred RMSprop. */
export function divide_by_deviation(g: usize, s: usize, m: usize, n: usize, decay: f32, share: f32, epsilon: f32): void {
  const decays = f32x4.splat(decay), shares = f32x4.splat(share), epsilons = f32x4.splat(epsilon);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) deviationAt<Vector>(g + at, s + at, m + at, decays, shares, epsilons);
  for (; at < end; at += 4) deviationAt<Single>(g + at, s + at, m + at, decays, shares, epsilons);
}

/** One step of Adam. If `largest` is not 0, the largest v so far replaces v under the root; no block has the address 0. */
// @ts-ignore: decorator
@inline
function adamAt<W>(
  p: usize, g: usize, m: usize, v: usize, largest: usize,
  decay1: v128, share1: v128, decay2: v128, share2: v128, forMoment: v128, forGradient: v128, epsilons: v128,
): void {
  const gradient = read<W>(g);
  const first = remember<W>(m, blend(decay1, read<W>(m), share1, gradient));
  let second = rememberSquare<W>(v, decay2, share2, gradient);
  if (largest != 0) {
    // A NaN in v comes first and stays. A NaN in largest came from v, which still has it.
    second = f32x4.pmax(second, read<W>(largest));
    write<W>(largest, second);
  }
  const step = f32x4.div(blend(forMoment, first, forGradient, gradient), f32x4.add(f32x4.sqrt(second), epsilons));
  write<W>(p, f32x4.sub(read<W>(p), step));
}

// @ts-ignore: decorator
@inline
function adamOver(
  p: usize, g: usize, m: usize, v: usize, largest: usize, n: usize,
  beta1: f64, beta2: f64, forMoment: f32, forGradient: f32, epsilon: f32,
): void {
  // 1 − β is computed in f64. From a β rounded to f32, its relative error would be 1e-5.
  const decay1 = f32x4.splat(<f32>beta1), share1 = f32x4.splat(<f32>(1 - beta1));
  const decay2 = f32x4.splat(<f32>beta2), share2 = f32x4.splat(<f32>(1 - beta2));
  const a = f32x4.splat(forMoment), b = f32x4.splat(forGradient), epsilons = f32x4.splat(epsilon);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) {
    adamAt<Vector>(p + at, g + at, m + at, v + at, largest + (largest != 0 ? at : 0), decay1, share1, decay2, share2, a, b, epsilons);
  }
  for (; at < end; at += 4) {
    adamAt<Single>(p + at, g + at, m + at, v + at, largest + (largest != 0 ? at : 0), decay1, share1, decay2, share2, a, b, epsilons);
  }
}

/**
 * m = beta1 · m + (1 − beta1) · g, v = beta2 · v + (1 − beta2) · g², p −= (forMoment · m + forGradient · g) / (√v + epsilon). The
 * caller includes the bias corrections c₁ and c₂ in the numbers. For Adam they are learningRate · √c₂ / c₁, 0 and √c₂ · ε; for
 * NAdam forGradient is not 0.
 */
export function adam(
  p: usize, g: usize, m: usize, v: usize, n: usize,
  beta1: f64, beta2: f64, forMoment: f32, forGradient: f32, epsilon: f32,
): void {
  adamOver(p, g, m, v, 0, n, beta1, beta2, forMoment, forGradient, epsilon);
}

/** m and v as in adam, largest = max(largest, v), p −= forMoment · m / (√largest + epsilon). */
export function amsgrad(
  p: usize, g: usize, m: usize, v: usize, largest: usize, n: usize,
  beta1: f64, beta2: f64, forMoment: f32, epsilon: f32,
): void {
  adamOver(p, g, m, v, largest, n, beta1, beta2, forMoment, 0, epsilon);
}

// @ts-ignore: decorator
@inline
function adadeltaAt<W>(g: usize, s: usize, d: usize, decays: v128, shares: v128, epsilons: v128): void {
  const gradient = read<W>(g), past = read<W>(d);
  const square = rememberSquare<W>(s, decays, shares, gradient);
  const ratio = f32x4.div(f32x4.sqrt(f32x4.add(past, epsilons)), f32x4.sqrt(f32x4.add(square, epsilons)));
  const step = f32x4.mul(ratio, gradient);
  rememberSquare<W>(d, decays, shares, step);
  write<W>(g, step);
}

/**
 * s = decay · s + share · g², g *= √(d + epsilon) / √(s + epsilon), then d = decay · d + share · g² with the new g. Followed by
 * sgd this is Adadelta.
 */
export function adadelta(g: usize, s: usize, d: usize, n: usize, decay: f32, share: f32, epsilon: f32): void {
  const decays = f32x4.splat(decay), shares = f32x4.splat(share), epsilons = f32x4.splat(epsilon);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) adadeltaAt<Vector>(g + at, s + at, d + at, decays, shares, epsilons);
  for (; at < end; at += 4) adadeltaAt<Single>(g + at, s + at, d + at, decays, shares, epsilons);
}

// @ts-ignore: decorator
@inline
function adamaxAt<W>(
  p: usize, g: usize, m: usize, u: usize, decay1: v128, share1: v128, decay2: v128, forMoment: v128, epsilons: v128,
): void {
  const gradient = read<W>(g);
  const first = remember<W>(m, blend(decay1, read<W>(m), share1, gradient));
  const size = f32x4.add(f32x4.abs(gradient), epsilons);
  // max rather than pmax, so that a NaN on either side stays.
  const largest = atLeastSmallest(f32x4.max(size, f32x4.mul(decay2, read<W>(u))));
  write<W>(u, largest);
  write<W>(p, f32x4.sub(read<W>(p), f32x4.div(f32x4.mul(forMoment, first), largest)));
}

/** m = beta1 · m + (1 − beta1) · g, u = max(beta2 · u, |g| + epsilon), p −= forMoment · m / u: Adamax. */
export function adamax(
  p: usize, g: usize, m: usize, u: usize, n: usize, beta1: f64, beta2: f64, forMoment: f32, epsilon: f32,
): void {
  const decay1 = f32x4.splat(<f32>beta1), share1 = f32x4.splat(<f32>(1 - beta1)), decay2 = f32x4.splat(<f32>beta2);
  const factor = f32x4.splat(forMoment), epsilons = f32x4.splat(epsilon);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) adamaxAt<Vector>(p + at, g + at, m + at, u + at, decay1, share1, decay2, factor, epsilons);
  for (; at < end; at += 4) adamaxAt<Single>(p + at, g + at, m + at, u + at, decay1, share1, decay2, factor, epsilons);
}

// @ts-ignore: decorator
@inline
function lionAt<W>(p: usize, g: usize, m: usize, rate: v128, decay1: v128, share1: v128, decay2: v128, share2: v128): void {
  const gradient = read<W>(g), moment = read<W>(m);
  const direction = sign(blend(decay1, moment, share1, gradient));
  write<W>(p, f32x4.sub(read<W>(p), f32x4.mul(rate, direction)));
  remember<W>(m, blend(decay2, moment, share2, gradient));
}

/** p −= learningRate · sign(beta1 · m + (1 − beta1) · g), then m = beta2 · m + (1 − beta2) · g. */
export function lion(p: usize, g: usize, m: usize, n: usize, learningRate: f32, beta1: f64, beta2: f64): void {
  const rate = f32x4.splat(learningRate);
  const decay1 = f32x4.splat(<f32>beta1), share1 = f32x4.splat(<f32>(1 - beta1));
  const decay2 = f32x4.splat(<f32>beta2), share2 = f32x4.splat(<f32>(1 - beta2));
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) lionAt<Vector>(p + at, g + at, m + at, rate, decay1, share1, decay2, share2);
  for (; at < end; at += 4) lionAt<Single>(p + at, g + at, m + at, rate, decay1, share1, decay2, share2);
}

// @ts-ignore: decorator
@inline
function clipAt<W>(x: usize, limit: v128): void {
  // pmin and pmax return their first operand unless the second wins, so that NaN stays NaN.
  write<W>(x, f32x4.pmax(f32x4.pmin(read<W>(x), limit), f32x4.neg(limit)));
}

/** Clamps x to ±limit. */
export function clip(x: usize, n: usize, limit: f32): void {
  const limits = f32x4.splat(limit);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) clipAt<Vector>(x + at, limits);
  for (; at < end; at += 4) clipAt<Single>(x + at, limits);
}

// @ts-ignore: decorator
@inline
function penalizeAt<W>(g: usize, p: usize, l1: v128, l2: v128): void {
  const parameter = read<W>(p);
  write<W>(g, f32x4.add(read<W>(g), blend(l1, sign(parameter), l2, parameter)));
}

/** g += l1 · sign(p) + l2 · p. */
export function penalize(g: usize, p: usize, n: usize, l1: f32, l2: f32): void {
  const forSign = f32x4.splat(l1), forValue = f32x4.splat(l2);
  const end = n << 2, vectorEnd = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectorEnd; at += 16) penalizeAt<Vector>(g + at, p + at, forSign, forValue);
  for (; at < end; at += 4) penalizeAt<Single>(g + at, p + at, forSign, forValue);
}
