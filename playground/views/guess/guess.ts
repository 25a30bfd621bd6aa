/** A guess: points of a line over the layers, and how far they are from what theory expects. */
import type { OwnValues, State } from '../../engine/state.js';
import { own, type Stage } from './fields.js';
import type { Kind } from './questions.js';

/** Steps of a point in a power of ten, and the farthest point either way, in powers of ten. */
export const STEPS = 4;
export const EDGE = 10;
const MOST_POINTS = 7;

/** A guess in the state, as it stands for the present start. */
export interface Guess {
  readonly kind: Kind;
  readonly stage: Stage;
  /** Layers of the points, ascending; the point of the layer that is given is among them. */
  readonly layers: readonly number[];
  /** log10 of the variance at each layer; undefined where the learner has not drawn yet. */
  readonly drawn: readonly number[] | undefined;
  /** Mark of the start, for the state. */
  readonly start: string;
}

/** Returns the guess of a state. A guess for another start counts no longer. */
export function guessOf(state: State): Guess {
  const of = <Name extends keyof typeof own>(name: Name) => state.own[name] ?? own[name].initial;
  const kind = of('kind') as Kind;
  const start = startMark(state);
  const isSame = of('start') === start;
  const layers = pointLayers(state.depth);
  const steps = isSame && of('points') !== '' ? String(of('points')).split('.').map(Number) : [];
  return {
    kind,
    stage: isSame ? (of('shown') as Stage) : 'guess',
    layers,
    drawn: steps.length === layers.length ? steps.map((step) => step / STEPS) : undefined,
    start,
  };
}

/** Returns the values for the state of a line through points, given as log10. */
export function drawnValues(points: readonly number[], start: string): OwnValues {
  const steps = points.map((value) => Math.round(Math.min(EDGE, Math.max(-EDGE, value)) * STEPS));
  return { points: steps.join('.'), shown: 'guess', start };
}

/** Returns a short text that differs between starts that theory tells apart. */
export function startMark(state: State): string {
  const { depth, width, activation, init, size, biasStd, batchNorm, data, scaling } = state;
  const kind = state.own.kind ?? own.kind.initial;
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
 * Index of the point that is given: the first layer's forward, the last hidden layer's backward. The step out of the output layer is
 * left out, since its few units tell nothing about depth.
 */
export function givenPoint({ kind, layers }: Guess): number {
  return kind === 'forward' ? 0 : layers.length - 1;
}

/** Index of the point that is farthest from the one that is given. */
export function farPoint({ kind, layers }: Guess): number {
  return kind === 'forward' ? layers.length - 1 : 0;
}

/** How a guess compares with theory. */
export interface Judgement {
  /** Factors a layer, from the layer that is given to the far one. */
  readonly guessed: number;
  readonly expected: number;
  /** log10 of guess over theory at the far layer. */
  readonly gap: number;
  /** Mean magnitude of log10 of guess over theory, over the points that were free. */
  readonly meanGap: number;
  /** Layers between the layer that is given and the far one. */
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
