/** Units that live and units that are dead: on how many rows each has a slope, and where its sums lie. */
import { activationDerivative, type ScalarActivation } from 'evenkeel';
import { probe } from '../../engine/measure.js';
import type { Runner } from '../../engine/runner.js';
import type { NetworkState, State } from '../../engine/state.js';
import type { ViewEngine } from '../../engine/view.js';
import { own } from './fields.js';
import { BINS, type LayerUnits } from './form.js';

/** Hidden layers of one network; `layers` is absent if a number is not finite. */
export interface UnitsFrame {
  readonly rows: number;
  readonly layers?: readonly LayerUnits[];
}

export type Frame = readonly UnitsFrame[];

export const engine: ViewEngine<Frame> = {
  prepare: ({ model, options }, state) => {
    const chosen = chosenBias(state, options);
    if (chosen === undefined) return;
    const weights = model.getWeights();
    weights[chosen.layer]!.bias[chosen.unit] = chosen.bias;
    model.setWeights(weights);
  },

  program: (state, options) => {
    const chosen = chosenBias(state, options);
    if (chosen === undefined) return [];
    return [
      'const weights = model.getWeights();',
      `weights[${chosen.layer}].bias[${chosen.unit}] = ${chosen.bias};`,
      'model.setWeights(weights);',
    ];
  },

  frame: ({ runners }) => runners.map(frameOf),
};

/** Returns the bias that the visitor has set, and whose it is, counted from 0; undefined if there is none. */
function chosenBias(state: State, { depth, width }: NetworkState) {
  const [layer, unit, bias] = (['layer', 'unit', 'bias'] as const).map((name) =>
    Number(state.own[name] ?? own[name].initial),
  ) as [number, number, number];
  return bias === 0 || layer > depth || unit > width ? undefined : { layer: layer - 1, unit: unit - 1, bias };
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
  const slopes = activationDerivative(activation, z);
  const rows = z.length / units;
  const found = {
    bias,
    sloping: new Float32Array(units),
    dead: new Uint8Array(units).fill(1),
    low: new Float32Array(units).fill(Number.POSITIVE_INFINITY),
    high: new Float32Array(units).fill(Number.NEGATIVE_INFINITY),
    shares: new Float32Array(units * BINS),
    edge: z.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1,
  };
  for (let i = 0; i < z.length; i++) {
    const unit = i % units;
    const value = z[i]!;
    if (slopes[i] !== 0) found.sloping[unit]! += 1 / rows;
    // As in `diagnose`: a dead unit has no slope and the same activation on every row.
    if (slopes[i] !== 0 || a[i] !== a[unit]) found.dead[unit] = 0;
    found.low[unit] = Math.min(found.low[unit]!, value);
    found.high[unit] = Math.max(found.high[unit]!, value);
    const bin = Math.min(BINS - 1, Math.floor(((value / found.edge + 1) / 2) * BINS));
    found.shares[unit * BINS + bin]! += 1 / rows;
  }
  return found;
}
