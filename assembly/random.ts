/**
 * Random draws. Value i of a stream depends on (key, path, i) alone: word i is word i mod 4 of
 * Philox4x32-10 at counter (⌊i/4⌋, path). No operation here is fused and none is relaxed, so a draw is the
 * same bits in every build; `src/backend/javascript/random.ts` repeats it rounding by rounding.
 *
 * Values are made in groups of sixteen, four Philox blocks side by side. A group that is not wholly wanted, at
 * either end, is made in scratch and copied from there: that is why chunks never show.
 */
import {
  PHILOX_MULTIPLIER_0, PHILOX_MULTIPLIER_1, PHILOX_ROUNDS, PHILOX_WEYL_0, PHILOX_WEYL_1,
  TRUNCATED_CENTRE, TRUNCATED_D1, TRUNCATED_D2, TRUNCATED_D3, TRUNCATED_D4,
  TRUNCATED_N0, TRUNCATED_N1, TRUNCATED_N2, TRUNCATED_N3, TRUNCATED_N4, TRUNCATED_STEP,
} from './draw-coefficients';
import { constant } from './simd/arithmetic';
import { logNormal } from './simd/log';
import { quantile } from './quantile';
import { cosPi, sinPi } from './simd/sincos';

const HALF: usize = memory.data<f32>([0.5], 4);
const MINUS_TWO: usize = memory.data<f32>([-2], 4);
const TWO: usize = memory.data<f32>([2], 4);
const ONE: usize = memory.data<f32>([1], 4);
/** 2⁻²⁴ and 2⁻³². */
const PER_24_BITS: usize = memory.data<f32>([5.9604644775390625e-8], 4);
const PER_32_BITS: usize = memory.data<f32>([2.3283064365386963e-10], 4);
const LANES: usize = memory.data<u32>([0, 1, 2, 3], 16);
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

/** The words themselves. */
export function random_bits(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32, scratch: usize,
): void {
  draw<Bits>(out, n, key0, key1, path0, path1, index0, index1, 0, 0, 0, scratch);
}

/** 24 bits of word i, over [low, high): what rounds up to high becomes the float below it. */
export function random_uniform(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  low: f32, high: f32, scratch: usize,
): void {
  draw<Uniform>(out, n, key0, key1, path0, path1, index0, index1, low, high - low, floatBelow(high), scratch);
}

/**
 * Box–Muller on words 2j and 2j + 1: the first gives the radius (31 bits: |z| ≤ 6.66, 6.5 for all but one word in 2³¹),
 * the second an angle in half-turns and a sign; value 2j is the cosine, 2j + 1 the sine.
 */
export function random_normal(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  mean: f32, stddev: f32, scratch: usize,
): void {
  draw<Normal>(out, n, key0, key1, path0, path1, index0, index1, mean, stddev, 0, scratch);
}

/** A normal cut at ±2: Φ⁻¹ of word i spread over [Φ(−2), Φ(2)]. Its own sd is 0.8796 · stddev. */
export function random_truncated_normal(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  mean: f32, stddev: f32, scratch: usize,
): void {
  draw<TruncatedNormal>(out, n, key0, key1, path0, path1, index0, index1, mean, stddev, 0, scratch);
}

/**
 * A normal cut to low ≤ z ≤ high, for any bounds in standard deviations: Φ⁻¹ in f64 of word i spread over the `mass`
 * above `below` = Φ(low). A caller with low > 0 draws the mirrored interval, where Φ has its digits.
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

/** Whole numbers in [0, bound), as u32: the 64-bit number of words 2i and 2i + 1 (low word first) times bound, its high half. */
export function random_integers(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  bound: f64, scratch: usize,
): void {
  integers(out, n, key0, key1, path0, path1, index0, index1, <u64>bound, 0, scratch);
}

/** Whole numbers in [0, i], i the index of the value: the choices of a Fisher–Yates shuffle. */
export function random_choices(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32, scratch: usize,
): void {
  const first = ((<u64>index1 << 32) | <u64>index0) + 1;
  integers(out, n, key0, key1, path0, path1, index0, index1, first, 1, scratch);
}

/** Value i in [0, bound + i · growth), i counted from 0 here; eight at a time through scratch. */
function integers(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  bound: u64, growth: u64, scratch: usize,
): void {
  let word = ((<u64>index1 << 32) | <u64>index0) << 1;
  const words = scratch + GROUP * 4;
  while (n > 0) {
    const count = min<usize>(8, n);
    random_bits(words, count << 1, key0, key1, path0, path1, <u32>word, <u32>(word >> 32), scratch);
    for (let i: usize = 0; i < count; i++) {
      const low = <u64>load<u32>(words + (i << 3)), high = <u64>load<u32>(words + (i << 3), 4);
      store<u32>(out, <u32>((high * bound + (low * bound >> 32)) >> 32));
      out += 4;
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
 * A distribution turns word w of four blocks (w0…w3, a lane a block) into value w of the four; `first` and
 * `second` make a pair of values from a pair of words.
 */
@final
class Bits {
  @inline first(u: v128, v: v128, a: v128, b: v128, c: v128): v128 { return u; }
  @inline second(u: v128, v: v128, a: v128, b: v128, c: v128): v128 { return v; }
}

@final
class Uniform {
  @inline value(word: v128, low: v128, range: v128, below: v128): v128 {
    const fraction = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), constant(PER_24_BITS));
    return f32x4.pmin(affine(low, range, fraction), below);
  }
  @inline first(u: v128, v: v128, a: v128, b: v128, c: v128): v128 { return this.value(u, a, b, c); }
  @inline second(u: v128, v: v128, a: v128, b: v128, c: v128): v128 { return this.value(v, a, b, c); }
}

@final
class Normal {
  @inline radius(u: v128, v: v128): v128 {
    const fraction = f32x4.pmax(f32x4.convert_i32x4_s(i32x4.shr_u(u, 1)), constant(HALF));
    const r = f32x4.sqrt(f32x4.mul(constant(MINUS_TWO), logNormal(fraction, -31)));
    return v128.xor(r, v128.and(v, i32x4.splat(0x80000000)));
  }
  @inline angle(v: v128): v128 {
    return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(v, 1)), constant(PER_32_BITS));
  }
  @inline first(u: v128, v: v128, a: v128, b: v128, c: v128): v128 {
    const t = this.angle(v);
    return affine(a, b, f32x4.mul(this.radius(u, v), cosPi(f32x4.mul(t, t))));
  }
  @inline second(u: v128, v: v128, a: v128, b: v128, c: v128): v128 {
    const t = this.angle(v);
    return affine(a, b, f32x4.mul(this.radius(u, v), sinPi(t, f32x4.mul(t, t))));
  }
}

@final
class TruncatedNormal {
  @inline value(word: v128, mean: v128, stddev: v128): v128 {
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
  @inline first(u: v128, v: v128, a: v128, b: v128, c: v128): v128 { return this.value(u, a, b); }
  @inline second(u: v128, v: v128, a: v128, b: v128, c: v128): v128 { return this.value(v, a, b); }
}

/** n values of distribution D from index on, parameters a, b, c. */
// @ts-ignore: decorator
@inline
function draw<D>(
  out: usize, n: usize, key0: u32, key1: u32, path0: u32, path1: u32, index0: u32, index1: u32,
  a: f32, b: f32, c: f32, scratch: usize,
): void {
  const index = (<u64>index1 << 32) | <u64>index0;
  let block = (index & ~<u64>(GROUP - 1)) >> 2;
  let skipped = <usize>(index & (GROUP - 1));
  while (n > 0) {
    const count = min(GROUP - skipped, n);
    const target = count == GROUP ? out : scratch;
    group<D>(target, block, key0, key1, path0, path1, f32x4.splat(a), f32x4.splat(b), f32x4.splat(c));
    if (count < GROUP) memory.copy(out, scratch + (skipped << 2), count << 2);
    out += count << 2;
    n -= count;
    block += 4;
    skipped = 0;
  }
}

/** Sixteen values from four blocks: Philox4x32-10 a lane a block, the distribution, and a transposition to value order. */
// @ts-ignore: decorator
@inline
function group<D>(out: usize, block: u64, key0: u32, key1: u32, path0: u32, path1: u32, a: v128, b: v128, c: v128): void {
  // block is a multiple of 4, so no lane's low word wraps on its own.
  let w0 = i32x4.add(i32x4.splat(<i32>block), v128.load(LANES));
  let w1 = i32x4.splat(<i32>(block >> 32));
  let w2 = i32x4.splat(path0), w3 = i32x4.splat(path1);
  const m0 = i32x4.splat(<i32>PHILOX_MULTIPLIER_0), m1 = i32x4.splat(<i32>PHILOX_MULTIPLIER_1);
  for (let round = 0; round < PHILOX_ROUNDS; round++) {
    const a01 = i64x2.extmul_low_i32x4_u(w0, m0), a23 = i64x2.extmul_high_i32x4_u(w0, m0);
    const b01 = i64x2.extmul_low_i32x4_u(w2, m1), b23 = i64x2.extmul_high_i32x4_u(w2, m1);
    w0 = v128.xor(v128.xor(v128.shuffle<i32>(b01, b23, 1, 3, 5, 7), w1), i32x4.splat(key0));
    w2 = v128.xor(v128.xor(v128.shuffle<i32>(a01, a23, 1, 3, 5, 7), w3), i32x4.splat(key1));
    w1 = v128.shuffle<i32>(b01, b23, 0, 2, 4, 6);
    w3 = v128.shuffle<i32>(a01, a23, 0, 2, 4, 6);
    key0 += <u32>PHILOX_WEYL_0;
    key1 += <u32>PHILOX_WEYL_1;
  }
  const v0 = changetype<D>(0).first(w0, w1, a, b, c), v1 = changetype<D>(0).second(w0, w1, a, b, c);
  const v2 = changetype<D>(0).first(w2, w3, a, b, c), v3 = changetype<D>(0).second(w2, w3, a, b, c);
  const t0 = v128.shuffle<i32>(v0, v1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(v2, v3, 0, 4, 1, 5);
  const t2 = v128.shuffle<i32>(v0, v1, 2, 6, 3, 7), t3 = v128.shuffle<i32>(v2, v3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f64>(t0, t1, 0, 2));
  v128.store(out, v128.shuffle<f64>(t0, t1, 1, 3), 16);
  v128.store(out, v128.shuffle<f64>(t2, t3, 0, 2), 32);
  v128.store(out, v128.shuffle<f64>(t2, t3, 1, 3), 48);
}
