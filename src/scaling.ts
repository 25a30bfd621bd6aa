import { Arena } from './backend/arena.js';
import type { Address, Backend } from './backend/kernels.js';
import type { Samples } from './samples.js';

/** How inputs are scaled before the first layer; what it learns from data is stored with the model. */
export const inputScalings = ['none', 'unit', 'symmetric', 'zScore'] as const;
export type InputScaling = (typeof inputScalings)[number];

type Mapping =
  | { readonly form: 'affine'; readonly factor: number; readonly offset: number }
  | { readonly form: 'standard' };

/**
 * x ↦ factor · x + offset for bytes: `unit` is x / 255, `symmetric` x / 127.5 − 1. Only factor · x is put into
 * memory; the offset goes through the first layer's bias, so that a black pixel stays exactly 0.
 */
const bytes = {
  unit: { form: 'affine', factor: 1 / 255, offset: 0 },
  symmetric: { form: 'affine', factor: 1 / 127.5, offset: -1 },
} as const satisfies Record<string, Mapping>;

/** The input scaling of one model: fitted once, then the same mapping for every call. */
export class InputScaler {
  readonly #kind: InputScaling;
  readonly #columns: number;
  readonly #backend: Backend;
  readonly #mean: Address;
  readonly #std: Address;
  readonly #zero: Address;
  readonly end: Address;
  #fitted: Mapping | undefined;
  #statistics: { readonly mean: Float64Array; readonly std: Float64Array } | undefined;

  constructor(kind: InputScaling, columns: number, backend: Backend, start: Address) {
    this.#kind = kind;
    this.#columns = columns;
    this.#backend = backend;
    const arena = new Arena(backend, start);
    const vector = kind === 'none' ? 0 : columns;
    this.#mean = arena.elements(vector);
    this.#std = arena.elements(vector);
    this.#zero = arena.elements(vector);
    this.end = arena.end;
    arena.commit();
  }

  /**
   * What x will be mapped with; nothing changes.
   *
   * @throws Error      if the mapping depends on training data and has not been fitted
   * @throws TypeError  if bytes come to a mapping that was fitted on floats
   */
  check(argument: string, x: Samples): void {
    this.#mapping(argument, x);
  }

  /** Fits the mapping to x, once: a second fit changes nothing, and is answered with false. */
  fit(x: Samples): boolean {
    if (this.#kind === 'none' || this.#fitted !== undefined) return false;
    if (x.values instanceof Uint8Array && this.#kind !== 'zScore') {
      this.#fitted = bytes[this.#kind];
      return true;
    }
    const { mean, std } = this.#kind === 'zScore' ? meanAndDeviation(x) : centreAndSpan(x, this.#kind);
    this.#statistics = { mean, std };
    const { elements, elementBytes } = this.#backend;
    elements.set(mean, this.#mean / elementBytes);
    elements.set(std, this.#std / elementBytes);
    elements.fill(0, this.#zero / elementBytes, this.#zero / elementBytes + this.#columns);
    this.#fitted = { form: 'standard' };
    return true;
  }

  /** Forgets the mapping, so that the next data fit it anew. */
  reset(): void {
    this.#fitted = undefined;
  }

  /**
   * Mean and spread of each feature where x is f64 and is to be centred: that has to happen before it is rounded to f32,
   * which would take the digits in which timestamps differ.
   */
  centring(x: Samples) {
    const centred = x.values instanceof Float64Array && this.#mapping('x', x)?.form === 'standard';
    return centred ? this.#statistics : undefined;
  }

  /** Scales rows that lie raw at `address`; returns the offset that the first layer's bias must take over. */
  apply(x: Samples, address: Address, rows: number): number {
    const mapping = this.#mapping('x', x);
    if (mapping === undefined) return 0;
    const { kernels } = this.#backend;
    if (mapping.form === 'affine') {
      kernels.scale(address, address, rows * this.#columns, mapping.factor);
      return mapping.offset;
    }
    kernels.standardize(address, address, this.#mean, this.#std, rows, this.#columns);
    return 0;
  }

  /** Turns dL/d(scaled x) at `address` into dL/dx. */
  applyToGradient(x: Samples, address: Address, rows: number): void {
    const mapping = this.#mapping('x', x);
    if (mapping === undefined) return;
    const { kernels } = this.#backend;
    if (mapping.form === 'affine') kernels.scale(address, address, rows * this.#columns, mapping.factor);
    else kernels.standardize(address, address, this.#zero, this.#std, rows, this.#columns);
  }

  #mapping(argument: string, x: Samples): Mapping | undefined {
    if (this.#kind === 'none') return undefined;
    const isBytes = x.values instanceof Uint8Array;
    if (isBytes && this.#kind !== 'zScore') {
      if (this.#fitted?.form === 'standard') {
        throw new TypeError(
          `${argument}: inputScaling '${this.#kind}' was fitted on floats, but bytes (a Uint8Array) came; convert them to the same units`,
        );
      }
      return bytes[this.#kind];
    }
    if (this.#fitted === undefined) {
      throw new Error(
        `${argument}: inputScaling '${this.#kind}' depends on the training data; call model.adapt(x) or model.fit first`,
      );
    }
    return this.#fitted;
  }
}

function meanAndDeviation({ values, rows, columns }: Samples) {
  const mean = new Float64Array(columns);
  const std = new Float64Array(columns);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1)
    mean[c]! += values[i]! / rows;
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    const difference = values[i]! - mean[c]!;
    std[c]! += (difference * difference) / rows;
  }
  return { mean, std: std.map((variance, c) => spread(Math.sqrt(variance), mean[c]!)) };
}

/** The lowest value of a feature goes to 0 and the highest to 1, or to −1 and 1. */
function centreAndSpan({ values, columns }: Samples, kind: 'unit' | 'symmetric') {
  const low = new Float64Array(columns).fill(Infinity);
  const high = new Float64Array(columns).fill(-Infinity);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    low[c] = Math.min(low[c]!, values[i]!);
    high[c] = Math.max(high[c]!, values[i]!);
  }
  if (kind === 'unit') return { mean: low, std: high.map((top, c) => spread(top - low[c]!, low[c]!)) };
  return {
    mean: low.map((bottom, c) => bottom / 2 + high[c]! / 2),
    std: high.map((top, c) => spread(top / 2 - low[c]! / 2, low[c]!)),
  };
}

/** Below this share of its own size a feature's spread is the rounding of the sums that measured it. */
const ROUNDING = 1e-10;

/** A constant feature is only centred: dividing by its spread of 0 would make it NaN. */
function spread(value: number, size: number): number {
  return Math.fround(value) === 0 || value <= ROUNDING * Math.abs(size) ? 1 : value;
}
