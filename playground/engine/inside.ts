/** A look into one network: its confusion matrix, and a map of each unit of a hidden layer. */
import { confusionMatrix } from 'evenkeel/metrics';
import type { DataSet } from './data/data-set.js';
import { findDead } from './dead-units.js';
import { probe } from './measure.js';
import type { Confusion, UnitMaps } from './messages.js';
import { mapSize, pointsOf } from './plane.js';
import type { Runner } from './runner.js';

/** Most units of a layer that have a map. */
export const MOST_UNITS = 24;
/** Multiply-adds of all maps of a layer, at most. */
const UNITS_WORK = 1e8;
/** Multiply-adds of a slice, about 10 ms in a page. */
const SLICE_WORK = 5e7;
/** Side of a picture of the digits. */
const DIGIT_SIDE = 28;

/** Returns the confusion matrix of the measured test rows; undefined for a regression or if an output is not finite. */
export function confusionOf(
  { model, data, measuredTest, step }: Runner,
  network: number,
): Confusion | undefined {
  const { classes } = data;
  const { x, y, rows } = measuredTest;
  if (classes === 0) return undefined;
  try {
    const matrix = confusionMatrix(y, model.predict(x), { classes });
    return { network, step, rows, classes, counts: Uint32Array.from(matrix.flat()) };
  } catch {
    return undefined;
  }
}

/** Returns the kind of picture that the units have: maps over two inputs, or the weights of the digits' pixels; undefined if none. */
function kindOf({ plane, name }: DataSet): UnitMaps['kind'] | undefined {
  if (plane) return 'plane';
  return name === 'digits' ? 'weights' : undefined;
}

/**
 * Computes the pictures of the units of a layer in slices of about 10 ms. They have the numbers of one step only if the network
 * is not trained in between.
 *
 * @param network  index of the network, for the result
 * @param wanted   hidden layer, counted from 0; a deeper one counts as the last. Weights are those of layer 0.
 * @param points   most points of a map along a side
 * @returns the pictures; without values if one is not finite; undefined if the data have no pictures
 */
export function* unitMaps(
  runner: Runner,
  network: number,
  wanted: number,
  points: number,
): Generator<undefined, UnitMaps | undefined> {
  const { model, data, options, step } = runner;
  const kind = kindOf(data);
  if (!kind) return undefined;
  const layer = kind === 'plane' ? Math.min(wanted, options.depth - 1) : 0;
  const size = kind === 'plane' ? mapSize(runner, points, UNITS_WORK) : DIGIT_SIDE;
  const units = options.width;
  const shown = Math.min(units, MOST_UNITS);
  const about = { network, layer, step, kind, size, units, shown };
  try {
    const { preactivation, activation } = model.layerOutputs(probe(runner).x, layer);
    const { dead } = findDead(preactivation, activation, units, options.activation);
    yield;
    const values = new Float32Array(shown * size * size);
    if (kind === 'weights') columns(model.getWeights()[0]!.kernel, units, values, 0, shown);
    else yield* answers(runner, layer, pointsOf(data.plane!, size), values, shown);
    return { ...about, values, dead };
  } catch {
    return about;
  }
}

/** Writes the activations of the first units at some points into values, [shown, points], slice by slice. */
function* answers(
  { model, parameters }: Runner,
  layer: number,
  points: Float32Array,
  values: Float32Array,
  shown: number,
): Generator<undefined, void> {
  const count = points.length / 2;
  const rows = Math.max(1, Math.floor(SLICE_WORK / parameters));
  for (let from = 0; from < count; from += rows) {
    const { activation, units } = model.layerOutputs(points.slice(2 * from, 2 * (from + rows)), layer);
    columns(activation, units, values, from, shown);
    yield;
  }
}

/** Writes the first columns of a matrix, [rows, units], as rows into values, beginning at index `from` of each. */
function columns(
  matrix: Float32Array,
  units: number,
  values: Float32Array,
  from: number,
  shown: number,
): void {
  const length = values.length / shown;
  const rows = matrix.length / units;
  for (let unit = 0; unit < shown; unit++) {
    for (let r = 0; r < rows; r++) values[unit * length + from + r] = matrix[r * units + unit]!;
  }
}
