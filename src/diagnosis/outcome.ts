import type { LayerDiagnosis } from './diagnosis.js';
import { type Circumstances, type Findings, type InForce, limits, type Problem } from './limits.js';
import type { PredictedClasses, PredictedValues } from './predictions.js';
import { rootMeanSquare } from './statistics.js';
import { percent, short } from './words.js';

type Known = Pick<Circumstances, 'predictions' | 'evenLoss' | 'inForce'>;
type Output = PredictedValues['outputs'][number];
type Targets = NonNullable<Output['targets']>;

/** What outputs and loss show of a network whose layers are in order. */
export function outcome(findings: Findings, known: Known): Problem | undefined {
  return targetScale(findings.layers, known) ?? absurdLoss(findings, known) ?? collapse(findings, known);
}

/** Sentence about targets of another scale than the outputs'; undefined if there are none. */
export function targetRemark({ predictions, inForce }: Known): string | undefined {
  if (predictions.kind !== 'values') return undefined;
  for (const [index, output] of predictions.outputs.entries()) {
    const seen = output.targets && farTargets(output, output.targets, index, inForce);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

/** Targets far from where outputs begin, unless the network has learned their scale and they come as its scaling expects. */
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
        ? 'give it their own mean and std'
        : 'they are unlike those that the scaling was learned from, so see what is different';
    return `the targets are scaled, and ${scale} around a mean of ${short(mean)}: ${advice}`;
  }
  const seen = wide
    ? scale
    : off
      ? `the mean of output ${index} is ${short(mean)}`
      : `${scale}, where the network puts out ${short(output.std)}`;
  const layer = reachesAll ? '' : "activation 'identity' in the last layer and ";
  return `the targets come unscaled, ${seen}: use ${layer}targetScaling 'zScore'`;
}

/** An error about as large as that of always answering with the mean. */
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

/** A loss so large that any fixed answer would be better. */
function absurdLoss({ layers, loss }: Findings, { predictions, evenLoss, inForce }: Known) {
  const symptom =
    loss !== undefined && evenLoss !== undefined
      ? loss > limits.absurd * evenLoss &&
        `the loss is ${short(loss)}, where equal shares for all classes have ${short(evenLoss)}`
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
    return `the error of output ${index} is of size ${short(error)}, where its targets are of ${short(size)}`;
  }
  return undefined;
}

/** Predictions that are the same whatever comes in; of a network that was never trained they tell nothing. */
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
      'train anew with a lower learning rate, weaker penalties (l1, l2, weight decay) or more steps, and see whether the inputs tell anything of the targets',
  };
}

function judgeable({ rows, inputs, layers }: Findings, { moved }: InForce): boolean {
  const varies = inputs.constantFeatures.length < layers[0]!.fanIn;
  return moved?.trained === true && rows >= limits.collapsedRows && varies;
}

function oneClass(predictions: PredictedClasses, { rows, loss }: Findings): string | undefined {
  const { commonest, targets, spread } = predictions;
  if (!isOneClass(predictions, rows)) return undefined;
  // A rare class may be told by its probability alone; and without targets, all rows may be of that class.
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
  const beside = targets === undefined ? '' : `, where the targets have it on ${rows - targets.others}`;
  return `on ${rows - others} of ${rows} rows${beside}`;
}

/** Sentence about predictions of one class that are not wrong for sure; undefined if there is none. */
export function oneClassRemark(findings: Findings, { predictions, inForce }: Known): string | undefined {
  if (predictions.kind !== 'classes' || !judgeable(findings, inForce)) return undefined;
  const { rows } = findings;
  if (!isOneClass(predictions, rows) || oneClass(predictions, findings) !== undefined) return undefined;
  const { commonest, targets } = predictions;
  const seen = `class ${commonest} is predicted ${ofRows(predictions, rows)}`;
  return targets === undefined
    ? `${seen}: unless all of them are of that class, the predictions have collapsed`
    : `${seen}: the probabilities still tell rows apart, so decide by another threshold than the largest, or give rare classes a larger classWeight`;
}

/** Sentence about a collapse, as a remark beside another verdict; undefined if there is none. */
export function collapseRemark(findings: Findings, known: Known): string | undefined {
  return collapse(findings, known)?.symptom ?? oneClassRemark(findings, known);
}

/** Targets that are nearly all of one class, which a classifier then answers with. */
export function imbalance({ predictions }: Known, rows: number): string[] {
  if (predictions.kind !== 'classes' || predictions.targets === undefined) return [];
  const share = predictions.targets.others / rows;
  if (share > 1 / 5) return [];
  return [`only ${percent(share)} of the rows are of other classes: give these a larger classWeight`];
}

function constantOutput(
  { outputs }: PredictedValues,
  { targetScaling }: InForce,
  withTargets: boolean,
): string | undefined {
  const index = outputs.findIndex(({ mean, std, targets }) => {
    if (withTargets && targets !== undefined) return std < limits.constantOutput * targets.std;
    // Learned scalings make the targets' deviation 1 or so; otherwise no more than rounding tells a constant.
    return targetScaling === 'none' ? std <= 1e-5 * Math.abs(mean) : std < limits.constantOutput;
  });
  if (index < 0) return undefined;
  const { mean, std, targets } = outputs[index]!;
  const beside = targets === undefined ? '' : `, where its targets have ${short(targets.std)}`;
  return `the predictions have collapsed to a constant: output ${index} has sd ${short(std)} around a mean of ${short(mean)}${beside}`;
}
