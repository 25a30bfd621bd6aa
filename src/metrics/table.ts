import { elements } from '../arrays.js';
import { isArray, isObject, knownKeys, notLoaded, oneOf, show, wholeNumber } from '../errors.js';
import { type Average, averages, type ScoreName, shareEqual } from './classification.js';
import { largestOfRows, NO_CLASS } from './inputs.js';

/**
 * Kind of targets that a loss takes: `classes` of which one is right, `binary` labels (one per unit), or plain `values`. Metrics
 * measure outputs of the same kind: probabilities of classes or of labels, or values.
 */
export type TargetKind = 'classes' | 'binary' | 'values';

/** Outputs after the output activation, row by row, and their targets. */
export interface Outcome {
  readonly outputs: ArrayLike<number>;
  readonly targets: MetricTargets;
  readonly rows: number;
  readonly units: number;
}

/** Targets of the outputs: the class of each row, or one value per output. */
export interface MetricTargets {
  readonly classes?: Uint32Array;
  readonly values?: ArrayLike<number>;
}

interface Options {
  readonly k?: number;
  readonly average?: Average;
}

export type Measure = (outcome: Outcome, options: Options) => number;

export interface MetricRow {
  /** Kinds for which right classes are counted batch by batch, so that no output has to be kept. */
  readonly counted?: Partial<Record<TargetKind, true>>;
  /** Options of the metric with their defaults. */
  readonly options: Options;
  /** Measurement for each kind of outputs that the metric fits. */
  readonly on: { readonly [Kind in TargetKind]?: Measure };
}

/** Names of the metrics, each with the direction in which it is better. */
const better = {
  accuracy: 'large',
  topKAccuracy: 'large',
  precision: 'large',
  recall: 'large',
  f1: 'large',
  rocAuc: 'large',
  meanAbsoluteError: 'small',
  rootMeanSquaredError: 'small',
  r2: 'large',
} as const;

/** Rows of the metrics that are loaded. */
const metrics: { [Name in MetricName]?: MetricRow } = {
  accuracy: {
    counted: { classes: true },
    options: {},
    on: {
      classes: ({ outputs, targets, rows, units }) =>
        shareEqual(targets.classes!, largestOfRows(outputs, rows, units)),
      // All elements count equally, as in Keras's binary_accuracy.
      binary: ({ outputs, targets }) => shareEqual(sides(targets.values!), sides(outputs)),
    },
  },
};

/** Adds rows to the table. */
export function provideMetrics(rows: typeof metrics): void {
  Object.assign(metrics, rows);
}

/** Name of a metric that `compile` takes. */
export type MetricName = keyof typeof better;
/** Names of the metrics that `compile` takes. */
export const metricNames = /* @__PURE__ */ Object.keys(better) as MetricName[];

/** Metric of `compile`: its name, or an object with its name and options. */
export type Metric =
  | MetricName
  | {
      /** Name of a metric without options. */
      readonly name: Exclude<MetricName, 'topKAccuracy' | ScoreName>;
    }
  | {
      /** Name of the metric. */
      readonly name: 'topKAccuracy';
      /** Number of highest scores among which the true class counts, ≥ 1; default 5. */
      readonly k?: number;
    }
  | {
      /** Name of the metric. */
      readonly name: ScoreName;
      /** Average over the classes, or over the units of a sigmoid output; default 'macro'. */
      readonly average?: Average;
    };

/** Checked metric with its options filled in, frozen. */
export interface CheckedMetric extends Options {
  readonly name: MetricName;
}

/** Returns the row of a metric. @throws StateError if a page has not loaded it */
export function metricRow(name: MetricName, argument = 'metrics'): MetricRow {
  const row = metrics[name];
  if (row === undefined) throw notLoaded(argument, `the metric '${name}'`, 'useNames');
  return row;
}

/**
 * Checks a metric. @throws TypeError if it is not a metric, or a name or option is unknown; RangeError if an option is out of
 * range
 */
export function checkMetric(argument: string, value: unknown): CheckedMetric {
  if (typeof value === 'string') return checkMetric(argument, { name: oneOf(argument, value, metricNames) });
  if (!isObject(value) || !('name' in value)) {
    const named = typeof value === 'function' && metricNames.some((name) => name === value.name);
    const hint = named ? `; write its name: '${value.name}'` : '';
    throw new TypeError(`${argument}: expected a name or an object with a name, got ${show(value)}${hint}`);
  }
  const name = oneOf(`${argument}.name`, value.name, metricNames);
  const { options } = metricRow(name, argument);
  knownKeys(argument, value, ['name', ...Object.keys(options)]);
  const { k = options.k, average = options.average } = value as Options;
  return Object.freeze({
    name,
    ...(k !== undefined && { k: wholeNumber(`${argument}.k`, k, 1) }),
    ...(average !== undefined && { average: oneOf(`${argument}.average`, average, averages) }),
  });
}

/** Checks a list of metrics. @throws TypeError or RangeError if one is wrong, RangeError if a name occurs twice */
export function checkMetrics(argument: string, values: unknown): readonly CheckedMetric[] {
  if (!isArray(values)) {
    throw new TypeError(`${argument}: expected an array of metrics, got ${show(values)}`);
  }
  const checked = elements(values, values.length).map((value, m) => checkMetric(`${argument}[${m}]`, value));
  for (const [m, { name }] of checked.entries()) {
    if (checked.findIndex((other) => other.name === name) < m) {
      throw new RangeError(`${argument}[${m}]: '${name}' is already in the list; results are keyed by name`);
    }
  }
  return Object.freeze(checked);
}

/**
 * Returns true if larger values are better, as for all metrics but errors; undefined if the name is neither a metric nor the
 * loss.
 */
export function isBetterLarge(measure: string): boolean | undefined {
  if (measure === 'loss') return false;
  return Object.hasOwn(better, measure) ? better[measure as MetricName] === 'large' : undefined;
}

/** Returns true if right classes are counted batch by batch, so that no output has to be kept. */
export function isCounted({ name }: CheckedMetric, kind: TargetKind): boolean {
  return metricRow(name).counted?.[kind] ?? false;
}

/** Returns why a metric does not fit a loss of this kind with so many output units; undefined if it fits. */
export function metricFits(
  { name, k, average }: CheckedMetric,
  kind: TargetKind,
  units: number,
): string | undefined {
  if (metricRow(name).on[kind] === undefined) {
    const fitting = metricNames.filter((other) => metrics[other]?.on[kind] !== undefined);
    return `'${name}' does not measure ${kindWords[kind]}; ${fitting.join(', ')} do`;
  }
  if (k !== undefined && k >= units) return `'${name}' with k ${k} of ${units} classes is always 1`;
  if (average === 'binary' && units !== (kind === 'classes' ? 2 : 1)) {
    return `average 'binary' needs two classes or one sigmoid unit, got ${units} units`;
  }
  return undefined;
}

const kindWords: Record<TargetKind, string> = {
  classes: 'classes of which one is right',
  binary: 'labels that are 0 or 1',
  values: 'values',
};

/**
 * Measures the outputs of all rows by each metric.
 *
 * @param outputs  rows · units values after the output activation
 * @param targets  class of each row, or rows · units values
 */
export function measureMetrics(
  checked: readonly CheckedMetric[],
  outputs: ArrayLike<number>,
  targets: MetricTargets,
  rows: number,
  units: number,
): Partial<Record<MetricName, number>> {
  const outcome = { outputs, targets, rows, units };
  const measured: Partial<Record<MetricName, number>> = {};
  for (const { name, ...options } of checked) {
    const { on } = metricRow(name);
    // No metric measures both labels and values, so the targets tell which it is.
    const measure = targets.classes === undefined ? (on.binary ?? on.values) : on.classes;
    measured[name] = measure!(outcome, options);
  }
  return measured;
}

/** Returns the side of ½ on which each value lies: 1 above it, 0 otherwise, NO_CLASS for NaN. */
export function sides(values: ArrayLike<number>): Int8Array {
  return Int8Array.from({ length: values.length }, (_, i) => {
    const value = values[i]!;
    return Number.isNaN(value) ? NO_CLASS : Number(value > 0.5);
  });
}
