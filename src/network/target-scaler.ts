import type { Elements } from '../backend/names.js';
import { LARGEST_F32, StateError } from '../errors.js';
import { formatDigits } from '../format.js';
import { warn } from '../platform.js';
import {
  type ColumnStatistics,
  chosenRows,
  columnStatistics,
  expectFiniteStatistics,
} from './column-statistics.js';
import type { Samples } from './rows.js';
import type { CheckedTargetScaling } from './scaling.js';

/**
 * Standard deviation and mean of unscaled targets above which a model warns: weights that start near 1 take long to reach them.
 */
export const WIDE = 30;

/** Output whose unscaled targets vary widely or lie far from 0, with the measure that is too large. */
export interface WideOutput {
  readonly output: number;
  readonly measure: 'standard deviation' | 'mean';
  readonly value: number;
}

/** Target scaling of one model. It is fitted once and then maps every call in the same way. */
export class TargetScaler {
  readonly #scaling: CheckedTargetScaling;
  readonly #bound: number;
  #statistics: ColumnStatistics | undefined;
  #warned = false;

  /**
   * Creates the scaler.
   *
   * @param elementBytes  bytes per element of the backend; statistics must fit its elements to be saved and loaded
   */
  constructor(scaling: CheckedTargetScaling, elementBytes: 4 | 8) {
    this.#scaling = scaling;
    this.#bound = elementBytes === 4 ? LARGEST_F32 : Number.MAX_VALUE;
    this.reset();
  }

  /** True if the scaling depends on training targets. */
  get learns(): boolean {
    const { kind } = this.#scaling;
    return kind !== 'none' && kind !== 'given';
  }

  /** Centre and spread of each output; undefined until they are known, and if targets are not scaled. */
  get statistics(): ColumnStatistics | undefined {
    return this.#statistics;
  }

  /** True if the mapping is known. */
  get isFitted(): boolean {
    return this.#statistics !== undefined;
  }

  /** Checks that the mapping is known. @throws StateError if the scaling depends on training targets and has not seen any */
  check(): void {
    if (!this.learns || this.#statistics !== undefined) return;
    throw new StateError(
      `targetScaling: '${this.#scaling.kind}' depends on the training targets; call model.adapt(x, y) or model.fit first`,
    );
  }

  /**
   * Fits the mapping to training targets unless it is fitted already.
   *
   * @param rows  rows of y to learn from, all by default
   */
  fit(y: Samples, rows?: Uint32Array): void {
    this.#statistics ??= this.measure(y, rows);
  }

  /** Returns centre and spread that the scaling would learn from the targets; undefined if it learns nothing. */
  measure(y: Samples, rows?: Uint32Array): ColumnStatistics | undefined {
    const { kind } = this.#scaling;
    if (kind === 'none' || kind === 'given') return undefined;
    return expectFiniteStatistics('y', columnStatistics(kind, chosenRows(y, rows)), this.#bound);
  }

  /** Returns the first output with unscaled targets that training reaches only slowly; undefined if there is none. */
  wideOutput(y: Samples, rows?: Uint32Array): WideOutput | undefined {
    if (this.#scaling.kind !== 'none') return undefined;
    const { mean, std } = columnStatistics('zScore', chosenRows(y, rows));
    const output = std.findIndex((deviation, c) => deviation > WIDE || Math.abs(mean[c]!) > WIDE);
    if (output < 0) return undefined;
    return std[output]! > WIDE
      ? { output, measure: 'standard deviation', value: std[output]! }
      : { output, measure: 'mean', value: mean[output]! };
  }

  /** Warns once if unscaled targets vary widely or lie far from 0. */
  warnOfWide(y: Samples, rows?: Uint32Array): void {
    const wide = this.#warned ? undefined : this.wideOutput(y, rows);
    if (wide === undefined) return;
    this.#warned = true;
    warn(
      `evenkeel: y: the ${wide.measure} of output ${wide.output} is ${formatDigits(wide.value, 3)}, which small training steps reach slowly; set targetScaling: 'zScore' in the options of the model`,
    );
  }

  /** Sets centre and spread of each output. */
  set({ mean, std }: ColumnStatistics): void {
    this.#statistics = { mean, std };
  }

  /** Copies the mapping of another scaler. */
  takeOver({ statistics }: TargetScaler): void {
    if (statistics !== undefined) this.set(statistics);
  }

  /** Forgets the mapping, so that the next targets fit it again. */
  reset(): void {
    this.#statistics = undefined;
    if (this.#scaling.kind === 'given') this.set(this.#scaling);
  }

  /** Converts rows of outputs to the unit of the targets, in place; returns false if targets are not scaled. */
  restore(outputs: Elements): boolean {
    if (this.#statistics === undefined) return false;
    const { mean, std } = this.#statistics;
    for (let i = 0, c = 0; i < outputs.length; i++, c = c + 1 === mean.length ? 0 : c + 1) {
      outputs[i] = outputs[i]! * std[c]! + mean[c]!;
    }
    return true;
  }

  /** Returns rows of outputs in the unit of the targets: a copy if targets are scaled. */
  restored(outputs: Float64Array): Float64Array {
    if (this.#statistics === undefined) return outputs;
    const copy = outputs.slice();
    this.restore(copy);
    return copy;
  }
}
