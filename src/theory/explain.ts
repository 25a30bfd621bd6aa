import { type AbortSignalLike, checkSignal, throwIfAborted } from '../abort.js';
import type { BackendName } from '../backend/names.js';
import { finiteNumber, knownKeys, LARGEST_F32, notNegativeNumber } from '../errors.js';
import {
  configOf,
  drawChecked,
  expectation,
  type Fans,
  type Initializer,
  type Shape,
} from '../initializers/initializer.js';
import { actsOnRows } from '../network/activations.js';
import { byteMappings } from '../network/input-scaler.js';
import { type CheckedLayer, layerStreams } from '../network/layers.js';
import { type CheckedOptions, checkModelOptions, type MLPOptions } from '../network/model-options.js';
import { Rng } from '../numbers/rng.js';
import { atOnce, inTurns } from '../turns.js';
import type { LayerExplanation, ModelExplanation, SignalFate } from './explanation.js';
import { notesOf } from './explanation-notes.js';
import { SMALLEST_F32 } from './float32-limits.js';
import { type ExpectedLayer, expectLayers, type Signal, type TheoryLayer } from './network.js';

/** Options of `explainModel`. */
export interface ExplainModelOptions {
  /** Mean of the raw inputs. If this and `inputVariance` are both absent, scaled inputs have mean 0 and variance 1. */
  readonly inputMean?: number;
  /** Variance of the raw inputs, ≥ 0; default 1. Pixels as bytes have a mean of about 73 and a variance of about 8100. */
  readonly inputVariance?: number;
}

/** Options of `explainModelAsync`. */
export interface ExplainModelAsyncOptions extends ExplainModelOptions {
  /** Aborts the work between two layers. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike;
}

const FAINT = 1e-3;
const LOUD = 1e3;
/**
 * Predicts each layer's preactivations and gradients at infinite width, before anything runs; `expectLayers` has the method.
 * The output's activation and the loss do not matter, since gradients are relative to dL/dz of the last layer.
 *
 * @throws TypeError or RangeError that opens with the option's name
 */
export function explainNetwork(
  model: MLPOptions<BackendName>,
  options: ExplainModelOptions = {},
): ModelExplanation {
  knownKeys('options', options, keys);
  return atOnce(explanation(model, options));
}

/**
 * Predicts the same as {@link explainNetwork}, but yields between layers.
 *
 * @throws TypeError or RangeError that opens with the option's name
 * @throws the signal's reason, if it aborts
 */
export async function explainNetworkAsync(
  model: MLPOptions<BackendName>,
  options: ExplainModelAsyncOptions = {},
): Promise<ModelExplanation> {
  knownKeys('options', options, [...keys, 'signal']);
  const { signal, ...rest } = options;
  checkSignal(signal);
  throwIfAborted(signal);
  return inTurns(explanation(model, rest), undefined, signal);
}

const keys = ['inputMean', 'inputVariance'];

function* explanation(
  model: MLPOptions<BackendName>,
  options: ExplainModelOptions,
): Generator<void, ModelExplanation> {
  const checked = checkModelOptions(model);
  const input = inputSignal(checked, options);
  const theory = yield* theoryLayers(checked);
  const expected = yield* expectLayers(input, theory.layers);
  const layers = expected.map((layer, l) => layerExplanation(l, checked.layers[l]!, theory, layer));
  const forward = fate(layers.map(({ preactivationStd }) => preactivationStd));
  const backward = reversed(fate(layers.map(({ gradientStd }) => gradientStd).reverse()), layers.length - 1);
  const { mean, second } = input;
  const notes = notesOf({
    inputSecond: second,
    specs: checked.layers,
    kernels: theory.kernels,
    expected,
    layers,
    forward,
    backward,
  });
  return Object.freeze({
    kind: 'modelExplanation',
    input: { size: checked.inputSize, mean, variance: Math.max(0, second - mean * mean) },
    layers,
    forward,
    backward,
    notes,
  });
}

/** Passes the inputs' mean and variance through the model's scaling; 'unit' and 'symmetric' scale them as bytes. */
function inputSignal({ scaling }: CheckedOptions, { inputMean, inputVariance }: ExplainModelOptions): Signal {
  const told = inputMean !== undefined || inputVariance !== undefined;
  const mean = finiteNumber('inputMean', inputMean ?? 0);
  const variance = notNegativeNumber('inputVariance', inputVariance ?? 1);
  if (!told || scaling.kind === 'zScore' || scaling.kind === 'tabular')
    return { mean: 0, second: told && variance === 0 ? 0 : 1 };
  if (scaling.kind === 'given') {
    const features = Array.from(scaling.mean, (centre, i) => ({
      mean: (mean - centre) / scaling.std[i]!,
      variance: variance / (scaling.std[i]! * scaling.std[i]!),
    }));
    const average = (values: readonly number[]) => values.reduce((sum, v) => sum + v / values.length, 0);
    return {
      mean: average(features.map((feature) => feature.mean)),
      second: average(features.map((feature) => feature.variance + feature.mean * feature.mean)),
    };
  }
  const { factor, offset } = scaling.kind === 'none' ? { factor: 1, offset: 0 } : byteMappings[scaling.kind];
  const scaled = mean * factor + offset;
  return { mean: scaled, second: variance * factor * factor + scaled * scaled };
}

interface Tensor {
  readonly mean: number;
  readonly second: number;
  readonly variance: number;
}
interface Theory {
  readonly layers: readonly TheoryLayer[];
  readonly kernels: readonly Tensor[];
}

function* theoryLayers({ inputSize, layers, seed }: CheckedOptions): Generator<void, Theory> {
  const streams = layerStreams(new Rng(seed), [inputSize, ...layers.map(({ units }) => units)]);
  const kernels: Tensor[] = [];
  const theory: TheoryLayer[] = [];
  for (const [l, layer] of layers.entries()) {
    yield;
    const { units, activation, batchNorm, dropout, useBias, kernelInitializer, biasInitializer } = layer;
    const stream = streams[l]!;
    const { fanIn } = stream;
    const fans = { fanIn, fanOut: units };
    const at = `layers[${l}].`;
    const kernel = tensor(
      `${at}kernelInitializer`,
      kernelInitializer,
      [fanIn, units],
      () => stream.kernel,
      fans,
    );
    const bias = useBias
      ? tensor(`${at}biasInitializer`, biasInitializer, [units], () => stream.bias, fans).second
      : 0;
    kernels.push(kernel);
    theory.push({
      fanIn,
      units,
      activation,
      batchNorm,
      dropout,
      kernelSecond: kernel.second,
      biasSecond: bias,
    });
  }
  return { layers: theory, kernels };
}

/**
 * Returns the moments that the initializer promises. If it promises none, the tensor is drawn as the model would draw it and
 * measured.
 */
function tensor(at: string, made: Initializer, shape: Shape, stream: () => Rng, fans: Fans): Tensor {
  const expected = expectation(made, shape, fans);
  if (expected !== undefined && Number.isFinite(expected.variance)) {
    const { mean, variance } = expected;
    return { mean, variance, second: variance + mean * mean };
  }
  const values = drawChecked(at, made, shape, stream(), fans);
  let mean = 0;
  let second = 0;
  for (const value of values) {
    mean += value / values.length;
    second += (value * value) / values.length;
  }
  return { mean, variance: Math.max(0, second - mean * mean), second };
}

function layerExplanation(
  l: number,
  { activation, kernelInitializer }: CheckedLayer,
  { layers }: Theory,
  expected: ExpectedLayer,
): LayerExplanation {
  const { fanIn, units, kernelSecond } = layers[l]!;
  const { mean, second } = expected.activation;
  return {
    name: `layers[${l}]`,
    fanIn,
    units,
    activationName: activation.name,
    initializerName: configOf(kernelInitializer).name,
    kernelStd: Math.sqrt(kernelSecond),
    keepingStd: expected.keepingStd,
    preactivationStd: Math.sqrt(expected.preactivation),
    ...(!actsOnRows(activation) && { activationMean: mean, activationSecondMoment: second }),
    gradientStd: Math.sqrt(expected.gradient),
  };
}

function fate(stds: readonly number[]): SignalFate {
  const first = (is: (std: number) => boolean) => {
    const found = stds.findIndex(is);
    return found < 0 ? undefined : found;
  };
  const dies = first((std) => std < FAINT);
  const explodes = first((std) => std > LOUD);
  const lost = first((std) => std < SMALLEST_F32 || std > LARGEST_F32);
  return {
    ...(dies !== undefined && { dies }),
    ...(explodes !== undefined && { explodes }),
    ...(lost !== undefined && { lost }),
  };
}

function reversed(found: SignalFate, last: number): SignalFate {
  return Object.fromEntries(Object.entries(found).map(([what, l]: [string, number]) => [what, last - l]));
}
