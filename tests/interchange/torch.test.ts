/** Models from state dicts of PyTorch, against the outputs of PyTorch. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MLP } from '../../src/index.js';
import { type FromTorchOptions, fromTorch } from '../../src/interchange/index.js';
import { readSafetensors } from '../../src/saving/index.js';
import { expectOutputs } from '../support/foreign-outputs.js';
import { untyped } from '../support/refusals.js';
import { bytesOf, dict, firstWeights, folder, norm, relu, type Shapes } from '../support/state-dicts.js';

interface Expected {
  readonly model: string;
  readonly inputs: readonly number[][];
  readonly outputs: readonly number[][];
}
const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);

/** Options for each file that becomes a model. */
const good: Readonly<Record<string, FromTorchOptions>> = {
  ambiguous: { ...relu, order: ['b', 'a'] },
  batchnorm: { layers: [{ activation: 'relu', dropout: 0.1 }, {}] },
  'batchnorm-after': relu,
  bfloat16: relu,
  'compiled-prefix': relu,
  'ddp-prefix': relu,
  'eleven-and-more': { layers: [...Array<{ activation: 'relu' }>(12).fill({ activation: 'relu' }), {}] },
  fc: { layers: [{ activation: 'relu' }, { activation: 'relu' }, {}] },
  float16: relu,
  float64: { layers: [{ activation: 'softplus' }, {}] },
  metadata: relu,
  'order-not-names': { layers: [{ activation: 'sigmoid' }, {}] },
  prefix: { layers: [{ activation: 'tanh' }, {}] },
  prelu: { layers: [{ activation: 'prelu' }, { activation: 'prelu' }, {}] },
  sequential: relu,
};

const refused: Readonly<Record<string, string>> = {
  'layernorm-refuse':
    "bytes: tensors '1.weight' and '1.bias': a batch norm needs running_mean and running_var too, and a LayerNorm has no place in a model",
  'weight-norm-refuse':
    'bytes: tensor \'0.parametrizations.weight.original0\': is no kernel; remove the parametrization first: torch.nn.utils.parametrize.remove_parametrizations(module, "weight")',
};

describe('files of PyTorch', () => {
  it('are all either read or refused', () => {
    expect([...Object.keys(good), ...Object.keys(refused)].sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(good))('%s gives the outputs of PyTorch', (name, options) => {
    expectOutputs(fromTorch(bytesOf(name), options) as MLP, expected[name]!);
  });

  it.each(Object.entries(good))('%s gives them from its tensors too', (name, options) => {
    const { tensors } = readSafetensors(bytesOf(name));
    expectOutputs(fromTorch(tensors, options) as MLP, expected[name]!);
    expectOutputs(fromTorch(Object.fromEntries(tensors), options) as MLP, expected[name]!);
  });

  it.each(Object.entries(good))('%s fits the config of its model', (name, { layers: _, ...options }) => {
    const model = fromTorch(bytesOf(name), good[name]!);
    const again = fromTorch(bytesOf(name), { ...options, config: model.config });
    expect(again.config).toEqual(model.config);
    expect(again.getWeights()).toEqual(model.getWeights());
  });

  it.each(Object.entries(refused))('%s is refused', (name, message) => {
    expect(() => fromTorch(bytesOf(name), relu)).toThrow(new RangeError(message));
  });

  it('have another output with another activation', () => {
    const model = fromTorch(bytesOf('prefix'), { layers: [{ activation: 'sigmoid' }, {}] });
    expect(() => expectOutputs(model as MLP, expected.prefix!)).toThrow();
  });

  it('keep their 64 bits', () => {
    const model = fromTorch(bytesOf('float64'), { ...good.float64!, backend: 'javascript64' });
    const kernel = readSafetensors(bytesOf('float64')).tensors.get('2.bias')!.values;
    expect(model.getWeights()[1]!.bias).toEqual(kernel);
  });
});

describe('the order of the layers', () => {
  const plain = { layers: [{}, {}, {}] };

  it.each<[string, Shapes]>([
    ['numbers', { '10.weight': [2, 2], '2.weight': [2, 2], '0.weight': [2, 2] }],
    ['numbers in names', { 'fc10.weight': [2, 2], 'fc9.weight': [2, 2], 'fc1.weight': [2, 2] }],
    [
      'several numbers',
      { 'blocks.1.fc1.weight': [2, 2], 'blocks.0.fc2.weight': [2, 2], 'blocks.0.fc1.weight': [2, 2] },
    ],
    ['shapes alone', { 'c.weight': [5, 4], 'b.weight': [4, 3], 'a.weight': [3, 2] }],
    ['numbers and a shape', { 'out.weight': [1, 2], 'h.10.weight': [2, 2], 'h.9.weight': [2, 2] }],
  ])('comes from %s', (_, shapes) => {
    expect(firstWeights(fromTorch(dict(shapes), plain))).toEqual([3, 2, 1]);
  });

  it.each<[string, Shapes, string]>([
    [
      'equal shapes',
      { 'a.weight': [2, 2], 'b.weight': [2, 2], 'c.weight': [2, 2] },
      "tensors: the order of the layers is uncertain, because more than one order fits: 'a' [2, 2], 'b' [2, 2], 'c' [2, 2]; give the names in the order of the computation, as order: ['a', …]",
    ],
    [
      'two lists of equal shapes',
      { 'x.0.weight': [2, 2], 'x.1.weight': [2, 2], 'y.0.weight': [2, 2] },
      'more than one order fits',
    ],
    [
      'equal numbers',
      { '1.weight': [2, 2], '01.weight': [2, 2], '2.weight': [2, 2] },
      'more than one order fits',
    ],
    [
      'numbers against shapes',
      { '0.weight': [5, 4], '1.weight': [4, 3], '2.weight': [3, 2] },
      'because no order by the numbers of the names fits the shapes',
    ],
  ])('is asked for: %s', (_, shapes, message) => {
    expect(() => fromTorch(dict(shapes), plain)).toThrow(RangeError);
    expect(() => fromTorch(dict(shapes), plain)).toThrow(message);
  });

  it('is that of the list, with or without the words that all names share', () => {
    const shapes = { 'net.a.weight': [2, 2], 'net.b.weight': [2, 2], 'net.c.weight': [2, 2] };
    expect(firstWeights(fromTorch(dict(shapes), { ...plain, order: ['b', 'net.c', 'a'] }))).toEqual([
      2, 3, 1,
    ]);
  });

  it.each<[unknown, string]>([
    ['a', 'order: expected an array of names, got '],
    [['a'], "order: expected every Linear, but 'b', 'c' is missing"],
    [['a', 'b', 'd'], "order[2]: expected one of 'a', 'b', 'c', got 'd'"],
    [['a', 'b', 'a'], "order[2]: 'a' comes twice"],
    [[7], "order[0]: expected one of 'a', 'b', 'c', got 7"],
  ])('is refused: %j', (order, message) => {
    const shapes = { 'a.weight': [2, 2], 'b.weight': [2, 2], 'c.weight': [2, 2] };
    expect(() => fromTorch(dict(shapes), { ...plain, order: untyped(order) })).toThrow(message);
  });

  it('refuses a list in which the sizes do not fit', () => {
    const shapes = { 'a.weight': [3, 2], 'b.weight': [4, 3] };
    expect(() => fromTorch(dict(shapes), { layers: [{}, {}], order: ['b', 'a'] })).toThrow(
      "tensors: 'a' [3, 2] does not fit behind 'b' [4, 3]",
    );
  });

  it('is not searched for without end', () => {
    // 40 lists of three layers: their orders are more than can be counted, and the last size fits none of them.
    const shapes = Object.fromEntries(
      Array.from({ length: 120 }, (_, i) => [
        `list${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}.weight`,
        [2, 2],
      ]),
    );
    expect(() => fromTorch(dict({ ...shapes, 'z.weight': [9, 9] }), plain)).toThrow(
      'order of the layers is uncertain',
    );
  });
});

describe('names', () => {
  it.each(['', 'net.', 'module.net.', '_orig_mod.', 'module._orig_mod.', 'net._orig_mod.', 'a.b.c.'])(
    'may begin with %j',
    (prefix) => {
      const shapes = {
        [`${prefix}0.weight`]: [3, 2],
        [`${prefix}0.bias`]: [3],
        ...norm(`${prefix}1`, 3),
        [`${prefix}3.weight`]: [1, 3],
      };
      const model = fromTorch(dict(shapes), relu);
      expect(model.config.layers.map(({ units, useBias }) => [units, useBias])).toEqual([
        [3, true],
        [1, false],
      ]);
      expect(model.config.layers[0]!.batchNorm).toEqual({ momentum: 0.1, epsilon: 1e-5, position: 'before' });
    },
  );

  it('may be those of a Linear alone', () => {
    const model = fromTorch(dict({ weight: [3, 2], bias: [3] }), { layers: [{ activation: 'softmax' }] });
    expect(String(model)).toBe('MLP 2 → 3 softmax, 9 parameters');
  });
});
