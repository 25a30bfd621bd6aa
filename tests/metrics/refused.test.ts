/** Class indices and rows as input of the metrics, and inputs that are refused by name. */
import { describe, expect, it } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/index.js';
import {
  accuracy,
  classificationReport,
  confusionMatrix,
  f1,
  meanAbsoluteError,
  r2,
  rocAuc,
  rootMeanSquaredError,
  topKAccuracy,
} from '../../src/metrics/index.js';
import { type Case, untyped } from '../support/refusals.js';

const matrix = [
  [1, 0, 0],
  [0, 0, 1],
  [0, 0, 0],
];
const oneHot = [
  [1, 0, 0],
  [0, 1, 0],
];
const probabilities = [
  [0.5, 0.2, 0.3],
  [0.4, 0.1, 0.5],
];

it('class indices may come as a column, as in scikit-learn', () => {
  const [truth, predicted] = [
    [0, 2, 1, 2],
    [0, 1, 1, 2],
  ];
  const column = (values: number[]) => values.map((value) => [value]);
  const scores = [oneHot[0]!, oneHot[1]!, oneHot[1]!, oneHot[0]!];
  for (const [a, b] of [
    [column(truth), predicted],
    [truth, column(predicted)],
    [column(truth), column(predicted)],
  ] as const) {
    expect(accuracy(a, b)).toBe(0.75);
    expect(confusionMatrix(a, b)).toEqual(confusionMatrix(truth, predicted));
    expect(f1(a, b, { classes: 4 })).toBe(f1(truth, predicted, { classes: 4 }));
    expect(classificationReport(a, b)).toEqual(classificationReport(truth, predicted));
  }
  expect(accuracy(column([0, 1]), oneHot)).toBe(1);
  expect(topKAccuracy(column(truth), scores, { k: 2 })).toBe(topKAccuracy(truth, scores, { k: 2 }));
  expect(rocAuc(column([0, 1, 1]), [0.1, 0.4, 0.3])).toBe(1);
  expect(rocAuc(column([0, 1, 1]), column([0.1, 0.4, 0.3]))).toBe(1);
});

describe('a table of classes that exceeds memory is refused before it is made', () => {
  // The 65 536² counts take 34 GB: without the check two labels would end the process.
  it.each<[what: string, run: () => unknown, message: RegExp]>([
    [
      'of a large label',
      () => confusionMatrix([0, 65_535], [0, 1]),
      /^classes: .*8192.*got 65536, the largest/,
    ],
    [
      'of a large prediction',
      () => confusionMatrix([0, 1], [0, 8192]),
      /^classes: .*8192.*got 8193, the largest/,
    ],
    ['of many classes', () => confusionMatrix([0], [0], { classes: 8193 }), /^classes: .*8192.*got 8193$/],
    ['of a count of 1e9', () => f1([0], [0], { classes: 1e9 }), /^classes: .*1048576.*got 1000000000/],
    [
      'a report of 1e9',
      () => classificationReport([0], [0], { classes: 1e9 }),
      /^classes: .*1048576.*got 1000000000/,
    ],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});

it('null is refused as an option, like any other wrong value', () => {
  expect(() => f1([0], [0], untyped({ average: null }))).toThrow(/^average: .*null/);
  expect(() => topKAccuracy([0], [[1, 0]], untyped({ k: null }))).toThrow(/^k: .*null/);
  expect(() => r2([0, 1], [0, 1], untyped({ outputs: null }))).toThrow(/^outputs: .*null/);
  expect(() => classificationReport([0], [0], untyped({ names: null }))).toThrow(/^names: .*null/);
  expect(() => accuracy([0], [0], untyped({ classes: null }))).toThrow(/^classes: .*null/);
});

it('the error names the row of a column that is not a class', () => {
  expect(() => accuracy([0, 1], [[0], [-1]])).toThrow(/^yPredicted: row 1 is -1; expected a class index/);
});

describe('classes come as indices or as rows', () => {
  type Form = readonly [what: string, yTrue: unknown, yPredicted: unknown, classes?: number];
  const forms: readonly Form[] = [
    ['arrays', [0, 1], [0, 2], 3],
    ['typed arrays', Uint8Array.of(0, 1), Float64Array.of(0, 2), 3],
    ['what is like an array', { length: 2, 0: 0, 1: 1 }, { length: 2, 0: 0, 1: 2 }, 3],
    ['flat rows of predictions', [0, 1], Float32Array.from(probabilities.flat()), 3],
    ['flat rows of truth', Float32Array.from(oneHot.flat()), [0, 2], 3],
    ['arrays of rows', oneHot, probabilities],
    ['rows that are typed arrays', oneHot.map((row) => Uint8Array.from(row)), probabilities],
    ['rows and indices', oneHot, [0, 2]],
    ['indices and rows', [0, 1], probabilities],
    ['rows and flat rows', oneHot, Float64Array.from(probabilities.flat())],
    ['flat rows and rows', Float64Array.from(oneHot.flat()), probabilities],
  ];
  it.each(forms.map(([what, ...form]) => ({ what, form })))(
    '$what',
    ({ form: [yTrue, yPredicted, classes] }) => {
      const options = classes === undefined ? {} : { classes };
      expect(confusionMatrix(untyped(yTrue), untyped(yPredicted), options)).toEqual(matrix);
    },
  );

  it('the first of equal values is the class, also among negative scores and −Infinity', () => {
    expect(accuracy([0, 1, 0], [2, 2, 1, -3, -2, -2, -Infinity, -Infinity, -Infinity], { classes: 3 })).toBe(
      1,
    );
  });

  it('scores come as rows, flat or not, with labels in either form', () => {
    const scores = Float32Array.from(probabilities.flat());
    for (const yTrue of [[0, 1], oneHot]) {
      for (const rows of [scores, probabilities]) {
        expect(topKAccuracy(yTrue, rows, { k: 1 })).toBe(1 / 2);
        expect(rocAuc(yTrue, rows)).toBe(rocAuc([0, 1], scores, { classes: 3 }));
      }
    }
    expect(topKAccuracy(oneHot.flat(), scores, { k: 1, classes: 3 })).toBe(1 / 2);
  });

  it('a metric does not change its arguments', () => {
    const scores = Float64Array.of(3, 1, 2);
    rocAuc([0, 1, 0], scores);
    expect(scores).toEqual(Float64Array.of(3, 1, 2));
  });
});

const { NaN: nan } = Number;
const refused: readonly Case[] = [
  [
    'nothing',
    () => accuracy(untyped(undefined), [0]),
    TypeError,
    /^yTrue: expected a numeric array.*undefined/,
  ],
  ['a string', () => accuracy([0], untyped('0')), TypeError, /^yPredicted: expected a numeric array.*'0'/],
  ['strings', () => accuracy([0], untyped(['0'])), TypeError, /^yPredicted\[0\]: expected a number, got '0'/],
  [
    'BigInt',
    () => accuracy(untyped(BigInt64Array.of(0n)), [0]),
    TypeError,
    /^yTrue\[0\]: expected a number, got 0/,
  ],
  ['a hole', () => accuracy([0, 0], untyped([undefined, 0])), TypeError, /^yPredicted\[0\]: .*undefined/],
  ['null', () => r2([1, 2], untyped([null, 2])), TypeError, /^yPredicted\[0\]: expected a number, got null/],
  [
    'a row that is none',
    () => accuracy([0, 0], untyped([[1, 2], 3])),
    TypeError,
    /^yPredicted\[1\]: expected a row of 2/,
  ],
  [
    'rows of unequal length',
    () => accuracy([0, 0], [[1, 2], [3]]),
    ShapeError,
    /^yPredicted\[1\]: expected 2 values, got 1/,
  ],
  ['empty rows', () => accuracy([0], [[]]), ShapeError, /^yPredicted\[0\]: expected at least one value/],
  [
    'rows of one value',
    () => accuracy([0, 0], [[0.2], [0.7]]),
    ShapeError,
    /^yPredicted: a row of 1 value names no class/,
  ],
  ['no predictions', () => accuracy([0], []), ShapeError, /^yPredicted: expected at least one row/],
  ['no rows', () => confusionMatrix([], []), ShapeError, /^yTrue: expected at least one row/],
  ['no scores', () => rocAuc([0, 1], []), ShapeError, /^scores: expected at least one row/],
  ['no labels', () => rocAuc([], [1, 2]), ShapeError, /^yTrue: expected at least one row/],
  ['no values', () => meanAbsoluteError([], []), ShapeError, /^yTrue: expected at least one row/],
  [
    'predictions too few',
    () => accuracy([0, 1, 2], [0, 1], { classes: 3 }),
    ShapeError,
    /^yTrue: expected 2 class indices or 2 rows of 3 values, got 3 values/,
  ],
  [
    'rows without classes',
    () => accuracy([0, 1], [0.1, 0.9, 0.8, 0.2]),
    ShapeError,
    /^yPredicted: expected 2 class indices or rows, with classes given, got 4 values/,
  ],
  [
    'rows of another width',
    () => accuracy([0, 1], probabilities, { classes: 4 }),
    ShapeError,
    /^yPredicted: expected 2 class indices or 2 rows of 4 values, got 2 rows of 3/,
  ],
  [
    'rows of other number',
    () => accuracy(oneHot, [...probabilities, [1, 0, 0]]),
    ShapeError,
    /got 3 rows of 3/,
  ],
  [
    'as many values in other rows',
    () =>
      accuracy(
        oneHot,
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
        { classes: 3 },
      ),
    ShapeError,
    /^yPredicted: expected .* got 3 rows of 2/,
  ],
  [
    'probabilities as indices',
    () => f1([0, 1], [0.2, 0.9]),
    RangeError,
    /^yPredicted: row 0 is 0\.2; expected a class index/,
  ],
  [
    'a label beyond the classes',
    () => f1([0, 3], [0, 1], { classes: 3 }),
    RangeError,
    /^yTrue: row 1 is 3; .* from 0 to 2/,
  ],
  [
    'a prediction beyond them',
    () => f1([0, 1], [0, 3], { classes: 3 }),
    RangeError,
    /^yPredicted: row 1 is 3/,
  ],
  [
    'a label beyond all reason',
    () => f1([0, 1e9], [0, 1]),
    RangeError,
    /^yTrue: row 1 is 1000000000; .* from 0 to 65535/,
  ],
  ['a negative label', () => topKAccuracy([-1], [[1, 2]]), RangeError, /^yTrue: row 0 is -1/],
  ['an index that is NaN', () => accuracy([0, 1], [0, nan]), NonFiniteError, /^yPredicted: row 1 is NaN/],
  ['a true row with NaN', () => accuracy([[1, nan]], [0]), NonFiniteError, /^yTrue: row 0, column 1 is NaN/],
  ['a true value that is NaN', () => r2([1, nan], [1, 2]), NonFiniteError, /^yTrue: row 1 is NaN/],
  [
    'a true value that is infinite',
    () => rootMeanSquaredError([[1, Infinity]], [[1, 2]]),
    NonFiniteError,
    /column 1/,
  ],
  [
    'classes 0',
    () => accuracy([0], [0], { classes: 0 }),
    RangeError,
    /^classes: expected a whole number ≥ 1, got 0/,
  ],
  [
    'an unknown option',
    () => accuracy([0], [0], untyped({ class: 1 })),
    TypeError,
    /^options\.class: .*'classes'/,
  ],
  [
    'an option of another',
    () => accuracy([0], [0], untyped({ average: 'micro' })),
    TypeError,
    /^options\.average: /,
  ],
  [
    'an unknown average',
    () => f1([0], [0], untyped({ average: 'mean' })),
    TypeError,
    /^average: unknown name 'mean'/,
  ],
  [
    'binary of three',
    () => f1([0, 2], [0, 1], { average: 'binary' }),
    RangeError,
    /^average: 'binary' needs two .* 3/,
  ],
  [
    'names too few',
    () => classificationReport([0], [0], { classes: 2, names: ['a'] }),
    ShapeError,
    /^names: expected 2, .* got 1/,
  ],
  [
    'labels beyond the names',
    () => classificationReport([0, 1], [0, 0], { names: ['a'] }),
    RangeError,
    /^yTrue: row 1 is 1/,
  ],
  [
    'names that are none',
    () => classificationReport([0], [0], untyped({ names: [1] })),
    TypeError,
    /^names: /,
  ],
  ['k 0', () => topKAccuracy([0], [[1, 2]], { k: 0 }), RangeError, /^k: expected a whole number ≥ 1/],
  [
    'one score a row',
    () => topKAccuracy([0, 1], [1, 2]),
    ShapeError,
    /^scores: expected rows of at least 2 values/,
  ],
  [
    'scores that are not rows',
    () => rocAuc([0, 1], [1, 2, 3]),
    ShapeError,
    /^scores: expected 2 rows, got 3 values/,
  ],
  [
    'scores of other width',
    () => rocAuc([0, 1], [1, 2, 3], { classes: 2 }),
    ShapeError,
    /^scores: expected rows of 2 values/,
  ],
  [
    'score rows of other width',
    () => rocAuc([0], probabilities, { classes: 2 }),
    ShapeError,
    /got 2 rows of 3/,
  ],
  [
    'scores for other rows',
    () => rocAuc([0, 1, 2], probabilities),
    ShapeError,
    /^yTrue: expected 2 class indices/,
  ],
  ['a third class of two', () => rocAuc([0, 2], [1, 2]), RangeError, /^yTrue: row 1 is 2; .* from 0 to 1/],
  [
    'values too few',
    () => meanAbsoluteError([1, 2], [1]),
    ShapeError,
    /^yPredicted: expected 2 values as in yTrue, got 1/,
  ],
  [
    'values in other rows',
    () => r2([[1, 2]], [[1], [2]]),
    ShapeError,
    /^yPredicted: expected 1 rows of 2 .* got 2 rows of 1/,
  ],
  [
    'values that are not rows',
    () => r2([1, 2, 3], [1, 2, 3], { outputs: 2 }),
    ShapeError,
    /^yTrue: expected rows of 2/,
  ],
  [
    'outputs of other width',
    () => r2([[1, 2]], [[1, 2]], { outputs: 1 }),
    ShapeError,
    /^yTrue: .* got rows of 2/,
  ],
];

describe('the functions refuse', () => {
  it.each(refused)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });

  it('and store the place on the error', () => {
    const place = { name: 'NonFiniteError', argument: 'yTrue', index: 1, value: nan };
    expect(() => r2([1, nan], [1, 2])).toThrow(expect.objectContaining(place));
  });
});
