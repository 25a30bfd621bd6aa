import { powerOfTwo } from '../numbers/exponents.js';
import { exponentTo1 } from './log-statistics.js';
import type { Float32Limits } from './propagation.js';

/** At this exponent and above all values are infinite. */
const BEYOND = 128;
/** The smallest normal number of f32. */
export const SMALLEST_F32 = 1.1754943508222875e-38; // 2⁻¹²⁶
/** And at this one and below they are 0. */
const GONE = -152;
/** Short of this size, up or down, nothing is lost of a variance either. */
const SAFE = 50;

type Kind = keyof Float32Limits;
const kinds = ['overflow', 'varianceOverflow', 'vanishes', 'varianceVanishes', 'varianceZero'] as const;

/** Finds for each network the first layer at which its preactivations, rounded to f32, are lost, or their variance is. */
export class Float32Watch {
  readonly #firsts: Readonly<Record<Kind, number[]>>;
  readonly #networks: number;
  readonly #values: Float32Array;

  constructor(networks: number, width: number) {
    this.#networks = networks;
    this.#values = new Float32Array(width);
    this.#firsts = {
      overflow: [],
      varianceOverflow: [],
      vanishes: [],
      varianceVanishes: [],
      varianceZero: [],
    };
  }

  /** @param exponent  the values are z · 2^exponent, and `largest` the largest |z| */
  see(network: number, layer: number, z: Float64Array, largest: number, exponent: number): void {
    const own = exponentTo1(largest);
    // Cut to where all is infinite, or 0, in f32.
    const size = Math.max(GONE, Math.min(BEYOND, own + exponent));
    if (largest > 0 && Math.abs(size) < SAFE) return;
    // In two steps: the product of the two powers may be no f64.
    const values = this.#values;
    for (let i = 0; i < z.length; i++) values[i] = z[i]! * powerOfTwo(-own) * powerOfTwo(size);
    const first = (kind: Kind) => {
      this.#firsts[kind][network] ??= layer;
    };
    const extreme = Math.fround(largest * powerOfTwo(-own) * powerOfTwo(size));
    if (!Number.isFinite(extreme)) first('overflow');
    if (extreme === 0) first('vanishes');
    const variance = variance32(values);
    if (!Number.isFinite(variance)) first('varianceOverflow');
    if (variance < SMALLEST_F32) first('varianceVanishes');
    if (variance === 0) first('varianceZero');
  }

  /** The layer, counted from 1, by which a limit was met in half of the networks or more. */
  limits(): Float32Limits {
    const middle = Math.ceil(this.#networks / 2) - 1;
    const limits: { -readonly [K in Kind]?: number } = {};
    for (const kind of kinds) {
      const met = Float64Array.from(Object.values(this.#firsts[kind])).sort();
      if (met.length > middle) limits[kind] = met[middle]! + 1;
    }
    return limits;
  }
}

/** The population variance as f32 arithmetic has it. */
function variance32(values: Float32Array): number {
  const { fround } = Math;
  let sum = 0;
  for (const value of values) sum = fround(sum + value);
  const mean = fround(sum / values.length);
  let squares = 0;
  for (const value of values) {
    const deviation = fround(value - mean);
    squares = fround(squares + fround(deviation * deviation));
  }
  return fround(squares / values.length);
}
