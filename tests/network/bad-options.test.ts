/** Tests that a model refuses bad options, and says which one is wrong. */
import { describe, expect, it } from 'vitest';
import {
  type CompileOptions,
  type LayerOptions,
  MLP,
  type MLPOptions,
  NonFiniteError,
  ShapeError,
} from '../../src/index.js';
import { type Case, compiled, layers, noOptions, untyped, x, y } from '../support/refusals.js';

const makes = (options: unknown) => () => new MLP(untyped<MLPOptions>(options));
const makesLayer = (layer: unknown) => makes({ inputSize: 2, layers: [layer] });

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
  ['a Map of options', makes(new Map([['inputSize', 2]])), TypeError, noOptions('Map')],
  ['a layer that is a Set', makesLayer(new Set()), TypeError, /^layers\[0\]: .*got an object \(Set\)/],
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
];

describe('a model refuses', () => {
  it.each(constructions)('%s', (_what, run, kind, message) => {
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
