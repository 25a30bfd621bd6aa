/** The units of each network: the share of rows on which each has a slope, and the range of its sums. */
import type { ScalarActivation } from 'evenkeel';
import { findDead } from '../../engine/dead-units.js';
import { probe } from '../../engine/measure.js';
import type { Runner } from '../../engine/runner.js';
import type { NetworkState, State } from '../../engine/state.js';
import type { ViewEngine } from '../../engine/view.js';
import { ownValue } from '../own-value.js';
import { changingOneWeight, type WeightChange } from '../weight-change.js';
import { own } from './fields.js';
import { BINS, type LayerUnits } from './form.js';

/** Hidden layers of one network; `layers` is absent if a number is not finite. */
export interface UnitsFrame {
  readonly rows: number;
  readonly layers?: readonly LayerUnits[];
}

export type Frame = readonly UnitsFrame[];

export const engine: ViewEngine<Frame> = {
  ...changingOneWeight(chosenBias),
  frame: ({ runners }) => runners.map(frameOf),
};

/** Returns the bias that the visitor has set; undefined if there is none, or if the network does not have the unit. */
function chosenBias(state: State, { depth, width }: NetworkState): WeightChange | undefined {
  const layer = ownValue(state, own, 'layer');
  const unit = ownValue(state, own, 'unit');
  const value = ownValue(state, own, 'bias');
  if (value === 0 || layer > depth || unit > width) return undefined;
  return { layer: layer - 1, tensor: 'bias', index: unit - 1, operator: '=', value };
}

function frameOf(runner: Runner): UnitsFrame {
  const { x, rows } = probe(runner);
  try {
    const weights = runner.model.getWeights();
    const layers = runner.model
      .layerOutputs(x)
      .slice(0, -1)
      .map(({ preactivation, activation, units }, l) =>
        unitsOf(preactivation, activation, units, weights[l]!.bias, runner.options.activation),
      );
    return { rows, layers };
  } catch {
    return { rows };
  }
}

function unitsOf(
  z: Float32Array,
  a: Float32Array,
  units: number,
  bias: Float32Array,
  activation: ScalarActivation,
): LayerUnits {
  const { slopes, dead } = findDead(z, a, units, activation);
  const rows = z.length / units;
  const found = {
    bias,
    sloping: new Float32Array(units),
    dead,
    low: new Float32Array(units).fill(Number.POSITIVE_INFINITY),
    high: new Float32Array(units).fill(Number.NEGATIVE_INFINITY),
    shares: new Float32Array(units * BINS),
    edge: z.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1,
  };
  for (let i = 0; i < z.length; i++) {
    const unit = i % units;
    const value = z[i]!;
    if (slopes[i] !== 0) found.sloping[unit]! += 1 / rows;
    found.low[unit] = Math.min(found.low[unit]!, value);
    found.high[unit] = Math.max(found.high[unit]!, value);
    const bin = Math.min(BINS - 1, Math.floor(((value / found.edge + 1) / 2) * BINS));
    found.shares[unit * BINS + bin]! += 1 / rows;
  }
  return found;
}
