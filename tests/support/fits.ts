/** What the tests of fit share: 23 rows of 4 features in 3 classes, and a small model for them. */
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
import { internalsOf } from '../../src/mlp.js';
import { normalInputs, randomClasses } from './networks.js';

/** No multiple of any batch size used: the last batch of an epoch is smaller. */
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

/** One linear unit on one feature that starts at 0: its outputs stay 0 where the learning rate is next to nothing. */
export function line(compile: Partial<CompileOptions> = {}, options: Partial<MLPOptions> = {}) {
  const model = new MLP({
    inputSize: 1,
    layers: [{ units: 1, kernelInitializer: 'zeros' }],
    ...options,
  });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 1e-30 }), ...compile });
  return model;
}

/** All that training has changed: weights, statistics, the optimizer's blocks and scalars, the counts. */
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

/** Batches of rows one after another, as a stream would bring them. */
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

/** Keeps the events of every epoch of the fits that get `on` among their options. */
export function epochLog() {
  const events: EpochEvent[] = [];
  return { events, on: { onEpochEnd: (event: EpochEvent) => void events.push(event) } };
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const nothing = {};
  const caught = await promise.then(
    () => nothing,
    (error: unknown) => error,
  );
  if (caught === nothing) expect.fail('it was expected to be rejected');
  return caught;
}
