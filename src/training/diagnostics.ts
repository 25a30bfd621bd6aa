import { knownKeys, wholeNumber } from '../errors.js';
import type { Dense } from '../network/dense.js';
import { stepSize } from '../optimizers/step.js';
import type { Trainee } from './trainee.js';

/** Records of a fit, one per `everySteps` steps. */
export interface DiagnosticsOptions {
  /** From one record to the next, ≥ 1; default 100. The first step is recorded, then every so many. */
  readonly everySteps?: number;
}

/** One layer in the batch of one step: four numbers, so that thousands of steps can be kept. */
export interface LayerRecord {
  readonly preactivationStd: number;
  /** Of dL/dz. */
  readonly gradientStd: number;
  /** Share of the units with the same activation and no gradient on every row of the batch. */
  readonly deadFraction: number;
  /** As in a diagnosis, with the gradient as clipping and penalties left it. */
  readonly updateRatio: number;
}

/** One step of a fit, as its history keeps it. */
export interface StepRecord {
  /** Steps behind the model, this one among them, over all its fits. */
  readonly step: number;
  readonly epoch: number;
  /** Of the batch, before the step. */
  readonly loss: number;
  readonly layers: readonly LayerRecord[];
}

/** Looks at every so many batches that were just trained on, where they still lie in memory. Histograms are `diagnose`'s. */
export class Recorder {
  readonly records: StepRecord[] = [];
  readonly #every: number;

  /** @throws TypeError or RangeError that opens with diagnostics */
  constructor(options: unknown) {
    knownKeys('diagnostics', options, ['everySteps']);
    const { everySteps = 100 } = options as DiagnosticsOptions;
    this.#every = wholeNumber('diagnostics.everySteps', everySteps, 1);
  }

  /** Called after every step. */
  see(trainee: Trainee, epoch: number, rows: number, loss: number, learningRate: number): void {
    const { network, state } = trainee;
    const { step } = state.optimizer;
    if ((step - 1) % this.#every !== 0) return;
    const layers = network.layers.map((layer) => recordOf(trainee, layer, rows, learningRate));
    this.records.push({ step, epoch, loss, layers });
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
    // Of a unit that lives the first rows tell.
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
