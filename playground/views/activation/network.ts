/**
 * A network with a drawn activation. The library does not train such a network, so that this file runs its first weights
 * forward and backward in f64.
 */
import type { DataSet } from '../../engine/data/data-set.js';
import { meanSquare, probe, signals } from '../../engine/measure.js';
import type { Measured } from '../../engine/measure-form.js';
import type { Runner } from '../../engine/runner.js';
import type { Curve } from './curve.js';

/** Weights of a layer. */
export interface Layer {
  readonly kernel: ArrayLike<number>;
  readonly bias?: ArrayLike<number>;
}

/** A pass through the network takes at most this many multiply-adds, unless that leaves fewer than LEAST_ROWS rows. */
const WORK = 3e7;
const LEAST_ROWS = 4;

/** Start of a network: its weights, and z of the first layer, which does not depend on the activation. */
export interface Start {
  readonly weights: readonly Layer[];
  readonly firstZ: Float64Array;
  readonly rows: number;
}

/** Returns the start of a network. @throws Error of the library if a value is not finite */
export function startOf(runner: Runner): Start {
  const { x } = probe(runner);
  const all = x.length / runner.data.inputSize;
  const rows = Math.min(all, Math.max(LEAST_ROWS, Math.floor(WORK / runner.parameters)));
  const z = runner.model.layerOutputs(x.slice(0, rows * runner.data.inputSize))[0]!.preactivation;
  return { weights: runner.model.getWeights(), firstZ: Float64Array.from(z), rows };
}

/** Measures z and dL/dz of every layer on the first training rows; undefined if a value is not finite. */
export function measureCurve(
  { data }: Runner,
  { weights, firstZ, rows }: Start,
  curve: Curve,
): Measured | undefined {
  const z = [firstZ];
  for (const layer of weights.slice(1)) z.push(forward(z.at(-1)!.map(curve.value), layer, rows));
  const gradients = [outputGradient(z.at(-1)!, scaledTargets(data), data.classes, rows)];
  for (let l = weights.length - 1; l > 0; l--) {
    const back = backward(gradients[0]!, weights[l]!, rows);
    gradients.unshift(back.map((g, i) => g * curve.derivative(z[l - 1]![i]!)));
  }
  const areFinite = [...z, ...gradients].every((values) => values.every(Number.isFinite));
  return areFinite ? { z: signals(z), gradient: signals(gradients) } : undefined;
}

/** Returns a·W + b, row by row; kernels are [fanIn, units]. */
function forward(a: Float64Array, { kernel, bias }: Layer, rows: number): Float64Array {
  const fanIn = a.length / rows;
  const units = kernel.length / fanIn;
  const sums = new Float64Array(rows * units);
  for (let r = 0; r < rows; r++) {
    for (let u = 0; u < units; u++) sums[r * units + u] = bias?.[u] ?? 0;
    for (let i = 0; i < fanIn; i++) {
      const input = a[r * fanIn + i]!;
      for (let u = 0; u < units; u++) sums[r * units + u]! += input * kernel[i * units + u]!;
    }
  }
  return sums;
}

/** Returns g·Wᵀ. */
function backward(g: Float64Array, { kernel }: Layer, rows: number): Float64Array {
  const units = g.length / rows;
  const fanIn = kernel.length / units;
  const back = new Float64Array(rows * fanIn);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < fanIn; i++) {
      let sum = 0;
      for (let u = 0; u < units; u++) sum += g[r * units + u]! * kernel[i * units + u]!;
      back[r * fanIn + i] = sum;
    }
  }
  return back;
}

/** Returns the training targets in the unit of the loss: numbers of a table have mean 0 and standard deviation 1. */
function scaledTargets({ train: { y }, targetScaling }: DataSet): ArrayLike<number> {
  if (targetScaling === undefined) return y;
  const values = Float64Array.from(y);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const std = Math.sqrt(meanSquare(centred)) || 1;
  return centred.map((value) => value / std);
}

/** Returns dL/dz of the output: for softmax with cross-entropy, or for the mean squared error if there are no classes. */
function outputGradient(z: Float64Array, y: ArrayLike<number>, classes: number, rows: number): Float64Array {
  if (classes === 0) return z.map((value, r) => (2 * (value - y[r]!)) / rows);
  const gradient = new Float64Array(z.length);
  for (let r = 0; r < rows; r++) {
    const row = z.subarray(r * classes, (r + 1) * classes);
    const most = Math.max(...row);
    const powers = row.map((value) => Math.exp(value - most));
    const sum = powers.reduce((total, power) => total + power, 0);
    for (let c = 0; c < classes; c++)
      gradient[r * classes + c] = (powers[c]! / sum - (c === y[r] ? 1 : 0)) / rows;
  }
  return gradient;
}
