import { layerInWords } from '../format.js';
import { TRUNCATED_SD } from '../initializers/schemes.js';
import { imbalance, whyAlike } from './collapse.js';
import type { InputDiagnosis, LayerDiagnosis } from './diagnosis.js';
import { OUTLYING } from './features.js';
import { type Circumstances, type Findings, type InForce, limits, type Problem } from './limits.js';
import type { Moved } from './origin.js';
import { targetRemark } from './outcome.js';
import { rootMeanSquare } from './statistics.js';
import { exact, listed, ratioInWords, short, sizeInWords } from './words.js';

/** Relative standard error of a kernel's deviation times √n: 0.71 for normal values, less for others. */
const KERNEL_ERROR = Math.SQRT1_2;

/** Returns likely causes of a problem, likeliest first, each with its remedy. */
export function causesOf(problem: Problem, findings: Findings, circumstances: Circumstances): string[] {
  if (problem.verdict === 'symmetric') return [];
  const { inputs, layers, rows } = findings;
  const { learningRate, inForce } = circumstances;
  const [first, until] = [problem.from ?? 0, problem.until];
  // Training kills units by making kernels or biases large.
  const direction = problem.verdict === 'dead' && inForce.moved?.trained ? 1 : problem.direction;
  const ofInputs = ofInputSize(problem, inputs, inForce);
  const least = ofInputs.length > 0 ? limits.kernelBeside : limits.kernel;
  const ofKernels =
    direction === 0
      ? []
      : inForce.moved
        ? movedKernels(layers.slice(0, until), first, direction, inForce.moved, learningRate)
        : kernels(layers.slice(first, until), direction, least);
  if (problem.verdict === 'collapsed' && !inForce.moved?.trained) {
    return [...whyAlike(problem, findings, inForce), ...ofInputs, ...ofKernels];
  }
  // Exploding kernels explain large gradients and steps, and so do targets.
  if (problem.verdict === 'vanishing' || ofKernels.length > 0) return [...ofInputs, ...ofKernels];
  const ofTargets = targetRemark(circumstances);
  const rare = problem.verdict === 'collapsed' ? imbalance(circumstances, rows) : [];
  return [...ofInputs, ...(ofTargets === undefined ? tooFast(layers, learningRate) : [ofTargets]), ...rare];
}

/** Returns a sentence about the inputs' size if it can cause the problem. */
function ofInputSize({ direction, verdict }: Problem, inputs: InputDiagnosis, inForce: InForce): string[] {
  const sentence = inputSize(inputs, inForce);
  const large = rootMeanSquare(inputs.scaled) > limits.inputs;
  return sentence !== undefined && (large ? verdict !== 'vanishing' : direction < 0) ? [sentence] : [];
}

/** Sentence about inputs that are far too large or too small; undefined if their size is usual. */
export function inputSize({ given, scaled }: InputDiagnosis, { standardized }: InForce): string | undefined {
  const size = rootMeanSquare(scaled);
  const small = size > 0 && size < 1 / (limits.inputs * limits.inputs);
  if (!small && !(size > limits.inputs)) return undefined;
  const unscaled = Math.fround(given.min) === scaled.min && Math.fround(given.max) === scaled.max;
  const range = `from ${exact(scaled.min)} to ${exact(scaled.max)}`;
  const advice =
    standardized === undefined
      ? "use inputScaling 'symmetric' for images, 'zScore' for tables"
      : 'they differ from the data that the scaling was fitted on, so check why';
  return `the inputs ${unscaled ? 'come unscaled' : 'are scaled'}, ${range}, ${sizeInWords(scaled)}: ${advice}`;
}

/**
 * Names kernels that training or `setWeights` made larger or smaller than they were drawn. The initializer is no longer to blame for
 * them. If training made them larger, the learning rate comes first.
 */
function movedKernels(
  layers: readonly LayerDiagnosis[],
  first: number,
  direction: number,
  { ratios, trained }: Moved,
  learningRate: number | undefined,
): string[] {
  const off = [...layers.keys()].filter((l) => {
    const ratio = ratios[l]!;
    const least = chance(layers[l]!.kernel.count, limits.kernelBeside);
    return l >= first && ratio < Infinity && (direction > 0 ? ratio : 1 / ratio) > 1 + least;
  });
  if (off.length === 0) return [];
  const which = off.length === 1 ? 'the kernel' : 'the kernels';
  const names = listed(off.map(layerInWords));
  const mean = ratioInWords(off.reduce((sum, l) => sum + ratios[l]! / off.length, 0));
  if (!trained)
    return [
      `${which} of ${names} ${off.length === 1 ? 'has' : 'have'} ${mean} the size that was drawn: set other weights`,
    ];
  const brought = `has brought ${which} of ${names} to ${mean} the initial size`;
  if (direction < 0) return [`training ${brought}: weaken l1, l2 or weight decay`];
  const rate = learningRate === undefined ? '' : ` at a learning rate of ${short(learningRate)}`;
  return [`training${rate} ${brought}: lower the learning rate, or add weight decay`];
}

/** Names kernels whose size differs from the recommended initializer's in the problem's direction. */
function kernels(layers: readonly LayerDiagnosis[], direction: number, least: number): string[] {
  const off = new Set([
    ...offByThemselves(layers, direction, least),
    ...offTogether(layers, direction, least),
  ]);
  const byName = new Map<string, LayerDiagnosis[]>();
  for (const layer of layers) {
    const { recommendedInitializer: name } = layer;
    if (off.has(layer)) byName.set(name, [...(byName.get(name) ?? []), layer]);
  }
  return [...byName].map(([name, alike]) => kernelAdvice(name, alike, layers));
}

/** Returns the distance from 1 that the ratio of a draw of `count` values stays within, by three standard errors. */
function chance(count: number, least: number): number {
  return Math.max(least, (3 * KERNEL_ERROR) / Math.sqrt(count));
}

function offByThemselves(layers: readonly LayerDiagnosis[], direction: number, least: number) {
  return layers.filter(
    ({ kernel, kernelRatio }) => (kernelRatio - 1) * direction > chance(kernel.count, least),
  );
}

/**
 * Returns kernels that are too small to be judged one by one, but not together: the ratio of four weights may lie anywhere, that of
 * ten such kernels may not.
 */
function offTogether(layers: readonly LayerDiagnosis[], direction: number, least: number) {
  const small = layers.filter(({ kernel }) => chance(kernel.count, least) > least);
  const count = small.reduce((sum, { kernel }) => sum + kernel.count, 0);
  const squares = small.reduce(
    (sum, { kernel, kernelRatio }) => sum + kernel.count * kernelRatio * kernelRatio,
    0,
  );
  const off = (Math.sqrt(squares / count) - 1) * direction > chance(count, least);
  return off ? small.filter(({ kernelRatio }) => (kernelRatio - 1) * direction > least) : [];
}

/** Advises an initializer for those layers of a model whose kernels it would mend. */
function kernelAdvice(
  name: string,
  alike: readonly LayerDiagnosis[],
  layers: readonly LayerDiagnosis[],
): string {
  const ratio = alike.reduce((sum, { kernelRatio }) => sum + kernelRatio, 0) / alike.length;
  const inWords = (layer: LayerDiagnosis) => layerInWords(layers.indexOf(layer));
  const [first, last] = [inWords(alike[0]!), inWords(alike[alike.length - 1]!)];
  const which =
    alike.length === 1 ? `the kernel of ${first} has` : `from ${first} to ${last} the kernels have`;
  const truncated = Math.abs(ratio - TRUNCATED_SD) < limits.kernel / 2;
  const why = truncated ? ' (as if a truncated normal had not been widened again, which TF.js forgets)' : '';
  return `${which} ${ratioInWords(ratio)} ${name}'s size${why}: use ${name}`;
}

function tooFast(layers: readonly LayerDiagnosis[], learningRate: number | undefined): string[] {
  const ratios = layers.map(({ updateRatio = 0 }) => (updateRatio < Infinity ? updateRatio : 0));
  const largest = Math.max(...ratios.filter((ratio) => !Number.isNaN(ratio)));
  if (learningRate === undefined || !(largest > limits.update)) return [];
  const name = layerInWords(ratios.indexOf(largest));
  return [
    `a step changes the kernel of ${name} by ${ratioInWords(largest)} its size: the learning rate of ${short(learningRate)} is too high`,
  ];
}

/** Sentences about unusual features, which may do no harm to the rest. */
export function featureRemarks(
  { constantFeatures, largeFeatures, unscaledFeatures, outlyingFeatures }: InputDiagnosis,
  { inForce: { standardized, clipped }, featureName }: Pick<Circumstances, 'inForce' | 'featureName'>,
): string[] {
  const scale =
    standardized === 'feature'
      ? 'it differs from the data that the scaling was fitted on, so check why'
      : `use inputScaling 'zScore'${standardized === 'dataset' ? ', feature by feature' : ''}`;
  const outliers = clipped
    ? "check whether this is an error; inputScaling 'tabular' already clips at 3, so otherwise take a logarithm"
    : "check whether this is an error; otherwise use inputScaling 'tabular', which clips at 3, or take a logarithm";
  // A column that lies entirely outside the fitted range has no outliers.
  const unlike = standardized === undefined ? [] : [...largeFeatures, ...unscaledFeatures];
  const kinds: readonly (readonly [features: readonly number[], one: string, several: string])[] = [
    [
      constantFeatures,
      'has the same value on every row and carries no information: leave it out, or check why',
      'have the same value on every row and carry no information: leave them out, or check why',
    ],
    [
      largeFeatures,
      `is more than 100 times as large as most others: ${scale}`,
      `are more than 100 times as large as most others: ${scale}`,
    ],
    [
      unscaledFeatures.filter((feature) => !largeFeatures.includes(feature)),
      `is of size ${limits.inputs} or more: ${scale}`,
      `are of size ${limits.inputs} or more: ${scale}`,
    ],
    [
      outlyingFeatures.filter((feature) => !unlike.includes(feature)),
      `has a value more than ${OUTLYING} standard deviations from its mean: ${outliers}`,
      `have values more than ${OUTLYING} standard deviations from their mean: ${outliers}`,
    ],
  ];
  return kinds.flatMap(([features, one, several]) => {
    if (features.length === 0) return [];
    const names = listed(features.map(featureName));
    return [
      features.length === 1 ? `inputs: feature ${names} ${one}` : `inputs: features ${names} ${several}`,
    ];
  });
}

/** Sentence about the layer where values stop being finite, if an earlier problem caused it. */
export function laterNonFinite({ verdict }: Problem, { layers }: Findings): string[] {
  const first = layers.findIndex(({ preactivation }) => preactivation.nonFinite > 0);
  if (first < 0 || verdict === 'nonFinite') return [];
  const { nonFinite, count } = layers[first]!.preactivation;
  return [
    `${layerInWords(first)}: from here on values are not finite, ${nonFinite} of ${count} preactivations`,
  ];
}
