import type { Elements } from '../backend/kernels.js';
import { type LayerWeights, readWeights, writeWeights } from '../network/weights.js';
import type { Trainee } from './batch.js';

type Trained = Pick<Trainee, 'network' | 'state'>;

/** Parameters, running statistics and what the optimizer remembers beside them, at one moment. */
export interface Checkpoint {
  readonly weights: readonly LayerWeights<Elements>[];
  readonly blocks: readonly Elements[];
  readonly scalars: readonly number[];
}

export function checkpointOf({ network, state }: Trained): Checkpoint {
  const { states, count } = network.block;
  return {
    weights: readWeights(network),
    blocks: states.map((address) => network.read(address, count)),
    scalars: [...state.optimizer.scalars],
  };
}

/**
 * Puts a checkpoint back. The counts of epochs and steps go on, and with them schedules, shuffles and dropout. The optimizer's
 * moments go back with the weights: those gathered on the way to worse weights would lead there again.
 */
export function putBack({ network, state }: Trained, { weights, blocks, scalars }: Checkpoint): void {
  writeWeights(network, weights);
  for (const [b, values] of blocks.entries()) network.write(network.block.states[b]!, values);
  state.optimizer.scalars = [...scalars];
}
