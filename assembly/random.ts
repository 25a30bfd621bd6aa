/**
 * Random draws. Value i of a stream depends on (key, path, i) alone: word i is word i mod 4 of Philox4x32-10 at the counter
 * (⌊i/4⌋, path). No operation is fused or relaxed, so that a draw has the same bits in every build.
 * `src/backend/javascript/random.ts` repeats it rounding by rounding.
 *
 * Words are made in groups of sixteen, four Philox blocks side by side, and turned into values in place. A first or last group
 * that is only partly wanted is made in scratch and copied, so that the values do not depend on how a draw is split into calls.
 */
import {
  PHILOX_MULTIPLIER_0, PHILOX_MULTIPLIER_1, PHILOX_ROUNDS, PHILOX_WEYL_0, PHILOX_WEYL_1,
  TRUNCATED_CENTRE, TRUNCATED_D1, TRUNCATED_D2, TRUNCATED_D3, TRUNCATED_D4,
  TRUNCATED_N0, TRUNCATED_N1, TRUNCATED_N2, TRUNCATED_N3, TRUNCATED_N4, TRUNCATED_STEP,
} from './draw-coefficients';
import { constant } from './simd/arithmetic';
import { minusTwiceLog } from './simd/log';
import { quantile } from './quantile';
import { cosPi, sinPi } from './simd/sincos';

const HALF: usize = memory.data<f32>([0.5], 4);
const MINUS_TWO: usize = memory.data<f32>([-2], 4);
const TWO: usize = memory.data<f32>([2], 4);
const ONE: usize = memory.data<f32>([1], 4);
/** 2⁻²⁴ and 2⁻³². */
const PER_24_BITS: usize = memory.data<f32>([5.9604644775390625e-8], 4);
const PER_32_BITS: usize = memory.data<f32>([2.3283064365386963e-10], 4);
const SIGN: usize = memory.data<u32>([0x80000000], 4);
const LANES: usize = memory.data<u32>([0, 1, 2, 3], 16);
const M0: usize = memory.data<u32>([<u32>PHILOX_MULTIPLIER_0], 4);
const M1: usize = memory.data<u32>([<u32>PHILOX_MULTIPLIER_1], 4);
const STEP: usize = memory.data<f32>([<f32>TRUNCATED_STEP], 4);
const CENTRE: usize = memory.data<f32>([<f32>TRUNCATED_CENTRE], 4);
const N0: usize = memory.data<f32>([<f32>TRUNCATED_N0], 4);
const N1: usize = memory.data<f32>([<f32>TRUNCATED_N1], 4);
const N2: usize = memory.data<f32>([<f32>TRUNCATED_N2], 4);
const N3: usize = memory.data<f32>([<f32>TRUNCATED_N3], 4);
const N4: usize = memory.data<f32>([<f32>TRUNCATED_N4], 4);
const D1: usize = memory.data<f32>([<f32>TRUNCATED_D1], 4);
const D2: usize = memory.data<f32>([<f32>TRUNCATED_D2], 4);
const D3: usize = memory.data<f32>([<f32>TRUNCATED_D3], 4);
const D4: usize = memory.data<f32>([<f32>TRUNCATED_D4], 4);

const GROUP: usize = 16;
const GROUP_BYTES: usize = GROUP << 2;
/** Largest number of values per pass: 16 KB, which stay in the first-level cache. The counters of its blocks never wrap. */
const SEGMENT: usize = 4096;
/** Bytes in scratch, behind a group, for the keys of all rounds but the first two, which are partly equal for all blocks. */
const KEYED_BYTES: usize = (PHILOX_ROUNDS - 2) << 3;

/** n words as u32. */
export function random_bits(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32, scratch: usize,
): void {
  draw<Bits>(out, n, key0, key1, path0, path1, index0, index1, 0, 0, 0, scratch);
}

/** n values of U[low, high), from 24 bits of word i. A value that rounds up to high becomes the float below it. */
export function random_uniform(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  low: f32, high: f32, scratch: usize,
): void {
  draw<Uniform>(out, n, key0, key1, path0, path1, index0, index1, low, high - low, floatBelow(high), scratch);
}

/**
 * n normal values by Box–Muller on words 2j and 2j + 1. The first word gives the radius (31 bits: |z| ≤ 6.66, and ≤ 6.5 for all
 * but one word in 2³¹), the second an angle in half-turns and a sign. Value 2j is the cosine, value 2j + 1 the sine.
 */
export function random_normal(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  mean: f32, stddev: f32, scratch: usize,
): void {
  draw<Normal>(out, n, key0, key1, path0, path1, index0, index1, mean, stddev, 0, scratch);
}

/** n normal values cut at ±2: Φ⁻¹ of word i, scaled to [Φ(−2), Φ(2)]. Their standard deviation is 0.8796 · stddev. */
export function random_truncated_normal(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  mean: f32, stddev: f32, scratch: usize,
): void {
  draw<TruncatedNormal>(out, n, key0, key1, path0, path1, index0, index1, mean, stddev, 0, scratch);
}

/**
 * n normal values cut to low ≤ z ≤ high, any bounds in standard deviations: Φ⁻¹ in f64 of word i, scaled to the `mass` above
 * `below` = Φ(low). A caller with low > 0 draws the mirrored interval, where Φ keeps its digits.
 */
export function random_bounded_normal(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  mean: f32, stddev: f32, low: f32, high: f32, below: f64, mass: f64, scratch: usize,
): void {
  random_bits(out, n, key0, key1, path0, path1, index0, index1, scratch);
  for (const end = out + (n << 2); out < end; out += 4) {
    const fraction = (<f64>load<u32>(out) + 0.5) * 2.3283064365386963e-10;
    const z = <f32>quantile(below + mass * fraction);
    store<f32>(out, mean + stddev * min(max(z, low), high));
  }
}

/**
 * n whole numbers from [0, bound), as u32: the high half of bound times the 64-bit number of words 2i (low) and 2i + 1 (high).
 */
export function random_integers(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  bound: f64, scratch: usize,
): void {
  integers(out, n, key0, key1, path0, path1, index0, index1, <u64>bound, 0, scratch);
}

/** n whole numbers; value i of the stream is from [0, i]. These are the choices of a Fisher–Yates shuffle. */
export function random_choices(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32, scratch: usize,
): void {
  const first = ((<u64>index1 << 32) | <u64>index0) + 1;
  integers(out, n, key0, key1, path0, path1, index0, index1, first, 1, scratch);
}

/**
 * n whole numbers, value i from [0, bound + i · growth) with i counted from 0 here. Each needs two words. The words are stored in
 * the space of the values that are still to be made, so that half of these are made at a time; the words of the last value are in
 * scratch.
 */
function integers(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  bound: u64, growth: u64, scratch: usize,
): void {
  let word = ((<u64>index1 << 32) | <u64>index0) << 1;
  while (n > 0) {
    const count = max<usize>(n >> 1, 1);
    let from = n == 1 ? scratch : out;
    random_bits(from, count << 1, key0, key1, path0, path1, <u32>word, <u32>(word >> 32), scratch);
    for (const end = out + (count << 2); out < end; out += 4, from += 8) {
      const low = <u64>load<u32>(from), high = <u64>load<u32>(from, 4);
      store<u32>(out, <u32>((high * bound + (low * bound >> 32)) >> 32));
      bound += growth;
    }
    word += count << 1;
    n -= count;
  }
}

function floatBelow(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  if (x == 0) return reinterpret<f32>(0x80000001);
  return reinterpret<f32>(bits > 0 ? bits - 1 : bits + 1);
}

/** a + b·x, rounded twice in every build. */
// @ts-ignore: decorator
@inline
function affine(a: v128, b: v128, x: v128): v128 {
  return f32x4.add(a, f32x4.mul(b, x));
}

/**
 * A distribution turns the words of four blocks, one lane per block, into values. From two neighbouring words u and v it computes
 * what their two values share, x from both words and y from v, and then the two values.
 */
class ValueOfWord {
  @inline first(x: v128, y: v128, a: v128, b: v128): v128 { return x; }
  @inline second(x: v128, y: v128, a: v128, b: v128): v128 { return y; }
}

@final
class Bits extends ValueOfWord {
  @inline x(u: v128, v: v128, a: v128, b: v128, c: v128): v128 { return u; }
  @inline y(v: v128, a: v128, b: v128, c: v128): v128 { return v; }
}

@final
class Uniform extends ValueOfWord {
  @inline x(u: v128, v: v128, low: v128, range: v128, below: v128): v128 { return this.y(u, low, range, below); }
  @inline y(word: v128, low: v128, range: v128, below: v128): v128 {
    const fraction = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), constant(PER_24_BITS));
    return f32x4.pmin(affine(low, range, fraction), below);
  }
}

/** Box–Muller: x is the radius with the sign of the angle, y the angle. */
@final
class Normal {
  @inline x(u: v128, v: v128, mean: v128, stddev: v128, c: v128): v128 {
    const fraction = f32x4.pmax(f32x4.convert_i32x4_s(i32x4.shr_u(u, 1)), constant(HALF));
    const r = f32x4.sqrt(minusTwiceLog(fraction, -31));
    return v128.xor(r, v128.and(v, constant(SIGN)));
  }
  @inline y(v: v128, mean: v128, stddev: v128, c: v128): v128 {
    return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(v, 1)), constant(PER_32_BITS));
  }
  @inline first(r: v128, t: v128, mean: v128, stddev: v128): v128 {
    return affine(mean, stddev, f32x4.mul(r, cosPi(f32x4.mul(t, t))));
  }
  @inline second(r: v128, t: v128, mean: v128, stddev: v128): v128 {
    return affine(mean, stddev, f32x4.mul(r, sinPi(t, f32x4.mul(t, t))));
  }
}

@final
class TruncatedNormal extends ValueOfWord {
  @inline x(u: v128, v: v128, mean: v128, stddev: v128, c: v128): v128 { return this.y(u, mean, stddev, c); }
  @inline y(word: v128, mean: v128, stddev: v128, c: v128): v128 {
    const p = f32x4.mul(f32x4.convert_i32x4_s(word), constant(STEP));
    const q = f32x4.sub(constant(CENTRE), f32x4.mul(p, p));
    let above = affine(constant(N3), q, constant(N4));
    above = affine(constant(N2), q, above);
    above = affine(constant(N1), q, above);
    above = affine(constant(N0), q, above);
    let below = affine(constant(D3), q, constant(D4));
    below = affine(constant(D2), q, below);
    below = affine(constant(D1), q, below);
    below = affine(constant(ONE), q, below);
    const z = f32x4.mul(p, f32x4.div(above, below));
    return affine(mean, stddev, f32x4.pmax(f32x4.pmin(z, constant(TWO)), constant(MINUS_TWO)));
  }
}

/** Draws n values of distribution D from `index` on, with the parameters a, b, c. */
// @ts-ignore: decorator
@inline
function draw<D>(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  a: f32, b: f32, c: f32, scratch: usize,
): void {
  let index = (<u64>index1 << 32) | <u64>index0;
  while (n > 0) {
    const skipped = <usize>index & (GROUP - 1);
    let count = min(n & ~(GROUP - 1), SEGMENT - (<usize>index & (SEGMENT - 1))), target = out;
    const whole = skipped == 0 && count > 0;
    if (!whole) {
      count = GROUP;
      target = scratch;
    }
    makeWords(target, count, index, key0, key1, path0, path1, scratch + GROUP_BYTES);
    makeValues<D>(target, count, a, b, c);
    if (!whole) {
      count = min(GROUP - skipped, n);
      memory.copy(out, scratch + (skipped << 2), count << 2);
    }
    out += count << 2;
    n -= count;
    index += count;
  }
}

/** Lower halves of four products. */
// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/**
 * Makes n words in whole groups, starting with the group of `index`. A group is four vectors; vector w has word w of four blocks.
 * It computes two groups at a time, p and q, because each round waits for the one before. `keys` is space for the keys of the
 * rounds.
 */
function makeWords(out: usize, n: usize, index: u64, key0: u32, key1: u32, path0: u32, path1: u32, keys: usize): void {
  // Only word 0 of the counter varies, and with it half of rounds 1 and 2. The constant halves, with their keys, are computed
  // here.
  const first = <u64>path0 * PHILOX_MULTIPLIER_1;
  const second = <u64>(<u32>(first >> 32) ^ <u32>(index >> 34) ^ key0) * PHILOX_MULTIPLIER_0;
  const a2 = i32x4.splat(path1 ^ key1);
  const b0 = i32x4.splat(<u32>first ^ (key0 + <u32>PHILOX_WEYL_0));
  const b2 = i32x4.splat(<u32>(second >> 32) ^ (key1 + <u32>PHILOX_WEYL_1));
  const b3 = i32x4.splat(<u32>second);
  const keysEnd = keys + KEYED_BYTES;
  for (let at = keys, round: u32 = 2; at < keysEnd; at += 8, round++) {
    store<u32>(at, key0 + round * <u32>PHILOX_WEYL_0);
    store<u32>(at, key1 + round * <u32>PHILOX_WEYL_1, 4);
  }
  const m0 = v128.load32_splat(M0), m1 = v128.load32_splat(M1);
  let counter = i32x4.add(i32x4.splat(<i32>(index >> 2) & ~3), v128.load(LANES));
  for (const end = out + (n << 2); out < end; out += 2 * GROUP_BYTES) {
    let r01 = i64x2.extmul_low_i32x4_u(counter, m0), r23 = i64x2.extmul_high_i32x4_u(counter, m0);
    let p2 = v128.xor(low(r01, r23), b2), p3 = v128.xor(high(r01, r23), a2);
    counter = i32x4.add(counter, i32x4.splat(4));
    r01 = i64x2.extmul_low_i32x4_u(counter, m0);
    r23 = i64x2.extmul_high_i32x4_u(counter, m0);
    let q2 = v128.xor(low(r01, r23), b2), q3 = v128.xor(high(r01, r23), a2);
    counter = i32x4.add(counter, i32x4.splat(4));
    r01 = i64x2.extmul_low_i32x4_u(p3, m1);
    r23 = i64x2.extmul_high_i32x4_u(p3, m1);
    let p0 = v128.xor(high(r01, r23), b0), p1 = low(r01, r23);
    r01 = i64x2.extmul_low_i32x4_u(q3, m1);
    r23 = i64x2.extmul_high_i32x4_u(q3, m1);
    let q0 = v128.xor(high(r01, r23), b0), q1 = low(r01, r23);
    p3 = b3;
    q3 = b3;
    for (let at = keys; at < keysEnd; at += 8) {
      r01 = i64x2.extmul_low_i32x4_u(p0, m0);
      r23 = i64x2.extmul_high_i32x4_u(p0, m0);
      let s01 = i64x2.extmul_low_i32x4_u(p2, m1), s23 = i64x2.extmul_high_i32x4_u(p2, m1);
      p0 = v128.xor(v128.xor(high(s01, s23), p1), v128.load32_splat(at));
      p1 = low(s01, s23);
      p2 = v128.xor(v128.xor(high(r01, r23), p3), v128.load32_splat(at, 4));
      p3 = low(r01, r23);
      r01 = i64x2.extmul_low_i32x4_u(q0, m0);
      r23 = i64x2.extmul_high_i32x4_u(q0, m0);
      s01 = i64x2.extmul_low_i32x4_u(q2, m1);
      s23 = i64x2.extmul_high_i32x4_u(q2, m1);
      q0 = v128.xor(v128.xor(high(s01, s23), q1), v128.load32_splat(at));
      q1 = low(s01, s23);
      q2 = v128.xor(v128.xor(high(r01, r23), q3), v128.load32_splat(at, 4));
      q3 = low(r01, r23);
    }
    // If p is the last group, q is overwritten.
    storeFour(end - out > GROUP_BYTES ? out + GROUP_BYTES : out, q0, q1, q2, q3);
    storeFour(out, p0, p1, p2, p3);
  }
}

// @ts-ignore: decorator
@inline
function storeFour(out: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  v128.store(out, x0);
  v128.store(out, x1, 16);
  v128.store(out, x2, 32);
  v128.store(out, x3, 48);
}

/** Turns words into values of D and transposes them into their order. */
// @ts-ignore: decorator
@inline
function makeValues<D>(out: usize, n: usize, a: f32, b: f32, c: f32): void {
  const p = f32x4.splat(a), q = f32x4.splat(b), r = f32x4.splat(c);
  for (const end = out + (n << 2); out < end; out += GROUP_BYTES) {
    const w0 = v128.load(out), w1 = v128.load(out, 16), w2 = v128.load(out, 32), w3 = v128.load(out, 48);
    const x0 = changetype<D>(0).x(w0, w1, p, q, r), y0 = changetype<D>(0).y(w1, p, q, r);
    const x1 = changetype<D>(0).x(w2, w3, p, q, r), y1 = changetype<D>(0).y(w3, p, q, r);
    const v0 = changetype<D>(0).first(x0, y0, p, q), v1 = changetype<D>(0).second(x0, y0, p, q);
    const v2 = changetype<D>(0).first(x1, y1, p, q), v3 = changetype<D>(0).second(x1, y1, p, q);
    const t0 = v128.shuffle<i32>(v0, v1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(v2, v3, 0, 4, 1, 5);
    const t2 = v128.shuffle<i32>(v0, v1, 2, 6, 3, 7), t3 = v128.shuffle<i32>(v2, v3, 2, 6, 3, 7);
    storeFour(
      out, v128.shuffle<f64>(t0, t1, 0, 2), v128.shuffle<f64>(t0, t1, 1, 3),
      v128.shuffle<f64>(t2, t3, 0, 2), v128.shuffle<f64>(t2, t3, 1, 3),
    );
  }
}
