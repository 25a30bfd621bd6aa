/** Config of a model: plain frozen data, which survive JSON and make the same model. */
import { inspect } from 'node:util';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  explainInitializer,
  gradientCheck,
  heNormal,
  type Initializer,
  initializerFromConfig,
  MLP,
  type MLPConfig,
  orthogonal,
} from '../../src/index.js';
import { type Case, untyped } from '../support/refusals.js';
import { dataOf, fitting, kinds, make, own } from '../support/saved-kinds.js';

const throughJson = <B extends BackendName>(config: MLPConfig<B>): MLPConfig<B> =>
  JSON.parse(JSON.stringify(config));
const hasOwn = (name: string) => name === 'an initializer of one’s own' || name === 'one within another';

describe.each(kinds.filter(({ name }) => !hasOwn(name)))('$name', (kind) => {
  it('is made again from its config', async () => {
    const model = make(kind);
    const again = new MLP(throughJson(model.config));
    expect(again.config).toEqual(model.config);
    expect(again.getWeights()).toEqual(model.getWeights());
    again.compile({ loss: 'meanSquaredError', ...kind.compile });
    model.compile({ loss: 'meanSquaredError', ...kind.compile });
    // Scaling, shuffle and dropout are the same too.
    expect(await again.fit(...dataOf(kind), fitting)).toEqual(await model.fit(...dataOf(kind), fitting));
  });
});

describe('a config', () => {
  const model = new MLP({
    inputSize: 2,
    layers: [{ units: 3, activation: 'relu', useBias: false, batchNorm: true }, { units: 1 }],
    inputScaling: { mean: Float32Array.of(1, 2) as never, std: 2 },
  });

  it('contains every option', () => {
    expect(model.config).toEqual({
      inputSize: 2,
      layers: [
        {
          units: 3,
          activation: { name: 'relu' },
          kernelInitializer: { name: 'heNormal' },
          useBias: false,
          batchNorm: { momentum: 0.1, epsilon: 1e-5, position: 'before' },
          dropout: 0,
        },
        {
          units: 1,
          activation: { name: 'identity' },
          kernelInitializer: { name: 'glorotUniform' },
          biasInitializer: { name: 'zeros' },
          useBias: true,
          batchNorm: false,
          dropout: 0,
        },
      ],
      inputScaling: { mean: [1, 2], std: 2 },
      targetScaling: 'none',
      seed: 0,
      arithmetic: 'portable',
      backend: 'wasm',
      skipZeros: true,
    });
  });

  it('is frozen in depth, and a copy of the given options', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(model.config)).toBe(true);
    const layers = [{ units: 3 }];
    const kept = new MLP({ inputSize: 2, layers });
    layers[0]!.units = 4;
    expect(kept.config.layers[0]!.units).toBe(3);
  });

  it.each([
    ['that has none', own],
    [
      'with a config that the library knows nothing of',
      Object.assign(own.bind(null), { config: { name: 'small' } }),
    ],
    [
      'with a config that no JSON holds',
      Object.assign(own.bind(null), { config: Object.assign({ name: 'loop' }, { self: {} }) }),
    ],
  ])('has the name custom for an initializer that it cannot restore: a function %s', (_, initializer) => {
    const { config } = initializer as { config?: { self?: unknown } };
    if (config?.self) config.self = config;
    const layers = [{ units: 3, kernelInitializer: initializer as Initializer }];
    const custom = new MLP({ inputSize: 2, layers });
    expect(custom.config.layers[0]!.kernelInitializer).toEqual({ name: 'custom' });
    expect(() => new MLP(custom.config)).toThrow(
      /^layers\[0\]\.kernelInitializer\.name: 'custom' stands for a function of your own/,
    );
    // A model whose weights are set afterwards needs no initializer.
    const loaded = MLP.load(custom.save());
    expect(loaded.getWeights()).toEqual(custom.getWeights());
    expect(loaded.config).toEqual(custom.config);
    expect(custom.folded().getWeights()).toEqual(custom.getWeights());
    custom.compile({ loss: 'meanSquaredError' });
    expect(gradientCheck(custom, [[1, 2]], [[0, 0, 0]]).worst).toBeLessThan(1e-6);
  });
});

describe('a layer takes the config of an initializer', () => {
  const layer =
    (kernelInitializer: unknown, biasInitializer: unknown = 'zeros') =>
    () =>
      new MLP({
        inputSize: 3,
        layers: [untyped({ units: 4, kernelInitializer, biasInitializer })],
      }).getWeights();

  it('like the initializer itself', () => {
    const made = orthogonal({ gain: 2 });
    const bias = { name: 'constant', value: 0.5 };
    const weights = layer({ name: 'orthogonal', gain: 2 }, bias)();
    expect(weights).toEqual(layer(made, initializerFromConfig(bias))());
    expect(weights[0]!.bias).toEqual(new Float32Array(4).fill(0.5));
    expect(layer({ name: 'heNormal' })()).toEqual(layer(heNormal())());
    expect(explainInitializer({ name: 'heNormal' }, [3, 4])).toEqual(explainInitializer('heNormal', [3, 4]));
  });

  const refusals: Case[] = [
    [
      'an unknown name',
      layer({ name: 'heNormale' }),
      TypeError,
      /^layers\[0\]\.kernelInitializer\.name: unknown name 'heNormale'; did you mean 'heNormal'/,
    ],
    [
      'an unknown option',
      layer({ name: 'constant', values: 1 }),
      TypeError,
      /^layers\[0\]\.kernelInitializer\.values: unknown option; did you mean 'value'/,
    ],
    [
      'an option out of range',
      layer('zeros', { name: 'randomNormal', stddev: -1 }),
      RangeError,
      /^layers\[0\]\.biasInitializer\.stddev: expected a number ≥ 0/,
    ],
    ['nothing in it', layer({}), TypeError, /^layers\[0\]\.kernelInitializer\.name: expected one of/],
    ['an array', layer([1]), TypeError, /^layers\[0\]\.kernelInitializer: expected .* got Array of 1/],
    ['null', layer(null), TypeError, /^layers\[0\]\.kernelInitializer: expected .* got null/],
  ];
  it.each(refusals)('and refuses %s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});

describe('a model as JSON', () => {
  const model = new MLP({ inputSize: 2, layers: [{ units: 1 }] });
  const expected = /^model: JSON would lose its weights; model\.save\(\) .*model\.config/;

  it('is refused, because its weights would be lost', () => {
    for (const value of [model, { model }, [model]]) {
      expect(() => JSON.stringify(value)).toThrow(TypeError);
      expect(() => JSON.stringify(value)).toThrow(expected);
    }
    expect(() => JSON.stringify(MLP.load(model.save()))).toThrow(expected);
  });

  it('is also refused by the other ways to copy an object', () => {
    const { port1, port2 } = new MessageChannel();
    for (const copy of [structuredClone, serialize, (value: unknown) => port1.postMessage(value)]) {
      for (const value of [model, { model }, MLP.load(model.save())]) {
        expect(() => copy(value)).toThrow(/model\.save\(\)/);
      }
      expect(() => copy(model.config)).not.toThrow();
    }
    port1.close();
    port2.close();
  });

  it('is still printed when a test fails', () => {
    expect(inspect(model)).toMatch(/^MLP\b/);
    expect(() => expect(model).toEqual({ inputSize: 3 })).toThrow(/to deeply equal/);
    expect(() => expect({ model }).toEqual({ model: 1 })).toThrow(/to deeply equal/);
  });
});
