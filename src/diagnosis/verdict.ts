import { layerInWords } from '../format.js';
import { causesOf, featureRemarks, inputSize, laterNonFinite } from './causes.js';
import { alikeLayer, alikeRemark, collapseRemark, constantInputs, constantPredictions } from './collapse.js';
import { afterBatchNorm, again, flatLayers, normalize, sigmoidCures } from './cures.js';
import type { Diagnosis, LayerDiagnosis } from './diagnosis.js';
import type { LayerExpectation } from './expected.js';
import { type Circumstances, type Findings, type InForce, limits, type Problem } from './limits.js';
import { outcome, targetRemark } from './outcome.js';
import { rootMeanSquare } from './statistics.js';
import { either, percent, short, sizeInWords } from './words.js';

/**
 * Decides the verdict and its reasons. Symmetry and constant inputs come first, since they make the other numbers meaningless.
 * Next comes the first layer, from the input on, with a problem, since later problems follow from it. Then come steps and
 * gradients that are not finite, outputs and loss, the size of the inputs, problems that only the gradients show, and layers that
 * no longer tell inputs apart.
 *
 * @param ideal  layers of a good initialization with inputs of size 1
 */
export function judge(
  findings: Findings,
  ideal: readonly LayerExpectation[],
  circumstances: Circumstances,
): Pick<Diagnosis, 'verdict' | 'advice'> {
  const problem = firstProblem(findings, ideal, circumstances);
  const remarks = [
    ...featureRemarks(findings.inputs, circumstances),
    ...[
      targetRemark(circumstances),
      collapseRemark(findings, circumstances),
      alikeRemark(problem, findings, circumstances),
    ].filter((remark) => remark !== undefined),
  ];
  if (problem === undefined) return { verdict: 'healthy', advice: remarks };
  if (problem.remedy === '') {
    return {
      verdict: problem.verdict,
      advice: [problem.symptom, ...remarks.filter((remark) => remark !== problem.symptom)],
    };
  }
  const causes = [
    ...causesOf(problem, findings, circumstances),
    ...behindCollapse(problem, findings, circumstances),
  ];
  const [first = problem.remedy, ...others] = causes;
  const remedies = causes.length > 0 && problem.direction === 0 ? [problem.remedy] : [];
  const after = laterNonFinite(problem, findings);
  const advice = [
    `${problem.symptom}; ${first}`,
    ...others,
    ...remedies,
    ...after,
    ...remarks.filter((remark) => !causes.includes(remark) && remark !== problem.symptom),
  ];
  return { verdict: problem.verdict, advice };
}

/** Sentence about vanishing or exploding gradients, which may keep a network with collapsed predictions from learning. */
function behindCollapse({ verdict }: Problem, { layers }: Findings, { inForce }: Circumstances): string[] {
  const found = verdict === 'collapsed' && inForce.moved?.trained ? gradients(layers, inForce) : undefined;
  return found === undefined ? [] : [`${found.symptom}; ${found.remedy}`];
}

function firstProblem(
  findings: Findings,
  ideal: readonly LayerExpectation[],
  circumstances: Circumstances,
): Problem | undefined {
  const { inForce } = circumstances;
  const { layers } = findings;
  const symmetric = layers.findIndex((layer) => layer.symmetricUnits.length > 0);
  if (symmetric >= 0) return symmetry(layers[symmetric]!, symmetric, inForce);
  const constant = constantInputs(findings);
  if (constant !== undefined) return constant;
  for (const [l, layer] of layers.entries()) {
    const hidden = l < layers.length - 1;
    const found =
      nonFinite(layer, l) ??
      dead(layer, l, findings.rows, inForce) ??
      (hidden ? (saturated(layer, l, inForce) ?? sized(layer, l, ideal[l]!, inForce)) : undefined);
    if (found !== undefined) return found;
  }
  return (
    steps(layers) ??
    backwardNonFinite(findings, inForce) ??
    outcome(findings, circumstances) ??
    constantPredictions(findings, circumstances) ??
    inputs(findings, inForce) ??
    gradients(layers, inForce) ??
    alikeLayer(findings, inForce)
  );
}

/**
 * Finds inputs that are far too large or too small, before the first step. A trained network is judged by its outputs
 * instead.
 */
function inputs({ inputs, layers }: Findings, inForce: InForce): Problem | undefined {
  const symptom = inForce.moved ? undefined : inputSize(inputs, inForce);
  if (symptom === undefined) return undefined;
  return { verdict: 'unscaled', symptom, until: layers.length, direction: 0, remedy: '' };
}

function symmetry({ symmetricUnits, units, kernel }: LayerDiagnosis, l: number, { moved }: InForce): Problem {
  const zeros = kernel.min === 0 && kernel.max === 0;
  const anew = zeros
    ? 'l1, l2 and weight decay can shrink a kernel to that: weaken them, and train anew'
    : 'equal weights take equal steps: change some of them with setWeights';
  return {
    verdict: 'symmetric',
    symptom: `${layerInWords(l)}: ${symmetricUnits.length} of ${units} units are copies of another and will always get the same gradients`,
    until: l,
    direction: 0,
    remedy: moved
      ? `${zeros ? 'its kernel is all zeros, and ' : ''}${anew}`
      : `${zeros ? 'its kernel is all zeros' : 'equal weights stay equal'}: start from random kernels, such as heNormal or glorotUniform`,
  };
}

function nonFinite({ preactivation, activation, kernel, bias }: LayerDiagnosis, l: number) {
  const tensors = { kernel, bias, preactivation, activation };
  for (const [tensor, statistics] of Object.entries(tensors)) {
    if (statistics === undefined || statistics.nonFinite === 0) continue;
    const { nonFinite, count } = statistics;
    return {
      verdict: 'nonFinite',
      symptom: `${layerInWords(l)}: ${nonFinite} of ${count} values of its ${tensor} are not finite`,
      until: l + 1,
      direction: 1,
      remedy: 'findNonFinite(model, x, y) names the first; restore finite weights',
    } satisfies Problem;
  }
  return undefined;
}

function dead(layer: LayerDiagnosis, l: number, rows: number, inForce: InForce): Problem | undefined {
  const { batchNorm, moved } = inForce;
  const { deadUnits, deadFraction, chanceDeadFraction, units, activationName, bias } = layer;
  // Standard deviation of the difference between two shares that differ only by chance.
  const spread = Math.sqrt((2 * chanceDeadFraction) / units);
  if (!(deadFraction > chanceDeadFraction + limits.dead + limits.deadDeviations * spread)) return undefined;
  const size = rootMeanSquare(layer.preactivation);
  // A signal of size 0 has vanished, which is another verdict.
  if (size < limits.vanished) return undefined;
  const held = bias !== undefined && bias.mean < -size / 4;
  const anew = `${again(inForce)} ${either(
    'with a lower learning rate',
    batchNorm[l] === undefined && 'with batchNorm: true',
    'with leakyRelu, whose derivative is never 0',
  )}`;
  const holds = `biases with a mean of ${bias === undefined ? '' : short(bias.mean)} keep them there: `;
  const which = deadUnits.length <= 8 ? ` (${deadUnits.map((unit) => unit + 1).join(', ')})` : '';
  return {
    verdict: 'dead',
    symptom: `${layerInWords(l)}: ${deadUnits.length} of ${units} ${activationName} units${which} are dead: they are constant, with derivative 0, on all ${rows} rows`,
    until: l + 1,
    direction: 0,
    remedy: held ? `${holds}${moved ? anew : 'start from zeros'}` : anew,
  };
}

function saturated(
  { saturatedFraction, activationName, preactivation }: LayerDiagnosis,
  l: number,
  inForce: InForce,
) {
  if (!(saturatedFraction >= limits.saturated)) return undefined;
  return {
    verdict: 'saturated',
    symptom: `${layerInWords(l)}: ${percent(saturatedFraction)} of its ${activationName} activations are saturated, with a derivative below 1 % of its maximum, at preactivation ${sizeInWords(preactivation)}`,
    until: l + 1,
    direction: 1,
    remedy:
      inForce.batchNorm[l] === 'before'
        ? either(...afterBatchNorm(inForce), `${again(inForce)} with a lower learning rate`)
        : either(
            inForce.moved
              ? 'training has taken it there: train anew with a lower learning rate or weight decay'
              : 'make its kernel smaller',
            inForce.batchNorm[l] === undefined
              ? 'use batchNorm: true'
              : 'put its batch norm before the activation',
          ),
  } satisfies Problem;
}

function sized(
  layer: LayerDiagnosis,
  l: number,
  ideal: LayerExpectation,
  inForce: InForce,
): Problem | undefined {
  const size = rootMeanSquare(layer.preactivation);
  const exploded = size > limits.exploded;
  if (!exploded && !(size < limits.vanished)) return undefined;
  return {
    verdict: exploded ? 'exploding' : 'vanishing',
    symptom: `${layerInWords(l)}: preactivation ${sizeInWords(layer.preactivation)}, usual is ${short(ideal.preactivationStd)}`,
    until: l + 1,
    direction: exploded ? 1 : -1,
    remedy: either(
      ...(inForce.batchNorm[l] === 'before' ? afterBatchNorm(inForce) : []),
      normalize(inForce),
      exploded
        ? `lower the learning rate${inForce.clipNorm ? '' : ' and set clipNorm'}`
        : inForce.moved
          ? 'weaken l1, l2 or weight decay and train anew'
          : 'start anew',
    ),
  };
}

/** Finds a step larger than the weights, which would move preactivations as far. */
function steps(layers: readonly LayerDiagnosis[]): Problem | undefined {
  const l = layers.findIndex(
    ({ updateRatio = 0, preactivation }) =>
      updateRatio > 1 &&
      updateRatio < Infinity &&
      updateRatio * rootMeanSquare(preactivation) > limits.exploded,
  );
  if (l < 0) return undefined;
  const { updateRatio } = layers[l]!;
  return {
    verdict: 'exploding',
    symptom: `${layerInWords(l)}: the next step is ${short(updateRatio!)} times as large as its kernel`,
    until: l + 1,
    direction: 1,
    remedy: 'lower the learning rate',
  };
}

function backwardNonFinite({ layers, loss }: Findings, { clipNorm }: InForce): Problem | undefined {
  const remedy = `findNonFinite(model, x, y) names the first; ${either('lower the learning rate', !clipNorm && 'set clipNorm')}`;
  // Backward from the output, as gradients flow.
  for (const [l, { gradient, kernelGradient }] of [...layers.entries()].reverse()) {
    const bad = (gradient?.nonFinite ?? 0) + (kernelGradient?.nonFinite ?? 0);
    if (bad === 0) continue;
    const symptom = `${layerInWords(l)}: ${bad} of its gradients are not finite, the loss is ${loss}`;
    return { verdict: 'nonFinite', symptom, until: layers.length, from: l, direction: 1, remedy };
  }
  if (loss === undefined || Number.isFinite(loss)) return undefined;
  return { verdict: 'nonFinite', symptom: `the loss is ${loss}`, until: layers.length, direction: 1, remedy };
}

/** Finds layers whose gradient is far from the last layer's, as measured or, without targets, as theory expects. */
function gradients(layers: readonly LayerDiagnosis[], inForce: InForce): Problem | undefined {
  const last = layers[layers.length - 1]!;
  // An output layer of zeros blocks gradients only in the first step.
  if (rootMeanSquare(last.kernel) === 0) return undefined;
  const measured = last.gradient !== undefined && rootMeanSquare(last.gradient) > 0;
  const ratios = layers.map(({ gradientRatio = NaN, predicted }) =>
    measured ? gradientRatio : predicted.gradientRatio,
  );
  const small = ratios.findIndex((ratio) => ratio < limits.gradientVanished);
  const large = ratios.findIndex((ratio) => ratio > limits.gradientExploded);
  const l = small >= 0 ? small : large;
  if (l < 0) return undefined;
  const vanished = small >= 0;
  const behind = `${measured ? '' : 'by theory '}${short(ratios[l]!)} of that at the output, ${layers.length - 1 - l} layers behind it`;
  const flat = flatLayers(layers.slice(l));
  return {
    verdict: vanished ? 'vanishing' : 'exploding',
    symptom: `${layerInWords(l)}: the gradient is ${behind}`,
    from: l + 1,
    until: layers.length,
    // Glorot's variance does not help a sigmoid, so no kernel is named.
    direction: !vanished ? 1 : flat.length === 0 ? -1 : 0,
    remedy: !vanished
      ? either(!inForce.clipNorm && 'set clipNorm', normalize(inForce), 'use fewer layers')
      : flat.length === 0
        ? either(normalize(inForce), 'use fewer layers')
        : `the slope of ${flat[0]!.activationName} is at most a quarter: ${sigmoidCures(flat, inForce)}`,
  };
}
