import { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import { finiteF32, knownKeys, oneOf, ShapeError, show } from '../errors.js';
import type { Samples } from '../training/samples.js';

const scalingNames = ['none', 'unit', 'symmetric', 'zScore'] as const;
export type ScalingName = (typeof scalingNames)[number];
const scopes = ['feature', 'dataset'] as const;
export type ScalingScope = (typeof scopes)[number];

/** Scales by what is learned from the data, for each feature or, per: 'dataset', for all alike. */
export interface LearnedScaling {
  readonly kind: Exclude<ScalingName, 'none'>;
  readonly per?: ScalingScope;
}
/** (x − mean) / std, as given: one number for all features, or one a feature. */
export interface GivenScaling {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
}
/** How inputs are scaled before the first layer; what it learns from data is stored with the model. */
export type InputScaling = ScalingName | LearnedScaling | GivenScaling;

/** @throws TypeError, RangeError or ShapeError that opens with inputScaling. */
export function checkScaling(value: unknown, columns: number): CheckedScaling {
  const at = 'inputScaling';
  if (typeof value === 'string') return { kind: oneOf(at, value, scalingNames), per: 'feature' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${at}: expected one of ${scalingNames.join(', ')} or an object, got ${show(value)}`);
  }
  if ('kind' in value) {
    knownKeys(at, value, ['kind', 'per']);
    const { kind, per = 'feature' } = value as LearnedScaling;
    return { kind: oneOf(`${at}.kind`, kind, scalingNames), per: oneOf(`${at}.per`, per, scopes) };
  }
  knownKeys(at, value, ['mean', 'std']);
  const { mean, std } = value as GivenScaling;
  const given = { mean: perFeature(`${at}.mean`, mean, columns), std: perFeature(`${at}.std`, std, columns) };
  const bad = given.std.findIndex((deviation) => !(Math.fround(deviation) > 0));
  if (bad >= 0) throw new RangeError(`${at}.std: expected numbers > 0, got ${given.std[bad]} at ${bad}`);
  return { kind: 'given', ...given };
}

type CheckedScaling =
  | { readonly kind: ScalingName; readonly per: ScalingScope }
  | { readonly kind: 'given'; readonly mean: Float64Array; readonly std: Float64Array };

function perFeature(argument: string, value: unknown, columns: number): Float64Array {
  if (typeof value === 'number') return new Float64Array(columns).fill(finiteF32(argument, value));
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    throw new TypeError(`${argument}: expected a number or an array of ${columns}, got ${show(value)}`);
  }
  const numbers = Array.from(value as ArrayLike<unknown>, (entry, i) =>
    finiteF32(`${argument}[${i}]`, entry),
  );
  if (numbers.length !== columns) {
    const message = `${argument}: expected ${columns} numbers, one a feature, got ${numbers.length}`;
    throw new ShapeError(message, { argument });
  }
  return Float64Array.from(numbers);
}

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
  readonly #scaling: CheckedScaling;
  readonly #columns: number;
  readonly #backend: Backend;
  readonly #mean: Address;
  readonly #std: Address;
  readonly #zero: Address;
  readonly end: Address;
  #fitted: Mapping | undefined;
  #statistics: { readonly mean: Float64Array; readonly std: Float64Array } | undefined;

  constructor(scaling: CheckedScaling, columns: number, backend: Backend, start: Address) {
    this.#scaling = scaling;
    this.#columns = columns;
    this.#backend = backend;
    const arena = new Arena(backend, start);
    const vector = scaling.kind === 'none' ? 0 : columns;
    this.#mean = arena.elements(vector);
    this.#std = arena.elements(vector);
    this.#zero = arena.elements(vector);
    this.end = arena.end;
    arena.commit();
    this.reset();
  }

  /** Mean and spread of each feature, once they are known and where the mapping is one by them. */
  get statistics(): { readonly mean: Float64Array; readonly std: Float64Array } | undefined {
    return this.#fitted?.form === 'standard' ? this.#statistics : undefined;
  }

  /** True where the mapping of bytes is the model's. */
  get fittedToBytes(): boolean {
    return this.#fitted?.form === 'affine';
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
    const { kind } = this.#scaling;
    if (kind === 'none' || kind === 'given' || this.#fitted !== undefined) return false;
    if (x.values instanceof Uint8Array && kind !== 'zScore') {
      this.fitToBytes();
      return true;
    }
    // As one long column, where all features are scaled alike.
    const all = this.#scaling.per === 'dataset';
    const seen = all ? { ...x, rows: x.rows * x.columns, columns: 1 } : x;
    const { mean, std } = kind === 'zScore' ? meanAndDeviation(seen) : centreAndSpan(seen, kind);
    const columns = this.#columns;
    const wide = (values: Float64Array) => (all ? new Float64Array(columns).fill(values[0]!) : values);
    this.set({ mean: wide(mean), std: wide(std) });
    return true;
  }

  /** Takes mean and spread of each feature as they are. */
  set(statistics: { readonly mean: Float64Array; readonly std: Float64Array }): void {
    const { mean, std } = statistics;
    this.#statistics = { mean, std };
    const { elements, elementBytes } = this.#backend;
    elements.set(mean, this.#mean / elementBytes);
    elements.set(std, this.#std / elementBytes);
    elements.fill(0, this.#zero / elementBytes, this.#zero / elementBytes + this.#columns);
    this.#fitted = { form: 'standard' };
  }

  /** Takes the mapping of bytes, which needs no data. */
  fitToBytes(): void {
    const { kind } = this.#scaling;
    if (kind === 'unit' || kind === 'symmetric') this.#fitted = bytes[kind];
  }

  /** Takes what another has learned. */
  takeOver({ statistics, fittedToBytes }: InputScaler): void {
    if (statistics !== undefined) this.set(statistics);
    if (fittedToBytes) this.fitToBytes();
  }

  /** Forgets what was learned, so that the next data fit it anew. */
  reset(): void {
    this.#fitted = undefined;
    if (this.#scaling.kind === 'given') this.set(this.#scaling);
  }

  /**
   * Mean and spread of each feature where x is f64 and is to be centred: that has to happen before it is rounded to f32,
   * which would take the digits in which timestamps differ.
   */
  centring(x: Samples) {
    const centred = x.values instanceof Float64Array && this.#mapping('x', x)?.form === 'standard';
    return centred ? this.#statistics : undefined;
  }

  /** What bytes are to be multiplied by as they become elements, before `apply`. */
  byteFactor(x: Samples): number {
    const mapping = this.#mapping('x', x);
    return mapping?.form === 'affine' ? mapping.factor : 1;
  }

  /**
   * Scales rows that lie raw at `address`, bytes but for their factor; returns the offset that the first layer's bias must
   * take over.
   */
  apply(x: Samples, address: Address, rows: number): number {
    const mapping = this.#mapping('x', x);
    if (mapping === undefined) return 0;
    const { kernels } = this.#backend;
    if (mapping.form === 'affine') {
      if (!(x.values instanceof Uint8Array)) {
        kernels.scale(address, address, rows * this.#columns, mapping.factor);
      }
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
    const { kind } = this.#scaling;
    if (kind === 'none') return undefined;
    const isBytes = x.values instanceof Uint8Array;
    if (isBytes && (kind === 'unit' || kind === 'symmetric')) {
      if (this.#fitted?.form === 'standard') {
        throw new TypeError(
          `${argument}: inputScaling '${kind}' was fitted on floats, but bytes (a Uint8Array) came; convert them to the same units`,
        );
      }
      return bytes[kind];
    }
    if (this.#fitted === undefined) {
      throw new Error(
        `${argument}: inputScaling '${kind}' depends on the training data; call model.adapt(x) or model.fit first`,
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
