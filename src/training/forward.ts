import type { Samples } from '../network/rows.js';
import { loadInputs } from './inputs.js';
import { expectFiniteOutputs } from './non-finite-output.js';
import type { Trainee } from './trainee.js';
import type { Stretch } from './training-data.js';

/**
 * Runs rows forward as a prediction does, chunk by chunk.
 *
 * @yields each chunk, while the layers hold its values
 * @throws NonFiniteError  if an output of the model is not finite
 */
export function* forwardChunks(
  { network, scaler }: Pick<Trainee, 'network' | 'scaler'>,
  x: Samples,
): Generator<Stretch, void> {
  const { chunkRows } = network;
  for (let start = 0; start < x.rows; start += chunkRows) {
    const rows = Math.min(chunkRows, x.rows - start);
    network.reserve(rows, 0);
    const stretch = { order: undefined, start, rows };
    loadInputs(network, scaler, { x }, stretch);
    network.forward({ rows, training: false, step: 0 });
    expectFiniteOutputs(network, 'x', stretch);
    yield stretch;
  }
}
