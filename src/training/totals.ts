import { isCounted, type MetricName } from '../metrics/table.js';
import type { Network } from '../network/network.js';
import type { TargetScaler } from '../network/target-scaler.js';
import { isPenalized, penaltyOf } from '../optimizers/step.js';
import type { Compiled } from './compile.js';
import { lossRow } from './losses.js';
import { type KeptOutputs, Outputs } from './outputs.js';
import type { Stretch, TrainingData } from './training-data.js';

/** Loss and compiled metrics, as means over the measured rows. */
export type Measures = {
  /** Loss without penalties. */
  readonly loss: number;
  /** Penalty l1 · Σ|w| + l2 · Σw². Absent if the optimizer has no penalties. Training minimizes loss + penalty. */
  readonly penalty?: number;
} & { readonly [Metric in MetricName]?: number };

/** Sums of an interrupted epoch as plain data. */
export interface TotalSums {
  readonly rows: number;
  readonly weight: number;
  readonly lossSum: number;
  readonly penaltySum: number;
  readonly correct: number;
}

/** Parts of a model that the sums depend on. */
interface Model {
  readonly compiled: Compiled;
  readonly network: Network;
  readonly targetScaler: TargetScaler;
}

/** Sums over batches, from which the means are computed. */
export class Totals {
  #rows = 0;
  #weight = 0;
  #lossSum = 0;
  #penaltySum = 0;
  #correct = 0;
  /** Penalty of the last batch added; undefined without penalties. */
  #penalty: number | undefined;
  /** Sums at the last mark. The object is reused, because a new one per batch would cost a tiny network 1 % of its time. */
  readonly #mark = { rows: 0, weight: 0, lossSum: 0, penaltySum: 0, correct: 0 };
  readonly #compiled: Compiled;
  readonly #network: Network;
  /** Outputs of the epoch. Present if a metric needs more than a count. */
  readonly #outputs: Outputs | undefined;
  /** True if a metric is computed from a count. */
  readonly #counts: boolean;

  constructor({ compiled, network, targetScaler }: Model) {
    this.#compiled = compiled;
    this.#network = network;
    this.#counts = compiled.metrics.some((metric) => isCounted(metric, lossRow(compiled.loss).kind));
    this.#outputs = keepsOutputs(compiled) ? new Outputs(network.last.units, targetScaler) : undefined;
  }

  /** Adds rows after their forward pass and measurement. */
  add(data: TrainingData, stretch: Stretch, weight: number, lossSum: number): void {
    const { last, backend, labels } = this.#network;
    const { rows } = stretch;
    this.#rows += rows;
    this.#weight += weight;
    this.#lossSum += lossSum;
    const { optimizer } = this.#compiled;
    if (isPenalized(optimizer)) {
      this.#penalty = penaltyOf(backend.kernels, optimizer, this.#network.block);
      this.#penaltySum += weight * this.#penalty;
    }
    if (this.#counts) {
      this.#correct += backend.kernels.count_correct(last.activation, labels, rows, last.units);
    }
    if (this.#outputs !== undefined) {
      this.#outputs.add(this.#network.view(last.activation, rows * last.units), data.y, stretch);
    }
  }

  /** Stores the sums for `undo`. */
  mark(): void {
    const mark = this.#mark;
    mark.rows = this.#rows;
    mark.weight = this.#weight;
    mark.lossSum = this.#lossSum;
    mark.penaltySum = this.#penaltySum;
    mark.correct = this.#correct;
  }

  /** Restores the sums of the last mark. */
  undo(): void {
    this.sums = this.#mark;
    this.#outputs?.truncate(this.#mark.rows);
  }

  /** Returns the sums as plain data, without the kept outputs. */
  get sums(): TotalSums {
    const [rows, weight, lossSum] = [this.#rows, this.#weight, this.#lossSum];
    return { rows, weight, lossSum, penaltySum: this.#penaltySum, correct: this.#correct };
  }

  set sums({ rows, weight, lossSum, penaltySum, correct }: TotalSums) {
    this.#rows = rows;
    this.#weight = weight;
    this.#lossSum = lossSum;
    this.#penaltySum = penaltySum;
    this.#correct = correct;
  }

  /** Penalty before the last batch's step; empty without penalties. */
  get lastPenalty(): { readonly penalty?: number } {
    return this.#penalty === undefined ? {} : { penalty: this.#penalty };
  }

  /** Outputs and targets; undefined if no metric needs all of them at once. */
  get kept(): KeptOutputs | undefined {
    return this.#outputs?.kept(this.#byClass);
  }

  set kept(kept: KeptOutputs | undefined) {
    if (kept !== undefined) this.#outputs?.resume(kept, this.#byClass);
  }

  get #byClass(): boolean {
    return lossRow(this.#compiled.loss).kind === 'classes';
  }

  /** Returns the means. @throws RangeError if all rows weigh 0; in a stream this shows only at the end of the epoch */
  measures(): Measures {
    if (this.#weight === 0) {
      throw new RangeError('sampleWeight: every row of the epoch weighs 0, which leaves nothing to measure');
    }
    const { loss, metrics, optimizer } = this.#compiled;
    return {
      loss: this.#lossSum / (this.#weight * lossRow(loss).termsPerRow(this.#network.last.units)),
      ...(isPenalized(optimizer) && { penalty: this.#penaltySum / this.#weight }),
      ...(this.#outputs?.measure(metrics) ??
        (metrics.length > 0 && { accuracy: this.#correct / this.#rows })),
    };
  }
}

/** Returns true if a metric needs all outputs of an epoch at once. */
export function keepsOutputs({ metrics, loss }: Compiled): boolean {
  return !metrics.every((metric) => isCounted(metric, lossRow(loss).kind));
}
