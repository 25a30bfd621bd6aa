/** Options that are refused, each with its error. */
import { describe, expect, it } from 'vitest';
import {
  type CompileOptions,
  constant,
  explainInitializer,
  heNormal,
  identity,
  kaimingNormal,
  type LayerOptions,
  lsuv,
  MLP,
  type MLPOptions,
  NonFiniteError,
  orthogonal,
  Rng,
  randomNormal,
  randomUniform,
  ShapeError,
  sgd,
  sparseNormal,
  torchGain,
  truncatedNormal,
  varianceScaling,
  xavierNormal,
} from '../../src/index.js';
import { drawThenScale } from '../../src/lab/index.js';
import { type Case, compiled, type Kind, layers, untyped, x, y } from '../support/refusals.js';

const makes = (options: unknown) => () => new MLP(untyped<MLPOptions>(options));
const makesLayer = (layer: unknown) => makes({ inputSize: 2, layers: [layer] });

/** Containers without options of their own, such as a Map or a Promise, are refused as options. */
const noOptions = (kind: string) => new RegExp(`^options: expected a plain object, got .*${kind}`);

const constructions: Case[] = [
  ['no options', makes(undefined), TypeError, /^options: expected an object, got undefined/],
  [
    'unknown option',
    makes({ inputSize: 2, layers, sead: 1 }),
    TypeError,
    /^options\.sead: .*did you mean 'seed'/,
  ],
  [
    'inputSize 0',
    makes({ inputSize: 0, layers }),
    RangeError,
    /^inputSize: expected a whole number ≥ 1, got 0/,
  ],
  ['inputSize missing', makes({ layers }), TypeError, /^inputSize: .*got undefined/],
  [
    'more weights than a memory holds, before any is drawn',
    makes({ inputSize: 1e5, layers: [{ units: 1e5, kernelInitializer: () => expect.fail('drawn') }] }),
    RangeError,
    /^layers: 10000000000 weights with their gradients exceed a memory of 4 GB/,
  ],
  ['no layers', makes({ inputSize: 2, layers: [] }), RangeError, /^layers: expected at least one layer/],
  [
    'layers not an array',
    makes({ inputSize: 2, layers: { units: 3 } }),
    TypeError,
    /^layers: expected an array/,
  ],
  ['a layer that is a number', makesLayer(3), TypeError, /^layers\[0\]: expected an object, got 3/],
  [
    'units 0',
    makesLayer({ units: 0 }),
    RangeError,
    /^layers\[0\]\.units: expected a whole number ≥ 1, got 0/,
  ],
  ['units 2.5', makesLayer({ units: 2.5 }), RangeError, /^layers\[0\]\.units: .*got 2\.5/],
  ['units NaN', makesLayer({ units: Number.NaN }), RangeError, /^layers\[0\]\.units: .*got NaN/],
  ['units a string', makesLayer({ units: '3' }), TypeError, /^layers\[0\]\.units: .*got '3'/],
  [
    'unknown activation',
    makesLayer({ units: 3, activation: 'reluu' }),
    TypeError,
    /^layers\[0\]\.activation: unknown name 'reluu'; did you mean 'relu'\? Known: identity, step, sigmoid, tanh, softplus, relu, /,
  ],
  [
    'softmax in a hidden layer',
    makes({ inputSize: 2, layers: [{ units: 3, activation: 'softmax' }, { units: 3 }] }),
    RangeError,
    /^layers\[0\]\.activation: 'softmax' is allowed in the output layer only/,
  ],
  [
    'unknown initializer',
    makesLayer({ units: 3, kernelInitializer: 'heNormall' }),
    TypeError,
    /^layers\[0\]\.kernelInitializer: unknown name 'heNormall'; did you mean 'heNormal'\? Known: zeros, ones/,
  ],
  [
    'initializer of the wrong length',
    makesLayer({ units: 3, kernelInitializer: () => new Float32Array(5) }),
    ShapeError,
    /^layers\[0\]\.kernelInitializer: expected 6 values for \[2, 3\], got 5/,
  ],
  [
    'initializer that makes NaN',
    makesLayer({ units: 3, biasInitializer: () => Float32Array.of(0, Number.NaN, 0) }),
    NonFiniteError,
    /^layers\[0\]\.biasInitializer: .*value 1 is NaN/,
  ],
  [
    'initializer that returns nothing',
    makesLayer({ units: 3, kernelInitializer: () => undefined }),
    TypeError,
    /Float32Array/,
  ],
  [
    'unknown layer option',
    makesLayer({ units: 3, activatoin: 'relu' }),
    TypeError,
    /^layers\[0\]\.activatoin: .*'activation'/,
  ],
  [
    'activation null',
    makesLayer({ units: 3, activation: null }),
    TypeError,
    /^layers\[0\]\.activation: .*null/,
  ],
  ['batchNorm null', makesLayer({ units: 3, batchNorm: null }), TypeError, /^layers\[0\]\.batchNorm: .*null/],
  ['threads null', makes({ inputSize: 2, layers, threads: null }), TypeError, /^threads: .*null/],
  [
    'an option of an activation that takes none',
    makesLayer({ units: 3, activation: { name: 'relu', alpha: 1 } }),
    TypeError,
    /^layers\[0\]\.activation\.alpha: unknown option; there are none here$/,
  ],
  ['seed 1.5', makes({ inputSize: 2, layers, seed: 1.5 }), RangeError, /^seed: /],
  ['seed NaN', makes({ inputSize: 2, layers, seed: Number.NaN }), RangeError, /^seed: /],
  [
    'unknown backend',
    makes({ inputSize: 2, layers, backend: 'webgpu' }),
    TypeError,
    /^backend: unknown name 'webgpu'/,
  ],
  [
    'unknown arithmetic',
    makes({ inputSize: 2, layers, arithmetic: 'fast' }),
    TypeError,
    /^arithmetic: unknown name 'fast'/,
  ],
  [
    'unknown scaling',
    makes({ inputSize: 2, layers, inputScaling: 'zscore' }),
    TypeError,
    /^inputScaling: .*'zScore'/,
  ],
  [
    'a network beyond all memory',
    makes({ inputSize: 2 ** 40, layers }),
    RangeError,
    /^layers: 4398046511116 weights with their gradients exceed/,
  ],
];

const initializersAndDraws: Case[] = [
  ['stddev < 0', () => randomNormal({ stddev: -1 }), RangeError, /^stddev: expected a number ≥ 0, got -1/],
  ['low = high', () => randomUniform({ low: 1, high: 1 }), RangeError, /^low, high: expected low < high/],
  [
    'constant NaN',
    () => constant({ value: Number.NaN }),
    RangeError,
    /^value: expected a finite number, got NaN/,
  ],
  ['shape with a 0', () => heNormal()([0, 3], new Rng(1)), RangeError, /^shape\[0\]: /],
  ['shape of three sides', () => heNormal()(untyped([2, 3, 4]), new Rng(1)), TypeError, /^shape: /],
  ['no rng', () => heNormal()([2, 3], untyped(undefined)), TypeError, /^rng: expected an Rng/],
  [
    'out too short',
    () => heNormal()([2, 3], new Rng(1), { out: new Float32Array(5) }),
    RangeError,
    /^out: expected 6/,
  ],
  ['shape with a negative side', () => heNormal()([3, -2], new Rng(1)), RangeError, /^shape\[1\]: .*got -2/],
  ['shape with half a side', () => orthogonal()([2.5, 2], new Rng(1)), RangeError, /^shape\[0\]: .*got 2\.5/],
  ['shape that is no array', () => heNormal()(untyped(6), new Rng(1)), TypeError, /^shape: .*got 6/],
  ['scale 0', () => varianceScaling({ scale: 0 }), RangeError, /^scale: expected a number > 0, got 0/],
  ['scale Infinity', () => varianceScaling({ scale: Infinity }), RangeError, /^scale: /],
  [
    'an unknown mode',
    () => varianceScaling({ mode: untyped('fan_in') }),
    TypeError,
    /^mode: .*did you mean 'fanIn'/,
  ],
  [
    'an unknown distribution',
    () => varianceScaling({ distribution: untyped('gauss') }),
    TypeError,
    /^distribution: /,
  ],
  ['an unknown option', () => varianceScaling(untyped({ skale: 2 })), TypeError, /did you mean 'scale'/],
  ['a gain whose square is 0', () => xavierNormal({ gain: 1e-200 }), RangeError, /^gain: .*got 1e-200/],
  [
    'a scale that is a symbol',
    () => varianceScaling({ scale: untyped(Symbol('s')) }),
    TypeError,
    /^scale: .*Symbol/,
  ],
  [
    'a mode that is a symbol',
    () => varianceScaling({ mode: untyped(Symbol('s')) }),
    TypeError,
    /^mode: .*Symbol/,
  ],
  ['gain 0', () => xavierNormal({ gain: 0 }), RangeError, /^gain: expected a number > 0, got 0/],
  [
    'an unknown nonlinearity',
    () => kaimingNormal({ nonlinearity: untyped('leaky_relu') }),
    TypeError,
    /^nonlinearity: .*'leakyRelu'/,
  ],
  ['kaiming by fanAvg', () => kaimingNormal({ mode: untyped('fanAvg') }), TypeError, /^mode: /],
  [
    'sparsity 1.1',
    () => sparseNormal({ sparsity: 1.1 }),
    RangeError,
    /^sparsity: expected a share from 0 to 1, got 1\.1/,
  ],
  ['sparsity −0.1', () => sparseNormal({ sparsity: -0.1 }), RangeError, /^sparsity: /],
  ['truncated upside down', () => truncatedNormal({ low: 2, high: -2 }), RangeError, /^low, high: /],
  ['a draw that is none', () => drawThenScale({ draw: untyped('randomNormal') }), TypeError, /^draw: /],
  ['torchGain of an unknown name', () => torchGain(untyped('rellu')), TypeError, /^activation: .*'relu'/],
  ['a seed that is no seed', () => new Rng(untyped(null)), TypeError, /^seed: /],
  ['a seed beyond 53 bits', () => new Rng(2 ** 53), RangeError, /^seed: /],
  [
    'bits into floats',
    () => new Rng(1).bits(3, { out: untyped(new Float32Array(3)) }),
    TypeError,
    /^out: expected a Uint32Array/,
  ],
  [
    'a std that is infinite as f32',
    () => new Rng(1).normal(4, { std: 1e39 }),
    RangeError,
    /^std: .*32-bit float, got 1e\+39/,
  ],
  [
    'a constant that is infinite as f32',
    () => constant({ value: 1e39 }),
    RangeError,
    /^value: .*32-bit float/,
  ],
  [
    'a scale whose deviation is',
    () => varianceScaling({ scale: 1e90 }),
    RangeError,
    /^√scale: .*32-bit float/,
  ],
  ['a gain that is', () => xavierNormal({ gain: 1e39 }), RangeError, /^gain: .*32-bit float/],
  [
    'a slope that leaves no gain',
    () => kaimingNormal({ negativeSlope: 1e200 }),
    RangeError,
    /^negativeSlope: /,
  ],
  [
    'more values than any array holds',
    () => new Rng(1).normal(2 ** 40),
    RangeError,
    /^n: expected at most 2\^32/,
  ],
  [
    'a shape larger than any array',
    () => heNormal()([2 ** 20, 2 ** 20], new Rng(1)),
    RangeError,
    /^shape: \[1048576, 1048576\] has/,
  ],
  [
    'a misspelt draw option',
    () => new Rng(1).normal(4, untyped({ ofset: 3 })),
    TypeError,
    /^options\.ofset: .*'offset'/,
  ],
  ['a Map of draw options', () => new Rng(1).normal(4, untyped(new Map())), TypeError, noOptions('Map')],
  ['a Map of options', makes(new Map([['inputSize', 2]])), TypeError, noOptions('Map')],
  ['a layer that is a Set', makesLayer(new Set()), TypeError, /^layers\[0\]: .*got an object \(Set\)/],
  ['a Map of optimizer options', () => sgd(untyped(new Map())), TypeError, /^sgd: .*got an object \(Map\)/],
  [
    'options that nobody awaited',
    () => compiled().evaluate(x, y, untyped(Promise.resolve({ classWeight: [1, 2, 3] }))),
    TypeError,
    noOptions('Promise'),
  ],
  [
    'an Error for options',
    () => compiled().evaluate(x, y, untyped(new Error('no'))),
    TypeError,
    noOptions('Error'),
  ],
  [
    'an empty typed array for options',
    () => compiled().save(untyped(new Uint8Array())),
    TypeError,
    noOptions(''),
  ],
  [
    'a mean in place of options',
    () => new Rng(1).normal(4, untyped(0)),
    TypeError,
    /^options: expected an object, got 0/,
  ],
  [
    'bounds in place of options',
    () => new Rng(1).uniform(4, untyped(-1)),
    TypeError,
    /^options: expected an object, got -1/,
  ],
  [
    'truncatedNormal in places',
    () => new Rng(1).truncatedNormal(4, untyped(0)),
    TypeError,
    /^options: expected an object/,
  ],
  [
    'stddev for std',
    () => new Rng(1).normal(4, untyped({ stddev: 2 })),
    TypeError,
    /^options\.stddev: .*did you mean 'std'/,
  ],
  [
    'bounds of a plain normal',
    () => new Rng(1).normal(4, untyped({ low: 0 })),
    TypeError,
    /^options\.low: unknown option/,
  ],
  [
    'a mean of a uniform',
    () => new Rng(1).uniform(4, untyped({ mean: 0 })),
    TypeError,
    /^options\.mean: unknown option/,
  ],
  [
    'std −1',
    () => new Rng(1).truncatedNormal(4, { std: -1 }),
    RangeError,
    /^std: expected a number ≥ 0, got -1/,
  ],
  [
    'low null',
    () => new Rng(1).truncatedNormal(4, { low: untyped(null) }),
    TypeError,
    /^low, high: expected numbers/,
  ],
  [
    'a permutation with an offset',
    () => new Rng(1).permutation(4, untyped({ offset: 3 })),
    TypeError,
    /^options\.offset: /,
  ],
  [
    'bits with a mean',
    () => new Rng(1).bits(4, untyped({ mean: 3 })),
    TypeError,
    /^options\.mean: unknown option/,
  ],
  [
    'integers with a mean',
    () => new Rng(1).integers(4, 2, untyped({ mean: 3 })),
    TypeError,
    /^options\.mean: /,
  ],
  ['constant of a number', () => constant(untyped(0.1)), TypeError, /^constant: expected an object, got 0.1/],
  ['identity of a number', () => identity(untyped(2)), TypeError, /^identity: expected an object, got 2/],
  [
    'stddev for std in sparseNormal',
    () => sparseNormal(untyped({ stddev: 1 })),
    TypeError,
    /^sparseNormal\.stddev: .*'std'/,
  ],
  ['draw options that are null', () => new Rng(1).normal(4, untyped(null)), TypeError, /^options: /],
  [
    'an offset beyond 53 bits',
    () => new Rng(1).bits(4, { offset: 2 ** 53 - 2 }),
    RangeError,
    /^offset \+ n: /,
  ],
  [
    'the tail where Φ has no digits',
    () => new Rng(1).truncatedNormal(6, { low: 37.6, high: 37.7 }),
    RangeError,
    /^low, high: .*no mass/,
  ],
  [
    'explainInitializer without a shape',
    () => explainInitializer('heNormal', untyped(undefined)),
    TypeError,
    /^shape: /,
  ],
  ['lsuv of no model', () => lsuv(untyped({}), [[1]]), TypeError, /^model: expected an MLP/],
  [
    'learningRate 0 as f32',
    () => sgd({ learningRate: 1e-46 }),
    RangeError,
    /^learningRate: expected a number > 0/,
  ],
  [
    'learningRate infinite as f32',
    () => sgd({ learningRate: 1e39 }),
    RangeError,
    /^learningRate: .*32-bit float/,
  ],
  ['n < 0', () => new Rng(1).normal(-1), RangeError, /^n: /],
  ['uniform upside down', () => new Rng(1).uniform(3, { low: 1, high: 0 }), RangeError, /^low, high: /],
  [
    'uniform wider than f32',
    () => new Rng(1).uniform(3, { low: -3e38, high: 3e38 }),
    RangeError,
    /^low, high: /,
  ],
  ['label neither string nor number', () => new Rng(1).split(untyped(null)), TypeError, /^label: /],
  [
    'learningRate 0',
    () => sgd({ learningRate: 0 }),
    RangeError,
    /^learningRate: expected a number > 0, got 0/,
  ],
  ['learningRate NaN', () => sgd({ learningRate: Number.NaN }), RangeError, /^learningRate: /],
];

describe.each([
  ['a model', constructions],
  ['an initializer, a draw, an optimizer', initializersAndDraws],
] as const)('%s refuses', (_, cases) => {
  it.each(cases)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});

const compile =
  (options: unknown, output: LayerOptions = layers[1]!) =>
  () =>
    new MLP({ inputSize: 2, layers: [output] }).compile(untyped<CompileOptions>(options));

describe('compile refuses', () => {
  const cases: Case[] = [
    [
      'an unknown loss',
      compile({ loss: 'crossentropy' }),
      TypeError,
      /^loss: .*did you mean 'crossEntropy'\? Known: crossEntropy, binaryCrossEntropy, /,
    ],
    ['no loss', compile({}), TypeError, /^loss: expected one of/],
    [
      'an unknown metric',
      compile({ loss: 'crossEntropy', metrics: ['acuracy'] }),
      TypeError,
      /^metrics\[0\]: .*'accuracy'/,
    ],
    [
      'a hole among metrics',
      compile({ loss: 'crossEntropy', metrics: Object.assign([], { 1: 'accuracy' }) }),
      TypeError,
      /^metrics\[0\]: .*got undefined/,
    ],
    [
      'metrics that are null',
      compile({ loss: 'crossEntropy', metrics: null }),
      TypeError,
      /^metrics: .*null/,
    ],
    [
      'an optimizer that is null',
      compile({ loss: 'crossEntropy', optimizer: null }),
      TypeError,
      /^optimizer: .*null/,
    ],
    [
      'an unknown optimizer',
      compile({ loss: 'crossEntropy', optimizer: { name: 'adagard' } }),
      TypeError,
      /^optimizer\.name: .*did you mean 'adagrad'/,
    ],
    [
      'cross-entropy without softmax',
      compile({ loss: 'crossEntropy' }, { units: 3 }),
      RangeError,
      /^loss: 'crossEntropy' needs a 'softmax'/,
    ],
    [
      'squared error on softmax',
      compile({ loss: 'meanSquaredError' }),
      RangeError,
      /^loss: .*'crossEntropy'/,
    ],
    [
      'one class',
      compile({ loss: 'crossEntropy' }, { units: 1, activation: 'softmax' }),
      RangeError,
      /^loss: .*1 unit/,
    ],
    [
      'accuracy without classes',
      compile({ loss: 'meanSquaredError', metrics: ['accuracy'] }, { units: 3 }),
      RangeError,
      /^metrics\[0\]: 'accuracy' does not measure values/,
    ],
  ];
  it.each(cases)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
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
