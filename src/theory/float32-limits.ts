import { powerOfTwo } from '../numbers/exponents.js';
import { exponentTo1 } from './log-statistics.js';
import type { Float32Limits } from './propagation.js';

/** Smallest exponent at which all values are infinite in f32. */
const BEYOND = 128;
/** The smallest normal number of f32. */
export const SMALLEST_F32 = 1.1754943508222875e-38; // 2⁻¹²⁶
/** Largest exponent at which all values are 0 in f32. */
const GONE = -152;
/** Largest exponent, in magnitude, at which f32 loses neither the values nor their variance. */
const SAFE = 50;

type Kind = keyof Float32Limits;
const kinds = ['overflow', 'varianceOverflow', 'vanishes', 'varianceVanishes', 'varianceZero'] as const;

/** Finds for each network the first layer at which f32 would lose its preactivations or their variance. */
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

  /**
   * Checks one layer of one network.
   *
   * @param exponent  the values are z · 2^exponent
   * @param largest   the largest |z|
   */
  see(network: number, layer: number, z: Float64Array, largest: number, exponent: number): void {
    const own = exponentTo1(largest);
    // Clamped to the exponents at which all values are 0 or infinite in f32.
    const size = Math.max(GONE, Math.min(BEYOND, own + exponent));
    if (largest > 0 && Math.abs(size) < SAFE) return;
    // Two multiplications, since the product of the powers may leave f64.
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

  /** Returns for each limit the layer, counted from 1, by which at least half of the networks have met it. */
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

/** Population variance, computed in f32 arithmetic. */
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
