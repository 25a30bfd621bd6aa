import { NonFiniteError, wholeNumber } from '../errors.js';
import type { Network } from '../network/network.js';
import { type Optimizer, stateNames, step } from '../optimizers/step.js';
import { scheduledRate } from '../schedules/index.js';
import type { TrainingState } from './trainee.js';

/** Largest count of epochs, steps and rows. A 64-bit float counts exactly up to 2⁵³, and no training reaches this limit. */
export const LARGEST_COUNT = 0x10000000000000;

/** Checks a count. @throws TypeError if it is not a number, RangeError if it is not a whole number from 0 to `largest` */
export function checkCount(argument: string, value: unknown, largest = LARGEST_COUNT): number {
  const count = wholeNumber(argument, value, 0);
  if (count <= largest) return count;
  throw new RangeError(`${argument}: expected a whole number up to ${largest}, got ${count}`);
}

/** Returns the learning rate of the next step. */
export function learningRateNow(optimizer: Optimizer, state: TrainingState): number {
  const { learningRate } = optimizer;
  if (typeof learningRate === 'number') return learningRate;
  const at = { step: state.optimizer.step, epoch: state.epoch };
  return scheduledRate(learningRate, at, state.schedule);
}

/**
 * Bounds of numbers and of factors below which no step of any optimizer can overflow an f32. The largest square is then 1e26, and
 * a sum over 1e9 small steps stays under 1e30.
 */
const SMALL_NUMBER = 1e10;
const SMALL_FACTOR = 1e3;

/** Measures every parameter. If all are small, the next steps skip the overflow check. */
export function measureParameters(network: Network, state: TrainingState): void {
  const { parameters, count, states } = network.block;
  const { kernels } = network.backend;
  state.parametersSmall = [parameters, ...states].every(
    (block) => kernels.largest_magnitude(block, count) < SMALL_NUMBER,
  );
  state.measured = { step: state.optimizer.step, writes: network.writes };
}

/** Returns true while the last measurement is valid: only small steps have changed a parameter since. */
export function holds({ writes }: Network, { measured, optimizer }: TrainingState): boolean {
  return measured !== undefined && measured.writes === writes && measured.step <= optimizer.step;
}

/**
 * Takes one step of the optimizer. If the step could overflow, snapshots the parameters and the optimizer's state first, and
 * rolls back if a value of either becomes infinite.
 *
 * @param rate     the learning rate
 * @param largest  magnitude of the largest gradient
 * @throws NonFiniteError that names the layer; the step is then undone
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
    // A decay beyond 1 flips the sign of parameters and may double them in each step, independent of the gradients.
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
    // A large step may leave large parameters. The square of their decay can overflow in a later step that is otherwise small.
    measureParameters(network, state);
    return;
  }
  const error = overflow(network, stateNames(optimizer));
  for (const { address, values } of before) network.write(address, values);
  state.optimizer.step = taken;
  state.optimizer.scalars = running;
  throw error;
}

/** Returns the first layer with an infinite parameter or, if there is none, with infinite optimizer state. */
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
