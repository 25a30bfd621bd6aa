import type { LayerDiagnosis } from './diagnosis.js';
import { type Circumstances, type Findings, type InForce, limits, type Problem } from './limits.js';
import type { PredictedValues } from './predictions.js';
import { rootMeanSquare } from './statistics.js';
import { short } from './words.js';

type Known = Pick<Circumstances, 'predictions' | 'evenLoss' | 'inForce'>;
type Output = PredictedValues['outputs'][number];
type Targets = NonNullable<Output['targets']>;

/** Finds problems in outputs and loss of a network whose layers are in order. */
export function outcome(findings: Findings, known: Known): Problem | undefined {
  return targetScale(findings.layers, known) ?? absurdLoss(findings, known);
}

/** Sentence about targets whose scale differs from the outputs'; undefined if there are none. */
export function targetRemark({ predictions, inForce }: Known): string | undefined {
  if (predictions.kind !== 'values') return undefined;
  for (const [index, output] of predictions.outputs.entries()) {
    const seen = output.targets && farTargets(output, output.targets, index, inForce);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

/**
 * Describes targets far from the initial outputs, unless the network has learned their scale and they match the target
 * scaling.
 */
function farTargets(output: Output, targets: Targets, index: number, inForce: InForce): string | undefined {
  const { mean, std } = targets;
  const unlearned = isUnlearned(targets);
  // Outputs that training blew up say nothing about the targets.
  const narrow = unlearned && std > 0 && output.std > limits.narrowTargets * std && !hasGrown(inForce);
  const wide = std > limits.wideTargets;
  const off = unlearned && Math.abs(mean) > limits.wideTargets;
  if (!wide && !off && !narrow) return undefined;
  const { targetScaling, reachesAll } = inForce;
  const scale = `the standard deviation of output ${index} is ${short(std)}`;
  if (targetScaling !== 'none') {
    const advice =
      targetScaling === 'given'
        ? 'set it to their own mean and std'
        : 'they differ from the data that the scaling was fitted on, so check why';
    return `the targets are scaled, and ${scale} around a mean of ${short(mean)}: ${advice}`;
  }
  const seen = wide
    ? scale
    : off
      ? `the mean of output ${index} is ${short(mean)}`
      : `${scale}, but that of the network's output is ${short(output.std)}`;
  const layer = reachesAll ? '' : "activation 'identity' in the last layer and ";
  return `the targets come unscaled, ${seen}: use ${layer}targetScaling 'zScore'`;
}

/** Returns true if training has made some kernel at least twice as large as it was drawn. */
function hasGrown({ moved }: InForce): boolean {
  return moved?.trained === true && moved.ratios.some((ratio) => ratio > limits.grown);
}

/** Returns true if the error is about as large as that of always predicting the mean. */
function isUnlearned({ std, error }: Targets): boolean {
  return !(error < limits.unlearned * std * std);
}

function targetScale(
  layers: readonly LayerDiagnosis[],
  { predictions, inForce }: Known,
): Problem | undefined {
  if (predictions.kind !== 'values') return undefined;
  for (const [index, output] of predictions.outputs.entries()) {
    const { targets } = output;
    if (targets === undefined || !isUnlearned(targets)) continue;
    const symptom = farTargets(output, targets, index, inForce);
    if (symptom === undefined) continue;
    return { verdict: 'unscaled', symptom, until: layers.length, direction: 0, remedy: '' };
  }
  return undefined;
}

/** Finds a loss so large that a constant answer would be better. */
function absurdLoss({ layers, loss }: Findings, { predictions, evenLoss, inForce }: Known) {
  const symptom =
    loss !== undefined && evenLoss !== undefined
      ? loss > limits.absurd * evenLoss &&
        `the loss is ${short(loss)}, but equal probabilities for all classes would give ${short(evenLoss)}`
      : predictions.kind === 'values' && absurdError(predictions);
  if (symptom === false || symptom === undefined) return undefined;
  return {
    verdict: 'exploding',
    symptom,
    until: layers.length,
    direction: 1,
    remedy: inForce.moved
      ? 'train anew with a lower learning rate'
      : 'its outputs are far too large: scale the inputs, or make the kernels smaller',
  } satisfies Problem;
}

function absurdError({ outputs }: PredictedValues): string | undefined {
  for (const [index, { targets }] of outputs.entries()) {
    if (targets === undefined) continue;
    const [error, size] = [Math.sqrt(targets.error), rootMeanSquare(targets)];
    if (!(size > 0 && error > limits.absurd * size)) continue;
    return `the error of output ${index} has size ${short(error)}, but its targets have size ${short(size)}`;
  }
  return undefined;
}
