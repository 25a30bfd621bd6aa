import { type Compiled, evaluate, type Measures, Totals, type TrainingData, trainBatch } from './batch.js';
import { NonFiniteError } from './errors.js';
import type { Network } from './network.js';
import { host } from './platform.js';
import type { Rng } from './random.js';
import type { InputScaler } from './scaling.js';

/** One batch behind us. Epochs and batches count from 1. */
export interface BatchEvent {
  readonly epoch: number;
  readonly batch: number;
  readonly batches: number;
  /** Rows trained on in this epoch so far. */
  readonly samples: number;
  /** Mean loss of the batch, before its step. */
  readonly loss: number;
}

/** One epoch behind us: means over its batches, each before its step, and the validation data after the last. */
export interface EpochEvent extends Measures {
  readonly epoch: number;
  readonly validation?: Measures;
}

export interface LoopOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly validation: TrainingData | undefined;
  readonly onBatchEnd: ((event: BatchEvent) => void) | undefined;
  readonly onEpochEnd: ((event: EpochEvent) => void) | undefined;
}

/** How long the loop may keep the thread: a page stays usable, and a pause costs Node under 0.1 %. */
const LONGEST_TURN_MS = 30;

/**
 * The loop over epochs and batches. Epoch e shuffles with the stream (seed, 'shuffle', e), so that two fits in
 * a row are one. Yields to the event loop every 30 ms.
 *
 * @param firstEpoch epochs the model has behind it
 * @param onEpoch    told of each epoch once it is wholly done
 * @throws NonFiniteError naming epoch and batch; the parameters are those before that batch
 */
export async function runEpochs(
  network: Network,
  scaler: InputScaler,
  compiled: Compiled,
  rng: Rng,
  data: TrainingData,
  options: LoopOptions,
  firstEpoch: number,
  onEpoch: (event: EpochEvent) => void,
): Promise<void> {
  const { rows } = data.x;
  const { batchSize, validation } = options;
  const batches = Math.ceil(rows / batchSize);
  let turnBegan = host.performance.now();
  for (let epoch = firstEpoch + 1; epoch <= firstEpoch + options.epochs; epoch++) {
    const order = options.shuffle ? rng.split('shuffle').split(epoch).permutation(rows) : undefined;
    const totals = new Totals();
    for (let batch = 1; batch <= batches; batch++) {
      const start = (batch - 1) * batchSize;
      const count = Math.min(batchSize, rows - start);
      let loss: number;
      try {
        loss = trainBatch(network, scaler, compiled, data, order, start, count, totals);
      } catch (error) {
        throw error instanceof NonFiniteError ? placed(error, epoch, batch) : error;
      }
      options.onBatchEnd?.({ epoch, batch, batches, samples: start + count, loss });
      if (host.performance.now() - turnBegan > LONGEST_TURN_MS) {
        await pause();
        turnBegan = host.performance.now();
      }
    }
    const measures = totals.measures(compiled, network.last.units);
    const event: EpochEvent = {
      epoch,
      ...measures,
      ...(validation && { validation: evaluate(network, scaler, compiled, validation) }),
    };
    onEpoch(event);
    options.onEpochEnd?.(event);
  }
}

function placed(error: NonFiniteError, epoch: number, batch: number): NonFiniteError {
  const { layer, value } = error;
  return new NonFiniteError(`${error.message} (epoch ${epoch}, batch ${batch})`, {
    epoch,
    batch,
    ...(layer !== undefined && { layer }),
    ...(value !== undefined && { value }),
  });
}

/** Lets the event loop run once. A browser's setTimeout would wait 4 ms each time, a message does not. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    if (host.setImmediate !== undefined) {
      host.setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new host.MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
