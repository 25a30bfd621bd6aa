/** Tests that setWeights refuses weights that do not fit their layers, and leaves the model as it was. */
import { describe, expect, it } from 'vitest';
import { MLP, NonFiniteError, ShapeError } from '../../src/index.js';
import { type Case, compiled, type Kind, untyped } from '../support/refusals.js';

describe('setWeights refuses, and leaves the model as it was', () => {
  const model = new MLP({
    inputSize: 2,
    layers: [
      { units: 2, activation: 'prelu', batchNorm: true, useBias: false },
      { units: 3, activation: 'softmax' },
    ],
  });
  const set =
    (change: object, options: object = {}) =>
    () =>
      model.setWeights(
        model.getWeights().map((layer, l) => (l === 0 ? { ...layer, ...change } : layer)),
        untyped(options),
      );
  const slides =
    (...kernels: unknown[]) =>
    () =>
      new MLP({ inputSize: 2, layers: [{ units: 2 }] }).setWeights(untyped(kernels), { layout: 'slides' });
  const cases: Case[] = [
    [
      'a variance < 0',
      set({ runningVariance: [1, -1] }),
      RangeError,
      /^weights\[0\]\.runningVariance: value 1 is -1, expected a variance ≥ 0/,
    ],
    [
      'a variance that is infinite',
      set({ runningVariance: [1, Infinity] }),
      RangeError,
      /^weights\[0\]\.runningVariance: value 1 is Infinity/,
    ],
    [
      'too many means',
      set({ runningMean: [1, 2, 3] }),
      RangeError,
      /^weights\[0\]\.runningMean: expected 2 values, \[2\], got 3/,
    ],
    [
      'no gammas',
      set({ gamma: undefined }),
      TypeError,
      /^weights\[0\]\.gamma: expected 2 values, \[2\], got undefined/,
    ],
    [
      'a beta that is no number',
      set({ beta: [1, '2'] }),
      TypeError,
      /^weights\[0\]\.beta\[1\]: expected a number, got '2'/,
    ],
    [
      'a bias where there is none',
      set({ bias: [1, 2] }),
      RangeError,
      /^weights\[0\]\.bias: the layer has none \(useBias is false\), got 2 values/,
    ],
    ['a bias that is no array', set({ bias: 3 }), TypeError, /^weights\[0\]\.bias: /],
    [
      'an unknown tensor',
      set({ gama: [1, 1] }),
      TypeError,
      /^weights\[0\]\.gama: unknown option; did you mean 'gamma'/,
    ],
    [
      'a layer that is null',
      () => model.setWeights(untyped([null, null])),
      TypeError,
      /^weights\[0\]: expected an object, got null/,
    ],
    [
      'an unknown layout',
      set({}, { layout: 'pytorch' }),
      TypeError,
      /^layout: unknown name 'pytorch'; did you mean 'torch'/,
    ],
    [
      'options that are a layout',
      set({}, 'torch' as unknown as object),
      TypeError,
      /^options: expected an object, got 'torch'/,
    ],
    [
      'slides: a kernel without the row of biases',
      slides({ kernel: [1, 2, 3, 4] }),
      RangeError,
      /^weights\[0\]\.kernel: expected 6 values, \[1 \+ 2, 2\], got 4/,
    ],
    [
      'slides: a bias beside it',
      slides({ kernel: [1, 2, 3, 4, 5, 6], bias: [1, 2] }),
      RangeError,
      /^weights\[0\]\.bias: in layout 'slides' the bias is the first row/,
    ],
    [
      'slides: no kernel',
      slides({}),
      TypeError,
      /^weights\[0\]\.kernel: expected 6 values, \[1 \+ 2, 2\], got undefined/,
    ],
    [
      'slides: a kernel that is null',
      slides({ kernel: null }),
      TypeError,
      /^weights\[0\]\.kernel: .*got null/,
    ],
    ['slides: a kernel that is a number', slides({ kernel: 3 }), TypeError, /^weights\[0\]\.kernel: .*got 3/],
    [
      'slides: a bias that is null',
      slides({ kernel: [1, 2, 3, 4, 5, 6], bias: null }),
      TypeError,
      /^weights\[0\]\.bias: .*got null/,
    ],
    [
      'slides: NaN',
      slides({ kernel: [1, 2, 3, Number.NaN, 5, 6] }),
      RangeError,
      /^weights\[0\]\.kernel: value 1 is NaN/,
    ],
  ];
  it.each(cases)('%s', (_what, run, kind, message) => {
    const before = model.getWeights();
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
    expect(model.getWeights()).toEqual(before);
  });
});

describe('setWeights refuses', () => {
  const good = () =>
    compiled()
      .getWeights()
      .map(({ kernel, bias }) => ({ kernel: Array.from(kernel), bias: Array.from(bias) }));
  const cases: readonly (readonly [
    what: string,
    spoil: (weights: ReturnType<typeof good>) => unknown,
    kind: Kind,
    message: RegExp,
  ])[] = [
    ['too few layers', (w) => w.slice(1), ShapeError, /^weights: expected 2 layers, got 1/],
    [
      'a short kernel',
      (w) => w.map(({ kernel, bias }, l) => ({ kernel: l === 1 ? kernel.slice(1) : kernel, bias })),
      ShapeError,
      /^weights\[1\]\.kernel: expected 12 values, \[4, 3\], got 11/,
    ],
    [
      'NaN in a bias',
      (w) => w.map(({ kernel, bias }, l) => ({ kernel, bias: l === 1 ? [0, 0, Number.NaN] : bias })),
      NonFiniteError,
      /^weights\[1\]\.bias: value 2 is NaN/,
    ],
    [
      'no bias',
      (w) => w.map(({ kernel }) => ({ kernel })),
      TypeError,
      /^weights\[0\]\.bias: expected 4 values/,
    ],
    ['no array', () => ({}), TypeError, /^weights: expected an array/],
  ];
  it.each(cases)('%s', (_what, spoil, kind, message) => {
    const model = compiled();
    const before = model.getWeights();
    const set = () => model.setWeights(untyped(spoil(good())));
    expect(set).toThrow(kind);
    expect(set).toThrow(message);
    expect(model.getWeights()).toEqual(before);
  });
});
