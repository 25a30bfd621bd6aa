/** Signals of a network by layer: histograms on one axis, and sizes for the curves against depth. */
import { diagnose, type GradientDiagnosis, type Histogram } from 'evenkeel';
import type { InputValues, TargetValues } from './data/data-set.js';
import { BINS, type Measured, type Signals } from './measure-form.js';
import { firstRows, measuredRows, type Runner } from './runner.js';

/** Number of rows that are measured. Their gradient costs as much as a few training steps. */
const PROBE_ROWS = 128;

/** Parts of a runner that a measurement needs. A network that is not trained has no other parts. */
export type Measurable = Pick<Runner, 'model' | 'options' | 'data' | 'parameters'>;

/** Returns the rows that are measured: the first training rows, fewer for a large network. */
export function probe({ data, parameters }: Measurable) {
  const wanted = Math.min(PROBE_ROWS, measuredRows(data.train.rows, parameters));
  return firstRows(data.train, wanted);
}

/** Measures the preactivations z and the gradients dL/dz of every layer; undefined if a number is not finite. */
export function measure(runner: Measurable): Measured | undefined {
  const { x, y } = probe(runner);
  try {
    if (runner.options.batchNorm !== 'none') return diagnosed(runner, x, y);
    const z = runner.model.layerOutputs(x).map(({ preactivation }) => preactivation);
    const gradient = runner.model.gradients(x, y).layers.map(({ preactivation }) => preactivation);
    return { z: signals(z), gradient: signals(gradient) };
  } catch {
    return undefined;
  }
}

/**
 * Measures by a diagnosis. `layerOutputs` always uses the running statistics of a batch norm. A diagnosis uses those of the given
 * rows where training would.
 */
function diagnosed({ model }: Measurable, x: InputValues, y: TargetValues): Measured {
  const { layers } = diagnose(model, x, y, { quantiles: false, bins: BINS }) as GradientDiagnosis;
  return {
    z: fromStatistics(layers.map(({ preactivation }) => preactivation)),
    gradient: fromStatistics(layers.map(({ gradient }) => gradient)),
  };
}

/** Returns mean squares and histograms of layers of values. */
export function signals(layers: readonly ArrayLike<number>[]): Signals {
  return binned(
    Float64Array.from(layers, meanSquare),
    layers.map((values) => ({ values })),
  );
}

/** Values of a layer, and how often each of them occurs; once without `counts`. */
interface Counted {
  readonly values: ArrayLike<number>;
  readonly counts?: ArrayLike<number>;
}

/** Returns the signals of layers with these mean squares. */
function binned(squares: Float64Array, layers: readonly Counted[]): Signals {
  const edge = edgeOf(squares);
  const scale = BINS / (2 * edge);
  const shares = new Float32Array(layers.length * BINS);
  const beyond = new Float32Array(layers.length);
  for (const [l, { values, counts }] of layers.entries()) {
    const one = 1 / ((counts ? sumOf(counts) : values.length) || 1);
    for (let i = 0; i < values.length; i++) {
      const share = counts ? counts[i]! * one : one;
      const bin = Math.floor((values[i]! + edge) * scale);
      if (bin >= 0 && bin < BINS) shares[l * BINS + bin]! += share;
      else beyond[l]! += share;
    }
  }
  return { shares, edge, meanSquare: squares, beyond };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** Returns the mean of the squares. */
export function meanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum / values.length;
}

/** Returns half the width of the axis: three standard deviations of the layer with the largest values. */
function edgeOf(squares: Float64Array): number {
  const largest = squares.reduce((most, q) => (q > most && Number.isFinite(q) ? q : most), 0);
  return largest > 0 ? 3 * Math.sqrt(largest) : 1;
}

interface Statistics {
  readonly mean: number;
  readonly std: number;
  readonly histogram: Histogram;
}

/** Returns the signals of layers whose histograms have other bins: each bin counts as its middle. */
function fromStatistics(layers: readonly Statistics[]): Signals {
  const squares = Float64Array.from(layers, ({ mean, std }) => mean * mean + std * std);
  const middles = layers.map(({ histogram: { low, high, counts } }) => ({
    values: Array.from(counts, (_, b) => low + ((b + 0.5) * (high - low)) / counts.length),
    counts,
  }));
  return binned(squares, middles);
}
