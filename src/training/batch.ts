import type { Elements } from '../backend/names.js';
import { NonFiniteError } from '../errors.js';
import type { Pass } from '../network/dense.js';
import type { Network } from '../network/network.js';
import type { Samples } from '../network/rows.js';
import { checkRows, checkScalings } from './check-data.js';
import { forwardChunks } from './forward.js';
import { expectThere, loadInputs } from './inputs.js';
import { loadTargets, loadWeights } from './loading.js';
import { lossRow, runLoss } from './losses.js';
import { expectFiniteOutputs, expectFiniteRestored } from './non-finite-output.js';
import { rewinder } from './rewind.js';
import { withMean } from './sample-weights.js';
import { settleOnBatch } from './scalings.js';
import { holds, learningRateNow, measureParameters, takeStep } from './step.js';
import { type Measures, Totals } from './totals.js';
import type { Trainee } from './trainee.js';
import type { Stretch, TrainingData } from './training-data.js';

/** Parts of a model that measuring a batch needs. */
type Measured = Pick<Trainee, 'network' | 'scaler' | 'targetScaler' | 'compiled'>;

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

/** Parts of a model that a prediction needs. */
type Predictor = Pick<Trainee, 'network' | 'scaler' | 'targetScaler'>;

/**
 * Checks rows at once, and computes their outputs one chunk per step: after the output activation and in the unit of the targets.
 *
 * @throws TypeError, RangeError, ShapeError, NonFiniteError or StateError  if x does not fit
 * @throws NonFiniteError  in a step, if an output is not finite
 */
export function prediction(model: Predictor, x: unknown): Generator<void, Elements> {
  const samples = checkRows(model.network, 'x', x, 0);
  checkScalings(model, 'x', samples);
  return outputsOf(model, samples);
}

function* outputsOf(model: Predictor, x: Samples): Generator<void, Elements> {
  const { network, targetScaler } = model;
  const { backend, last } = network;
  const { units } = last;
  const n = x.rows * units;
  const out = backend.elementBytes === 8 ? new Float64Array(n) : new Float32Array(n);
  for (const stretch of forwardChunks(model, x)) {
    const { start, rows } = stretch;
    const outputs = out.subarray(start * units, (start + rows) * units);
    outputs.set(network.view(last.output, rows * units));
    if (targetScaler.restore(outputs)) expectFiniteRestored(outputs, stretch, units);
    yield;
  }
  return out;
}
