/** Data and models that the tests of fit share: 23 rows of 4 features in 3 classes, and a small model for them. */
import { expect } from 'vitest';
import {
  type BackendName,
  type CompileOptions,
  type EpochEvent,
  type Inputs,
  MLP,
  type MLPOptions,
  sgd,
  type Targets,
} from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { normalInputs, randomClasses } from './networks.js';

/** Number of rows; not a multiple of any batch size in use, so that the last batch of an epoch is smaller. */
export const ROWS = 23;
export const FEATURES = 4;
export const x = normalInputs(ROWS, FEATURES);
export const y = randomClasses(ROWS, 3);

export function classifier(
  compile: Partial<CompileOptions> = {},
  options: Partial<MLPOptions<BackendName>> = {},
): MLP<BackendName> {
  const model = new MLP<BackendName>({
    inputSize: FEATURES,
    layers: [
      { units: 6, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
    seed: 5,
    ...options,
  });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), ...compile });
  return model;
}

/** Makes one linear unit on one feature that starts at 0; with a tiny learning rate, its outputs stay 0. */
export function line(compile: Partial<CompileOptions> = {}, options: Partial<MLPOptions> = {}) {
  const model = new MLP({
    inputSize: 1,
    layers: [{ units: 1, kernelInitializer: 'zeros' }],
    ...options,
  });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 1e-30 }), ...compile });
  return model;
}

/** Returns everything that training changes: weights, statistics, the optimizer's blocks and scalars, the counters. */
export function stateOf(model: MLP<BackendName>) {
  const { network, state } = internalsOf(model);
  const { states, count } = network.block;
  return {
    weights: model.getWeights(),
    blocks: states.map((address) => network.read(address, count)),
    scalars: [...state.optimizer.scalars],
    schedule: state.schedule,
    step: model.step,
    epoch: model.epoch,
  };
}

/** Splits rows into batches, in order, as a stream would deliver them. */
export function batchesOf(
  size: number,
  inputs: Float32Array = x,
  targets: Uint8Array = y,
  columns = FEATURES,
) {
  const batches: { x: Inputs; y: Targets }[] = [];
  for (let start = 0; start < targets.length; start += size) {
    const end = Math.min(start + size, targets.length);
    batches.push({ x: inputs.slice(start * columns, end * columns), y: targets.slice(start, end) });
  }
  return batches;
}

/** Logs the events of every epoch of the fits that have `on` among their options. */
export function epochLog() {
  const events: EpochEvent[] = [];
  return { events, on: { onEpochEnd: (event: EpochEvent) => void events.push(event) } };
}

/** Returns the reason of a rejected promise. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const nothing = {};
  const caught = await promise.then(
    () => nothing,
    (error: unknown) => error,
  );
  if (caught === nothing) expect.fail('expected a rejected promise');
  return caught;
}
