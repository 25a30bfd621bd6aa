/** Collects measurements: the last of each way on each network. */
import { contests, type Measurement, type Way, wayNames } from './contest.js';

export type Results = readonly Readonly<Partial<Record<Way, Measurement>>>[];

export function resultsOf(pieces: readonly (Measurement | undefined)[]): Results {
  const results: Partial<Record<Way, Measurement>>[] = contests.map(() => ({}));
  for (const piece of pieces) if (piece) results[piece.contest]![piece.way] = piece;
  return results;
}

/** True if every way has a rate or a reason on every network. */
export function isComplete(results: Results): boolean {
  return results.every((ways) => wayNames.every((way) => ways[way]));
}
