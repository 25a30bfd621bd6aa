import { isList, settle } from '../arrays.js';
import type { Elements } from '../backend/names.js';
import { finiteF32, isPlain, isRevoked, NonFiniteError, numberAt, ShapeError, show } from '../errors.js';
import { type CheckedLoss, lossRow, smoothing } from './losses.js';
import type { CheckedTargets } from './samples.js';

/** Weights of the classes: an array with all of them, or an object by class index. A class that the object omits weighs 1. */
export type ClassWeight = ArrayLike<number> | Readonly<Record<number, number>>;

/** Weights of the rows of a batch. */
export interface RowWeights {
  /** One weight ≥ 0 per row; default 1 each. */
  readonly sampleWeight?: ArrayLike<number>;
  /** One weight ≥ 0 per class, for losses on classes; default 1 each. */
  readonly classWeight?: ClassWeight;
}

/** Checked weights. A loss is Σ rows · ℓ / Σ counts; the gradient of a batch is Σ rows · ∇ℓ / (its rows · mean). */
export interface Weighting {
  /** Factor of each row's loss. */
  readonly rows: Float64Array;
  /** Weight of each row in the denominator; mostly the same array as `rows`. */
  readonly counts: Float64Array;
  /** Class weights of the terms of a row's loss. Present if the targets are probabilities of several classes. */
  readonly terms?: Float64Array;
  /** Mean of `counts` over the training rows. Default 1, also for a stream, whose mean is not known in advance. */
  readonly mean?: number;
}

/**
 * Checks the weights that came with rows.
 *
 * @returns undefined without weights
 * @throws TypeError, ShapeError, RangeError or NonFiniteError that names the argument
 */
export function checkSampleWeight(argument: string, given: unknown, rows: number): Weighting | undefined {
  if (given === undefined) return undefined;
  const weights = new Float64Array(rows);
  copyChecked(argument, given, weights);
  return { rows: weights, counts: weights };
}

/**
 * Multiplies rows' weights by those of their classes, as PyTorch's CrossEntropyLoss(weight) does. Here s is the weight of a row,
 * w that of a class, y the class of a row and t its target probabilities, smoothed or not:
 *
 * | targets | loss of a row | counts |
 * |---|---|---|
 * | class indices | s · w_y · ℓ | s · w_y |
 * | class indices, smoothed | s · Σ −w_c t_c ln p_c | s · w_y |
 * | rows of probabilities | s · Σ −w_c t_c ln p_c | s |
 * | one sigmoid unit | −s · (w_1 t ln p + w_0 (1 − t) ln(1 − p)) | s · (w_1 t + w_0 (1 − t)) |
 *
 * The last case equals a row of that weight whose label is w_1 t / (w_1 t + w_0 (1 − t)).
 *
 * @throws NonFiniteError if a product is infinite as a 32-bit float
 */
export function weighClasses(
  argument: string,
  weighting: Weighting | undefined,
  classWeight: Float64Array | undefined,
  { classes, values, rows }: CheckedTargets,
  loss: CheckedLoss,
): Weighting | undefined {
  if (classWeight === undefined) return weighting;
  const weighted = weighting?.rows.slice() ?? new Float64Array(rows).fill(1);
  const share = smoothing(loss);
  if (lossRow(loss).kind === 'binary') {
    multiply(argument, weighted, (r) => ofLabel(values![r]!, classWeight));
    return { rows: weighted, counts: weighted, terms: classWeight };
  }
  if (values === undefined && share === 0) {
    multiply(argument, weighted, (r) => classWeight[classes![r]!]!);
    return { rows: weighted, counts: weighted };
  }
  const units = classWeight.length;
  const mean = classWeight.reduce((sum, weight) => sum + weight / units, 0);
  const mass = (r: number) => {
    if (values === undefined) return (1 - share) * classWeight[classes![r]!]! + share * mean;
    let sum = 0;
    for (let c = 0; c < units; c++) sum += classWeight[c]! * values[r * units + c]!;
    return (1 - share) * sum + share * mean;
  };
  const counts = weighted.slice();
  if (values === undefined) multiply(argument, counts, (r) => classWeight[classes![r]!]!);
  // A row whose targets are all 0 costs nothing. It weighs 0 here so that `checkSomeWeight` sees it.
  for (let r = 0; r < rows; r++) if (mass(r) === 0) weighted[r] = 0;
  multiply(argument, weighted.slice(), mass);
  return { rows: weighted, counts, terms: classWeight };
}

/** Multiplies weights by those of their rows' classes. @throws NonFiniteError */
function multiply(argument: string, weights: Float64Array, factor: (row: number) => number): void {
  for (let index = 0; index < weights.length; index++) {
    const value = weights[index]! * factor(index);
    weights[index] = value;
    if (Math.fround(value) !== Infinity) continue;
    const message = `${argument}: weight ${index} times that of its class is ${value}, infinite as a 32-bit float`;
    throw new NonFiniteError(message, { argument, index, value });
  }
}

/** Returns the weight of a binary label from 0 to 1. */
function ofLabel(label: number, classWeight: ArrayLike<number>): number {
  return label * classWeight[1]! + (1 - label) * classWeight[0]!;
}

/** Multiplies rows of targets by the weights of their classes, as in `weighClasses`. */
export function weighTargets(targets: Elements, classWeight: ArrayLike<number>, units: number): void {
  for (let i = 0; i < targets.length; i++) {
    if (units > 1) {
      targets[i]! *= classWeight[i % units]!;
    } else if (targets[i] !== 0 && targets[i] !== 1) {
      const weight = ofLabel(targets[i]!, classWeight);
      if (weight > 0) targets[i] = (targets[i]! * classWeight[1]!) / weight;
    }
  }
}

/** Returns the names of the arguments that the rows' weights come from, for messages. */
export function weightsName(argument: string, sampleWeight: unknown, classWeight: unknown): string {
  if (classWeight === undefined) return argument;
  return sampleWeight === undefined ? 'classWeight' : `${argument} times classWeight`;
}

/** Checks that some row has a positive weight as a 32-bit float. @throws RangeError if every row weighs 0 */
export function checkSomeWeight(argument: string, weighting: Weighting | undefined): void {
  if (weighting === undefined) return;
  for (const weights of [weighting.rows, weighting.counts]) {
    if (weights.some((weight) => Math.fround(weight) > 0)) continue;
    throw new RangeError(`${argument}: every row weighs 0, which leaves nothing to measure`);
  }
}

/** Returns the weights of given rows, in their order. */
export function chosenWeights(weighting: Weighting, chosen: Uint32Array): Weighting {
  const pick = (from: Float64Array) => Float64Array.from(chosen, (r) => from[r]!);
  const rows = pick(weighting.rows);
  return { ...weighting, rows, counts: weighting.counts === weighting.rows ? rows : pick(weighting.counts) };
}

/**
 * Adds the mean weight of the training rows. The mean gradient of all batches is then the gradient of the loss of all rows,
 * whatever the scale of the weights. If each batch were divided by its own weights, it would cancel them.
 *
 * @param chosen  training rows; all by default
 */
export function withMean(weighting: Weighting | undefined, chosen?: Uint32Array): Weighting | undefined {
  if (weighting === undefined) return undefined;
  const { counts } = chosen === undefined ? weighting : chosenWeights(weighting, chosen);
  return { ...weighting, mean: counts.reduce((sum, count) => sum + count, 0) / counts.length };
}

function copyChecked(argument: string, given: unknown, weights: Float64Array): void {
  const numbers = settle(argument, given, `${weights.length} numbers, one per row`);
  if (numbers.length !== weights.length) {
    const message = `${argument}: expected ${weights.length} weights, one per row, got ${numbers.length}`;
    throw new ShapeError(message, { argument });
  }
  for (let index = 0; index < weights.length; index++) {
    const value = numberAt(`${argument}[${index}]`, numbers[index]);
    if (!Number.isFinite(Math.fround(value))) {
      throw new NonFiniteError(`${argument}: weight ${index} is ${value}`, { argument, index, value });
    }
    if (value < 0) throw new RangeError(`${argument}: weight ${index} is ${value}, expected a number ≥ 0`);
    weights[index] = value;
  }
}

/**
 * Returns the weights of all classes.
 *
 * @param classes  number of classes; 0 if the loss has none
 */
export function checkClassWeight(value: unknown, classes: number): Float64Array | undefined {
  if (value === undefined) return undefined;
  if (classes === 0) throw new RangeError(`classWeight: the loss has no classes; use sampleWeight`);
  if (typeof value !== 'object' || value === null || isRevoked(value)) {
    throw new TypeError(`classWeight: expected an array or an object of weights, got ${show(value)}`);
  }
  const weights = new Float64Array(classes).fill(1);
  const list = isList(value) ? settle('classWeight', value, 'an array') : undefined;
  if (list !== undefined && list.length !== classes) {
    throw new ShapeError(`classWeight: expected ${classes} weights, one per class, got ${list.length}`, {
      argument: 'classWeight',
    });
  }
  // A Map, for example, has no own keys, so that its weights would be ignored.
  if (list === undefined && !isPlain(value)) {
    throw new TypeError(`classWeight: expected an array or a plain object of weights, got ${show(value)}`);
  }
  // An array is read by index, because its keys would skip a hole.
  for (const key of list === undefined ? Object.keys(value) : weights.keys()) {
    const index = Number(key);
    // A key must be written as an index: '0x1' and '' are not classes.
    const isIndex = String(index) === String(key) && Number.isSafeInteger(index);
    const at = `classWeight[${isIndex ? key : show(key)}]`;
    if (!isIndex || index < 0 || index >= classes) {
      throw new RangeError(`${at}: expected a class from 0 to ${classes - 1}`);
    }
    weights[index] = checkWeight(at, ((list ?? value) as Record<string, unknown>)[key]);
  }
  return weights;
}

/** Checks the weight of one class. @throws TypeError or RangeError that names it */
export function checkWeight(argument: string, value: unknown): number {
  const weight = finiteF32(argument, value);
  if (weight < 0) throw new RangeError(`${argument}: expected a weight ≥ 0, got ${weight}`);
  return weight;
}
