/** Two inputs that pass through the networks: the cosine of the angle between them by layer, and theory's correlation. */
import { MLP } from 'evenkeel';
import {
  type CorrelationField,
  correlationField,
  correlationMap,
  meanField,
  varianceMap,
} from 'evenkeel/theory';
import type { DataSet } from '../../engine/data/data-set.js';
import { type HiddenStart, hiddenStart } from '../../engine/hidden-start.js';
import { scalingOf } from '../../engine/model-options.js';
import type { Runner } from '../../engine/runner.js';
import type { Lab, ViewEngine } from '../../engine/view.js';
import { mapPoints } from './map-points.js';

/** Angles between the two inputs, after their scaling, and between the preactivations that they lead to. */
export interface Frame {
  readonly inputs: Seen;
  readonly networks: readonly NetworkAngles[];
}

interface Seen {
  /** Cosine of the angle between the inputs. */
  readonly cosine: number;
  /** Geometric mean of the mean squares of the two inputs. */
  readonly meanSquare: number;
}

export interface NetworkAngles {
  /** Cosine of the angle between the preactivations of the two inputs, by hidden layer; empty after an overflow. */
  readonly cosines: Float64Array;
}

/** Part of theory's answer for a network. */
export interface Piece {
  readonly network: number;
  /** Correlation in layer 0, the inputs, and in each hidden layer. */
  readonly line?: Float64Array;
  /** Correlation in the next layer for the correlations `mapPoints`, once the variance has settled. */
  readonly map?: Float64Array;
  readonly field?: CorrelationField | undefined;
}

/** Theory's line ends when the variance leaves this range. */
const LEAST = 1e-30;
const MOST = 1e30;

export const engine: ViewEngine<Frame, Piece> = {
  frame: (lab) => {
    const x = inputs(lab);
    return {
      inputs: seen(lab, x),
      networks: lab.runners.map((runner) => ({ cosines: cosines(runner, x) })),
    };
  },

  *slow(lab) {
    const from = seen(lab, inputs(lab));
    const starts = lab.runners.map((runner) => hiddenStart(lab.state, runner));
    for (const [network, start] of starts.entries()) {
      const { depth } = lab.runners[network]!.options;
      if (start) yield* whole(network, 'line', expectedLine(start, from, depth));
      // Empty arrays make the page drop its answer for another start.
      else yield { network, line: new Float64Array(0), map: new Float64Array(0), field: undefined };
    }
    for (const [network, start] of starts.entries()) {
      if (!start) continue;
      yield* whole(network, 'map', settledMap(start, from.meanSquare));
      yield { network, field: keptField(start, from) };
    }
  },
};

/** Yields a piece without values after each computed value, which gives the worker a break, and all values at the end. */
function* whole(network: number, name: 'line' | 'map', values: Iterable<number>): Generator<Piece, void> {
  const found: number[] = [];
  for (const value of values) {
    found.push(value);
    yield { network };
  }
  yield { network, [name]: Float64Array.from(found) };
}

/** Returns the cosine in each hidden layer; an empty array after an overflow. */
function cosines({ model, options }: Runner, x: Float32Array): Float64Array {
  try {
    const layers = model.layerOutputs(x).slice(0, options.depth);
    return Float64Array.from(layers, ({ preactivation }) => compare(preactivation).cosine);
  } catch {
    return new Float64Array(0);
  }
}

/** Returns the two inputs, one after the other. */
export function inputs(lab: Lab): Float32Array {
  const own = (name: string) => lab.own<number>(name);
  const { inputSize, test } = lab.data;
  if (inputSize !== 2) {
    const rows = ['first', 'second'].map((name) => Math.min(own(name), test.rows - 1));
    return Float32Array.from(
      rows.flatMap((row) => [...test.x.subarray(row * inputSize, (row + 1) * inputSize)]),
    );
  }
  const [length, turn, angle] = [own('length'), own('turn'), own('angle')];
  return Float32Array.from(
    [turn, turn + angle].flatMap((degrees) => {
      const radians = (degrees * Math.PI) / 180;
      return [length * Math.cos(radians), length * Math.sin(radians)];
    }),
  );
}

/** Compares the two halves of an array, which are two vectors. */
export function compare(values: ArrayLike<number>): Seen {
  const n = values.length / 2;
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    both += values[i]! * values[n + i]!;
    first += values[i]! * values[i]!;
    second += values[n + i]! * values[n + i]!;
  }
  const size = Math.sqrt(first * second);
  return { cosine: Math.max(-1, Math.min(1, both / size)), meanSquare: size / n };
}

/** Networks that only scale their inputs, by the data that they are adapted to and by the name of the scaling. */
const scalers = new WeakMap<DataSet, Map<string, MLP>>();

/** Compares the two inputs after the scaling that the state asks for. */
function seen({ state, data }: Lab, x: Float32Array): Seen {
  const inputScaling = scalingOf(state, data);
  if (inputScaling === 'none') return compare(x);
  const known = scalers.get(data) ?? new Map<string, MLP>();
  scalers.set(data, known);
  let model = known.get(inputScaling);
  if (!model) {
    const { inputSize } = data;
    const layer = { units: inputSize, activation: 'identity', kernelInitializer: 'identity' } as const;
    model = new MLP({ inputSize, layers: [layer], inputScaling, seed: 0 });
    model.adapt(data.train.x);
    known.set(inputScaling, model);
  }
  return compare(model.predict(x) as Float32Array);
}

/**
 * Yields the correlation that theory expects of the inputs and of each layer. The variance follows the layers too: it
 * begins with that of the first layer and need not have reached its fixed point.
 */
export function* expectedLine(start: HiddenStart, from: Seen, depth: number): Generator<number, void> {
  const { firstScale, ...hidden } = start;
  const next = varianceMap(hidden);
  let variance = firstScale * from.meanSquare + start.biasVariance;
  let correlation = (firstScale * from.meanSquare * from.cosine + start.biasVariance) / variance;
  yield from.cosine;
  yield correlation;
  for (let layer = 2; layer <= depth && variance > LEAST && variance < MOST; layer++) {
    correlation = correlationMap({ ...hidden, variance })(Math.max(-1, Math.min(1, correlation)));
    variance = next(variance);
    yield correlation;
  }
}

/** Number of maps, and of fields, that are kept. */
const MOST_KEPT = 32;
/** Correlation from which a field is computed if all correlations lead to the same fixed point. */
const USUAL = 0.5;
const SAME = 1e-6;
const maps = new Map<string, readonly number[]>();
const fields = new Map<string, CorrelationField>();

/** Keeps a value, and forgets the oldest if there are too many. */
function keep<Value>(known: Map<string, Value>, key: string, value: Value): Value {
  if (known.size >= MOST_KEPT) known.delete(known.keys().next().value!);
  known.set(key, value);
  return value;
}

/** Returns the options of correlationField: an input variance that gives the first layer's variance. */
function fieldOptions({ firstScale, ...hidden }: HiddenStart, { cosine, meanSquare }: Seen) {
  const inputVariance = (firstScale * meanSquare) / hidden.scale;
  // Every map but the identity leads from a negative correlation to 0 or above, so that 0 has the same fixed point.
  return { ...hidden, inputVariance, inputCorrelation: Math.max(0, cosine) };
}

/** Yields the values of the map at `mapPoints`, where the variance has settled. */
function* settledMap(start: HiddenStart, meanSquare: number): Generator<number, void> {
  const { inputCorrelation: _, inputVariance, ...hidden } = fieldOptions(start, { cosine: 0, meanSquare });
  const key = JSON.stringify([hidden, inputVariance]);
  const known = maps.get(key);
  if (known) {
    yield* known;
    return;
  }
  const { fixedPoint } = meanField({ ...hidden, inputVariance });
  // A signal that dies or explodes has its limit at these variances.
  const map = correlationMap({ ...hidden, variance: Math.min(MOST, Math.max(LEAST, fixedPoint)) });
  const found: number[] = [];
  for (const c of mapPoints) {
    found.push(map(c));
    yield found.at(-1)!;
  }
  keep(maps, key, found);
}

/** Returns the field of these inputs. All angles share one field, unless the map is the identity, which keeps every angle. */
function keptField(start: HiddenStart, from: Seen): CorrelationField {
  const options = fieldOptions(start, from);
  if (from.cosine >= 1) return correlationField(options);
  const usual = { ...options, inputCorrelation: USUAL };
  const key = JSON.stringify(usual);
  const field = fields.get(key) ?? keep(fields, key, correlationField(usual));
  const { scale, inputVariance, biasVariance } = usual;
  const first = (scale * inputVariance * USUAL + biasVariance) / (scale * inputVariance + biasVariance);
  if (Math.abs(field.fixedPoint - first) >= SAME) return { ...field };
  const kept = correlationField({ ...options, inputCorrelation: Math.abs(from.cosine) });
  return { ...kept, fixedPoint: Math.sign(from.cosine) * kept.fixedPoint };
}
