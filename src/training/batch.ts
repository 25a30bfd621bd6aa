import type { Elements } from '../backend/kernels.js';
import { NonFiniteError } from '../errors.js';
import { type CheckedMetric, isCounted, type MetricName } from '../metrics/index.js';
import type { Pass } from '../network/dense.js';
import type { InputScaler } from '../network/input-scaler.js';
import type { Network } from '../network/network.js';
import type { TargetScaler } from '../network/target-scaler.js';
import type { Rng } from '../numbers/random.js';
import { isPenalized, type Optimizer, penaltyOf } from '../optimizers/step.js';
import { expectThere, loadInputs } from './inputs.js';
import { loadTargets, loadWeights, type Stretch, type TrainingData } from './loading.js';
import { type CheckedLoss, lossRow, runLoss } from './losses.js';
import { expectFiniteOutputs, expectFiniteRestored } from './non-finite-output.js';
import { type KeptOutputs, Outputs } from './outputs.js';
import { rewinder } from './rewind.js';
import { withMean } from './sample-weights.js';
import type { Samples } from './samples.js';
import { settleOnBatch } from './scalings.js';
import { holds, learningRateNow, measureParameters, type TrainingState, takeStep } from './step.js';

/** Result of `compile`: loss, optimizer and metrics. */
export interface Compiled {
  readonly loss: CheckedLoss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly CheckedMetric[];
}

/** Network with its scalers, its compiled loss and optimizer, and its training progress. */
export interface Trainee {
  readonly network: Network;
  readonly scaler: InputScaler;
  readonly targetScaler: TargetScaler;
  readonly rng: Rng;
  readonly compiled: Compiled;
  readonly state: TrainingState;
}

/** Parts of a model that measuring a batch needs. */
type Measured = Pick<Trainee, 'network' | 'scaler' | 'targetScaler' | 'compiled'>;

/** Loss and compiled metrics, as means over the measured rows. */
export type Measures = {
  /** Loss without penalties. */
  readonly loss: number;
  /** Penalty l1 · Σ|w| + l2 · Σw²; absent if the optimizer has no penalties. Training minimizes loss + penalty. */
  readonly penalty?: number;
} & { readonly [Metric in MetricName]?: number };

export interface TotalSums {
  readonly rows: number;
  readonly weight: number;
  readonly lossSum: number;
  readonly penaltySum: number;
  readonly correct: number;
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
  /** Present if a metric needs more than a count. */
  readonly #outputs: Outputs | undefined;
  /** True if a metric is a count. */
  readonly #counts: boolean;

  constructor({ compiled, network, targetScaler }: Pick<Trainee, 'compiled' | 'network' | 'targetScaler'>) {
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

  /** Returns the penalty before the last batch's step; empty without penalties. */
  get lastPenalty(): { readonly penalty?: number } {
    return this.#penalty === undefined ? {} : { penalty: this.#penalty };
  }

  /** Outputs and targets, if a metric needs them all at once. */
  get kept(): KeptOutputs | undefined {
    return this.#outputs?.kept(this.#byClass);
  }

  set kept(kept: KeptOutputs | undefined) {
    if (kept !== undefined) this.#outputs?.resume(kept, this.#byClass);
  }

  get #byClass(): boolean {
    return lossRow(this.#compiled.loss).kind === 'classes';
  }

  /** Returns the means. @throws RangeError if all rows weigh 0, which for a stream shows only at the end of the epoch */
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

/**
 * Loads rows, runs them forward, measures them and computes the output layer's gradient. The gradient is divided by the number of
 * rows and, for weighted rows, by the mean weight of all training rows.
 *
 * @returns the mean loss; 0 if all rows weigh 0
 */
export function measureBatch(
  { network, scaler, targetScaler, compiled }: Measured,
  data: TrainingData,
  stretch: Stretch,
  pass: Pass,
  totals: Totals,
): number {
  const { loss } = compiled;
  const { weights } = data;
  const { takesLogits, termsPerRow } = lossRow(loss);
  loadInputs(network, scaler, data, stretch);
  const byClass = loadTargets(network, targetScaler, loss, data, stretch);
  const weight = loadWeights(network, weights, stretch);
  network.forward(pass, !takesLogits);
  const terms = termsPerRow(network.last.units);
  const share = 1 / (pass.rows * (weights?.mean ?? 1) * terms);
  const sum = runLoss(network, loss, pass.rows, byClass, weights === undefined ? 0 : network.weights, share);
  totals.add(data, stretch, weight, sum);
  return weight === 0 ? 0 : sum / (weight * terms);
}

/**
 * Measures the means over all rows, or over those that `order` names, one chunk per step.
 *
 * @param argument  name of the rows in messages
 * @throws NonFiniteError  if an output or the loss is not finite
 */
export function* evaluation(
  trainee: Measured,
  data: TrainingData,
  order?: Uint32Array,
  argument = 'x',
): Generator<void, Measures> {
  const { network } = trainee;
  const { chunkRows } = network;
  const all = order?.length ?? data.x.rows;
  const totals = new Totals(trainee);
  for (let start = 0; start < all; start += chunkRows) {
    const rows = Math.min(chunkRows, all - start);
    // Repeated in every step, because a call in between may have moved the memory.
    network.reserve(rows, 0);
    const stretch = { order, start, rows };
    if (data.resident === undefined) expectThere(argument, data.x.values, rows);
    const loss = measureBatch(trainee, data, stretch, { rows, training: false, step: 0 }, totals);
    expectFiniteOutputs(network, argument, stretch);
    if (!Number.isFinite(loss)) {
      throw new NonFiniteError(`loss: it is ${loss}, though all outputs for ${argument} are finite`, {
        value: loss,
      });
    }
    yield;
  }
  return totals.measures();
}

/**
 * Takes one training step on a range of rows.
 *
 * @returns the mean loss before the step
 * @throws NonFiniteError before anything changes; parameters and running statistics are those before the batch
 */
export function trainBatch(
  trainee: Trainee,
  data: TrainingData,
  stretch: Stretch,
  learningRate: number,
  totals: Totals,
  restoreOnFailure: boolean,
): number {
  const { network, compiled, state } = trainee;
  const { rows } = stretch;
  network.reserve(rows, rows);
  const pass = { rows, training: true, step: state.optimizer.step };
  let loss: number;
  totals.mark();
  try {
    loss = measureBatch(trainee, data, stretch, pass, totals);
    network.backward(pass, lossRow(compiled.loss).takesLogits, false);
    const largest = network.largestGradient();
    if (!Number.isFinite(loss) || !Number.isFinite(largest)) throw nonFinite(network, loss, rows);
    takeStep(trainee, learningRate, largest, restoreOnFailure);
  } catch (error) {
    totals.undo();
    throw error;
  }
  network.updateStatistics(rows);
  return loss;
}

/** Takes one training step on all rows and returns loss and metrics before it. If it throws, nothing has changed. */
export function trainOnce(trainee: Trainee, data: TrainingData): Measures {
  const { network, compiled, state } = trainee;
  const { rows } = data.x;
  const rewind = rewinder(trainee);
  try {
    // Allocates before the scalings are fitted, because memory may run out here.
    network.reserve(rows, rows);
    settleOnBatch(trainee, data);
    if (!holds(network, state)) measureParameters(network, state);
    const totals = new Totals(trainee);
    const stretch = { order: undefined, start: 0, rows };
    const whole = { ...data, weights: withMean(data.weights) };
    trainBatch(trainee, whole, stretch, learningRateNow(compiled.optimizer, state), totals, true);
    return totals.measures();
  } catch (error) {
    rewind();
    throw error;
  }
}

const NOT_TAKEN = 'the step was not taken';

function nonFinite(network: Network, loss: number, rows: number): NonFiniteError {
  const { kernels } = network.backend;
  for (const [layer, { preactivation, units }] of network.layers.entries()) {
    const bad = kernels.count_non_finite(preactivation, rows * units);
    if (bad > 0) {
      const message = `layers[${layer}]: ${bad} of ${rows * units} preactivations are not finite, the loss is ${loss}; ${NOT_TAKEN}`;
      return new NonFiniteError(message, { layer });
    }
  }
  for (const [layer, dense] of network.layers.entries()) {
    for (const { name, address, size } of dense.parameters) {
      const bad = kernels.count_non_finite(network.gradientOf(address), size);
      if (bad > 0) {
        const message = `layers[${layer}]: ${bad} of ${size} ${name} gradients are not finite, the loss is ${loss}; ${NOT_TAKEN}`;
        return new NonFiniteError(message, { layer });
      }
    }
  }
  for (const [layer, { spec, batchVariance, units }] of network.layers.entries()) {
    if (spec.batchNorm === undefined || Number.isFinite(network.largestMoment(batchVariance, units)))
      continue;
    const message = `layers[${layer}]: a variance of the batch is not finite for its batchNorm, the loss is ${loss}; ${NOT_TAKEN}`;
    return new NonFiniteError(message, { layer });
  }
  return new NonFiniteError(`loss: it is ${loss}; ${NOT_TAKEN}`, { value: loss });
}

/**
 * Computes the outputs for each row, after the output activation and in the unit of the targets, one chunk per step.
 *
 * @throws NonFiniteError  if an output is not finite
 */
export function* prediction(
  { network, scaler, targetScaler }: Pick<Trainee, 'network' | 'scaler' | 'targetScaler'>,
  x: Samples,
): Generator<void, Elements> {
  const { backend, chunkRows, last } = network;
  const { units } = last;
  const n = x.rows * units;
  const out = backend.elementBytes === 8 ? new Float64Array(n) : new Float32Array(n);
  for (let start = 0; start < x.rows; start += chunkRows) {
    const rows = Math.min(chunkRows, x.rows - start);
    network.reserve(rows, 0);
    const stretch = { order: undefined, start, rows };
    loadInputs(network, scaler, { x }, stretch);
    network.forward({ rows, training: false, step: 0 });
    expectFiniteOutputs(network, 'x', stretch);
    const outputs = out.subarray(start * units, (start + rows) * units);
    outputs.set(network.view(last.output, rows * units));
    if (targetScaler.restore(outputs)) expectFiniteRestored(outputs, stretch, units);
    yield;
  }
  return out;
}
