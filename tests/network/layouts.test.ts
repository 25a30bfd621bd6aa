/** Weights in the layouts of PyTorch (transposed kernels) and of the slides (bias as the first row). */
import { describe, expect, it } from 'vitest';
import { type LayerOptions, MLP, NonFiniteError, ShapeError, type WeightLayout } from '../../src/index.js';
import { type Kind, untyped } from '../support/refusals.js';

const layers: LayerOptions[] = [
  { units: 3, activation: 'relu' },
  { units: 1, useBias: false },
];
// W[i][j] from input i to unit j: h = relu(x W + b), y = h v.
const kernel = [1, 2, 3, /**/ 4, 5, 6];
const bias = [-100, 0.5, 0.25];
const last = [7, 8, 9];
const given: Record<WeightLayout, Record<string, readonly number[]>[]> = {
  keras: [{ kernel, bias }, { kernel: last }],
  torch: [{ kernel: [1, 4, /**/ 2, 5, /**/ 3, 6], bias }, { kernel: last }],
  slides: [{ kernel: [...bias, /**/ ...kernel] }, { kernel: last }],
};
const make = () => new MLP({ inputSize: 2, layers });

describe.each(['keras', 'torch', 'slides'] as const)('%s', (layout) => {
  it("gives the weights in the model's layout, and the predictions computed by hand", () => {
    const model = make();
    model.setWeights(given[layout], { layout });
    expect(model.getWeights()).toEqual([
      { kernel: Float32Array.from(kernel), bias: Float32Array.from(bias) },
      { kernel: Float32Array.from(last), bias: new Float32Array(0) },
    ]);
    // (2·1 + 3·4 − 100, 2·2 + 3·5 + ½, 2·3 + 3·6 + ¼) = (−86, 19.5, 24.25) → 0, 19.5 · 8, 24.25 · 9.
    expect(model.predict([[2, 3]])).toEqual(Float32Array.of(19.5 * 8 + 24.25 * 9));
  });

  it('accepts arrays of any kind, and does not change them', () => {
    const model = make();
    const wide = given[layout].map((layer) =>
      Object.fromEntries(Object.entries(layer).map(([name, values]) => [name, Float64Array.from(values)])),
    );
    const before = structuredClone(wide);
    model.setWeights(wide, { layout });
    const plain = make();
    plain.setWeights(given[layout], { layout });
    expect(model.getWeights()).toEqual(plain.getWeights());
    expect(wide).toEqual(before);
  });
});

it('the default is keras, as getWeights returns weights', () => {
  const [model, other] = [make(), make()];
  model.setWeights(given.torch, { layout: 'torch' });
  other.setWeights(model.getWeights());
  expect(other.getWeights()).toEqual(model.getWeights());
});

it('tensors of a batch norm and slopes are the same in every layout', () => {
  const options = { inputSize: 2, layers: [{ units: 2, activation: 'prelu', batchNorm: true }] as const };
  const rest = {
    gamma: [1, 2],
    beta: [3, 4],
    runningMean: [5, 6],
    runningVariance: [0, 8],
    slopes: [0.5, 0.25],
  };
  const forms = {
    keras: { kernel: [1, 2, 3, 4], bias: [9, 10] },
    torch: { kernel: [1, 3, 2, 4], bias: [9, 10] },
    slides: { kernel: [9, 10, 1, 2, 3, 4] },
  };
  const kept = Object.entries(forms).map(([layout, weights]) => {
    const model = new MLP(options);
    model.setWeights([{ ...weights, ...rest }], { layout: layout as WeightLayout });
    return model.getWeights();
  });
  expect(kept[0]![0]).toMatchObject({ runningVariance: Float32Array.of(0, 8), bias: Float32Array.of(9, 10) });
  expect(kept[1]).toEqual(kept[0]);
  expect(kept[2]).toEqual(kept[0]);
});

describe('setWeights refuses', () => {
  const changed = (layout: WeightLayout, l: number, change: object): unknown[] =>
    given[layout].map((layer, at) => (at === l ? { ...layer, ...change } : layer));
  const cases: readonly (readonly [
    what: string,
    layout: string,
    weights: unknown,
    kind: Kind,
    message: RegExp,
  ])[] = [
    ['an unknown layout', 'pytorch', given.torch, TypeError, /^layout: unknown name 'pytorch'.*'torch'/],
    [
      'PyTorch’s own names',
      'torch',
      changed('torch', 0, { weight: kernel }),
      TypeError,
      /^weights\[0\]\.weight: unknown option/,
    ],
    [
      'a kernel too short for torch',
      'torch',
      changed('torch', 0, { kernel: [1] }),
      ShapeError,
      /^weights\[0\]\.kernel: expected 6 values, \[3, 2\], got 1/,
    ],
    [
      'NaN in torch',
      'torch',
      changed('torch', 0, { kernel: [1, 2, NaN, 4, 5, 6] }),
      NonFiniteError,
      /^weights\[0\]\.kernel: value 2 is NaN/,
    ],
    [
      'a bias beside the slides’ matrix',
      'slides',
      changed('slides', 0, { bias }),
      ShapeError,
      /^weights\[0\]\.bias: in layout 'slides' the bias is the first row of the kernel, got 3 values/,
    ],
    [
      'null beside it',
      'slides',
      changed('slides', 0, { bias: null }),
      TypeError,
      /^weights\[0\]\.bias: in layout 'slides' .*got null/,
    ],
    [
      'the slides’ matrix without its first row',
      'slides',
      changed('slides', 0, { kernel }),
      ShapeError,
      /^weights\[0\]\.kernel: expected 9 values, \[1 \+ 2, 3\], got 6/,
    ],
    [
      'a number as the matrix',
      'slides',
      changed('slides', 0, { kernel: 5 }),
      TypeError,
      /^weights\[0\]\.kernel: expected 9 values, \[1 \+ 2, 3\], got 5/,
    ],
    [
      'no matrix',
      'slides',
      changed('slides', 0, { kernel: undefined }),
      TypeError,
      /^weights\[0\]\.kernel: expected 9 values, \[1 \+ 2, 3\], got undefined/,
    ],
    [
      'a row for a bias that is not there',
      'slides',
      changed('slides', 1, { kernel: [0, ...last] }),
      ShapeError,
      /^weights\[1\]\.kernel: expected 3 values, \[3, 1\], got 4/,
    ],
    [
      'a text in the first row',
      'slides',
      changed('slides', 0, { kernel: [...bias.slice(0, 2), '1', ...kernel] }),
      TypeError,
      /^weights\[0\]\.bias\[2\]: expected a number, got '1'/,
    ],
    [
      'a bias where there is none',
      'keras',
      changed('keras', 1, { bias: [1] }),
      ShapeError,
      /^weights\[1\]\.bias: the layer has none \(useBias is false\), got 1 values/,
    ],
    ['a layer that is null', 'keras', [null, {}], TypeError, /^weights\[0\]: expected an object, got null/],
  ];
  it.each(cases)('%s', (_what, layout, weights, kind, message) => {
    const model = make();
    const before = model.getWeights();
    const set = () => model.setWeights(untyped(weights), { layout: layout as WeightLayout });
    expect(set).toThrow(kind);
    expect(set).toThrow(message);
    expect(model.getWeights()).toEqual(before);
  });
});
