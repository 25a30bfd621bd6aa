import * as coefficients from '../../../assembly/draw-coefficients.js';
import { computed } from '../../computed.js';
import type { Address } from '../kernels.js';
import type { Elements } from '../names.js';
import type { Kernel, Memory } from './memory.js';
import { philox } from './philox.js';

// A draw has the same bits in every backend. Every operation here is therefore rounded to f32, and the order of operations belongs
// to the definition: a + b·c rounds twice, and no term may be regrouped.
const f32 = Math.fround;

/** 2⁻²⁴, 2⁻³² and the smallest f32, 2⁻¹⁴⁹. */
const PER_24_BITS = 5.9604644775390625e-8;
const PER_32_BITS = 2.3283064365386963e-10;
const SMALLEST = 1.401298464324817e-45;

const LOG_1 = /* @__PURE__ */ Math.fround(coefficients.LOG_1);
const LOG_2 = /* @__PURE__ */ Math.fround(coefficients.LOG_2);
const LOG_3 = /* @__PURE__ */ Math.fround(coefficients.LOG_3);
const LN2_HIGH = /* @__PURE__ */ Math.fround(coefficients.LN2_HIGH);
const LN2_LOW = /* @__PURE__ */ Math.fround(coefficients.LN2_LOW);
const SIN_0 = /* @__PURE__ */ Math.fround(coefficients.SIN_0);
const SIN_1 = /* @__PURE__ */ Math.fround(coefficients.SIN_1);
const SIN_2 = /* @__PURE__ */ Math.fround(coefficients.SIN_2);
const SIN_3 = /* @__PURE__ */ Math.fround(coefficients.SIN_3);
const SIN_4 = /* @__PURE__ */ Math.fround(coefficients.SIN_4);
const COS_0 = /* @__PURE__ */ Math.fround(coefficients.COS_0);
const COS_1 = /* @__PURE__ */ Math.fround(coefficients.COS_1);
const COS_2 = /* @__PURE__ */ Math.fround(coefficients.COS_2);
const COS_3 = /* @__PURE__ */ Math.fround(coefficients.COS_3);
const COS_4 = /* @__PURE__ */ Math.fround(coefficients.COS_4);
const STEP = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_STEP);
const CENTRE = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_CENTRE);
const N0 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_N0);
const N1 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_N1);
const N2 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_N2);
const N3 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_N3);
const N4 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_N4);
const D1 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_D1);
const D2 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_D2);
const D3 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_D3);
const D4 = /* @__PURE__ */ Math.fround(coefficients.TRUNCATED_D4);

/**
 * Turns lanes [from, end) of the block of four words at words[block] into values at target[at + lane]. p and q are the
 * parameters of the distribution.
 */
type Distribution = (
  target: Target,
  at: number,
  words: Uint32Array,
  block: number,
  from: number,
  end: number,
  p: number,
  q: number,
) => void;

type Target = Uint32Array | Elements;

/** n words as u32: value i is word i mod 4 of the Philox block ⌊i / 4⌋ of its path. */
export const random_bits: Kernel<'random_bits'> = (
  memory,
  out,
  n,
  key0,
  key1,
  path0,
  path1,
  index0,
  index1,
  scratch,
) => {
  const to = out >>> 2;
  draw(memory, bits, memory.words, to, n, key0, key1, path0, path1, index0, index1, 0, 0, scratch);
};

/** n values of U[low, high). Value i uses 24 bits of word i. */
export const random_uniform = /* @__PURE__ */ floats(uniform);
/** n values of N(mean, stddev²) by Box–Muller. Value i uses words 2⌊i / 2⌋ and 2⌊i / 2⌋ + 1. */
export const random_normal = /* @__PURE__ */ floats(normal);
/** n values of N(mean, stddev²) cut at mean ± 2 stddev. Value i is the inverse distribution function of word i. */
export const random_truncated_normal = /* @__PURE__ */ floats(truncated);

/** Makes the kernel of a distribution of floats. Its two parameters are rounded to f32, as WebAssembly takes them. */
function floats(kind: Distribution): Kernel<'random_uniform' | 'random_normal'> {
  return (memory, out, n, key0, key1, path0, path1, index0, index1, a, b, scratch) => {
    const to = out >>> memory.shift;
    const p = f32(a);
    const q = f32(b);
    draw(memory, kind, memory.elements, to, n, key0, key1, path0, path1, index0, index1, p, q, scratch);
  };
}

/** Draws block by block and stores only the requested values of the first and the last block. */
function draw(
  { words }: Memory,
  distribution: Distribution,
  target: Target,
  to: number,
  n: number,
  key0: number,
  key1: number,
  path0: number,
  path1: number,
  index0: number,
  index1: number,
  p: number,
  q: number,
  scratch: Address,
): void {
  const block = scratch >>> 2;
  let low = (index0 >>> 2) | (index1 << 30);
  let high = index1 >>> 2;
  for (let i = -(index0 & 3); i < n; i += 4) {
    philox(words, block, low, high, path0, path1, key0, key1);
    distribution(target, to + i, words, block, Math.max(0, -i), Math.min(4, n - i), p, q);
    low = (low + 1) | 0;
    if (low === 0) high++;
  }
}

function bits(
  target: Target,
  at: number,
  words: Uint32Array,
  block: number,
  from: number,
  end: number,
): void {
  for (let lane = from; lane < end; lane++) target[at + lane] = words[block + lane]!;
}

function uniform(
  target: Target,
  at: number,
  words: Uint32Array,
  block: number,
  from: number,
  end: number,
  low: number,
  high: number,
): void {
  const range = f32(high - low);
  for (let lane = from; lane < end; lane++) {
    const u = f32((words[block + lane]! >>> 8) * PER_24_BITS);
    const value = addProduct(low, range, u);
    // The sum may round up to `high`, which is excluded.
    target[at + lane] = value >= high ? nextBelow(high) : value;
  }
}

function normal(
  target: Target,
  at: number,
  words: Uint32Array,
  block: number,
  from: number,
  end: number,
  mean: number,
  stddev: number,
): void {
  for (let lane = from & 2; lane < end; lane += 2) {
    const angle = words[block + lane + 1]!;
    const distance = radius(words[block + lane]!);
    // Cosine and sine are computed on half the circle; the top bit of the angle chooses the half.
    const r = angle >>> 31 === 1 ? -distance : distance;
    const a = f32(f32(angle << 1) * PER_32_BITS);
    if (lane >= from) target[at + lane] = addProduct(mean, stddev, f32(r * cosine(a)));
    if (lane + 1 < end) target[at + lane + 1] = addProduct(mean, stddev, f32(r * sine(a)));
  }
}

function truncated(
  target: Target,
  at: number,
  words: Uint32Array,
  block: number,
  from: number,
  end: number,
  mean: number,
  stddev: number,
): void {
  for (let lane = from; lane < end; lane++) {
    const p = f32(f32(words[block + lane]! | 0) * STEP);
    const q = f32(CENTRE - f32(p * p));
    let n = addProduct(N3, q, N4);
    n = addProduct(N2, q, n);
    n = addProduct(N1, q, n);
    n = addProduct(N0, q, n);
    let d = addProduct(D3, q, D4);
    d = addProduct(D2, q, d);
    d = addProduct(D1, q, d);
    d = addProduct(1, q, d);
    const z = Math.max(-2, Math.min(2, f32(p * f32(n / d))));
    target[at + lane] = addProduct(mean, stddev, z);
  }
}

const single = /* @__PURE__ */ new Float32Array(1);
const singleBits = /* @__PURE__ */ computed(() => new Int32Array(single.buffer));

/** √(−2 ln u), where u is the upper 31 bits of a word as a fraction. For u = 0 it takes the middle of the first interval. */
function radius(word: number): number {
  single[0] = Math.max(f32(word >>> 1), 0.5);
  const whole = singleBits[0]!;
  const exponent = (whole - coefficients.SQRT_HALF_BITS) >> 23;
  singleBits[0] = whole - (exponent << 23);
  const k = f32(exponent - 31);
  const x = f32(single[0]! - 1);
  const s = f32(x / f32(2 + x));
  const t = f32(s * s);
  const tail = f32(t * addProduct(LOG_1, t, addProduct(LOG_2, t, LOG_3)));
  const h = f32(f32(0.5 * x) * x);
  const small = f32(f32(s * f32(h + tail)) + f32(k * LN2_LOW));
  const logarithm = f32(f32(k * LN2_HIGH) - f32(f32(h - small) - x));
  return f32(Math.sqrt(f32(-2 * logarithm)));
}

/** cos πa for |a| ≤ ½. */
function cosine(a: number): number {
  const q = f32(a * a);
  let y = addProduct(COS_3, q, COS_4);
  y = addProduct(COS_2, q, y);
  y = addProduct(COS_1, q, y);
  y = addProduct(COS_0, q, y);
  return addProduct(1, q, y);
}

/** sin πa for |a| ≤ ½. */
function sine(a: number): number {
  const q = f32(a * a);
  let y = addProduct(SIN_3, q, SIN_4);
  y = addProduct(SIN_2, q, y);
  y = addProduct(SIN_1, q, y);
  y = addProduct(SIN_0, q, y);
  return f32(a * y);
}

/** sum + a·b, rounded twice; one step of a polynomial. */
function addProduct(sum: number, a: number, b: number): number {
  return f32(sum + f32(a * b));
}

/** Largest f32 below x. */
function nextBelow(x: number): number {
  // −0 and 0 have different bits and the same neighbour. Away from 0, bits count up with the magnitude.
  if (x === 0) return -SMALLEST;
  single[0] = x;
  singleBits[0]! += x > 0 ? -1 : 1;
  return single[0]!;
}
