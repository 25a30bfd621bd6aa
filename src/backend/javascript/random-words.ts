/** Draws that use whole words, sixteen at a time. */
import type { Address } from '../kernels.js';
import type { Kernel, Memory } from './memory.js';
import { quantile } from './quantile.js';
import { random_bits } from './random.js';

/** Words drawn at a time. They are stored after the 64 bytes of scratch that `random_bits` uses. */
const WORDS = 16;
const WORDS_AT = 64;
const WORD = 0x100000000;

/** n values of N(mean, stddev²) cut to low ≤ z ≤ high. Value i is Φ⁻¹ of word i, scaled to the mass above Φ(low). */
export const random_bounded_normal: Kernel<'random_bounded_normal'> = (
  memory,
  out,
  n,
  key0,
  key1,
  path0,
  path1,
  index0,
  index1,
  mean,
  stddev,
  low,
  high,
  below,
  mass,
  scratch,
) => {
  const { elements, words, shift } = memory;
  const [mean32, stddev32, low32, high32] = [mean, stddev, low, high].map(Math.fround) as [
    number,
    number,
    number,
    number,
  ];
  const at = (scratch + WORDS_AT) >>> 2;
  const to = out >>> shift;
  const first = (index0 >>> 0) + (index1 >>> 0) * WORD;
  for (let done = 0; done < n; done += WORDS) {
    const count = Math.min(WORDS, n - done);
    bitsFrom(memory, count, key0, key1, path0, path1, first + done, scratch);
    for (let i = 0; i < count; i++) {
      const z = Math.fround(quantile(below + mass * ((words[at + i]! + 0.5) / WORD)));
      const kept = Math.min(Math.max(z, low32), high32);
      elements[to + done + i] = Math.fround(mean32 + Math.fround(stddev32 * kept));
    }
  }
};

/** n whole numbers from [0, bound), as u32. */
export const random_integers: Kernel<'random_integers'> = (
  memory,
  out,
  n,
  key0,
  key1,
  path0,
  path1,
  index0,
  index1,
  bound,
  scratch,
) => {
  integers(memory, out, n, key0, key1, path0, path1, index0, index1, bound, 0, scratch);
};

/** n whole numbers; value i of the stream is from [0, i]. */
export const random_choices: Kernel<'random_choices'> = (
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
  const bound = (index0 >>> 0) + (index1 >>> 0) * WORD + 1;
  integers(memory, out, n, key0, key1, path0, path1, index0, index1, bound, 1, scratch);
};

function integers(
  memory: Memory,
  out: Address,
  n: number,
  key0: number,
  key1: number,
  path0: number,
  path1: number,
  index0: number,
  index1: number,
  bound: number,
  growth: number,
  scratch: Address,
): void {
  const { words } = memory;
  const at = (scratch + WORDS_AT) >>> 2;
  const to = out >>> 2;
  const first = 2 * ((index0 >>> 0) + (index1 >>> 0) * WORD);
  for (let done = 0; done < n; done += WORDS / 2) {
    const count = Math.min(WORDS / 2, n - done);
    bitsFrom(memory, 2 * count, key0, key1, path0, path1, first + 2 * done, scratch);
    for (let i = 0; i < count; i++) {
      const value = highProduct(words[at + 2 * i]!, words[at + 2 * i + 1]!, bound + (done + i) * growth);
      words[to + done + i] = value;
    }
  }
}

/** ⌊(high · 2³² + low) · bound / 2⁶⁴⌋ for bound ≤ 2³². */
function highProduct(low: number, high: number, bound: number): number {
  // BigInt, because both products exceed 2⁵³, beyond which a double drops digits.
  const carried = (BigInt(low) * BigInt(bound)) >> 32n;
  return Number((BigInt(high) * BigInt(bound) + carried) >> 32n);
}

function bitsFrom(
  memory: Memory,
  n: number,
  key0: number,
  key1: number,
  path0: number,
  path1: number,
  index: number,
  scratch: Address,
): void {
  const low = index % WORD;
  const high = Math.floor(index / WORD);
  random_bits(memory, scratch + WORDS_AT, n, key0, key1, path0, path1, low, high, scratch);
}
