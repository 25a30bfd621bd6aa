/** Target scalings that are refused: options, losses and files. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type LayerOptions, MLP, ShapeError, type TargetScaling } from '../../src/index.js';
import { normalInputs } from '../support/networks.js';
import { type Case, untyped } from '../support/refusals.js';
import { changed, compiled, model, type Row, reshaped, values, without } from '../support/saved.js';

const COLUMNS = 3;
const UNITS = 2;

describe('an option is refused', () => {
  const of =
    (targetScaling: unknown, output: LayerOptions = { units: UNITS }) =>
    () =>
      new MLP({ inputSize: COLUMNS, layers: [output], targetScaling: untyped<TargetScaling>(targetScaling) });
  const cases: Case[] = [
    ['a wrong name', of('zscore'), TypeError, /^targetScaling: .*did you mean 'zScore'/],
    ['one for inputs', of('symmetric'), TypeError, /^targetScaling: unknown name 'symmetric'/],
    ['a number', of(3), TypeError, /^targetScaling: expected one of none, zScore, unit or an object, got 3/],
    ['null', of(null), TypeError, /^targetScaling: .*null/],
    ['an array', of([1]), TypeError, /^targetScaling: .*Array of 1/],
    ['a kind', of({ kind: 'zScore' }), TypeError, /^targetScaling\.kind: unknown option/],
    ['no std', of({ mean: 1 }), TypeError, /^targetScaling\.std: .*undefined/],
    [
      'a std of 0',
      of({ mean: 1, std: 0 }),
      RangeError,
      /^targetScaling\.std: expected numbers > 0, got 0 at 0/,
    ],
    ['one below 0', of({ mean: 1, std: [1, -1] }), RangeError, /^targetScaling\.std: .*-1 at 1/],
    ['NaN', of({ mean: Number.NaN, std: 1 }), RangeError, /^targetScaling\.mean: .*NaN/],
    [
      'too many',
      of({ mean: [1, 2, 3], std: 1 }),
      ShapeError,
      /^targetScaling\.mean: expected 2 numbers, .*output, got 3/,
    ],
    ...(['relu', 'sigmoid', 'tanh', 'softplus', 'elu', 'gelu', 'hardSigmoid', 'softsign'] as const).map(
      (activation): Case => [
        `zScore behind ${activation}`,
        of('zScore', { units: 1, activation }),
        RangeError,
        new RegExp(`^targetScaling: 'zScore' .* '${activation}' gives .*; use an 'identity' output`),
      ],
    ),
    ...(['zScore', 'unit', { mean: 1, std: 2 }] as const).map(
      (scaling, i): Case => [
        `softmax (${i})`,
        of(scaling, { units: 3, activation: 'softmax' }),
        RangeError,
        /^targetScaling: .* 'softmax' gives probabilities of classes/,
      ],
    ),
  ];
  it.each(cases)('%s', (_, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });

  it.each(['identity', 'leakyRelu', 'prelu'] as const)('but accepts zScore before %s', (activation) => {
    expect(of('zScore', { units: 1, activation })).not.toThrow();
  });

  it.each(['relu', 'sigmoid', 'tanh', 'softplus', 'hardSigmoid'] as const)(
    'or unit before %s',
    (activation) => {
      expect(of('unit', { units: 1, activation })).not.toThrow();
    },
  );
});

it('losses of classes are refused, and nothing changes', () => {
  const x = normalInputs(4, COLUMNS);
  const binary = new MLP({
    inputSize: COLUMNS,
    layers: [{ units: 1, activation: 'sigmoid' }],
    targetScaling: 'unit',
  });
  binary.compile({ loss: 'meanSquaredError' });
  expect(() => binary.compile({ loss: 'binaryCrossEntropy' })).toThrow(RangeError);
  expect(() => binary.compile({ loss: 'binaryCrossEntropy' })).toThrow(
    /^loss: 'binaryCrossEntropy' takes classes, .*targetScaling, 'unit'.*leave it out/,
  );
  binary.adapt(x, [5, 6, 7, 8]);
  expect(binary.evaluate(x, [5, 6, 7, 8]).loss).toBeGreaterThan(0);
});

it('targets whose spread exceeds a float are refused before anything changes', async () => {
  const x = normalInputs(4, COLUMNS);
  const y = Float64Array.of(3e38, -3e38, 1, 2);
  const model = new MLP({ inputSize: COLUMNS, layers: [{ units: 1 }], targetScaling: 'unit' });
  model.compile({ loss: 'meanSquaredError' });
  const file = model.save();
  const message = /^y: the spread of column 0 is 6e\+38/;
  expect(() => model.adapt(x, y)).toThrow(message);
  await expect(model.fit(x, y)).rejects.toThrow(message);
  expect(model.save()).toEqual(file);
  const double = new MLP({
    inputSize: COLUMNS,
    layers: [{ units: 1 }],
    targetScaling: 'unit',
    backend: 'javascript64',
  });
  double.adapt(x, y);
  expect(MLP.load(double.save(), { backend: 'javascript64' }).predict(x)).toEqual(double.predict(x));
});

const files: Row[] = [
  ['no word of it', model('targetScaling', undefined), TypeError, /^bytes: targetScaling: .*undefined/],
  [
    'an unknown word',
    model('targetScaling', 'statistic'),
    TypeError,
    /^bytes: targetScaling: .*'statistics'/,
  ],
  [
    'that of bytes',
    model('targetScaling', 'bytes'),
    TypeError,
    /^bytes: targetScaling: unknown name 'bytes'/,
  ],
  [
    'statistics where nothing is scaled',
    model('config.targetScaling', 'none'),
    RangeError,
    /^bytes: targetScaling: expected none for 'none', got 'statistics'/,
  ],
  [
    'none where they are given',
    (draft) => {
      model('config.targetScaling', { mean: 0, std: 1 })(draft);
      model('targetScaling', 'none')(draft);
    },
    RangeError,
    /^bytes: targetScaling: expected statistics for 'given', got 'none'/,
  ],
  [
    'tensors that nothing speaks of',
    model('targetScaling', 'none'),
    RangeError,
    /^bytes: tensor "targetScaling\.(mean|std)" has no place in the model/,
  ],
  ['no mean', without('targetScaling.mean'), RangeError, /^bytes: tensor 'targetScaling\.mean' is missing/],
  [
    'one for each feature',
    reshaped('targetScaling.std', [COLUMNS]),
    ShapeError,
    /^bytes: tensor 'targetScaling\.std': expected the shape \[2\], got \[3\]/,
  ],
  [
    'a spread of 0',
    values('targetScaling.std', 1, 0),
    RangeError,
    /^bytes: tensor 'targetScaling\.std': .*> 0, got 0 at 1/,
  ],
  [
    'other statistics than were given',
    model('config.targetScaling', { mean: 0, std: [1, 2] }),
    RangeError,
    /^bytes: tensor 'targetScaling\.mean': expected the values of targetScaling in the config/,
  ],
  [
    'an output that cannot reach them',
    model('config.layers.0.activation', 'tanh'),
    RangeError,
    /^bytes: config: targetScaling: 'zScore' .* 'tanh'/,
  ],
  [
    'a loss of classes',
    (draft) => {
      model('config.targetScaling', 'unit')(draft);
      model('config.layers.0.activation', 'sigmoid')(draft);
      compiled('loss', 'binaryCrossEntropy')(draft);
    },
    RangeError,
    /^bytes: training: loss: 'binaryCrossEntropy' takes classes/,
  ],
];

describe('a file is refused', () => {
  let good: Uint8Array;
  beforeAll(async () => {
    const saved = new MLP({ inputSize: COLUMNS, layers: [{ units: UNITS }], targetScaling: 'zScore' });
    saved.compile({ loss: 'meanSquaredError' });
    await saved.fit(normalInputs(4, COLUMNS), normalInputs(4, UNITS));
    good = saved.save();
  });

  it.each(files)('%s', (_, change, kind, message) => {
    const load = () => MLP.load(changed(good, change));
    expect(load).toThrow(kind);
    expect(load).toThrow(message);
  });
});
