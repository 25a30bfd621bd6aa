/** Networks whose units start alike: the groups of units that are still alike, after any number of steps. */
import type { Runner } from '../../engine/runner.js';
import type { ViewEngine } from '../../engine/view.js';
import { changingOneWeight } from '../weight-change.js';
import { groupsOf, type LayerArrays, spreadOf } from './groups.js';
import { nudgeOf } from './nudge.js';

/** Hidden layers of one network. */
export interface TwinsFrame {
  /** Group of each unit, layer by layer. */
  readonly groups: readonly Int16Array[];
  /** Differences between the units of each layer now, relative to the size of their weights. */
  readonly spreads: Float64Array;
  /** Spreads over the steps: one row for each recorded step, one column for each layer. */
  readonly history: { readonly step: Float64Array; readonly spreads: Float64Array };
}

export type Frame = readonly TwinsFrame[];

interface History {
  readonly step: number[];
  readonly spreads: number[];
}

const histories = new WeakMap<Runner, History>();
/** Most points of a curve. If there are more, every second one is dropped. */
const MOST_POINTS = 400;

export const engine: ViewEngine<Frame> = {
  ...changingOneWeight(nudgeOf),
  frame: ({ runners }) => runners.map(frameOf),
};

function frameOf(runner: Runner): TwinsFrame {
  const weights = runner.model.getWeights() as unknown as readonly LayerArrays[];
  const hidden = weights.slice(0, -1);
  const spreads = Float64Array.from(hidden, spreadOf);
  const history = record(runner, spreads);
  return {
    groups: hidden.map((layer, l) => groupsOf(layer, weights[l + 1]!)),
    spreads,
    history: { step: Float64Array.from(history.step), spreads: Float64Array.from(history.spreads) },
  };
}

/** Adds the present step to a network's history. */
function record(runner: Runner, spreads: Float64Array): History {
  const history = histories.get(runner) ?? { step: [], spreads: [] };
  histories.set(runner, history);
  if (history.step.at(-1) === runner.step) return history;
  history.step.push(runner.step);
  history.spreads.push(...spreads);
  if (history.step.length > MOST_POINTS) thin(history, spreads.length);
  return history;
}

/** Drops every second step of a history. */
function thin({ step, spreads }: History, layers: number): void {
  step.splice(0, step.length, ...step.filter((_, i) => i % 2 === 0));
  spreads.splice(0, spreads.length, ...spreads.filter((_, i) => Math.floor(i / layers) % 2 === 0));
}
