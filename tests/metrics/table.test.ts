/** Metrics of compile: their names and options, the losses that they fit, and their values for outputs. */
import { describe, expect, it } from 'vitest';
import { type Metric, MLP, Rng } from '../../src/index.js';
import {
  checkMetric,
  checkMetrics,
  type MetricName,
  type MetricTargets,
  measureMetrics,
  metricFits,
  metricNames,
} from '../../src/metrics/table.js';
import { expectBlock } from '../support/compare.js';
import { golden } from '../support/metrics.js';

const TOLERANCE = 1e-13;

function measure(
  metric: Metric,
  outputs: ArrayLike<number>,
  targets: MetricTargets,
  rows: number,
  units: number,
): number {
  const checked = checkMetric('metric', metric);
  return measureMetrics([checked], outputs, targets, rows, units)[checked.name]!;
}

describe('a metric is a name, or a name with options', () => {
  it.each(metricNames)('%s has its defaults, is frozen, and survives JSON', (name) => {
    const defaults: Partial<Record<MetricName, object>> = {
      topKAccuracy: { k: 5 },
      precision: { average: 'macro' },
      recall: { average: 'macro' },
      f1: { average: 'macro' },
    };
    const checked = checkMetric('metrics[0]', name);
    expect(checked).toEqual({ name, ...defaults[name] });
    expect(Object.isFrozen(checked)).toBe(true);
    expect(checkMetric('metrics[0]', JSON.parse(JSON.stringify(checked)))).toEqual(checked);
  });

  it('keeps the given options', () => {
    expect(checkMetric('m', { name: 'topKAccuracy', k: 3 })).toEqual({ name: 'topKAccuracy', k: 3 });
    expect(checkMetric('m', { name: 'f1', average: 'micro' })).toEqual({ name: 'f1', average: 'micro' });
    expect(checkMetric('m', { name: 'f1', average: undefined })).toEqual({ name: 'f1', average: 'macro' });
  });

  it.each([
    [
      'an unknown name',
      'acuracy',
      TypeError,
      /^metrics\[0\]: unknown name 'acuracy'; did you mean 'accuracy'/,
    ],
    ['an unknown name in an object', { name: 'auc' }, TypeError, /^metrics\[0\]\.name: unknown name 'auc'/],
    ['a name of what every object has', 'constructor', TypeError, /^metrics\[0\]: unknown name/],
    ['no name', { k: 3 }, TypeError, /^metrics\[0\]: expected a name or an object with a name/],
    ['nothing', null, TypeError, /^metrics\[0\]: .*got null/],
    ['an option of another', { name: 'f1', k: 3 }, TypeError, /^metrics\[0\]\.k: unknown option/],
    ['an option where there is none', { name: 'r2', outputs: 2 }, TypeError, /^metrics\[0\]\.outputs: /],
    [
      'k 0',
      { name: 'topKAccuracy', k: 0 },
      RangeError,
      /^metrics\[0\]\.k: expected a whole number ≥ 1, got 0/,
    ],
    ['an unknown average', { name: 'recall', average: 'mean' }, TypeError, /^metrics\[0\]\.average: unknown/],
    // A curve has one number per epoch.
    ['no average', { name: 'recall', average: 'none' }, TypeError, /^metrics\[0\]\.average: unknown/],
  ] as const)('refuses %s', (_what, value, kind, message) => {
    const check = () => checkMetrics('metrics', [value]);
    expect(check).toThrow(kind);
    expect(check).toThrow(message);
  });

  it('refuses a name that occurs twice, and a value that is not a list', () => {
    const twice = () => checkMetrics('metrics', ['f1', 'recall', { name: 'f1', average: 'micro' }]);
    expect(twice).toThrow(/^metrics\[2\]: 'f1' is already in the list/);
    expect(twice).toThrow(RangeError);
    expect(() => checkMetrics('metrics', 'accuracy')).toThrow(/^metrics: expected an array/);
    expect(checkMetrics('metrics', [])).toEqual([]);
  });
});

describe('metrics fit losses by kind', () => {
  const ofClasses: MetricName[] = ['accuracy', 'topKAccuracy', 'precision', 'recall', 'f1', 'rocAuc'];
  const ofLabels: MetricName[] = ['accuracy', 'precision', 'recall', 'f1', 'rocAuc'];
  const ofValues: MetricName[] = ['meanAbsoluteError', 'rootMeanSquaredError', 'r2'];

  it.each([
    ['classes', ofClasses],
    ['binary', ofLabels],
    ['values', ofValues],
  ] as const)('%s', (kind, fitting) => {
    for (const name of metricNames) {
      const reason = metricFits(checkMetric('m', name), kind, 10);
      if (fitting.includes(name)) expect(reason).toBeUndefined();
      else expect(reason).toMatch(new RegExp(`^'${name}' does not .*; ${fitting.join(', ')} do$`));
    }
  });

  it('refuses options that fit no such output', () => {
    const top = checkMetric('m', 'topKAccuracy');
    expect(metricFits(top, 'classes', 6)).toBeUndefined();
    expect(metricFits(top, 'classes', 5)).toMatch(/k 5 of 5 classes is always 1/);
    const f1 = checkMetric('m', { name: 'f1', average: 'binary' });
    expect(metricFits(f1, 'classes', 2)).toBeUndefined();
    expect(metricFits(f1, 'classes', 3)).toMatch(/^average 'binary'.* 3 units/);
    expect(metricFits(f1, 'binary', 1)).toBeUndefined();
    expect(metricFits(f1, 'binary', 2)).toMatch(/^average 'binary'/);
  });
});

/** Four rows of three classes: the first, third and fourth are right, and class 1 never is. */
const fourRows = {
  outputs: [0.7, 0.2, 0.1, 0.3, 0.1, 0.6, 0.1, 0.4, 0.5, 0.5, 0.3, 0.2],
  targets: { classes: Uint32Array.of(0, 1, 2, 0) },
  units: 3,
};
/** Errors of 1, −2 and 2 for targets whose mean is 3. */
const threeValues = { outputs: [2, 1, 7], targets: { values: [1, 3, 5] }, units: 1 };

/** Values by hand. A metric without a row does not compile. */
const byHand = {
  accuracy: { ...fourRows, value: 3 / 4 },
  topKAccuracy: { ...fourRows, metric: { name: 'topKAccuracy', k: 2 }, value: 3 / 4 },
  // By class: 1, 0 and ½; 1, 0 and 1; 1, 0 and ⅔.
  precision: { ...fourRows, value: 1 / 2 },
  recall: { ...fourRows, value: 2 / 3 },
  f1: { ...fourRows, value: 5 / 9 },
  // Pairs in order by class: 4 of 4, 0 of 3, 2 of 3.
  rocAuc: { ...fourRows, value: 5 / 9 },
  meanAbsoluteError: { ...threeValues, value: 5 / 3 },
  rootMeanSquaredError: { ...threeValues, value: Math.sqrt(3) },
  r2: { ...threeValues, value: 1 - 9 / 8 },
} satisfies Record<MetricName, Worked>;

interface Worked {
  readonly outputs: readonly number[];
  readonly targets: MetricTargets;
  readonly units: number;
  readonly value: number;
  readonly metric?: Metric;
}

it.each(Object.entries<Worked>(byHand))(
  '%s agrees with a computation by hand',
  (name, { outputs, targets, units, value, metric }) => {
    const actual = measure(metric ?? (name as MetricName), outputs, targets, outputs.length / units, units);
    expect(actual).toBeCloseTo(value, 14);
  },
);

describe('metrics of outputs', () => {
  it.each(golden.rows)(
    'equal scikit-learn for $classes classes',
    ({ yTrue, scores, classes, ...expected }) => {
      const targets = { classes: Uint32Array.from(yTrue) };
      const on = (metric: Metric) =>
        measure(metric, Float64Array.from(scores), targets, yTrue.length, classes);
      expect(on('accuracy')).toBe(expected.accuracy);
      expect(on({ name: 'f1', average: 'micro' })).toBe(expected.accuracy);
      expectBlock([on('rocAuc')], [expected.rocAuc], TOLERANCE);
    },
  );

  it.each(golden.classification)('equal scikit-learn for $name, predicted by one-hot outputs', (expected) => {
    const { yTrue, yPredicted, classes, scores } = expected;
    const outputs = new Float32Array(yTrue.length * classes);
    for (const [r, c] of yPredicted.entries()) outputs[r * classes + c] = 1;
    // Targets given as rows come with their classes, which count.
    const targets = { classes: Uint32Array.from(yTrue), values: outputs };
    for (const name of ['precision', 'recall', 'f1'] as const) {
      for (const average of ['macro', 'micro', 'weighted', 'binary'] as const) {
        const { none, ...means } = scores[name];
        if (means[average] === undefined) continue;
        // The golden macro leaves out classes that do not occur; here it is the mean over all classes.
        const mean = average === 'macro' ? none.reduce((a, b) => a + b) / classes : means[average];
        const actual = measure({ name, average }, outputs, targets, yTrue.length, classes);
        expectBlock([actual], [mean], TOLERANCE);
      }
    }
  });

  it.each(golden.labels)(
    'equal scikit-learn for $units sigmoid units',
    ({ units, values, outputs, ...expected }) => {
      const on = (metric: Metric) => measure(metric, outputs, { values }, values.length / units, units);
      expect(on('accuracy')).toBe(expected.accuracy);
      expectBlock([on('rocAuc')], [expected.rocAuc], TOLERANCE);
      // The golden macro is over the units that have a 1 on either side; in the mean over all units the others are 0.
      const isMet = (unit: number) =>
        [values, outputs].some((v) => v.some((p, i) => i % units === unit && p > 0.5));
      const met = Array.from({ length: units }, (_, unit) => Number(isMet(unit))).reduce((a, b) => a + b);
      for (const name of ['precision', 'recall', 'f1'] as const) {
        for (const average of ['macro', 'micro', 'weighted', 'binary'] as const) {
          const mean = expected.scores[name][average];
          if (mean === undefined) continue;
          const wanted = average === 'macro' ? (mean * met) / units : mean;
          expectBlock([on({ name, average })], [wanted], TOLERANCE);
        }
      }
    },
  );

  it.each(golden.regression)(
    'equal scikit-learn for $outputs values',
    ({ outputs: units, yTrue, yPredicted, ...expected }) => {
      const checked = checkMetrics('metrics', ['meanAbsoluteError', 'rootMeanSquaredError', 'r2']);
      const measured = measureMetrics(checked, yPredicted, { values: yTrue }, yTrue.length / units, units);
      expect(Object.keys(measured)).toEqual(['meanAbsoluteError', 'rootMeanSquaredError', 'r2']);
      expectBlock([measured.meanAbsoluteError!], [expected.meanAbsoluteError], TOLERANCE);
      expectBlock([measured.rootMeanSquaredError!], [expected.rootMeanSquaredError], TOLERANCE);
      expectBlock([measured.r2!], [expected.r2], TOLERANCE);
    },
  );

  it('count a label that never occurs as 0 in the macro average, as in scikit-learn', () => {
    const outputs = [0.9, 0.1, 0.2, 0.1, 0.8, 0.3];
    const targets = { values: [1, 0, 0, 0, 1, 0] };
    for (const name of ['precision', 'recall', 'f1'] as const) {
      expect(measure(name, outputs, targets, 2, 3)).toBeCloseTo(0.667, 3);
      expect(measure({ name, average: 'micro' }, outputs, targets, 2, 3)).toBe(1);
    }
    // This holds for softmax outputs too, and in the result of evaluate.
    const classes = { classes: Uint32Array.of(0, 1) };
    expect(measure('f1', outputs, classes, 2, 3)).toBe(2 / 3);
    const model = new MLP({ inputSize: 3, layers: [{ units: 3, activation: 'softmax' }] });
    model.compile({ loss: 'crossEntropy', metrics: ['precision', 'recall', 'f1'] });
    model.setWeights([{ kernel: [9, 0, 0, 0, 9, 0, 0, 0, 9], bias: [0, 0, 0] }]);
    const { loss: _, ...measured } = model.evaluate(
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
      [0, 1],
    );
    expect(measured).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
  });

  it('take ½ as 0, a soft label as the nearer one, and NaN as neither', () => {
    const targets = { values: [0, 1, 0.9, 0.1, 0, 1] };
    const outputs = [0.5, 0.5, 0.6, 0.6, Number.NaN, Number.NaN];
    expect(measure('accuracy', outputs, targets, 6, 1)).toBe(2 / 6);
    expect(measure('recall', outputs, targets, 6, 1)).toBe(1 / 3);
    expect(measure('precision', outputs, targets, 6, 1)).toBe(1 / 2);
    expect(measure('rocAuc', outputs, targets, 6, 1)).toBeNaN();
  });

  it('count NaN outputs as wrong, also for class 0', () => {
    const outputs = new Float32Array(4).fill(Number.NaN);
    const targets = { classes: Uint32Array.of(0, 1) };
    for (const name of ['accuracy', 'precision', 'recall', 'f1', 'topKAccuracy'] as const) {
      expect(measure(name, outputs, targets, 2, 2)).toBe(0);
    }
    expect(measure('rocAuc', outputs, targets, 2, 2)).toBeNaN();
  });

  it('equal the accuracy that a model counts batch by batch', () => {
    const rng = new Rng(3);
    const x = rng.split('x').normal(500 * 4);
    const y = rng.split('y').integers(500, 3);
    const model = new MLP({ inputSize: 4, layers: [{ units: 3, activation: 'softmax' }] });
    model.compile({ loss: 'crossEntropy', metrics: ['accuracy'] });
    const classes = Uint32Array.from(y);
    expect(measure('accuracy', model.predict(x), { classes }, 500, 3)).toBe(model.evaluate(x, y).accuracy);
  });
});
