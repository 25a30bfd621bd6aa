/** `--search small`: a few networks beside each other, of which the best by validation is kept. */
import type { NetworkOptions } from './network.js';

export interface Candidate {
  /** As the table of the search calls it. */
  readonly name: string;
  readonly network: Pick<NetworkOptions, 'hidden' | 'learningRate'>;
}

/** From what is nearly sure to be learned to what can learn the most. */
export const candidates: readonly Candidate[] = [
  { name: 'linear', network: { hidden: [] } },
  { name: '32', network: { hidden: [32] } },
  { name: '128', network: { hidden: [128] } },
  { name: '64,64', network: { hidden: [64, 64] } },
  { name: '128 at a third of the rate', network: { hidden: [128], learningRate: 0.003 } },
  { name: '64,64 at a third of the rate', network: { hidden: [64, 64], learningRate: 0.003 } },
];
