/** Models from the JSON of brain.js, against the outputs of brain.js. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brainInfo, fromBrain } from '../../src/interchange/index.js';

type Row = readonly number[] | Readonly<Record<string, number>>;
interface File {
  readonly json: Record<string, unknown>;
  readonly inputs: readonly Row[];
  readonly outputs: readonly Row[];
}
const files: Readonly<Record<string, File>> = JSON.parse(
  readFileSync(new URL('../golden/interop/brainjs/files.json', import.meta.url), 'utf8'),
);
const LEAKY = 'v1-xor-leaky-relu';
const of = (name: string) => structuredClone(files[name]!.json);

/** Returns the values of a row by their columns; a missing input is 0. */
const rowOf = (row: Row, names: readonly string[] | undefined): number[] =>
  names ? names.map((name) => (row as Record<string, number>)[name] ?? 0) : [...(row as number[])];

describe.each(Object.entries(files).filter(([name]) => name !== LEAKY))(
  '%s',
  (_, { json, inputs, outputs }) => {
    it('gives the outputs of brain.js', () => {
      const { inputNames, outputNames } = brainInfo(json);
      const model = fromBrain(json);
      const predicted = model.predict(inputs.map((row) => rowOf(row, inputNames)));
      const expected = outputs.flatMap((row) => rowOf(row, outputNames));
      expect(predicted.length).toBe(expected.length);
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(predicted[i]! - value), `value ${i}`).toBeLessThanOrEqual(
          1e-6 * Math.max(1, Math.abs(value)),
        );
      }
    });

    it('is read from its text too', () => {
      const text = JSON.stringify(json);
      expect(fromBrain(text).getWeights()).toEqual(fromBrain(json).getWeights());
      expect(brainInfo(text)).toEqual(brainInfo(json));
    });
  },
);

it.each([
  ['v1-named', ['r', 'g', 'b'], ['black', 'white']],
  ['v2-named', ['r', 'g', 'b'], ['black', 'white']],
])('%s has names', (name, inputNames, outputNames) => {
  expect(brainInfo(of(name))).toEqual({ inputNames, outputNames });
});

it('networks of arrays have no names', () => {
  expect(brainInfo(of('v1-xor-tanh'))).toEqual({});
  expect(brainInfo(of('v2-xor-tanh'))).toEqual({});
});

it('all layers have the activation, the output layer too', () => {
  const names = (name: string) => fromBrain(of(name)).config.layers.map(({ activation }) => activation);
  expect(names('v2-xor-leaky-relu')).toEqual([
    { name: 'leakyRelu', negativeSlope: 0.02 },
    { name: 'leakyRelu', negativeSlope: 0.02 },
  ]);
  expect(names('v1-xor-relu')).toEqual([{ name: 'relu' }, { name: 'relu' }]);
});

it('leaky-relu of version 1 is refused, because its factor is not in the file', () => {
  expect(() => fromBrain(of(LEAKY))).toThrow(RangeError);
  expect(() => fromBrain(of(LEAKY))).toThrow("json.activation: 'leaky-relu' of brain.js 1 is 0 below 0");
});

/** Returns a file with another value at a path such as 'layers.1.biases'; undefined deletes it. */
function changed(name: string, path: string, value: unknown): Record<string, unknown> {
  const json = of(name);
  const keys = path.split('.');
  const last = keys.pop()!;
  const holder = keys.reduce((inner, key) => inner[key] as Record<string, unknown>, json);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return json;
}

describe('what is no network of brain.js', () => {
  const v2 = 'v2-xor-sigmoid';
  const v1 = 'v1-xor-sigmoid';
  const leaky = 'v2-xor-leaky-relu';

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'json: expected an object, got undefined'],
    ['no JSON', 'net', 'json: expected a text of JSON: '],
    ['no layers', {}, 'json.layers: expected a list, got undefined'],
    ['one layer', { layers: [{}] }, 'json.layers: expected at least two layers, got 1'],
    ['layers of numbers', { layers: [1, 2] }, 'json.layers[0]: expected an object, got 1'],
    ['layers that it inherits', Object.create(of(v2)), 'json.layers: expected a list, got undefined'],
    [
      'another type',
      changed(v2, 'type', 'LSTM'),
      "json.type: expected 'NeuralNetwork' or 'NeuralNetworkGPU', got 'LSTM'",
    ],
    ['a type of every object', changed(v2, 'type', 'valueOf'), "got 'valueOf'"],
    [
      'an unknown activation',
      changed(v2, 'trainOpts.activation', 'mish'),
      "json.trainOpts.activation: expected 'sigmoid' or 'relu' or 'tanh' or 'leaky-relu', got 'mish'",
    ],
    [
      'no activation',
      changed(v2, 'trainOpts', undefined),
      'json.trainOpts: expected an object, got undefined',
    ],
    [
      'a slope of 2',
      changed(leaky, 'trainOpts.leakyReluAlpha', 2),
      'json.trainOpts.leakyReluAlpha: expected a number from 0 to 1, got 2',
    ],
    [
      'no slope',
      changed(leaky, 'trainOpts.leakyReluAlpha', undefined),
      'json.trainOpts.leakyReluAlpha: expected a number, got undefined',
    ],
    [
      'too few biases',
      changed(v2, 'layers.1.biases', [1, 2]),
      'json.layers[1].biases: expected 3 numbers, got 2',
    ],
    [
      'a row too short',
      changed(v2, 'layers.1.weights.1', [1]),
      'json.layers[1].weights[1]: expected 2 numbers, got 1',
    ],
    [
      'a text',
      changed(v2, 'layers.1.weights.0.1', '1'),
      "json.layers[1].weights[0][1]: expected a number, got '1'",
    ],
    [
      'layers that do not fit',
      changed(v2, 'layers.2.weights', [[1, 2]]),
      'json.layers[2]: needs rows of 2 values, but gets rows of 3',
    ],
    [
      'a missing column',
      changed('v2-named', 'inputLookup.g', undefined),
      'json.inputLookup: expected 3 names, got 2',
    ],
    [
      'a column twice',
      changed('v2-named', 'inputLookup.g', 0),
      'json.inputLookup.g: expected a column below 3 of its own, got 0',
    ],
    [
      'a column too many',
      changed('v2-named', 'outputLookup.red', 2),
      'json.outputLookup.red: expected a column below 2 of its own, got 2',
    ],
    [
      'a huge column',
      changed('v2-named', 'outputLookup.black', 1e9),
      'json.outputLookup.black: expected a column below 2 of its own, got 1000000000',
    ],
    [
      'version 1 with an unknown activation',
      changed(v1, 'activation', 'gelu'),
      "json.activation: expected 'sigmoid' or 'relu' or 'tanh', got 'gelu'",
    ],
    [
      'version 1 without a bias',
      changed(v1, 'layers.1.0.bias', undefined),
      'json.layers[1]["0"].bias: expected a number, got undefined',
    ],
    [
      'version 1 without weights',
      changed(v1, 'layers.1.0.weights', undefined),
      'json.layers[1]["0"].weights: expected an object, got undefined',
    ],
    [
      'version 1 with a weight too few',
      changed(v1, 'layers.1.0.weights.1', undefined),
      'json.layers[1]["0"].weights: expected 2 weights, got 1',
    ],
    [
      'version 1 with another weight',
      changed('v1-named', 'layers.1.0.weights', { toString: 1, g: 1, b: 1 }),
      'json.layers[1]["0"].weights.r: expected a number, got undefined',
    ],
    [
      'version 1 with a null',
      changed(v1, 'layers.1.0.weights.1', null),
      'json.layers[1]["0"].weights["1"]: expected a number, got undefined',
    ],
  ])('is refused: %s', (_, json, message) => {
    expect(() => fromBrain(json)).toThrow(/^json/);
    expect(() => fromBrain(json)).toThrow(message);
  });

  it('sizes that the file only claims cost no memory', () => {
    const json = changed(v2, 'sizes', [1e9, 1e9, 1e9]);
    expect(fromBrain(json).getWeights()).toEqual(fromBrain(of(v2)).getWeights());
  });

  it('names of inputs may be those of the parts of every object', () => {
    const text = JSON.stringify(of('v1-named'))
      .replaceAll('"r":', '"__proto__":')
      .replaceAll('"g":', '"constructor":');
    expect(brainInfo(text).inputNames).toEqual(['__proto__', 'constructor', 'b']);
    expect(fromBrain(text).getWeights()).toEqual(fromBrain(of('v1-named')).getWeights());
    const second = JSON.stringify(of('v2-named')).replaceAll('"r":', '"__proto__":');
    expect(brainInfo(second).inputNames).toEqual(['__proto__', 'g', 'b']);
  });

  it('refuses an unknown option', () => {
    expect(() => fromBrain(of(v2), { backed: 'wasm' } as never)).toThrow(/^options\.backed: unknown option/);
  });
});
