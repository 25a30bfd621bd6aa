import { NonFiniteError, wholeNumber } from '../errors.js';
import type { Network } from '../network/network.js';
import { type Optimizer, type OptimizerState, stateNames, step } from '../optimizers/step.js';
import { learningRateAt, type ScheduleState } from '../schedules/index.js';
import type { Totals } from './batch.js';

/** How far training has come: what two fits in a row, or a saved model, go on from. */
export interface TrainingState {
  /** Epochs wholly behind the model. */
  epoch: number;
  optimizer: OptimizerState;
  schedule: ScheduleState | undefined;
  /** The epoch that was begun and not ended, if any. */
  begun: BegunEpoch | undefined;
  /** True while no parameter is so large that a step could overflow, as it was measured. */
  parametersSmall: boolean;
  /** When that was: the step, and the writes before it. */
  measured: { readonly step: number; readonly writes: number } | undefined;
}

export interface BegunEpoch {
  /** Batches and rows behind it. */
  batches: number;
  samples: number;
  /**
   * Where its batches came from: a fit that makes other batches, or has other data, begins the epoch anew. While a fit is under
   * way this is its source, whose text costs a look at the data and is asked for where an epoch is left or taken up.
   */
  source: { readonly batching: string };
  readonly totals: Totals;
}

/**
 * Epochs, steps and rows are counted up to here. A 64-bit float counts by one up to 2⁵³, and nobody trains for as many epochs as
 * lie between.
 */
export const LARGEST_COUNT = 0x10000000000000;

/** @throws TypeError if it is no number, RangeError if it is no whole number from 0 to `largest` */
export function checkCount(argument: string, value: unknown, largest = LARGEST_COUNT): number {
  const count = wholeNumber(argument, value, 0);
  if (count <= largest) return count;
  throw new RangeError(`${argument}: expected a whole number up to ${largest}, got ${count}`);
}

/** The learning rate of the next step. */
export function learningRateNow(optimizer: Optimizer, state: TrainingState): number {
  const { learningRate } = optimizer;
  if (typeof learningRate === 'number') return learningRate;
  const at = { step: state.optimizer.step, epoch: state.epoch };
  return learningRateAt(learningRate, at, state.schedule);
}

/**
 * Below these sizes no step of any optimizer can overflow an f32: the largest square is 1e26, and what adds up over 1e9 small
 * steps stays under 1e30.
 */
const SMALL_NUMBER = 1e10;
const SMALL_FACTOR = 1e3;

/** Looks at every parameter: from here on steps are taken lightly if all are small. */
export function measureParameters(network: Network, state: TrainingState): void {
  const { parameters, count, states } = network.block;
  const { kernels } = network.backend;
  state.parametersSmall = [parameters, ...states].every(
    (block) => kernels.largest_magnitude(block, count) < SMALL_NUMBER,
  );
  state.measured = { step: state.optimizer.step, writes: network.writes };
}

/** True while what was measured still holds: nothing but small steps has changed a parameter since. */
export function holds({ writes }: Network, { measured, optimizer }: TrainingState): boolean {
  return measured !== undefined && measured.writes === writes && measured.step <= optimizer.step;
}

/**
 * One step of the optimizer. Where it might overflow, it is tried on a copy's account: what was is put back if a parameter or
 * the optimizer's state comes out infinite.
 *
 * @param rate     the learning rate
 * @param largest  size of the largest gradient
 * @throws NonFiniteError naming the layer; the step was not taken then
 */
export function takeStep(
  {
    network,
    compiled,
    state,
  }: { network: Network; compiled: { optimizer: Optimizer }; state: TrainingState },
  rate: number,
  largest: number,
  restoreOnFailure: boolean,
): void {
  const { optimizer } = compiled;
  const { kernels } = network.backend;
  const { weightDecay, l1, l2 } = optimizer;
  const light =
    state.parametersSmall &&
    largest < SMALL_NUMBER &&
    Math.max(rate, weightDecay, l1, l2) < SMALL_FACTOR &&
    // Beyond 1 a decay turns parameters over, and may double them in each step, whatever the gradients are.
    rate * (weightDecay + 2 * l2) <= 1;
  if (light || !restoreOnFailure) {
    if (!light) state.measured = undefined;
    step(kernels, optimizer, network.block, state.optimizer, rate);
    return;
  }
  const { parameters, states, count } = network.block;
  const before = [parameters, ...states].map((address) => ({
    address,
    values: network.read(address, count),
  }));
  const { step: taken, scalars } = state.optimizer;
  const running = [...scalars];
  step(kernels, optimizer, network.block, state.optimizer, rate);
  if (before.every(({ address }) => kernels.count_non_finite(address, count) === 0)) {
    // A large step may leave large parameters: their decay, squared, overflows in a step that is small in all else.
    measureParameters(network, state);
    return;
  }
  const error = overflow(network, stateNames(optimizer));
  for (const { address, values } of before) network.write(address, values);
  state.optimizer.step = taken;
  state.optimizer.scalars = running;
  throw error;
}

/** The first layer with an infinite parameter or, where there is none, with an infinite number of the optimizer's. */
function overflow(network: Network, names: readonly string[]): NonFiniteError {
  const { backend, block } = network;
  const blocks = [block.parameters, ...block.states];
  for (const [b, start] of blocks.entries()) {
    for (const [layer, dense] of network.layers.entries()) {
      for (const { name, address, size } of dense.parameters) {
        const bad = backend.kernels.count_non_finite(address - block.parameters + start, size);
        if (bad === 0) continue;
        const whose = b === 0 ? name : `${name}'s ${names[b - 1]}`;
        const message = `layers[${layer}]: the step would make ${bad} of ${size} values of its ${whose} infinite; it was not taken`;
        return new NonFiniteError(message, { layer });
      }
    }
  }
  return new NonFiniteError('optimizer: the step would make its state infinite; it was not taken');
}
