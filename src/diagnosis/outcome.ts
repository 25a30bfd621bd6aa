import type { LayerDiagnosis } from './diagnosis.js';
import { type Circumstances, type Findings, type InForce, limits, type Problem } from './limits.js';
import type { PredictedClasses, PredictedValues } from './predictions.js';
import { rootMeanSquare } from './statistics.js';
import { percent, short } from './words.js';

type Known = Pick<Circumstances, 'predictions' | 'evenLoss' | 'inForce'>;
type Output = PredictedValues['outputs'][number];
type Targets = NonNullable<Output['targets']>;

/** Finds problems in outputs and loss of a network whose layers are in order. */
export function outcome(findings: Findings, known: Known): Problem | undefined {
  return targetScale(findings.layers, known) ?? absurdLoss(findings, known) ?? collapse(findings, known);
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
  const narrow = unlearned && std > 0 && output.std > limits.narrowTargets * std;
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

/** Finds predictions that do not depend on the inputs. Those of an untrained network say nothing. */
function collapse(findings: Findings, { predictions, inForce }: Known): Problem | undefined {
  if (!judgeable(findings, inForce)) return undefined;
  const symptom =
    predictions.kind === 'classes'
      ? oneClass(predictions, findings)
      : constantOutput(predictions, inForce, findings.loss !== undefined);
  if (symptom === undefined) return undefined;
  return {
    verdict: 'collapsed',
    symptom,
    until: findings.layers.length,
    direction: 0,
    remedy:
      'train anew with a lower learning rate, weaker penalties (l1, l2, weight decay) or more steps, and check whether the inputs carry information about the targets',
  };
}

function judgeable({ rows, inputs, layers }: Findings, { moved }: InForce): boolean {
  const varies = inputs.constantFeatures.length < layers[0]!.fanIn;
  return moved?.trained === true && rows >= limits.collapsedRows && varies;
}

function oneClass(predictions: PredictedClasses, { rows, loss }: Findings): string | undefined {
  const { commonest, targets, spread } = predictions;
  if (!isOneClass(predictions, rows)) return undefined;
  // A rare class may show in the probability alone. Without targets, all rows may belong to the class.
  const tells =
    targets === undefined || loss === undefined
      ? spread > limits.constantLogit
      : loss < limits.unlearned * targets.entropy;
  if (tells) return undefined;
  return `the predictions have collapsed to class ${commonest}, ${ofRows(predictions, rows)}`;
}

function isOneClass({ others, targets }: PredictedClasses, rows: number): boolean {
  if (others > (1 - limits.oneClass) * rows) return false;
  return targets === undefined || (targets.others >= limits.collapsedTargets && 5 * others < targets.others);
}

function ofRows({ others, targets }: PredictedClasses, rows: number): string {
  const beside = targets === undefined ? '' : `, which is the target of ${rows - targets.others}`;
  return `on ${rows - others} of ${rows} rows${beside}`;
}

/** Sentence about predictions of a single class that may be right; undefined if there are none. */
export function oneClassRemark(findings: Findings, { predictions, inForce }: Known): string | undefined {
  if (predictions.kind !== 'classes' || !judgeable(findings, inForce)) return undefined;
  const { rows } = findings;
  if (!isOneClass(predictions, rows) || oneClass(predictions, findings) !== undefined) return undefined;
  const { commonest, targets } = predictions;
  const seen = `class ${commonest} is predicted ${ofRows(predictions, rows)}`;
  return targets === undefined
    ? `${seen}: unless all of these belong to that class, the predictions have collapsed`
    : `${seen}: the probabilities still tell rows apart, so decide by a threshold instead of the largest probability, or give rare classes a larger classWeight`;
}

/** Sentence about a collapse, as a remark beside another verdict; undefined if there is none. */
export function collapseRemark(findings: Findings, known: Known): string | undefined {
  return collapse(findings, known)?.symptom ?? oneClassRemark(findings, known);
}

/** Sentence about targets that almost all have one class, which a classifier then predicts for all rows. */
export function imbalance({ predictions }: Known, rows: number): string[] {
  if (predictions.kind !== 'classes' || predictions.targets === undefined) return [];
  const share = predictions.targets.others / rows;
  if (share > 1 / 5) return [];
  return [`only ${percent(share)} of the rows belong to other classes: give those a larger classWeight`];
}

function constantOutput(
  { outputs }: PredictedValues,
  { targetScaling }: InForce,
  withTargets: boolean,
): string | undefined {
  const index = outputs.findIndex(({ mean, std, targets }) => {
    if (withTargets && targets !== undefined) return std < limits.constantOutput * targets.std;
    // A fitted scaling makes the targets' deviation about 1. Otherwise only a deviation within rounding counts as constant.
    return targetScaling === 'none' ? std <= 1e-5 * Math.abs(mean) : std < limits.constantOutput;
  });
  if (index < 0) return undefined;
  const { mean, std, targets } = outputs[index]!;
  const beside = targets === undefined ? '' : `, but its targets have ${short(targets.std)}`;
  return `the predictions have collapsed to a constant: output ${index} has sd ${short(std)} around a mean of ${short(mean)}${beside}`;
}
