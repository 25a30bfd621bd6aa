import { knownKeys, wholeNumber } from '../errors.js';
import type { Dense } from '../network/dense.js';
import { stepSize } from '../optimizers/step.js';
import type { Trainee } from './trainee.js';

/** Options of the records that a fit keeps of its layers. */
export interface DiagnosticsOptions {
  /** Number of steps from one record to the next, ≥ 1; default 100. The first step is always recorded. */
  readonly everySteps?: number;
}

/** Measurements of one layer on the batch of one step. They are four numbers, so that thousands of steps can be kept. */
export interface LayerRecord {
  /** Standard deviation of the preactivations z. */
  readonly preactivationStd: number;
  /** Standard deviation of dL/dz. */
  readonly gradientStd: number;
  /** Share of the units whose activation is equal, and whose gradient is 0, on every row of the batch. */
  readonly deadFraction: number;
  /** Size of the step over the size of the kernel, as in a diagnosis. The gradient is the one after clipping and penalties. */
  readonly updateRatio: number;
}

/** Record of one step of a fit. The history keeps it. */
export interface StepRecord {
  /** Number of steps that the model has taken over all its fits, including this one. */
  readonly step: number;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean loss of the batch before the step. */
  readonly loss: number;
  /** Measurements of the layers, from the first hidden one to the output. */
  readonly layers: readonly LayerRecord[];
}

/**
 * Records the layers every `everySteps` steps, from the batch that was just trained on and still lies in memory. It takes no
 * histograms: `diagnose` does.
 */
export class Recorder {
  readonly records: StepRecord[] = [];
  readonly #every: number;

  /** Checks the options. @throws TypeError or RangeError that opens with `diagnostics` */
  constructor(options: unknown) {
    knownKeys('diagnostics', options, ['everySteps']);
    const { everySteps = 100 } = options as DiagnosticsOptions;
    this.#every = wholeNumber('diagnostics.everySteps', everySteps, 1);
  }

  /** Records the step if it is due, and returns the record. Must be called after every step. */
  see(
    trainee: Trainee,
    epoch: number,
    rows: number,
    loss: number,
    learningRate: number,
  ): StepRecord | undefined {
    const { network, state } = trainee;
    const { step } = state.optimizer;
    if ((step - 1) % this.#every !== 0) return undefined;
    const layers = network.layers.map((layer) => recordOf(trainee, layer, rows, learningRate));
    const record = { step, epoch, loss, layers };
    this.records.push(record);
    return record;
  }
}

function recordOf({ network, compiled }: Trainee, layer: Dense, rows: number, rate: number): LayerRecord {
  const { kernel, fanIn, units, preactivation, activation, preactivationGradient } = layer;
  const { backend, scratch } = network;
  const moments = (address: number, n: number) => {
    backend.kernels.moments(scratch, address, n);
    const [mean, variance] = backend.doubles.subarray(scratch / 8) as unknown as [number, number];
    return { std: Math.sqrt(variance), size: Math.sqrt(mean * mean + variance) };
  };
  const n = rows * units;
  const [z, dz] = [moments(preactivation, n), moments(preactivationGradient, n)];
  const weights = [network.gradientOf(kernel), kernel].map((at) => moments(at, fanIn * units).size);
  const a = network.view(activation, n);
  const gradients = network.view(preactivationGradient, n);
  let dead = 0;
  for (let u = 0; u < units; u++) {
    let i = u;
    // For a unit that is not dead, the loop ends after the first rows.
    while (i < n && gradients[i] === 0 && a[i] === a[u]) i += units;
    if (i >= n) dead++;
  }
  return {
    preactivationStd: z.std,
    gradientStd: dz.std,
    deadFraction: dead / units,
    updateRatio: stepSize(compiled.optimizer, rate, weights[0]!) / weights[1]!,
  };
}
