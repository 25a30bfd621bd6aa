/** Results of the contest: the last measurement of each way on each network. */
import { contests, type Measurement, type Way, wayNames } from './contest.js';

/** Measurements by way, for each network of the contest. */
export type Results = readonly Readonly<Partial<Record<Way, Measurement>>>[];

export function resultsOf(pieces: readonly (Measurement | undefined)[]): Results {
  const results: Partial<Record<Way, Measurement>>[] = contests.map(() => ({}));
  for (const piece of pieces) if (piece) results[piece.contest]![piece.way] = piece;
  return results;
}

/** Returns true if every way has a rate or a reason on every network. */
export function isComplete(results: Results): boolean {
  return results.every((ways) => wayNames.every((way) => ways[way]));
}
