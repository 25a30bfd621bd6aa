/** Signals of a network by layer: histograms on one axis, and sizes for the curves against depth. */
import { diagnose, type GradientDiagnosis, type Histogram } from 'evenkeel';
import { BINS, type Measured, type Signals } from './measure-form.js';
import { firstRows, measuredRows, type Runner } from './runner.js';

/** Rows that are looked at. A gradient of 128 rows costs as much as a few training steps. */
export const PROBE_ROWS = 128;

/** Parts of a runner that a measurement needs; a network that does not train has them too. */
export type Measurable = Pick<Runner, 'model' | 'options' | 'data' | 'parameters'>;

/** Returns the rows that are looked at. */
export function probe({ data, parameters }: Measurable) {
  const wanted = Math.min(PROBE_ROWS, measuredRows(data.train.rows, parameters));
  return firstRows(data.train, wanted);
}

/** Measures the preactivations z and the gradients dL/dz of every layer; undefined if a number is not finite. */
export function measure(runner: Measurable): Measured | undefined {
  const { x, y } = probe(runner);
  if (runner.options.batchNorm !== 'none') return measuredByDiagnosis(runner);
  try {
    const z = runner.model.layerOutputs(x).map(({ preactivation }) => preactivation);
    const gradient = runner.model.gradients(x, y).layers.map(({ preactivation }) => preactivation);
    return { z: signals(z), gradient: signals(gradient) };
  } catch {
    return undefined;
  }
}

/**
 * A batch norm at its first step uses the statistics of the rows at hand. `layerOutputs` uses the running ones, so that the
 * histograms come from a diagnosis, which decides.
 */
function measuredByDiagnosis(runner: Measurable): Measured | undefined {
  const { x, y } = probe(runner);
  try {
    const { layers } = diagnose(runner.model, x, y, { quantiles: false, bins: BINS }) as GradientDiagnosis;
    return {
      z: fromStatistics(layers.map(({ preactivation }) => preactivation)),
      gradient: fromStatistics(layers.map(({ gradient }) => gradient)),
    };
  } catch {
    return undefined;
  }
}

/** Returns mean squares and histograms of layers of values. */
export function signals(layers: readonly ArrayLike<number>[]): Signals {
  const squares = Float64Array.from(layers, meanSquare);
  const edge = edgeOf(squares);
  const shares = new Float32Array(layers.length * BINS);
  const beyond = new Float32Array(layers.length);
  for (const [l, values] of layers.entries()) {
    const one = 1 / values.length;
    const scale = BINS / (2 * edge);
    for (let i = 0; i < values.length; i++) {
      const bin = Math.floor((values[i]! + edge) * scale);
      if (bin >= 0 && bin < BINS) shares[l * BINS + bin]! += one;
      else beyond[l]! += one;
    }
  }
  return { shares, edge, meanSquare: squares, beyond };
}

/** Mean of the squares. */
export function meanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum / values.length;
}

/** Returns half the width of the axis: three deviations of the layer that is largest. */
function edgeOf(squares: Float64Array): number {
  const largest = squares.reduce((most, q) => (q > most && Number.isFinite(q) ? q : most), 0);
  return largest > 0 ? 3 * Math.sqrt(largest) : 1;
}

interface Statistics {
  readonly mean: number;
  readonly std: number;
  readonly histogram: Histogram;
}

function fromStatistics(layers: readonly Statistics[]): Signals {
  const squares = Float64Array.from(layers, ({ mean, std }) => mean * mean + std * std);
  const edge = edgeOf(squares);
  const shares = new Float32Array(layers.length * BINS);
  const beyond = new Float32Array(layers.length);
  for (const [l, { histogram }] of layers.entries()) {
    const { low, high, counts } = histogram;
    const all = counts.reduce((sum, count) => sum + count, 0) || 1;
    for (const [b, count] of counts.entries()) {
      const middle = low + ((b + 0.5) * (high - low)) / counts.length;
      const bin = Math.floor(((middle + edge) * BINS) / (2 * edge));
      if (bin >= 0 && bin < BINS) shares[l * BINS + bin]! += count / all;
      else beyond[l]! += count / all;
    }
  }
  return { shares, edge, meanSquare: squares, beyond };
}
