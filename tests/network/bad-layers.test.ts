/** Options of a layer and of the recommended model that are refused: activations, batch norm, dropout, biases. */
import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  elu,
  type LayerOptions,
  leakyRelu,
  MLP,
  type MLPOptions,
  prelu,
  type RecommendedOptions,
  recommended,
} from '../../src/index.js';
import { normalInputs } from '../support/networks.js';
import { type Case, untyped } from '../support/refusals.js';

const OUTPUT: LayerOptions = { units: 3, activation: 'softmax' };
const hidden = (options: object) => () =>
  new MLP({ inputSize: 2, layers: [untyped<LayerOptions>({ units: 4, ...options }), OUTPUT] });
const last = (options: object) => () =>
  new MLP(untyped<MLPOptions<'wasm'>>({ inputSize: 2, layers: [{ ...OUTPUT, ...options }] }));

const activations: Case[] = [
  [
    'an unknown name in an object',
    hidden({ activation: { name: 'rellu' } }),
    TypeError,
    /^layers\[0\]\.activation\.name: unknown name 'rellu'; did you mean 'relu'/,
  ],
  [
    'an object without a name',
    hidden({ activation: {} }),
    TypeError,
    /^layers\[0\]\.activation\.name: expected one of identity, .*got undefined/,
  ],
  [
    'a number',
    hidden({ activation: 3 }),
    TypeError,
    /^layers\[0\]\.activation: expected a name or an activation, got 3/,
  ],
  [
    'a function',
    hidden({ activation: leakyRelu }),
    TypeError,
    /^layers\[0\]\.activation: .*got function leakyRelu/,
  ],
  ['an array', hidden({ activation: ['relu'] }), TypeError, /^layers\[0\]\.activation: .*got Array of 1/],
  [
    'an option of another activation',
    hidden({ activation: { name: 'relu', negativeSlope: 0.1 } }),
    TypeError,
    /negativeSlope: unknown option/,
  ],
  [
    'a misspelt option',
    hidden({ activation: { name: 'leakyRelu', negativeslope: 0.1 } }),
    TypeError,
    /negativeslope: unknown option; did you mean 'negativeSlope'/,
  ],
  [
    'an alpha that is NaN, in an object',
    hidden({ activation: { name: 'elu', alpha: Number.NaN } }),
    RangeError,
    /alpha: expected a finite number, got NaN/,
  ],
  [
    'softmax in an object, hidden',
    hidden({ activation: { name: 'softmax' } }),
    RangeError,
    /^layers\[0\]\.activation: 'softmax' is allowed in the output layer only; this layer is hidden/,
  ],
  [
    'negativeSlope infinite',
    () => leakyRelu({ negativeSlope: Infinity }),
    RangeError,
    /^negativeSlope: expected a finite number, got Infinity/,
  ],
  [
    'negativeSlope infinite as f32',
    () => leakyRelu({ negativeSlope: 1e39 }),
    RangeError,
    /^negativeSlope: .*32-bit float/,
  ],
  [
    'negativeSlope a string',
    () => leakyRelu({ negativeSlope: untyped('0.1') }),
    TypeError,
    /^negativeSlope: .*got '0\.1'/,
  ],
  [
    'alpha for leakyRelu',
    () => leakyRelu(untyped({ alpha: 1 })),
    TypeError,
    /^leakyRelu\.alpha: unknown option/,
  ],
  ['alpha a string', () => elu({ alpha: untyped('1') }), TypeError, /^alpha: .*got '1'/],
  ['elu of a number', () => elu(untyped(1)), TypeError, /^elu: expected an object, got 1/],
  ['initialSlope NaN', () => prelu({ initialSlope: Number.NaN }), RangeError, /^initialSlope: .*got NaN/],
  ['shared 1', () => prelu({ shared: untyped(1) }), TypeError, /^shared: expected true or false, got 1/],
];

const batchNorms: Case[] = [
  ['a number', hidden({ batchNorm: 1 }), TypeError, /^layers\[0\]\.batchNorm: expected an object, got 1/],
  [
    'a position alone',
    hidden({ batchNorm: 'before' }),
    TypeError,
    /^layers\[0\]\.batchNorm: expected an object, got 'before'/,
  ],
  [
    'an unknown option',
    hidden({ batchNorm: { eps: 1e-5 } }),
    TypeError,
    /^layers\[0\]\.batchNorm\.eps: unknown option; did you mean 'epsilon'/,
  ],
  [
    'momentum 0',
    hidden({ batchNorm: { momentum: 0 } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.momentum: expected a share in \(0, 1\], got 0/,
  ],
  [
    'momentum 1.1',
    hidden({ batchNorm: { momentum: 1.1 } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.momentum: .*got 1\.1/,
  ],
  [
    'momentum NaN',
    hidden({ batchNorm: { momentum: Number.NaN } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.momentum: .*got NaN/,
  ],
  [
    'momentum a string',
    hidden({ batchNorm: { momentum: '0.1' } }),
    TypeError,
    /^layers\[0\]\.batchNorm\.momentum: .*got '0\.1'/,
  ],
  [
    'epsilon 0',
    hidden({ batchNorm: { epsilon: 0 } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.epsilon: expected a number > 0, got 0/,
  ],
  [
    'epsilon < 0',
    hidden({ batchNorm: { epsilon: -1e-5 } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.epsilon: .*got -0\.00001/,
  ],
  [
    'epsilon 0 as f32',
    hidden({ batchNorm: { epsilon: 1e-80 } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.epsilon: .*got 1e-80/,
  ],
  [
    'epsilon infinite',
    hidden({ batchNorm: { epsilon: Infinity } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.epsilon: /,
  ],
  [
    'an unknown position',
    hidden({ batchNorm: { position: 'behind' } }),
    TypeError,
    /^layers\[0\]\.batchNorm\.position: unknown name 'behind'; did you mean 'before'/,
  ],
  [
    'position after, at the output',
    last({ batchNorm: { position: 'after' } }),
    RangeError,
    /^layers\[0\]\.batchNorm\.position: 'after' would normalize the model's outputs; use 'before'/,
  ],
];

const others: Case[] = [
  [
    'dropout 1',
    hidden({ dropout: 1 }),
    RangeError,
    /^layers\[0\]\.dropout: expected a share in \[0, 1\), got 1/,
  ],
  ['dropout < 0', hidden({ dropout: -0.1 }), RangeError, /^layers\[0\]\.dropout: .*got -0\.1/],
  ['dropout NaN', hidden({ dropout: Number.NaN }), RangeError, /^layers\[0\]\.dropout: .*got NaN/],
  ['dropout true', hidden({ dropout: true }), TypeError, /^layers\[0\]\.dropout: .*got true/],
  [
    'dropout at the output',
    last({ dropout: 0.2 }),
    RangeError,
    /^layers\[0\]\.dropout: the output layer keeps all its outputs/,
  ],
  ['useBias 0', hidden({ useBias: 0 }), TypeError, /^layers\[0\]\.useBias: expected true or false, got 0/],
  [
    'a start for a bias that is not there',
    hidden({ useBias: false, biasInitializer: 'zeros' }),
    RangeError,
    /^layers\[0\]\.biasInitializer: the layer has no bias \(useBias is false\)/,
  ],
  [
    'a hole among the layers',
    () => new MLP({ inputSize: 2, layers: untyped(Object.assign(Array(3), [{ units: 4 }, { units: 3 }])) }),
    TypeError,
    /^layers\[2\]: expected an object, got undefined/,
  ],
];

const pipelines: Case[] = [
  [
    'no options',
    () => recommended(untyped<RecommendedOptions>(undefined)),
    TypeError,
    /^options: expected an object/,
  ],
  [
    'a misspelt option',
    () => recommended(untyped<RecommendedOptions>({ inputSize: 2, classes: 3, hiden: [4] })),
    TypeError,
    /^options\.hiden: .*'hidden'/,
  ],
  [
    'one class',
    () => recommended({ inputSize: 2, classes: 1 }),
    RangeError,
    /^classes: expected a whole number ≥ 2, got 1/,
  ],
  [
    'inputSize missing',
    () => recommended(untyped<RecommendedOptions>({ classes: 3 })),
    TypeError,
    /^inputSize: .*got undefined/,
  ],
  [
    'hidden a number',
    () => recommended({ inputSize: 2, classes: 3, hidden: untyped(64) }),
    TypeError,
    /^hidden: expected an array of units, got 64/,
  ],
  [
    'a hidden layer of 0',
    () => recommended({ inputSize: 2, classes: 3, hidden: [4, 0] }),
    RangeError,
    /^hidden\[1\]: expected a whole number ≥ 1, got 0/,
  ],
  [
    'a hole among the hidden',
    () => recommended({ inputSize: 2, classes: 3, hidden: untyped(Object.assign(Array(3), [4, 8])) }),
    TypeError,
    /^hidden\[2\]: .*got undefined/,
  ],
  [
    'a scaling that is not among the lectures’',
    () => recommended({ inputSize: 2, classes: 3, inputScaling: untyped('none') }),
    TypeError,
    /^inputScaling: unknown name 'none'/,
  ],
  [
    'another initializer',
    () => recommended({ inputSize: 2, classes: 3, kernelInitializer: untyped('zeros') }),
    TypeError,
    /^kernelInitializer: unknown name 'zeros'/,
  ],
];

describe.each([
  ['activation', activations],
  ['batchNorm', batchNorms],
  ['layer', others],
  ['recommended', pipelines],
] as const)('%s refuses', (_, cases) => {
  it.each(cases)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});

describe('step', () => {
  it.each(['wasm', 'javascript', 'javascript64'] as const)(
    'predicts on %s, in a hidden layer and at the output',
    (backend) => {
      const make = (layers: LayerOptions[]) =>
        new MLP<BackendName>({ inputSize: 5, layers, backend, seed: 3 });
      const x = normalInputs(20, 5);
      const sums = make([{ units: 4 }]).predict(x);
      const steps = make([{ units: 4, activation: 'step', kernelInitializer: 'glorotUniform' }]).predict(x);
      expect([...steps]).toEqual(Array.from(sums, (z) => (z < 0 ? 0 : 1)));
      expect(new Set(steps)).toEqual(new Set([0, 1]));
      // This is a perceptron for the logical and: 1 only if both inputs are.
      const and = new MLP<BackendName>({ inputSize: 2, layers: [{ units: 1, activation: 'step' }], backend });
      and.setWeights([{ kernel: [1, 1], bias: [-2] }]);
      expect([
        ...and.predict([
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ]),
      ]).toEqual([0, 0, 0, 1]);
    },
  );

  it.each([0, 1])('in layer %d cannot be compiled, and the error says why', (l) => {
    const layers: LayerOptions[] = [{ units: 4 }, { units: 2 }];
    layers[l] = { ...layers[l]!, activation: 'step' };
    const model = new MLP({ inputSize: 2, layers });
    const compile = () => model.compile({ loss: 'meanSquaredError' });
    expect(compile).toThrow(RangeError);
    expect(compile).toThrow(`layers[${l}].activation: 'step' cannot be trained, its derivative is 0`);
    expect(() => model.evaluate([[1, 2]], [[1, 2]])).toThrow(/^evaluate: call model\.compile/);
  });
});
