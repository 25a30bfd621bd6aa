/** Candidates of `--search small`: a few networks, of which the best by validation is kept. */
import type { NetworkOptions } from './network.js';

export interface Candidate {
  /** Name in the table of the search. */
  readonly name: string;
  readonly network: Pick<NetworkOptions, 'hidden' | 'learningRate'>;
}

/** Candidates from the most easily trained to the most capable. */
export const candidates: readonly Candidate[] = [
  { name: 'linear', network: { hidden: [] } },
  { name: '32', network: { hidden: [32] } },
  { name: '128', network: { hidden: [128] } },
  { name: '64,64', network: { hidden: [64, 64] } },
  { name: '128 at a third of the rate', network: { hidden: [128], learningRate: 0.003 } },
  { name: '64,64 at a third of the rate', network: { hidden: [64, 64], learningRate: 0.003 } },
];
