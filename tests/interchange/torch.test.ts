/** Models from state dicts of PyTorch, against the outputs of PyTorch. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MLP, prelu } from '../../src/index.js';
import { type FromTorchOptions, fromTorch } from '../../src/interchange/index.js';
import { readSafetensors, writeSafetensors } from '../../src/saving/index.js';
import { expectOutputs } from '../support/foreign-outputs.js';
import { untyped } from '../support/refusals.js';
import { fileOf } from '../support/safetensors.js';

const folder = new URL('../golden/interop/pytorch/', import.meta.url);
interface Expected {
  readonly model: string;
  readonly inputs: readonly number[][];
  readonly outputs: readonly number[][];
}
const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.safetensors`, folder)));

const relu = { layers: [{ activation: 'relu' }, {}] } as const;
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

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Makes tensors of given shapes, filled with a number per name. */
function dict(shapes: Shapes) {
  return new Map(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      { shape, values: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(i + 1) },
    ]),
  );
}

/** Returns the first value of each kernel, which tells the order. */
const kernels = (model: ReturnType<typeof fromTorch>) => model.getWeights().map(({ kernel }) => kernel[0]);
const norm = (name: string, size: number): Shapes => ({
  [`${name}.weight`]: [size],
  [`${name}.bias`]: [size],
  [`${name}.running_mean`]: [size],
  [`${name}.running_var`]: [size],
  [`${name}.num_batches_tracked`]: [],
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
    expect(kernels(fromTorch(dict(shapes), plain))).toEqual([3, 2, 1]);
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
    expect(kernels(fromTorch(dict(shapes), { ...plain, order: ['b', 'net.c', 'a'] }))).toEqual([2, 3, 1]);
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

describe('batch norms', () => {
  const shapes = { 'fc1.weight': [3, 2], 'fc2.weight': [3, 3], ...norm('bn1', 3), ...norm('bn2', 3) };
  const positions = (model: ReturnType<typeof fromTorch>) =>
    model.config.layers.map(({ batchNorm }) => (batchNorm === false ? false : batchNorm.position));

  it('belong to the Linear with their number, and take the position that is given', () => {
    const layers = [{ activation: 'relu', batchNorm: { position: 'after' } }, { batchNorm: true }] as const;
    const model = fromTorch(dict(shapes), { layers });
    expect(positions(model)).toEqual(['after', 'before']);
    expect(model.getWeights().map(({ gamma }) => gamma![0])).toEqual([3, 8]);
  });

  it('ask for their position where names do not tell it', () => {
    expect(() => fromTorch(dict(shapes), relu)).toThrow(
      "layers[0].batchNorm: expected { position: 'before' } or { position: 'after' } the activation for 'bn1', because the names do not tell",
    );
  });

  it.each<[string, Shapes, string | undefined]>([
    ['Linear, BatchNorm, ReLU', { '0.weight': [3, 2], ...norm('1', 3), '3.weight': [1, 3] }, 'before'],
    ['Linear, ReLU, BatchNorm', { '0.weight': [3, 2], ...norm('2', 3), '3.weight': [1, 3] }, 'after'],
    ['Linear, ?, BatchNorm, ?', { '0.weight': [3, 2], ...norm('2', 3), '4.weight': [1, 3] }, undefined],
    [
      'blocks of one Linear and one BatchNorm',
      { 'b.0.lin.weight': [3, 2], ...norm('b.0.bn', 3), 'b.1.lin.weight': [1, 3] },
      undefined,
    ],
  ])('in an nn.Sequential: %s', (_, tensors, position) => {
    const read = (batchNorm?: { position: 'before' | 'after' }) =>
      fromTorch(dict(tensors), { layers: [{ activation: 'relu', ...(batchNorm && { batchNorm }) }, {}] });
    if (position === undefined) {
      expect(() => read()).toThrow(/because the names do not tell$/);
      for (const given of ['before', 'after'] as const) {
        expect(positions(read({ position: given }))[0]).toBe(given);
      }
      return;
    }
    expect(positions(read())[0]).toBe(position);
    const other = position === 'before' ? 'after' : 'before';
    expect(() => read({ position: other })).toThrow(
      `layers[0].batchNorm.position: expected '${position}', by the place of`,
    );
  });

  it('are told apart by the place of a PReLU', () => {
    const before = { '0.weight': [3, 2], ...norm('1', 3), '2.weight': [3], '4.weight': [1, 3] };
    const after = { '0.weight': [3, 2], '1.weight': [3], ...norm('2', 3), '4.weight': [1, 3] };
    const layers = [{ activation: 'prelu' }, {}] as const;
    expect(positions(fromTorch(dict(before), { layers }))[0]).toBe('before');
    expect(positions(fromTorch(dict(after), { layers }))[0]).toBe('after');
  });

  it('may have no scale and shift', () => {
    const { '1.weight': _, '1.bias': __, ...plain } = norm('1', 3);
    const model = fromTorch(dict({ '0.weight': [3, 2], ...plain, '3.weight': [1, 3] }), relu);
    const { gamma, beta } = model.getWeights()[0]!;
    expect([...gamma!, ...beta!]).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it.each<[string, Shapes, object, string]>([
    [
      'an uncertain Linear',
      { 'a.weight': [3, 2], 'b.weight': [4, 3], ...norm('bn', 3) },
      relu,
      "tensors: 'bn': it is uncertain which Linear this batch norm follows",
    ],
    [
      'no Linear before it',
      { ...norm('0', 2), '1.weight': [3, 2], '3.weight': [1, 3] },
      relu,
      "tensors: '0': it is uncertain which Linear this batch norm follows",
    ],
    [
      'two of them',
      { '0.weight': [3, 2], ...norm('1', 3), ...norm('3', 3), '4.weight': [1, 3] },
      relu,
      "tensors: '1' and '3': only one of them has a place behind '0'",
    ],
    [
      'another size',
      { '0.weight': [3, 2], ...norm('1', 4), '3.weight': [1, 3] },
      relu,
      "tensors: '1' [4] does not fit behind '0' [3, 2]",
    ],
    [
      'false for one',
      { '0.weight': [3, 2], ...norm('1', 3), '3.weight': [1, 3] },
      { layers: [{ batchNorm: false }, {}] },
      "layers[0].batchNorm: expected true, because '1' is a batch norm, got false",
    ],
    [
      'true for none',
      { '0.weight': [3, 2], '3.weight': [1, 3] },
      { layers: [{ batchNorm: true }, {}] },
      "layers[0].batchNorm: expected none, because '0' has none in the file",
    ],
  ])('are refused: %s', (_, tensors, options, message) => {
    expect(() => fromTorch(dict(tensors), options)).toThrow(message);
  });

  it('take their place from the list', () => {
    const tensors = { 'a.weight': [3, 2], 'b.weight': [3, 3], ...norm('x', 3), ...norm('y', 3) };
    const layers = [{ batchNorm: true }, { batchNorm: true }];
    const model = fromTorch(dict(tensors), { layers, order: ['a', 'y', 'b', 'x'] });
    expect(model.getWeights().map(({ gamma }) => gamma![0])).toEqual([8, 3]);
  });
});

describe('what does not agree', () => {
  const two = { '0.weight': [3, 2], '0.bias': [3], '2.weight': [1, 3] };

  it.each<[string, Shapes, unknown, string]>([
    [
      'no activations',
      two,
      {},
      "layers: expected the activations, which a state dict does not hold, such as [{ activation: 'relu' }, {}]; the file has '0' [3, 2], '2' [1, 3]",
    ],
    ['no options', two, undefined, 'options: expected an object'],
    ['an unknown option', two, { layer: [] }, 'options.layer: unknown option'],
    ['layers that are no array', two, { layers: 2 }, 'layers: expected an array of layers, got 2'],
    ['too few layers', two, { layers: [{}] }, "layers: expected 2 layers, for '0' [3, 2], '2' [1, 3], got 1"],
    ['an unknown key of a layer', two, { layers: [{ act: 'relu' }, {}] }, 'layers[0].act: unknown option'],
    [
      'an unknown activation',
      two,
      { layers: [{ activation: 'rely' }, {}] },
      "layers[0].activation: unknown name 'rely'",
    ],
    [
      'other units',
      two,
      { layers: [{ units: 4 }, {}] },
      "layers[0].units: expected 3, as in '0' [3, 2], got 4",
    ],
    [
      'a bias that is missing',
      two,
      { layers: [{}, { useBias: true }] },
      "layers[1].useBias: expected false, because '2' has no bias, got true",
    ],
    [
      'a bias too many',
      two,
      { layers: [{ useBias: false }, {}] },
      "layers[0].useBias: expected true, because '0' has a bias, got false",
    ],
    [
      'slopes that are missing',
      two,
      { layers: [{ activation: 'prelu' }, {}] },
      "tensors: the slopes of the PReLU behind '0' are missing",
    ],
    [
      'slopes too many',
      { ...two, '1.weight': [3] },
      relu,
      "layers[0].activation: expected 'prelu', because '1' has slopes, got 'relu'",
    ],
    [
      'slopes of another size',
      { ...two, '1.weight': [2] },
      { layers: [{ activation: 'prelu' }, {}] },
      "tensors: '1' [2] does not fit behind '0' [3, 2]",
    ],
    [
      'a bias of another size',
      { ...two, '0.bias': [2] },
      relu,
      "tensors: tensor '0.bias': expected the shape [3], got [2]",
    ],
    [
      'a bias alone',
      { ...two, '5.bias': [2] },
      relu,
      "tensors: tensor '5.bias' [2]: has no place in a chain of Linear, BatchNorm1d and PReLU",
    ],
    [
      'a convolution',
      { ...two, '5.weight': [2, 3, 3, 3] },
      relu,
      "tensor '5.weight' [2, 3, 3, 3]: has no place",
    ],
    [
      'another tensor',
      { ...two, 'lstm.weight_ih_l0': [2, 3] },
      relu,
      "tensor 'lstm.weight_ih_l0' [2, 3]: has no place",
    ],
    ['an old weight norm', { ...two, '4.weight_g': [2, 1] }, relu, "tensor '4.weight_g': is no kernel"],
    ['a pruned kernel', { ...two, '4.weight_mask': [2, 1] }, relu, 'torch.nn.utils.prune.remove'],
    ['no Linear', norm('0', 2), relu, 'tensors: expected a Linear, got none'],
    ['nothing', {}, relu, 'tensors: expected a Linear, got none'],
    ['an empty kernel', { '0.weight': [0, 2] }, relu, "tensor '0.weight' [0, 2]: has no place"],
    [
      'both',
      two,
      { ...relu, config: { inputSize: 2, layers: [{ units: 3 }, { units: 1 }] } },
      'layers, config: expected one of them, got both',
    ],
    [
      'a config with other units',
      two,
      { config: { inputSize: 2, layers: [{ units: 4 }, { units: 1, useBias: false }] } },
      "config.layers[0].units: expected 3, as in '0' [3, 2], got 4",
    ],
    [
      'a config with another inputSize',
      two,
      { config: { inputSize: 5, layers: [{ units: 3 }, { units: 1, useBias: false }] } },
      "config.inputSize: expected 2, for '0' [3, 2], '2' [1, 3], got 5",
    ],
    [
      'a config with a bias that the file lacks',
      two,
      { config: { inputSize: 2, layers: [{ units: 3 }, { units: 1 }] } },
      "config.layers[1].useBias: expected false, because '2' has no bias, got true",
    ],
    [
      'a config with more layers',
      two,
      { config: { inputSize: 2, layers: [{ units: 3 }] } },
      "config.layers: expected 2 layers, for '0' [3, 2], '2' [1, 3], got 1",
    ],
    [
      'a config with its own fault',
      two,
      { config: { inputSize: 2, layers: [{ units: 3, activation: 'rely' }] } },
      "config: layers[0].activation: unknown name 'rely'",
    ],
    [
      'a config without a batch norm',
      { ...two, ...norm('1', 3), '3.weight': [1, 3], '2.weight': [3] },
      {
        config: {
          inputSize: 2,
          layers: [
            { units: 3, activation: 'prelu' },
            { units: 1, useBias: false },
          ],
        },
      },
      "config.layers[0].batchNorm: expected true, because '1' is a batch norm, got false",
    ],
    [
      'a config with a shared slope',
      { ...two, '1.weight': [3] },
      {
        config: {
          inputSize: 2,
          layers: [
            { units: 3, activation: prelu({ shared: true }) },
            { units: 1, useBias: false },
          ],
        },
      },
      "config.layers[0].activation.shared: expected false, because '1' has 3 slopes",
    ],
  ])('is refused: %s', (_, shapes, options, message) => {
    expect(() => fromTorch(dict(shapes), untyped<FromTorchOptions>(options))).toThrow(message);
  });

  it('refuses tensors that are none', () => {
    for (const [tensors, message] of [
      [7, 'tensors: expected a Map, an object or the bytes of a file, got 7'],
      [{ '0.weight': [1, 2] }, "tensors: '0.weight': expected { shape, values }, got Array of 2"],
      [
        { '0.weight': { shape: [2, 2], values: [1] } },
        "tensors: tensor '0.weight': expected 4 values for the shape [2, 2], got 1",
      ],
      [{ '0.weight': { shape: [2, 2] } }, 'expected 4 values for the shape [2, 2], got undefined'],
      [{ '0.weight': { shape: 4, values: [1] } }, 'expected a shape of whole numbers, got 4'],
      [{ '0.weight': { shape: [-1, -4], values: [1, 2, 3, 4] } }, 'expected a shape of whole numbers'],
      [{ '0.weight': { shape: [1, 2], values: [1, NaN] } }, 'tensors: weights[0].kernel: value 1 is NaN'],
      [
        { '0.weight': { shape: [1, 2], values: ['1', '2'] } },
        'tensors: weights[0].kernel[0]: expected a number',
      ],
      [{ '0.weight': { shape: [1, 2], values: BigInt64Array.of(1n, 2n) } }, 'expected a number, got 1n'],
    ] as const) {
      expect(() => fromTorch(untyped(tensors), { layers: [{}] }), message).toThrow(message);
    }
  });

  it('refuses names that a wrapper makes equal', () => {
    const shapes = { '_orig_mod.0.weight': [2, 2], '0.weight': [2, 2] };
    expect(() => fromTorch(dict(shapes), { layers: [{}] })).toThrow("two tensors have the name '0.weight'");
  });

  it('takes a tensor that is called like a part of every object', () => {
    const tensors = { '__proto__.weight': [3, 2], 'constructor.weight': [1, 3] };
    expect(kernels(fromTorch(dict(tensors), { layers: [{}, {}] }))).toEqual([1, 2]);
  });
});

describe('MLP.load', () => {
  const first = (...bytes: number[]) => Uint8Array.from({ length: 64 }, (_, i) => bytes[i] ?? 0x20);

  it('names fromTorch for a state dict', () => {
    expect(() => MLP.load(bytesOf('sequential'))).toThrow(
      "bytes: not a model of evenkeel: its metadata has no 'evenkeel'; fromTorch of evenkeel/interchange makes a model of the weights of PyTorch",
    );
  });

  it.each<[string, Uint8Array, string]>([
    [
      'an ONNX file',
      new Uint8Array(readFileSync(new URL('../onnx/hand/gelu-20.onnx', folder))),
      'an ONNX file: fromOnnx of evenkeel/onnx reads it',
    ],
    [
      'an HDF5 file',
      first(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a),
      'an HDF5 file: fromKeras of evenkeel/interchange',
    ],
    [
      'a zip archive',
      first(0x50, 0x4b, 3, 4, 20, 0, 0, 0),
      'a zip archive: fromKeras of evenkeel/interchange reads .keras files; write weights of PyTorch with save_file of safetensors.torch',
    ],
    [
      'a pickle',
      first(0x80, 2, 0x8a, 10),
      'a pickle: write weights of PyTorch with save_file of safetensors.torch',
    ],
    ['JSON', Buffer.from('{"layers": [], "sizes": []}'), 'JSON: evenkeel/interchange and evenkeel/tfjs'],
  ])('names what reads %s', (_, bytes, message) => {
    for (const read of [() => MLP.load(bytes), () => fromTorch(bytes, relu)]) {
      expect(read).toThrow(RangeError);
      expect(read).toThrow(`bytes: expected a safetensors file, got one that begins like ${message}`);
    }
  });

  it('keeps the reason of a safetensors file whose length begins alike', () => {
    for (const byte of [0x50, 0x7b, 0x80, 0x89]) {
      const file = fileOf(`{${' '.repeat(byte - 2)}`);
      expect(file[0]).toBe(byte - 1);
      const odd = fileOf(`{${' '.repeat(byte - 1)}`);
      expect(odd[0]).toBe(byte);
      expect(() => MLP.load(odd)).toThrow(/^bytes: header: expected a string/);
    }
  });

  it('is named for a file of this library', () => {
    const model = new MLP({ inputSize: 2, layers: [{ units: 1 }] });
    expect(() => fromTorch(model.save(), { layers: [{}] })).toThrow(
      'bytes: a model of evenkeel, which MLP.load reads',
    );
    const bytes = writeSafetensors(readSafetensors(model.save()).tensors);
    expect(fromTorch(bytes, { layers: [{}] }).getWeights()).toEqual(model.getWeights());
  });
});
