/** Theory's expectations for a network, computed once for each set of options. */
import { explainModel } from 'evenkeel';
import { logVariance } from 'evenkeel/theory';
import type { DataSet } from './data/data-set.js';
import { meanSquare } from './measure.js';
import type { Measured } from './measure-form.js';
import { modelOptions } from './model-options.js';
import { type NetworkState, networkFieldNames, type State } from './state.js';

/** Expected ln of the mean square of z, and of dL/dz relative to the output layer, by layer. */
export interface Expected {
  readonly forward: Float64Array;
  readonly backward: Float64Array;
  /** Standard deviations of those ln over random networks of this width; absent if theory has none, as with a batch norm. */
  readonly forwardStd?: Float64Array;
  readonly backwardStd?: Float64Array;
}

/** Signals of one network, and theory's values for its start. */
export interface SignalsFrame {
  /** Absent if a value is not finite. */
  readonly measured?: Measured;
  readonly expected: Expected;
}

/** Mean and mean square of the inputs. */
interface Moments {
  readonly mean: number;
  readonly second: number;
}

/** Moments of data sets. A view asks for them in each frame, and the digits have 1.6 million inputs. */
const momentsOf = new WeakMap<DataSet, Moments>();
const MOST_KEPT = 32;
const kept = new Map<string, Expected>();

/** Returns theory's values for a network before its training. */
export function expectedSignals(state: State, options: NetworkState, data: DataSet): Expected {
  const inputs = momentsOf.get(data) ?? inputMoments(data);
  momentsOf.set(data, inputs);
  const parts = networkFieldNames.map((name) => options[name]);
  const key = JSON.stringify([parts, data.name, inputs, data.inputSize, data.classes, state.scaling]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = compute(state, options, data, inputs);
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(key, made);
  return made;
}

function compute(state: State, options: NetworkState, data: DataSet, inputs: Moments): Expected {
  const model = modelOptions(state, options, data);
  // Standardized inputs have mean 0 and variance 1, which are the defaults of `explainModel`.
  const given =
    model.inputScaling === 'zScore'
      ? {}
      : { inputMean: inputs.mean, inputVariance: Math.max(0, inputs.second - inputs.mean ** 2) };
  const { layers } = explainModel(model, given);
  return {
    forward: Float64Array.from(layers, ({ preactivationStd }) => 2 * Math.log(preactivationStd)),
    backward: Float64Array.from(layers, ({ gradientStd }) => 2 * Math.log(gradientStd)),
    ...spreads(options, data, layers[0]!.kernelStd, layers[1]?.kernelStd),
  };
}

/**
 * Returns the standard deviations of ln variance over random networks, if theory knows them for these options.
 *
 * @param first   standard deviation of the kernel of the first layer
 * @param hidden  that of the second
 */
function spreads(
  options: NetworkState,
  { inputSize }: DataSet,
  first: number,
  hidden = first,
): Partial<Expected> {
  const { width, depth, activation, batchNorm, dropout, biasStd } = options;
  if (batchNorm !== 'none' || dropout > 0 || width < 2 || !(hidden > 0)) return {};
  try {
    const layers = logVariance({
      activation,
      width,
      depth,
      inputSize,
      kernelVariance: hidden * hidden,
      biasVariance: biasStd * biasStd,
      inputVariance: (first * first) / (hidden * hidden) || 1,
    });
    return {
      forwardStd: Float64Array.from(layers, ({ forwardStd }) => forwardStd),
      backwardStd: Float64Array.from(layers, ({ backwardStd }) => backwardStd),
    };
  } catch {
    // Some activations have no moments for so large weights.
    return {};
  }
}

/** Returns mean and mean square of the training inputs. */
function inputMoments({ train: { x } }: DataSet): Moments {
  let sum = 0;
  for (const value of x) sum += value;
  return { mean: sum / x.length, second: meanSquare(x) };
}
