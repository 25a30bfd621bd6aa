/** Models from the JSON of scikit-learn's estimators, against the outputs of scikit-learn. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromSklearn, sklearnInfo } from '../../src/interchange/index.js';

interface File {
  readonly model: Record<string, unknown>;
  readonly inputs: readonly number[][];
  readonly outputs: { readonly predict: readonly unknown[]; readonly predict_proba?: readonly number[][] };
}
const files: Readonly<Record<string, File>> = JSON.parse(
  readFileSync(new URL('../golden/interop/sklearn/files.json', import.meta.url), 'utf8'),
);

/** Returns the outputs of scikit-learn that the model has: of two classes only the second. */
function outputsOf({ outputs: { predict, predict_proba: probabilities }, model }: File): number[][] {
  if (probabilities === undefined) return predict.map((row) => [row].flat() as number[]);
  return model.n_outputs_ === 1 ? probabilities.map((row) => row.slice(1)) : [...probabilities];
}

describe.each(Object.entries(files))('%s', (_, file) => {
  it('gives the outputs of scikit-learn', () => {
    const model = fromSklearn(file.model, { backend: 'javascript64' });
    const predicted = model.predict(file.inputs);
    const expected = outputsOf(file);
    expect(predicted.length).toBe(expected.flat().length);
    for (const [i, value] of expected.flat().entries()) {
      expect(Math.abs(predicted[i]! - value), `value ${i}`).toBeLessThanOrEqual(
        1e-9 * Math.max(1, Math.abs(value)),
      );
    }
  });

  it('is read from its text too', () => {
    const text = JSON.stringify(file.model);
    expect(fromSklearn(text).getWeights()).toEqual(fromSklearn(file.model).getWeights());
    expect(sklearnInfo(text)).toEqual(sklearnInfo(file.model));
  });
});

const of = (name: string) => files[name]!.model;

describe('what the model keeps', () => {
  it.each([
    ['binary', 'MLPClassifier', ['0', '1']],
    ['three-classes', 'MLPClassifier', ['a', 'b', 'c']],
    ['multilabel', 'MLPClassifier', undefined],
    ['regressor', 'MLPRegressor', undefined],
  ])('of %s: class and names', (name, estimator, classNames) => {
    expect(sklearnInfo(of(name))).toEqual({ estimator, ...(classNames && { classNames }) });
  });

  it('predicts the class that scikit-learn does', () => {
    const { classNames } = sklearnInfo(of('three-classes'));
    const { inputs, outputs } = files['three-classes']!;
    const p = fromSklearn(of('three-classes')).predict(inputs);
    const named = inputs.map((_, r) => {
      const row = [...p.subarray(3 * r, 3 * r + 3)];
      return classNames![row.indexOf(Math.max(...row))];
    });
    expect(named).toEqual(outputs.predict);
  });

  it.each(['binary', 'regressor', 'three-classes', 'multilabel'])(
    'makes the scaler of %s the input scaling',
    (name) => {
      const { inputScaling, layers } = fromSklearn(of(name)).config;
      const { mean, std } = inputScaling as { mean: number[]; std: number[] };
      const scaler = of(name).scaler as Record<string, number[]>;
      const isMinMax = scaler.min_ !== undefined;
      for (const [c, scale] of scaler.scale_!.entries()) {
        expect(std[c]).toBeCloseTo(isMinMax ? 1 / scale : scale, 12);
        expect(mean[c]).toBeCloseTo(isMinMax ? -scaler.min_![c]! / scale : scaler.mean_![c]!, 12);
      }
      expect(layers).toHaveLength((of(name).coefs_ as unknown[]).length);
    },
  );
});

describe('scalers', () => {
  const regressor = {
    class: 'MLPRegressor',
    activation: 'identity',
    out_activation_: 'identity',
    coefs_: [[[1], [10]]],
    intercepts_: [[0.5]],
  };
  const output = (scaler: unknown) => [...fromSklearn({ ...regressor, scaler }).predict([[2, 4]])];

  it.each<[string, unknown, number]>([
    ['none', undefined, 42.5],
    ['an empty list', [], 42.5],
    ['StandardScaler', { class: 'StandardScaler', mean_: [1, 2], scale_: [2, 4] }, 6],
    // With with_mean=False, scikit-learn computes the means and does not subtract them.
    [
      'StandardScaler without mean',
      { class: 'StandardScaler', mean_: [1, 2], scale_: [2, 4], with_mean: false },
      11.5,
    ],
    ['StandardScaler without std', { class: 'StandardScaler', mean_: [1, 2], scale_: null }, 21.5],
    ['MinMaxScaler', { class: 'MinMaxScaler', scale_: [0.5, 0.25], min_: [1, -1] }, 2.5],
    [
      'MinMaxScaler that clips',
      { class: 'MinMaxScaler', scale_: [0.5, 0.25], min_: [1, 1], clip: true, feature_range: [0, 1] },
      11.5,
    ],
    [
      'two of them',
      [
        { class: 'StandardScaler', mean_: [1, 2], scale_: [2, 4] },
        { class: 'MinMaxScaler', scale_: [2, 2], min_: [0, 1] },
      ],
      21.5,
    ],
  ])('%s', (_, scaler, expected) => {
    expect(output(scaler)[0]).toBeCloseTo(expected, 5);
  });

  it.each<[string, unknown, string]>([
    [
      'another class',
      { class: 'PolynomialFeatures' },
      "json.scaler.class: expected 'StandardScaler' or 'MinMaxScaler', got 'PolynomialFeatures'",
    ],
    ['a class of every object', { class: 'constructor' }, "got 'constructor'"],
    ['a number', 3, 'json.scaler: expected an object, got 3'],
    ['a number in a list', [3], 'json.scaler[0]: expected an object, got 3'],
    [
      'too few means',
      { class: 'StandardScaler', mean_: [1], scale_: [1, 2] },
      'json.scaler.mean_: expected 2 numbers, got 1',
    ],
    [
      'a deviation of 0',
      { class: 'StandardScaler', mean_: [1, 2], scale_: [1, 0] },
      'json.scaler: 1 / scale_[1]: expected a finite number, got Infinity',
    ],
    [
      'no minima',
      { class: 'MinMaxScaler', scale_: [1, 1] },
      'json.scaler.min_: expected a list, got undefined',
    ],
    [
      'a text',
      { class: 'MinMaxScaler', scale_: [1, '1'], min_: [1, 1] },
      "json.scaler.scale_[1]: expected a number, got '1'",
    ],
  ])('are refused: %s', (_, scaler, message) => {
    expect(() => output(scaler)).toThrow(message);
  });
});

describe('what is no estimator', () => {
  const binary = of('binary');

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'json: expected an object, got undefined'],
    ['a list', [], 'json: expected an object, got Array of 0'],
    ['no JSON', '{', 'json: expected a text of JSON: '],
    ['NaN, which Python writes', '{"class": NaN}', 'json: expected a text of JSON: '],
    ['deep nesting', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'json: expected an object, got Array of 1'],
    [
      'another class',
      { ...binary, class: 'SVC' },
      "json.class: expected 'MLPClassifier' or 'MLPRegressor', got 'SVC'",
    ],
    ['no class', { coefs_: [] }, 'got undefined'],
    ['a class that it inherits', Object.create(binary), 'got undefined'],
    [
      'an unknown activation',
      { ...binary, params: { activation: 'gelu' } },
      "json.params.activation: expected 'identity' or 'logistic' or 'tanh' or 'relu', got 'gelu'",
    ],
    ['an activation of every object', { ...binary, params: { activation: 'toString' } }, "got 'toString'"],
    [
      'an unknown output',
      { ...binary, out_activation_: 'exp' },
      "json.out_activation_: expected 'identity' or 'logistic' or 'softmax', got 'exp'",
    ],
    [
      'the output of a regressor',
      { ...binary, out_activation_: 'identity' },
      "json.out_activation_: expected 'logistic' or 'softmax' for 'MLPClassifier', got 'identity'",
    ],
    [
      'the output of a classifier',
      { ...of('regressor'), out_activation_: 'softmax' },
      "json.out_activation_: expected 'identity' for 'MLPRegressor', got 'softmax'",
    ],
    [
      'no layer',
      { ...binary, coefs_: [], intercepts_: [] },
      'json: expected as many intercepts_ as coefs_, got 0 and 0',
    ],
    [
      'too few intercepts',
      { ...binary, intercepts_: [[1]] },
      'json: expected as many intercepts_ as coefs_, got 1 and 2',
    ],
    [
      'a short intercept',
      { ...binary, intercepts_: [[1], [1]] },
      'json.intercepts_[0]: expected 5 numbers, got 1',
    ],
    [
      'kernels that do not fit',
      { ...binary, coefs_: [[[1, 2]], [[1], [2], [3]]], intercepts_: [[1, 2], [1]], scaler: undefined },
      'json.coefs_[1]: needs rows of 3 values, but gets rows of 2',
    ],
    [
      'rows of other lengths',
      { ...binary, coefs_: [[[1, 2], [1]], [[1]]] },
      'json.coefs_[0][1]: expected 2 numbers, got 1',
    ],
    ['no rows', { ...binary, coefs_: [[], [[1]]] }, 'json.coefs_[0]: expected at least one row, got none'],
    [
      'empty rows',
      { ...binary, coefs_: [[[]], [[1]]] },
      'json.coefs_[0][0]: expected at least one number, got none',
    ],
    ['texts', { ...binary, coefs_: [[['1']], [[1]]] }, "json.coefs_[0][0][0]: expected a number, got '1'"],
    [
      'infinity',
      { ...binary, coefs_: [[[Infinity]], [[1]]] },
      'json.coefs_[0][0][0]: expected a finite number, got Infinity',
    ],
    ['too few classes', { ...binary, classes_: [0] }, 'json.classes_: expected 2 classes, got 1'],
    [
      'an object as a class',
      { ...binary, classes_: [{}, 1] },
      'json.classes_[0]: expected a text, a number, true or false, got an object',
    ],
  ])('is refused: %s', (_, json, message) => {
    expect(() => fromSklearn(json)).toThrow(/^json/);
    expect(() => fromSklearn(json)).toThrow(message);
  });

  it('refuses an unknown option', () => {
    expect(() => fromSklearn(binary, { threds: 1 } as never)).toThrow(/^options\.threds: unknown option/);
  });

  it('refuses weights beyond 32-bit floats, unless the model has 64', () => {
    const large = { ...of('regressor'), coefs_: [[[1e300]]], intercepts_: [[0]], scaler: undefined };
    expect(() => fromSklearn(large)).toThrow(/^json: weights\[0\]\.kernel: value 0 is 1e\+300/);
    expect(fromSklearn(large, { backend: 'javascript64' }).inputSize).toBe(1);
  });
});

it('the program in the document writes the names that the files have', () => {
  const document = readFileSync(new URL('../../docs/interchange.md', import.meta.url), 'utf8');
  const [, program] = /\n## scikit-learn\n[\s\S]*?```python\n([\s\S]*?)```/.exec(document)!;
  expect(program!.trimEnd().split('\n').length).toBeLessThanOrEqual(6);
  const [, list] = /names = \[(.*)\]/.exec(program!)!;
  const names = [...list!.matchAll(/'(\w+)'/g)].map(([, name]) => name!);
  const written = new Set(['class', 'scaler', ...names]);
  const read = Object.values(files).flatMap(({ model }) =>
    [model, model.params, model.scaler ?? {}].flatMap((part) => Object.keys(part as object)),
  );
  // The reader needs the names that are in both; the options of scalers are not in the files.
  const both = [...written].filter((name) => read.includes(name)).sort();
  expect(both).toEqual([
    'activation',
    'class',
    'classes_',
    'coefs_',
    'feature_range',
    'intercepts_',
    'mean_',
    'min_',
    'out_activation_',
    'scale_',
    'scaler',
  ]);
  expect(names.filter((name) => !both.includes(name))).toEqual(['with_mean', 'clip']);
});
