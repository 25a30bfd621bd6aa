/**
 * A collapse: the network no longer tells inputs apart. Either the inputs are the same on every row, or the units of a hidden layer
 * hardly vary over the rows, or training has made the predictions the same for all rows. Hidden layers are judged before training
 * only, since a trained layer may answer to small differences.
 */
import { formatDigits, layerInWords } from '../format.js';
import { flatLayers, normalize, sigmoidCures } from './cures.js';
import type { LayerDiagnosis } from './diagnosis.js';
import { type Circumstances, type Findings, type InForce, limits, type Problem } from './limits.js';
import type { PredictedClasses, PredictedValues } from './predictions.js';
import { rootMeanSquare } from './statistics.js';
import { either, percent, short } from './words.js';

type Known = Pick<Circumstances, 'predictions' | 'evenLoss' | 'inForce'>;

/** Finds inputs that are the same on every row, which no layer can tell apart. */
export function constantInputs({ inputs, layers, rows }: Findings): Problem | undefined {
  if (inputs.constantFeatures.length < layers[0]!.fanIn) return undefined;
  return {
    verdict: 'collapsed',
    symptom: `the inputs are the same on all ${rows} rows, so no layer can tell rows apart: check how the rows are read and scaled`,
    until: 0,
    direction: 0,
    remedy: '',
  };
}

/** Finds the first hidden layer whose units hardly vary over the rows, before training. */
export function alikeLayer(findings: Findings, inForce: InForce): Problem | undefined {
  if (inForce.moved?.trained) return undefined;
  const l = hiddenLayers(findings).findIndex((layer) => variation(layer) < limits.alike);
  if (l < 0) return undefined;
  return {
    verdict: 'collapsed',
    symptom: `${variationInWords(findings.layers, l)}: inputs are no longer told apart`,
    until: l + 1,
    direction: -1,
    remedy: alikeCures(findings.layers, l, inForce),
  };
}

/** Sentence about inputs that become alike in a healthy network, or that are alike beside another verdict; undefined if none are. */
export function alikeRemark(
  problem: Problem | undefined,
  findings: Findings,
  { inForce }: Pick<Circumstances, 'inForce'>,
): string | undefined {
  const layers = hiddenLayers(findings);
  if (problem === undefined) {
    const l = layers.reduce((last, layer, i) => (variation(layer) < limits.almostAlike ? i : last), -1);
    if (l < 0 || inForce.moved?.trained) return undefined;
    return `${variationInWords(layers, l)}: inputs become alike; ${alikeCures(findings.layers, l, inForce)}`;
  }
  // Without the gradients' problem, or behind predictions that have collapsed, this would be the verdict.
  const related = problem.from !== undefined || (problem.verdict === 'collapsed' && inForce.moved?.trained);
  const alike = related ? layers.findIndex((layer) => variation(layer) < limits.alike) : -1;
  return alike < 0
    ? undefined
    : `${variationInWords(layers, alike)}: inputs are no longer told apart from there on`;
}

function hiddenLayers({ layers, rows, inputs }: Findings): readonly LayerDiagnosis[] {
  const judgeable = rows >= limits.collapsedRows && inputs.constantFeatures.length < layers[0]!.fanIn;
  return judgeable ? layers.slice(0, -1) : [];
}

/** Standard deviation of the units over the rows, as a share of their size; NaN if that is 0 or not finite. */
function variation({ unitStd, preactivation }: LayerDiagnosis): number {
  return unitStd / rootMeanSquare(preactivation);
}

function variationInWords(layers: readonly LayerDiagnosis[], l: number): string {
  const { unitStd, preactivation, correlation } = layers[l]!;
  const cosine =
    correlation === undefined ? '' : `, and two rows have a mean cosine of ${formatDigits(correlation, 4)}`;
  return `${layerInWords(l)}: its units vary by ${short(unitStd)} over the rows at a size of ${short(rootMeanSquare(preactivation))}${cosine}`;
}

/** Cures for a network that makes inputs alike, behind the share of a difference that theory expects to pass the layer. */
function alikeCures(layers: readonly LayerDiagnosis[], l: number, inForce: InForce): string {
  const [before, here] = [layers[l - 1]?.predicted.correlation, layers[l]!.predicted.correlation];
  const flat = flatLayers(layers);
  const share = before === undefined || here === undefined ? Number.NaN : (1 - here) / (1 - before);
  const cause = share < 1 ? `by theory a layer passes on ${short(share)} of a squared difference: ` : '';
  const cures =
    flat.length > 0 ? sigmoidCures(flat, inForce) : either(normalize(inForce), 'use fewer layers');
  return cause + cures;
}

/** Causes for which inputs are alike in a layer: alike inputs, or biases that outweigh the signal. */
export function whyAlike(
  { until }: Problem,
  { inputs, layers }: Findings,
  { standardized }: InForce,
): string[] {
  const found: string[] = [];
  const { correlation = 0 } = inputs;
  if (correlation > limits.alikeInputs) {
    const advice =
      standardized === undefined
        ? "use inputScaling 'zScore'"
        : 'they differ from the data that the scaling was fitted on, so check why';
    found.push(
      `the inputs are alike already, with a mean cosine of ${formatDigits(correlation, 4)}: ${advice}`,
    );
  }
  const biased = layers
    .slice(0, until)
    .findIndex(({ bias, preactivation }) => bias !== undefined && 2 * square(bias) > square(preactivation));
  if (biased >= 0) {
    found.push(
      `the biases of ${layerInWords(biased)}, of size ${short(rootMeanSquare(layers[biased]!.bias!))}, outweigh its signal: start them from zeros`,
    );
  }
  return found;
}

function square(tensor: LayerDiagnosis['preactivation']): number {
  const size = rootMeanSquare(tensor);
  return size * size;
}

/** Finds predictions that do not depend on the inputs. Those of an untrained network say nothing. */
export function constantPredictions(
  findings: Findings,
  { predictions, inForce }: Known,
): Problem | undefined {
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
  return constantPredictions(findings, known)?.symptom ?? oneClassRemark(findings, known);
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
