import { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import { LARGEST_F32, StateError } from '../errors.js';
import {
  type ColumnStatistics,
  chosenRows,
  columnStatistics,
  expectFiniteStatistics,
} from './column-statistics.js';
import type { Samples } from './rows.js';
import type { CheckedScaling } from './scaling.js';

type Mapping =
  | { readonly form: 'affine'; readonly factor: number; readonly offset: number }
  | { readonly form: 'standard' };

/**
 * Mappings x ↦ factor · x + offset for bytes: `unit` is x / 255, `symmetric` is x / 127.5 − 1. Memory holds only factor · x. The
 * first layer's bias takes the offset, so that a black pixel stays exactly 0.
 */
export const byteMappings = {
  unit: { form: 'affine', factor: 0.00392156862745098, offset: 0 },
  symmetric: { form: 'affine', factor: 0.00784313725490196, offset: -1 },
} as const satisfies Record<string, Mapping>;

/**
 * Bound at which 'tabular' clips scaled values. Three in a thousand normal values lie beyond it. A value 50 deviations out would
 * weigh as much in a step as 50 others, and the network has learned nothing about that region.
 */
const LIMIT = 3;

/** Input scaling of one model. It is fitted once and then maps every call in the same way. */
export class InputScaler {
  readonly #scaling: CheckedScaling;
  readonly #columns: number;
  readonly #backend: Backend;
  readonly #mean: Address;
  readonly #std: Address;
  readonly #zero: Address;
  readonly end: Address;
  #fitted: Mapping | undefined;
  #statistics: ColumnStatistics | undefined;

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

  /** Mean and spread of each feature; undefined until they are known, and for mappings without them. */
  get statistics(): ColumnStatistics | undefined {
    return this.#fitted?.form === 'standard' ? this.#statistics : undefined;
  }

  /** True if the mapping is known. */
  get isFitted(): boolean {
    return this.#fitted !== undefined;
  }

  /** True if the model uses the mapping of bytes. */
  get fittedToBytes(): boolean {
    return this.#fitted?.form === 'affine';
  }

  /**
   * Checks that x can be scaled. Changes nothing.
   *
   * @throws StateError  if the scaling depends on training data and has not been fitted
   * @throws TypeError   if x is bytes but the scaling was fitted on floats
   */
  check(argument: string, x: Samples): void {
    this.#mapping(argument, x);
  }

  /**
   * Fits the mapping unless it is fitted already.
   *
   * @param rows  rows of x to learn from, all by default
   */
  fit(x: Samples, rows?: Uint32Array): void {
    if (this.#fitted === undefined) this.refit(x, rows);
  }

  /** Fits the mapping to x, replacing an earlier fit. @throws NonFiniteError if the spread of a feature exceeds a float */
  refit(x: Samples, rows?: Uint32Array): void {
    const { kind } = this.#scaling;
    if (kind === 'none' || kind === 'given') return;
    if (x.values instanceof Uint8Array && (kind === 'unit' || kind === 'symmetric')) {
      this.fitToBytes();
      return;
    }
    // If all features share one scale, x is measured as one long column.
    const all = this.#scaling.per === 'dataset';
    const chosen = chosenRows(x, rows);
    const seen = all ? { ...chosen, rows: chosen.rows * chosen.columns, columns: 1 } : chosen;
    const { elementBytes } = this.#backend;
    const bound = elementBytes === 4 ? LARGEST_F32 : Number.MAX_VALUE;
    const { mean, std } = expectFiniteStatistics('x', columnStatistics(kind, seen), bound);
    const columns = this.#columns;
    const wide = (values: Float64Array) => (all ? new Float64Array(columns).fill(values[0]!) : values);
    this.set({ mean: wide(mean), std: wide(std) });
  }

  /** Sets mean and spread of each feature. */
  set({ mean, std }: ColumnStatistics): void {
    this.#statistics = { mean, std };
    const { elements, elementBytes } = this.#backend;
    elements.set(mean, this.#mean / elementBytes);
    elements.set(std, this.#std / elementBytes);
    elements.fill(0, this.#zero / elementBytes, this.#zero / elementBytes + this.#columns);
    this.#fitted = { form: 'standard' };
  }

  /** Sets the mapping of bytes, which needs no data. */
  fitToBytes(): void {
    const { kind } = this.#scaling;
    if (kind === 'unit' || kind === 'symmetric') this.#fitted = byteMappings[kind];
  }

  /** Copies the mapping of another scaler. */
  takeOver({ statistics, fittedToBytes }: InputScaler): void {
    if (statistics !== undefined) this.set(statistics);
    if (fittedToBytes) this.fitToBytes();
  }

  /** Forgets the mapping, so that the next data fit it again. */
  reset(): void {
    this.#fitted = undefined;
    if (this.#scaling.kind === 'given') this.set(this.#scaling);
  }

  /**
   * Returns mean and spread of each feature if x is f64 and must be centred before it is rounded to f32; otherwise undefined.
   * Rounding first would remove the digits in which timestamps differ.
   */
  centring(x: Samples) {
    const centred = x.values instanceof Float64Array && this.#mapping('x', x)?.form === 'standard';
    return centred ? this.#statistics : undefined;
  }

  /** Returns the factor by which bytes are multiplied when they become elements, before `apply`. */
  byteFactor(x: Samples): number {
    const mapping = this.#mapping('x', x);
    return mapping?.form === 'affine' ? mapping.factor : 1;
  }

  /**
   * Scales the raw rows at `address`; bytes have been multiplied by their factor before. Returns the offset that the first layer's
   * bias must add.
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
    this.clip(address, rows);
    return 0;
  }

  /** Clips centred rows at `address` if the scaling requires it. */
  clip(address: Address, rows: number): void {
    if (this.#scaling.kind === 'tabular') this.#backend.kernels.clip(address, rows * this.#columns, LIMIT);
  }

  /**
   * Converts the gradient with respect to the scaled x, at `address`, to that with respect to x. `scaled` is the address of the
   * scaled x. Clipped values get 0.
   */
  applyToGradient(x: Samples, address: Address, scaled: Address, rows: number): void {
    const mapping = this.#mapping('x', x);
    if (mapping === undefined) return;
    const { kernels, elements, elementBytes } = this.#backend;
    if (this.#scaling.kind === 'tabular') {
      const [to, from] = [address / elementBytes, scaled / elementBytes];
      for (let i = 0; i < rows * this.#columns; i++) {
        if (Math.abs(elements[from + i]!) >= LIMIT) elements[to + i] = 0;
      }
    }
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
      return byteMappings[kind];
    }
    if (this.#fitted === undefined) {
      throw new StateError(
        `${argument}: inputScaling '${kind}' depends on the training data; call model.adapt(x) or model.fit first`,
      );
    }
    return this.#fitted;
  }
}
