/** A folded model has no batch norms, and predicts like the model with them. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  type BackendName,
  type Initializer,
  type LayerOptions,
  MLP,
  type MLPOptions,
  prelu,
  recommended,
} from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { arrangements, normalInputs, randomClasses } from '../support/networks.js';
import { untyped } from '../support/refusals.js';

const ROWS = 40;
const x = normalInputs(ROWS, 5);
const bytes = Uint8Array.from({ length: ROWS * 5 }, (_, i) => (i * 89) % 256);
const y = randomClasses(ROWS, 3);
const output: LayerOptions = { units: 3, activation: 'softmax' };
const before: Partial<LayerOptions> = { batchNorm: true };
const after: Partial<LayerOptions> = { batchNorm: { position: 'after', momentum: 0.3, epsilon: 1e-3 } };

function trained<B extends BackendName = 'javascript64'>(
  layers: readonly LayerOptions[],
  options: Partial<MLPOptions<B>> = {},
  inputs: Float32Array | Uint8Array = x,
) {
  const model = new MLP<B>({ inputSize: 5, layers, seed: 4, backend: 'javascript64' as B, ...options });
  const optimizer = adam({ learningRate: 0.05 });
  model.compile({ loss: 'crossEntropy', optimizer, metrics: ['accuracy'] });
  if (options.inputScaling !== undefined) model.adapt(inputs);
  // Every gamma, beta, slope and statistic then has its own value.
  for (let step = 0; step < 6; step++) model.trainOnBatch(inputs, y);
  return model;
}

const stacks: { name: string; layers: LayerOptions[] }[] = [
  { name: 'before', layers: [{ units: 6, activation: 'relu', ...before }, output] },
  { name: 'after', layers: [{ units: 6, activation: 'relu', ...after }, output] },
  {
    name: 'before, without biases',
    layers: [
      { units: 6, activation: 'tanh', useBias: false, ...before },
      { ...output, useBias: false },
    ],
  },
  {
    name: 'after, without biases',
    layers: [
      { units: 6, activation: 'tanh', useBias: false, ...after },
      { ...output, useBias: false },
    ],
  },
  {
    name: 'the output’s logits',
    layers: [
      { units: 6, activation: 'tanh' },
      { ...output, ...before },
    ],
  },
  {
    name: 'after, beneath before',
    layers: [
      { units: 6, activation: 'gelu', ...after },
      { units: 4, activation: 'elu', ...before },
      { ...output, ...before },
    ],
  },
  {
    name: 'four layers, prelu, dropout, with and without biases',
    layers: [
      { units: 7, activation: 'prelu', dropout: 0.3, ...after },
      { units: 6, activation: prelu({ shared: true }), dropout: 0.2, useBias: false, ...before },
      { units: 5, activation: 'leakyRelu', useBias: false, ...after },
      { units: 4, activation: 'sigmoid', useBias: false },
      output,
    ],
  },
  { name: 'none at all', layers: [{ units: 6, activation: 'relu', useBias: false }, output] },
];

describe.each(stacks)('batch norm $name', ({ layers }) => {
  it.each(arrangements)(
    'predicts and evaluates like the original on $name',
    ({ backend, arithmetic, tolerance }) => {
      const model = trained<BackendName>(layers, { backend, arithmetic });
      const folded = model.folded();
      expectBlock(folded.predict(x), model.predict(x), tolerance);
      const [actual, expected] = [folded.evaluate(x, y), model.evaluate(x, y)];
      expectBlock([actual.loss], [expected.loss], tolerance);
      expect(actual.accuracy).toBe(expected.accuracy);
      expect([folded.backend, folded.arithmetic]).toEqual([model.backend, model.arithmetic]);
    },
  );

  it('has only kernels, biases and slopes, also in its config', () => {
    const model = trained(layers);
    const weights = model.getWeights();
    const folded = model.folded();
    const { layers: configs, ...rest } = folded.config;
    const { layers: others, ...same } = model.config;
    expect(rest).toEqual(same);
    for (const [l, layer] of configs.entries()) {
      expect({ ...layer, useBias: 0, biasInitializer: 0 }).toEqual({
        ...others[l],
        batchNorm: false,
        useBias: 0,
        biasInitializer: 0,
      });
      const names = Object.keys(folded.getWeights()[l]!).sort();
      expect(names).toEqual([
        'bias',
        'kernel',
        ...(others[l]!.activation.name === 'prelu' ? ['slopes'] : []),
      ]);
      // A bias was added only if something had to be added.
      const shifted = others[l]!.batchNorm !== false && others[l]!.batchNorm.position === 'before';
      const beneath = others[l - 1]?.batchNorm ?? false;
      const fromBeneath = beneath !== false && beneath.position === 'after';
      expect(layer.useBias).toBe(others[l]!.useBias || shifted || fromBeneath);
    }
    expect(model.getWeights()).toEqual(weights);
  });
});

describe('input scaling', () => {
  const layers: LayerOptions[] = [{ units: 6, activation: 'relu', useBias: false, ...before }, output];

  it.each([
    { inputScaling: 'zScore', inputs: x },
    { inputScaling: 'unit', inputs: x },
    { inputScaling: { kind: 'symmetric', per: 'dataset' }, inputs: x },
    { inputScaling: { mean: 3, std: [1, 2, 3, 4, 5] }, inputs: x },
    { inputScaling: 'symmetric', inputs: bytes },
    { inputScaling: 'unit', inputs: bytes },
  ] as const)('$inputScaling is kept', ({ inputScaling, inputs }) => {
    const model = trained(layers, { inputScaling }, inputs);
    const folded = model.folded();
    expectBlock(folded.predict(inputs), model.predict(inputs), 1e-9);
    expect(folded.config.inputScaling).toEqual(model.config.inputScaling);
    // It is fitted: bytes after floats, or floats after bytes, are scaled or refused in the same way.
    const others = inputs === bytes ? x : bytes;
    const answer = (of: MLP<'javascript64'>) => {
      try {
        return of.predict(others).length;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(answer(folded)).toEqual(answer(model));
  });
});

describe('the folded model', () => {
  it('is independent, compiled in the same way, and can be trained further', () => {
    const model = trained(stacks[0]!.layers);
    const folded = model.folded();
    const before = model.predict(x);
    expect(folded.step).toBe(0);
    const { loss } = folded.evaluate(x, y);
    for (let step = 0; step < 20; step++) folded.trainOnBatch(x, y);
    expect(folded.evaluate(x, y).loss).toBeLessThan(loss);
    expect(model.predict(x)).toEqual(before);
    // One row is enough to train a model without batch norm.
    expect(() => folded.trainOnBatch(x.slice(0, 5), [0])).not.toThrow();
  });

  it('can be made of a model that was not compiled or trained', () => {
    const model = new MLP({ inputSize: 5, layers: stacks[5]!.layers });
    expectBlock(model.folded().predict(x), model.predict(x), 1e-5);
    expect(() => model.folded().evaluate(x, y)).toThrow(/^evaluate: call model\.compile/);
  });

  it('is the same if the initializers are custom functions', () => {
    const kernelInitializer = ([rows, columns]: readonly [number, number?]) =>
      Float32Array.from({ length: rows * (columns ?? 1) }, (_, i) => Math.sin(i));
    const layers: LayerOptions[] = [
      { units: 6, ...after, kernelInitializer: untyped<Initializer>(kernelInitializer) },
      output,
    ];
    const model = trained(layers);
    expectBlock(model.folded().predict(x), model.predict(x), 1e-9);
  });

  it('is a plain ReLU network for the recommended model', () => {
    const model = recommended({ inputSize: 5, classes: 3, hidden: [8, 6] });
    for (let step = 0; step < 6; step++) model.trainOnBatch(bytes, y);
    const folded = model.folded();
    expectBlock(folded.predict(bytes), model.predict(bytes), 1e-5);
    expect(folded.config.layers.map(({ activation, batchNorm }) => [activation.name, batchNorm])).toEqual([
      ['relu', false],
      ['relu', false],
      ['softmax', false],
    ]);
  });
});
