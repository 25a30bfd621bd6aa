/** A guess: points of a line over the layers, and how far they are from what theory expects. */
import type { OwnValues, State } from '../../engine/state.js';
import { ownValue } from '../own-value.js';
import { own, type Stage } from './fields.js';
import type { Kind } from './questions.js';

/** Steps of a point in a power of ten. */
export const STEPS = 4;
/** Largest and, negated, least log10 of a variance that can be drawn. */
export const EDGE = 10;
const MOST_POINTS = 7;

/** A guess for the present start. */
export interface Guess {
  readonly kind: Kind;
  readonly stage: Stage;
  /** Layers of the points, ascending; the point of the layer that is given is among them. */
  readonly layers: readonly number[];
  /** log10 of the variance at each of the layers; undefined if the learner has drawn nothing yet. */
  readonly drawn: readonly number[] | undefined;
  /** Mark of the start, for the state. */
  readonly start: string;
}

/** Returns the guess of a state. A guess that was drawn for another start does not count. */
export function guessOf(state: State): Guess {
  const start = startMark(state);
  const isSame = ownValue(state, own, 'start') === start;
  const layers = pointLayers(state.depth);
  const points = ownValue(state, own, 'points');
  const steps = isSame && points !== '' ? points.split('.').map(Number) : [];
  return {
    kind: ownValue(state, own, 'kind'),
    stage: isSame ? ownValue(state, own, 'shown') : 'guess',
    layers,
    drawn: steps.length === layers.length ? steps.map((step) => step / STEPS) : undefined,
    start,
  };
}

/** Returns the fields of a line through points, which are given as log10 of the variance. */
export function drawnValues(points: readonly number[], start: string): OwnValues {
  const steps = points.map((value) => Math.round(Math.min(EDGE, Math.max(-EDGE, value)) * STEPS));
  return { points: steps.join('.'), shown: 'guess', start };
}

/** Returns a short text that differs between starts that theory tells apart. */
export function startMark(state: State): string {
  const { depth, width, activation, init, size, biasStd, batchNorm, data, scaling } = state;
  const kind = ownValue(state, own, 'kind');
  const text = [depth, width, activation, init, size, biasStd, batchNorm, data, scaling, kind].join();
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return (hash % 36 ** 5).toString(36);
}

/** Returns at most seven layers from 1 to the last, evenly spread. */
export function pointLayers(last: number): number[] {
  const points = Math.min(MOST_POINTS, last);
  if (points === 1) return [1];
  return Array.from({ length: points }, (_, i) => 1 + Math.round((i * (last - 1)) / (points - 1)));
}

/**
 * Returns the index of the given point: that of layer 1 forward, and that of the last hidden layer backward. The output layer
 * has no point, because its few units say nothing about depth.
 */
export function givenPoint({ kind, layers }: Guess): number {
  return kind === 'forward' ? 0 : layers.length - 1;
}

/** Returns the index of the point that is farthest from the given one. */
export function farPoint({ kind, layers }: Guess): number {
  return kind === 'forward' ? layers.length - 1 : 0;
}

/** Comparison of a guess with theory. */
export interface Judgement {
  /** Mean factor for each layer, from the given point to the far one, in the guess and in theory. */
  readonly guessed: number;
  readonly expected: number;
  /** log10 of guess over theory at the far layer. */
  readonly gap: number;
  /** Mean magnitude of log10 of guess over theory, over all points but the given one. */
  readonly meanGap: number;
  /** Number of layers between the given point and the far one. */
  readonly steps: number;
}

/** Compares points with theory's ln variance by layer. */
export function judge(guess: Guess, points: readonly number[], logs: ArrayLike<number>): Judgement {
  const [near, far] = [givenPoint(guess), farPoint(guess)];
  const theory = guess.layers.map((layer) => logs[layer - 1]! / Math.LN10);
  const steps = Math.max(1, Math.abs(guess.layers[far]! - guess.layers[near]!));
  const gaps = points.map((value, i) => value - theory[i]!).filter((_, i) => i !== near);
  const factor = (values: readonly number[]) => 10 ** ((values[far]! - theory[near]!) / steps);
  return {
    guessed: factor(points),
    expected: factor(theory),
    gap: points[far]! - theory[far]!,
    meanGap: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / Math.max(1, gaps.length),
    steps,
  };
}
