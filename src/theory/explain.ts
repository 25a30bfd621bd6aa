import { type AbortSignalLike, checkSignal, throwIfAborted } from '../abort.js';
import { finiteNumber, knownKeys, LARGEST_F32, notNegativeNumber } from '../errors.js';
import { formatDigits, layerInWords } from '../format.js';
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
import { Rng } from '../numbers/random.js';
import { atOnce, inTurns } from '../turns.js';
import { SMALLEST_F32 } from './float32-limits.js';
import { type ExpectedLayer, expectLayers, isSaturated, type Signal, type TheoryLayer } from './network.js';

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

/** Expected signal and gradient of one layer, as returned by `explainModel`. */
export interface LayerExplanation {
  /** Path of the layer, as in error messages: 'layers[0]'. Notes and reports call this layer 'layer 1'. */
  readonly name: string;
  /** Number of inputs of the layer. */
  readonly fanIn: number;
  /** Number of units of the layer. */
  readonly units: number;
  /** Name of the activation function. */
  readonly activationName: string;
  /** Name of the initializer; 'custom' for a function of your own, whose kernel is drawn and measured. */
  readonly initializerName: string;
  /** Root mean square of the kernel's values. */
  readonly kernelStd: number;
  /**
   * Kernel standard deviation with which the preactivations would have the mean square of the preactivations of the layer
   * before, or of the inputs in the first layer: gain / √fanIn.
   */
  readonly keepingStd: number;
  /** Root mean square of the preactivations. */
  readonly preactivationStd: number;
  /** Mean of the activations; absent for softmax. */
  readonly activationMean?: number;
  /** Mean square of the activations; absent for softmax. */
  readonly activationSecondMoment?: number;
  /** Root mean square of dL/dz, divided by that of the last layer. */
  readonly gradientStd: number;
}

/**
 * Layers at which a signal is lost, as indices into `layers`. Each is the first in the signal's own direction; absent if
 * there is none.
 */
export interface SignalFate {
  /** First layer with a standard deviation below 1e-3. */
  readonly dies?: number;
  /** First layer with a standard deviation above 1e3. */
  readonly explodes?: number;
  /** First layer whose standard deviation f32 cannot hold as a normal number: 0, denormal or infinite. */
  readonly lost?: number;
}

/** Prediction for a model before it runs, as returned by `explainModel`. Plain data. */
export interface ModelExplanation {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'modelExplanation';
  /** Inputs of the first layer, after the model's scaling. */
  readonly input: {
    /** Number of inputs. */
    readonly size: number;
    /** Mean over rows and features. */
    readonly mean: number;
    /** Variance over rows and features. */
    readonly variance: number;
  };
  /** Expected values of each layer, from input to output. */
  readonly layers: readonly LayerExplanation[];
  /** Fate of the preactivations, from the first layer up. */
  readonly forward: SignalFate;
  /** Fate of the gradients relative to the last layer's, from the last layer down. */
  readonly backward: SignalFate;
  /** Problems found, each with what to change, in a sentence or two. Empty if there are none. */
  readonly notes: readonly string[];
}

const FAINT = 1e-3;
const LOUD = 1e3;
/** Inputs with a larger root mean square are taken to be unscaled. */
const RAW = 10;

/**
 * Predicts each layer's preactivations and gradients at infinite width, before anything runs; `expectLayers` has the method.
 * The output's activation and the loss do not matter, since gradients are relative to dL/dz of the last layer.
 *
 * @throws TypeError or RangeError that opens with the option's name
 */
export function explainNetwork(model: MLPOptions, options: ExplainModelOptions = {}): ModelExplanation {
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
  model: MLPOptions,
  options: ExplainModelAsyncOptions = {},
): Promise<ModelExplanation> {
  knownKeys('options', options, [...keys, 'signal']);
  const { signal, ...rest } = options;
  checkSignal(signal);
  throwIfAborted(signal);
  return inTurns(explanation(model, rest), undefined, signal);
}

const keys = ['inputMean', 'inputVariance'];

function* explanation(model: MLPOptions, options: ExplainModelOptions): Generator<void, ModelExplanation> {
  const checked = checkModelOptions(model);
  const input = inputSignal(checked, options);
  const theory = yield* theoryLayers(checked);
  const expected = yield* expectLayers(input, theory.layers);
  const layers = expected.map((layer, l) => layerExplanation(l, checked.layers[l]!, theory, layer));
  const forward = fate(layers.map(({ preactivationStd }) => preactivationStd));
  const backward = reversed(fate(layers.map(({ gradientStd }) => gradientStd).reverse()), layers.length - 1);
  const { mean, second } = input;
  const causes = [...noteInput(second, checked.layers[0]!), ...noteKernels(layers, theory)];
  const allDrawn = layers.every(({ kernelStd }) => kernelStd > 0);
  const notes = [
    ...causes,
    ...noteSaturation(checked.layers, layers, expected),
    // Layers that start from zeros need no further notes.
    ...(allDrawn ? noteFates(layers, forward, backward) : []),
  ];
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

function noteInput(second: number, { batchNorm }: CheckedLayer): string[] {
  const rms = Math.sqrt(second);
  if (rms <= RAW || batchNorm?.position === 'before') return [];
  return [
    `inputs: their root mean square is ${short(rms)}, and all layers grow with it; set inputScaling to 'symmetric' or 'zScore'`,
  ];
}

function noteKernels(layers: readonly LayerExplanation[], { kernels }: Theory): string[] {
  return layers.flatMap(({ units, initializerName }, l) => {
    const { mean, variance } = kernels[l]!;
    // A single layer may start from zeros, since its loss is convex.
    if (variance === 0 && units > 1 && l < layers.length - 1) {
      return [
        `${layerInWords(l)}: '${initializerName}' starts all its ${units} units with equal weights, and they stay equal; use an initializer that draws random values`,
      ];
    }
    return mean !== 0 && mean * mean > variance
      ? [
          `${layerInWords(l)}: the kernel's mean, ${short(mean)}, exceeds its standard deviation, so that all units respond alike; draw kernels with mean 0`,
        ]
      : [];
  });
}

function noteSaturation(
  specs: readonly CheckedLayer[],
  layers: readonly LayerExplanation[],
  expected: readonly ExpectedLayer[],
): string[] {
  const found = layers.findIndex(
    (_, l) => l < layers.length - 1 && isSaturated(specs[l]!.activation, expected[l]!.slopeSecond),
  );
  if (found < 0) return [];
  const { activationName, preactivationStd } = layers[found]!;
  const cause = found === 0 ? '' : `; ${adviceForward(layers, found)}`;
  return [
    `${layerInWords(found)}: preactivations of standard deviation ${short(preactivationStd)} saturate ${activationName}, whose slope is almost 0 there${cause}`,
  ];
}

function noteFates(layers: readonly LayerExplanation[], forward: SignalFate, backward: SignalFate): string[] {
  const signal = (l: number | undefined, what: string) =>
    at(layers, l, ({ preactivationStd }, name) => {
      const advice = adviceForward(layers, l!);
      return `${name}: the signal has ${what}: its preactivations have a standard deviation of ${short(preactivationStd)}; ${advice}`;
    });
  const gradient = (l: number | undefined, what: string) =>
    at(layers, l, ({ gradientStd }, name) => {
      const advice = adviceBackward(layers, l!);
      return `${name}: gradients have ${what}, to ${short(gradientStd)} of the last layer's; ${advice}`;
    });
  const lost = (l: number | undefined, what: string) =>
    at(layers, l, (_, name) => `${name}: ${what} outside the range of f32`);
  return [
    ...signal(forward.dies, 'died'),
    ...signal(forward.explodes, 'exploded'),
    ...lost(forward.lost, 'preactivations are'),
    ...gradient(backward.dies, 'vanished'),
    ...gradient(backward.explodes, 'exploded'),
    ...lost(backward.lost, 'gradients are'),
  ];
}

function at(
  layers: readonly LayerExplanation[],
  l: number | undefined,
  say: (layer: LayerExplanation, name: string) => string,
): string[] {
  return l === undefined ? [] : [say(layers[l]!, layerInWords(l))];
}

/**
 * Names the layer up to l whose kernel is farthest from keeping the signal. The first layer sees inputs instead of
 * activations, so it is named only for itself.
 */
function adviceForward(layers: readonly LayerExplanation[], l: number): string {
  const candidates = l === 0 ? layers.slice(0, 1) : layers.slice(1, l + 1);
  const ratio = ({ kernelStd, keepingStd }: LayerExplanation) => kernelStd / keepingStd;
  return advice(layers, farthest(candidates, ratio), ratio, 'the signal');
}

/** Names the layer above l whose kernel changes the gradient most; the output layer only if no hidden layer is left. */
function adviceBackward(layers: readonly LayerExplanation[], l: number): string {
  const ratios = new Map(
    layers.slice(1).map((layer, below) => [layer, layers[below]!.gradientStd / layer.gradientStd]),
  );
  const hidden = layers.slice(l + 1, -1);
  const ratio = (layer: LayerExplanation) => ratios.get(layer)!;
  return advice(layers, farthest(hidden.length > 0 ? hidden : layers.slice(-1), ratio), ratio, 'gradients');
}

/** Ratios closer than this factor count as equal; the first such layer is then named. */
const ALIKE = 1.01;

function farthest(
  layers: readonly LayerExplanation[],
  ratio: (layer: LayerExplanation) => number,
): LayerExplanation {
  const distance = (layer: LayerExplanation) => Math.max(ratio(layer), 1 / ratio(layer));
  return layers.reduce((a, b) => (distance(b) > ALIKE * distance(a) ? b : a));
}

function advice(
  layers: readonly LayerExplanation[],
  layer: LayerExplanation,
  ratio: (layer: LayerExplanation) => number,
  what: string,
): string {
  const { initializerName, kernelStd } = layer;
  const factor = ratio(layer);
  const keeping = kernelStd === 0 ? '' : `, ${short(kernelStd / factor)} would keep ${what}`;
  return `${layerInWords(layers.indexOf(layer))} ('${initializerName}') multiplies it by ${short(factor)}: its kernel has a standard deviation of ${short(kernelStd)}${keeping}`;
}

function short(value: number): string {
  return formatDigits(value, 3);
}
