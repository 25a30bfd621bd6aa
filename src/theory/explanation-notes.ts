/** Notes of an explanation: what is wrong with a start, in sentences, and what to change. */
import { formatDigits, layerInWords } from '../format.js';
import type { CheckedLayer } from '../network/layers.js';
import type { LayerExplanation, SignalFate } from './explanation.js';
import { type ExpectedLayer, isSaturated } from './network.js';

/** Inputs with a larger root mean square are taken to be unscaled. */
const RAW = 10;

/** Facts about a model that its notes follow from. Arrays have one element per layer. */
interface ExplainedModel {
  /** Mean square of the scaled inputs. */
  readonly inputSecond: number;
  readonly specs: readonly CheckedLayer[];
  readonly kernels: readonly { readonly mean: number; readonly variance: number }[];
  readonly expected: readonly ExpectedLayer[];
  readonly layers: readonly LayerExplanation[];
  readonly forward: SignalFate;
  readonly backward: SignalFate;
}

/** Returns the problems of a model, each with what to change, in a sentence or two. */
export function notesOf({
  inputSecond,
  specs,
  kernels,
  expected,
  layers,
  forward,
  backward,
}: ExplainedModel): string[] {
  const allDrawn = layers.every(({ kernelStd }) => kernelStd > 0);
  return [
    ...noteInput(inputSecond, specs[0]!),
    ...noteKernels(layers, kernels),
    ...noteSaturation(specs, layers, expected),
    // Layers that start from zeros need no further notes.
    ...(allDrawn ? noteFates(layers, forward, backward) : []),
  ];
}

function noteInput(second: number, { batchNorm }: CheckedLayer): string[] {
  const rms = Math.sqrt(second);
  if (rms <= RAW || batchNorm?.position === 'before') return [];
  return [
    `inputs: their root mean square is ${short(rms)}, and all layers grow with it; set inputScaling to 'symmetric' or 'zScore'`,
  ];
}

function noteKernels(layers: readonly LayerExplanation[], kernels: ExplainedModel['kernels']): string[] {
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
