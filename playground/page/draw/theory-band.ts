/** Theory in plots against depth: a dashed line, and a band around it that holds 95 % of networks. */
import type { Expected } from '../../engine/theory.js';
import { type Box, band, type Scale } from './plot.js';
import type { Pen } from './shapes.js';

/** Direction of a signal: z forward, the gradient backward. */
export type Direction = 'forward' | 'backward';

/** Half the width of the band in standard deviations. */
export const BAND = 1.96;
/** Dashes of theory's line. */
export const DASH: readonly number[] = [5, 4];

/** Returns theory's standard deviations by layer; undefined where theory has none. */
export function deviations(expected: Expected, direction: Direction): Float64Array | undefined {
  return direction === 'forward' ? expected.forwardStd : expected.backwardStd;
}

/** Fills the band over the given layers, counted from 1, as far as theory has deviations. */
export function theoryBand(
  pen: Pen,
  box: Box,
  layers: readonly number[],
  expected: Expected,
  direction: Direction,
  scales: readonly [Scale, Scale],
  colour: string,
): void {
  const spread = deviations(expected, direction);
  if (!spread) return;
  const middle = expected[direction];
  const edge = (side: number) => Array.from(spread, (std, l) => middle[l]! + side * std);
  band(pen, box, layers.slice(0, spread.length), [edge(-BAND), edge(BAND)], scales, colour);
}
