/** Metrics against scikit-learn's numbers, cases worked by hand, and properties that hold for any input. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  classificationReport,
  confusionMatrix,
  f1,
  meanAbsoluteError,
  precision,
  r2,
  recall,
  rocAuc,
  rootMeanSquaredError,
  topKAccuracy,
} from '../../src/metrics/index.js';
import { expectBlock } from '../support/compare.js';
import { golden } from '../support/metrics.js';

const functions = { precision, recall, f1 } as const;
const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
const averages = ['macro', 'micro', 'weighted', 'binary'] as const;

/** Tolerance for the same sums in another order. */
const TOLERANCE = 1e-13;

describe.each(golden.classification)('scikit-learn: $name', (expected) => {
  const { yTrue, yPredicted, classes } = expected;

  it('equals the confusion matrix and accuracy', () => {
    expect(confusionMatrix(yTrue, yPredicted, { classes })).toEqual(expected.confusion);
    expect(accuracy(yTrue, yPredicted)).toBe(expected.accuracy);
  });

  it.each(['precision', 'recall', 'f1'] as const)('equals %s for each average', (name) => {
    const { none, ...means } = expected.scores[name];
    expectBlock(functions[name](yTrue, yPredicted, { classes, average: 'none' }), none, TOLERANCE);
    for (const average of averages) {
      const mean = means[average];
      if (mean === undefined) continue;
      // The golden macro leaves out classes that do not occur; scikit-learn's of labels=range(n) is the mean of its lines.
      const of = (shown: number[]) => (average === 'macro' ? meanOf(shown) : mean);
      const known = 1 + Math.max(...yTrue, ...yPredicted);
      const without = functions[name](yTrue, yPredicted, { average });
      expectBlock([without], [of(none.slice(0, known))], TOLERANCE);
      expectBlock([functions[name](yTrue, yPredicted, { average, classes })], [of(none)], TOLERANCE);
    }
  });

  it('equals the classification report', () => {
    const report = classificationReport(yTrue, yPredicted, { classes });
    expect(report.accuracy).toBe(expected.accuracy);
    expect(report.classes.map(({ name }) => name)).toEqual(expected.report.map((_, c) => String(c)));
    for (const [c, row] of report.classes.entries()) {
      expectBlock([row.precision, row.recall, row.f1, row.support], expected.report[c]!, TOLERANCE);
    }
    for (const average of ['macro', 'micro', 'weighted'] as const) {
      const { support, ...means } = report[average];
      expect(support).toBe(yTrue.length);
      for (const name of ['precision', 'recall', 'f1'] as const) {
        const { none, ...given } = expected.scores[name];
        expectBlock([means[name]], [average === 'macro' ? meanOf(none) : given[average]!], TOLERANCE);
      }
    }
  });
});

describe('scikit-learn on scores', () => {
  it.each(golden.rows)(
    'equals argmax and one class against the rest, for rows of $classes with many ties',
    (expected) => {
      const { yTrue, classes, argmax } = expected;
      const scores = Float64Array.from(expected.scores);
      expect(accuracy(yTrue, scores, { classes })).toBe(expected.accuracy);
      expect(confusionMatrix(yTrue, scores, { classes })).toEqual(
        confusionMatrix(yTrue, argmax, { classes }),
      );
      expectBlock([rocAuc(yTrue, scores)], [expected.rocAuc], TOLERANCE);
    },
  );

  it.each(golden.auc)('equals the area of scores for class 1', ({ yTrue, scores, rocAuc: expected }) => {
    expectBlock([rocAuc(yTrue, scores)], [expected], TOLERANCE);
  });

  it.each(golden.topK)(
    'equals the share among the first k of $classes',
    ({ yTrue, scores, classes, share }) => {
      for (const [k, expected] of Object.entries(share)) {
        expect(topKAccuracy(yTrue, scores, { k: Number(k), classes })).toBe(expected);
      }
      expect(topKAccuracy(yTrue, scores, { k: classes })).toBe(1);
    },
  );
});

describe.each(golden.regression)('scikit-learn: $outputs outputs', (expected) => {
  const { yTrue, yPredicted, outputs } = expected;
  it('equals errors and r2', () => {
    expectBlock([meanAbsoluteError(yTrue, yPredicted)], [expected.meanAbsoluteError], TOLERANCE);
    expectBlock([rootMeanSquaredError(yTrue, yPredicted)], [expected.rootMeanSquaredError], TOLERANCE);
    expectBlock([r2(yTrue, yPredicted, { outputs })], [expected.r2], TOLERANCE);
  });
});

describe('a case worked by hand', () => {
  // Six rows: of class 0 two are right and one is taken for 2; class 1 is taken for 0; class 2 is right once and taken for 0 once.
  const yTrue = [0, 0, 0, 1, 2, 2];
  const yPredicted = [0, 0, 2, 0, 2, 0];

  it('has true classes as rows and predicted ones as columns', () => {
    expect(confusionMatrix(yTrue, yPredicted)).toEqual([
      [2, 0, 1],
      [1, 0, 0],
      [1, 0, 1],
    ]);
  });

  it('gives precision 2/4, 0/0, 1/2; recall 2/3, 0/1, 1/2; f1 4/7, 0, 2/4', () => {
    expect(precision(yTrue, yPredicted, { average: 'none' })).toEqual([1 / 2, 0, 1 / 2]);
    expect(recall(yTrue, yPredicted, { average: 'none' })).toEqual([2 / 3, 0, 1 / 2]);
    expect(f1(yTrue, yPredicted, { average: 'none' })).toEqual([4 / 7, 0, 1 / 2]);
    expect(precision(yTrue, yPredicted)).toBe(1 / 3);
    expect(recall(yTrue, yPredicted, { average: 'weighted' })).toBe(1 / 2);
  });

  it('counts a class that does not occur as 0, in the list and in the macro average', () => {
    expect(f1([0, 2], [0, 2], { average: 'none' })).toEqual([1, 0, 1]);
    for (const metric of [precision, recall, f1]) {
      expect(metric([0, 2], [0, 2])).toBe(2 / 3);
      expect(metric([0, 2], [0, 2], { classes: 9 })).toBe(2 / 9);
      expect(metric([0, 2], [0, 2], { classes: 9, average: 'micro' })).toBe(1);
      expect(metric([0, 2], [0, 2], { classes: 9, average: 'weighted' })).toBe(1);
    }
    // These are the numbers of scikit-learn's classification_report(labels=[0, 1, 2], zero_division=0).
    const { macro, weighted } = classificationReport([0, 0, 1, 1], [0, 0, 1, 0], { classes: 3 });
    expect(macro.f1).toBeCloseTo(0.489, 3);
    expect(macro).toEqual({
      precision: (2 / 3 + 1) / 3,
      recall: 1.5 / 3,
      f1: (4 / 5 + 2 / 3) / 3,
      support: 4,
    });
    expect(weighted.f1).toBeCloseTo((4 / 5 + 2 / 3) / 2, 15);
  });

  it('gives the score of class 1 for the binary average, and 0 if there is none', () => {
    expect(precision([0, 1, 1], [1, 1, 1], { average: 'binary' })).toBe(2 / 3);
    expect(recall([0, 0], [0, 0], { average: 'binary' })).toBe(0);
  });

  it('names the classes of a report, and counts them by their names', () => {
    const { classes } = classificationReport([0, 1], [0, 0], { names: ['cat', 'dog', 'owl'] });
    expect(classes).toEqual([
      { name: 'cat', precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
      { name: 'dog', precision: 0, recall: 0, f1: 0, support: 1 },
      { name: 'owl', precision: 0, recall: 0, f1: 0, support: 0 },
    ]);
  });

  it('counts a true class tied with the k-th, whatever its index', () => {
    const scores = [
      [0.4, 0.3, 0.3, 0],
      [0.25, 0.25, 0.25, 0.25],
    ];
    expect(topKAccuracy([1, 3], scores, { k: 1 })).toBe(1 / 2);
    expect(topKAccuracy([2, 0], scores, { k: 2 })).toBe(1);
    expect(topKAccuracy([3, 0], scores, { k: 3 })).toBe(1 / 2);
  });

  it('counts pairs in order, and half of the ties: (1 + ½ + 1 + 1) / 4', () => {
    expect(rocAuc([1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1])).toBe(3.5 / 4);
    expect(rocAuc([0, 0, 1, 1], [1, 2, 3, 4])).toBe(1);
    expect(rocAuc([1, 1, 0], [-0, 0, 0])).toBe(1 / 2);
    expect(rocAuc([0, 1], [-Infinity, Infinity])).toBe(1);
  });

  it('gives NaN as the area if only one class occurs', () => {
    expect(rocAuc([1, 1], [0.1, 0.9])).toBeNaN();
    expect(rocAuc([2, 2], [0.1, 0.2, 0.7, 0.1, 0.2, 0.7])).toBeNaN();
  });

  it('gives a mean of 5/3 and a root of 9/3 for the errors 1, −2, 2', () => {
    expect(meanAbsoluteError([1, 2, 3], [2, 0, 5])).toBe(5 / 3);
    expect(rootMeanSquaredError([1, 2, 3], [2, 0, 5])).toBe(Math.sqrt(3));
    expect(r2([1, 2, 3], [2, 0, 5])).toBe(1 - 9 / 2);
  });

  it('decides if a constant target is met, though its mean is rounded', () => {
    expect((0.1 + 0.1 + 0.1) / 3).not.toBe(0.1);
    expect(r2([0.1, 0.1, 0.1], [0.1, 0.1, 0.1])).toBe(1);
    expect(r2([0.1, 0.1, 0.1], [0.1, 0.1, 0.2])).toBe(0);
    expect(r2([3], [3])).toBeNaN();
  });

  it('sums f32 values in f64', () => {
    const n = 1 << 20;
    const truth = new Float32Array(n);
    // A sum in f32 would be 0.10099.
    expect(
      meanAbsoluteError(
        truth,
        truth.map(() => 0.1),
      ),
    ).toBeCloseTo(Math.fround(0.1), 12);
  });
});

describe('NaN is never right', () => {
  const { NaN: nan } = Number;
  const rows = [
    [nan, nan],
    [0.2, 0.8],
    [nan, 0.1],
  ];
  it('as a class: it is in no column and wrong, and lowers no precision', () => {
    expect(confusionMatrix([0, 1, 1], rows)).toEqual([
      [0, 0],
      [0, 2],
    ]);
    expect(accuracy([0, 1, 1], rows)).toBe(2 / 3);
    expect(recall([0, 1, 1], rows, { average: 'none' })).toEqual([0, 1]);
    expect(precision([0, 1, 1], rows, { average: 'micro' })).toBe(1);
    expect(classificationReport([0, 1, 1], rows).macro.support).toBe(3);
  });
  it('as a score', () => {
    expect(topKAccuracy([0, 1, 1], rows, { k: 1 })).toBe(2 / 3);
    expect(topKAccuracy([0, 1, 0], rows, { k: 2 })).toBe(1 / 3);
    expect(rocAuc([0, 1, 1], [0.1, nan, 0.9])).toBeNaN();
    expect(rocAuc([0, 1, 2], [1, 0, 0, 0, 1, 0, 0, nan, 1])).toBeNaN();
  });
  it('as a value', () => {
    for (const metric of [meanAbsoluteError, rootMeanSquaredError, r2]) {
      expect(metric([1, 2], [1, nan])).toBeNaN();
      expect(metric([2, 2], [2, nan])).toBeNaN();
    }
    expect(r2([1, 2], [1, Infinity])).toBe(-Infinity);
  });
});

describe('for any input', () => {
  const labels = fc
    .integer({ min: 2, max: 6 })
    .chain((classes) =>
      fc.array(fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1)), { minLength: 1, maxLength: 50 }),
    )
    .map((pairs) => [pairs.map(([t]) => t), pairs.map(([, p]) => p)] as const);
  // Scores have few different values, so that there are ties.
  const scored = fc
    .array(fc.tuple(fc.nat(1), fc.integer({ min: -4, max: 4 })), { minLength: 2, maxLength: 40 })
    .filter((rows) => new Set(rows.map(([label]) => label)).size === 2)
    .map((rows) => [rows.map(([label]) => label), rows.map(([, score]) => score)] as const);
  const values = fc
    .array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
      minLength: 2,
      maxLength: 30,
    })
    .map((pairs) => [pairs.map(([t]) => t), pairs.map(([, p]) => p)] as const);

  it('the matrix sums to the rows, its rows to the support, and its transpose belongs to swapped arguments', () => {
    fc.assert(
      fc.property(labels, ([yTrue, yPredicted]) => {
        const matrix = confusionMatrix(yTrue, yPredicted);
        const report = classificationReport(yTrue, yPredicted);
        const sums = matrix.map((row) => row.reduce((a, b) => a + b));
        expect(sums.reduce((a, b) => a + b)).toBe(yTrue.length);
        expect(sums).toEqual(report.classes.map(({ support }) => support));
        const swapped = confusionMatrix(yPredicted, yTrue);
        expect(swapped).toEqual(matrix.map((_, c) => matrix.map((row) => row[c])));
      }),
    );
  });

  it('macro averages are the means of the lines shown', () => {
    fc.assert(
      fc.property(labels, fc.integer({ min: 6, max: 9 }), ([yTrue, yPredicted], classes) => {
        for (const options of [{}, { classes }]) {
          const report = classificationReport(yTrue, yPredicted, options);
          for (const [name, metric] of Object.entries(functions)) {
            const lines = report.classes.map((line) => line[name as keyof typeof functions]);
            expect(metric(yTrue, yPredicted, { ...options, average: 'none' })).toEqual(lines);
            expect(report.macro[name as keyof typeof functions]).toBeCloseTo(meanOf(lines), 14);
            expect(metric(yTrue, yPredicted, options)).toBeCloseTo(meanOf(lines), 14);
          }
        }
      }),
    );
  });

  it('micro averages of single classes are the accuracy, and precision is recall with swapped arguments', () => {
    fc.assert(
      fc.property(labels, ([yTrue, yPredicted]) => {
        for (const metric of [precision, recall, f1]) {
          expect(metric(yTrue, yPredicted, { average: 'micro' })).toBe(accuracy(yTrue, yPredicted));
        }
        expect(precision(yTrue, yPredicted, { average: 'none' })).toEqual(
          recall(yPredicted, yTrue, { average: 'none' }),
        );
      }),
    );
  });

  it('the area is the share of pairs in order, and reversed scores give its complement to 1', () => {
    fc.assert(
      fc.property(scored, ([yTrue, scores]) => {
        let pairs = 0;
        let inOrder = 0;
        for (const [i, high] of scores.entries()) {
          for (const [j, low] of scores.entries()) {
            if (yTrue[i] !== 1 || yTrue[j] !== 0) continue;
            pairs++;
            inOrder += high > low ? 1 : high === low ? 0.5 : 0;
          }
        }
        const area = rocAuc(yTrue, scores);
        expect(area).toBe(inOrder / pairs);
        expect(
          rocAuc(
            yTrue,
            scores.map((score) => -score),
          ),
        ).toBeCloseTo(1 - area, 14);
        // A rising function of the scores changes nothing.
        expect(
          rocAuc(
            yTrue,
            scores.map((score) => score * score * score + 5),
          ),
        ).toBe(area);
      }),
    );
  });

  it('a larger k is never worse, and without ties k = 1 gives the accuracy', () => {
    const rows = fc.array(fc.tuple(fc.nat(3), fc.uniqueArray(fc.nat(999), { minLength: 4, maxLength: 4 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, (drawn) => {
        const yTrue = drawn.map(([label]) => label);
        const scores = drawn.map(([, row]) => row);
        const shares = [1, 2, 3, 4].map((k) => topKAccuracy(yTrue, scores, { k }));
        expect(shares).toEqual([...shares].sort((a, b) => a - b));
        expect(shares[0]).toBe(accuracy(yTrue, scores));
        expect(shares[3]).toBe(1);
      }),
    );
  });

  it('r2 of the mean is 0 and of the truth 1, and the root is no smaller than the mean error', () => {
    fc.assert(
      fc.property(values, ([yTrue, yPredicted]) => {
        // For a constant truth the ratio is 0 / 0, which has a case of its own.
        fc.pre(new Set(yTrue).size > 1);
        const mean = yTrue.reduce((a, b) => a + b) / yTrue.length;
        expect(r2(yTrue, yTrue)).toBe(1);
        expect(
          r2(
            yTrue,
            yTrue.map(() => mean),
          ) + 0,
        ).toBeCloseTo(0, 12);
        const root = rootMeanSquaredError(yTrue, yPredicted);
        expect(root).toBeGreaterThanOrEqual(meanAbsoluteError(yTrue, yPredicted) * (1 - 1e-15));
      }),
    );
  });
});
