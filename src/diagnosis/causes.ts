import { TRUNCATED_SD } from '../initializers/schemes.js';
import type { WideOutput } from '../network/target-scaler.js';
import type { InputDiagnosis, LayerDiagnosis } from './diagnosis.js';
import { type Circumstances, type Findings, type InForce, limits, type Problem } from './limits.js';
import { rootMeanSquare } from './statistics.js';
import { exact, listed, ratioInWords, short, sizeInWords } from './words.js';

/** A kernel's sd is known to some 0.71 / √n of itself: for a normal distribution, for others less. */
const KERNEL_ERROR = Math.SQRT1_2;

/** What may have brought a problem about, the likeliest first, each with what to do. */
export function causesOf(
  problem: Problem,
  { inputs, layers }: Findings,
  { learningRate, wide, inForce }: Circumstances,
): string[] {
  if (problem.verdict === 'symmetric') return [];
  const before = layers.slice(problem.from ?? 0, problem.until);
  const ofInputs = inputSize(problem, inputs, inForce);
  const least = ofInputs.length > 0 ? limits.kernelBeside : limits.kernel;
  const ofKernels = problem.direction === 0 ? [] : kernels(before, problem.direction, least);
  // Kernels that explode bring gradients, and so steps, that do; so do targets.
  if (problem.verdict === 'vanishing' || ofKernels.length > 0) return [...ofInputs, ...ofKernels];
  return [...ofInputs, ...(wide === undefined ? tooFast(layers, learningRate) : targetRemarks(wide))];
}

function inputSize(
  { direction, verdict }: Problem,
  { given, scaled }: InputDiagnosis,
  { standardized }: InForce,
): string[] {
  const size = rootMeanSquare(scaled);
  const large = size > limits.inputs && verdict !== 'vanishing';
  if (!large && !(size < 1 / (limits.inputs * limits.inputs) && direction < 0)) return [];
  const unscaled = Math.fround(given.min) === scaled.min && Math.fround(given.max) === scaled.max;
  const range = `from ${exact(scaled.min)} to ${exact(scaled.max)}`;
  const advice =
    standardized === undefined
      ? "use inputScaling 'symmetric' for images, 'zScore' for tables"
      : 'they are unlike those that the scaling was learned from, so see what is different';
  return [
    `the inputs ${unscaled ? 'come unscaled' : 'are scaled'}, ${range}, ${sizeInWords(scaled)}: ${advice}`,
  ];
}

/** Kernels that are off in the direction that the problem has, by the initializer they should be of. */
function kernels(layers: readonly LayerDiagnosis[], direction: number, least: number): string[] {
  const byName = new Map<string, LayerDiagnosis[]>();
  for (const layer of layers) {
    const { kernelRatio, kernel, initializerName } = layer;
    const tolerance = Math.max(least, (3 * KERNEL_ERROR) / Math.sqrt(kernel.count));
    if (!((kernelRatio - 1) * direction > tolerance)) continue;
    byName.set(initializerName, [...(byName.get(initializerName) ?? []), layer]);
  }
  return [...byName].map(([name, off]) => kernelAdvice(name, off));
}

function kernelAdvice(name: string, layers: readonly LayerDiagnosis[]): string {
  const ratio = layers.reduce((sum, { kernelRatio }) => sum + kernelRatio, 0) / layers.length;
  const [first, last] = [layers[0]!.name, layers[layers.length - 1]!.name];
  const which = layers.length === 1 ? `the kernel sd of ${first}` : `from ${first} to ${last} the kernel sd`;
  const truncated = Math.abs(ratio - TRUNCATED_SD) < limits.kernel / 2;
  const why = truncated ? ' (as if a truncated normal had not been widened again, which TF.js forgets)' : '';
  return `${which} is ${ratioInWords(ratio)} ${name}'s${why}: use ${name}`;
}

function tooFast(layers: readonly LayerDiagnosis[], learningRate: number | undefined): string[] {
  const ratios = layers.map(({ updateRatio = 0 }) => (updateRatio < Infinity ? updateRatio : 0));
  const largest = Math.max(...ratios.filter((ratio) => !Number.isNaN(ratio)));
  if (learningRate === undefined || !(largest > limits.update)) return [];
  const { name } = layers[ratios.indexOf(largest)]!;
  return [
    `a step changes the kernel of ${name} by ${ratioInWords(largest)} its size: the learning rate of ${short(learningRate)} is too high`,
  ];
}

/** Unscaled targets that lie far apart: training takes long to reach them. */
export function targetRemarks(wide: WideOutput | undefined): string[] {
  if (wide === undefined) return [];
  return [
    `the targets come unscaled, the ${wide.measure} of output ${wide.output} is ${short(wide.value)}: use targetScaling 'zScore'`,
  ];
}

/** Odd things about single features that do no harm to the rest. */
export function featureRemarks(
  { constantFeatures, largeFeatures }: InputDiagnosis,
  { standardized }: InForce,
): string[] {
  const remarks: string[] = [];
  if (constantFeatures.length > 0) {
    remarks.push(
      `inputs: feature ${listed(constantFeatures)} has one value on every row and tells nothing: leave it out, or see why`,
    );
  }
  if (largeFeatures.length > 0) {
    const advice =
      standardized === 'feature'
        ? 'it is unlike what the scaling was learned from, so see what is different'
        : `use inputScaling 'zScore'${standardized === 'dataset' ? ', feature by feature' : ''}`;
    remarks.push(
      `inputs: feature ${listed(largeFeatures)} is more than 100 times as large as most others: ${advice}`,
    );
  }
  return remarks;
}

/** Where values stop being finite, if that came of something before. */
export function laterNonFinite({ verdict }: Problem, { layers }: Findings): string[] {
  const first = layers.find(({ preactivation }) => preactivation.nonFinite > 0);
  if (first === undefined || verdict === 'nonFinite') return [];
  const { nonFinite, count } = first.preactivation;
  return [`${first.name}: from here on values are not finite, ${nonFinite} of ${count} preactivations`];
}
