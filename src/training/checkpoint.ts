import type { Elements } from '../backend/names.js';
import { type LayerWeights, readWeights, writeWeights } from '../network/weights.js';
import type { Trainee } from './trainee.js';

type Trained = Pick<Trainee, 'network' | 'state'>;

/** Parameters, running statistics and optimizer state at one moment. */
export interface Checkpoint {
  readonly weights: readonly LayerWeights<Elements>[];
  readonly blocks: readonly Elements[];
  readonly scalars: readonly number[];
}

/** Copies parameters, running statistics and optimizer state. */
export function checkpointOf({ network, state }: Trained): Checkpoint {
  const { states, count } = network.block;
  return {
    weights: readWeights(network),
    blocks: states.map((address) => network.read(address, count)),
    scalars: [...state.optimizer.scalars],
  };
}

/**
 * Restores a checkpoint, except for the counts of epochs and steps, so that schedules, shuffles and dropout continue. The
 * optimizer's moments are restored with the weights: moments gathered on the way to worse weights would lead there again.
 */
export function putBack({ network, state }: Trained, { weights, blocks, scalars }: Checkpoint): void {
  writeWeights(network, weights);
  for (const [b, values] of blocks.entries()) network.write(network.block.states[b]!, values);
  state.optimizer.scalars = [...scalars];
}
