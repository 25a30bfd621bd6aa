import { inspect } from 'node:util';
import { reactive } from '@vue/reactivity';
import { observable } from 'mobx';
import { describe, expect, it } from 'vitest';
import { type LayerOptions, leakyRelu, MLP, prelu, Rng, varianceScaling } from '../../src/index.js';

const digits = () =>
  new MLP({
    inputSize: 784,
    layers: [
      { units: 256, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ],
    inputScaling: 'symmetric',
    seed: 42,
  });

/** Number of trained values in all tensors of a model, without running statistics. */
function sizes(model: MLP): { trained: number; statistics: number } {
  const counts = { trained: 0, statistics: 0 };
  for (const layer of model.getWeights()) {
    for (const [name, values] of Object.entries(layer)) {
      counts[name.startsWith('running') ? 'statistics' : 'trained'] += values.length;
    }
  }
  return counts;
}

describe('summary', () => {
  it('is a table of the layers with their totals', () => {
    expect(digits().summary()).toBe(
      [
        'MLP: wasm backend, portable arithmetic, seed 42',
        '─────────────────────────────────────────────────────────────',
        'layer    output  parameters  initializer    activation',
        '─────────────────────────────────────────────────────────────',
        'input       784                             symmetric scaling',
        'layer 1     256     200 960  heNormal       relu',
        'layer 2      10       2 570  glorotUniform  softmax',
        '─────────────────────────────────────────────────────────────',
        '203 530 parameters, 814.1 KB',
      ].join('\n'),
    );
  });

  const kinds: Record<string, readonly LayerOptions[]> = {
    'batch norm and dropout': [
      { units: 7, activation: 'relu', batchNorm: true, dropout: 0.2, useBias: false },
      { units: 5, batchNorm: { position: 'before' } },
    ],
    'learned slopes': [
      { units: 7, activation: prelu() },
      { units: 6, activation: prelu({ shared: true }) },
      { units: 1, activation: 'sigmoid' },
    ],
    'equal neighbours': [
      ...Array.from({ length: 9 }, () => ({ units: 3, activation: 'tanh' as const })),
      { units: 2 },
    ],
  };
  it.each(Object.entries(kinds))('counts what getWeights returns: %s', (_, layers) => {
    const model = new MLP({ inputSize: 3, layers });
    const { trained, statistics } = sizes(model);
    const kept = statistics > 0 ? ` and ${statistics} running statistics` : '';
    expect(model.summary().split('\n').at(-1)).toBe(
      `${trained} parameters${kept}, ${4 * (trained + statistics)} bytes`,
    );
    expect(String(model)).toMatch(new RegExp(`, ${trained} parameters$`));
  });

  it('names options, batch norms and dropout in the order in which they apply', () => {
    const model = new MLP({
      inputSize: 4,
      layers: [
        { units: 4, activation: leakyRelu({ negativeSlope: 0.2 }), batchNorm: true, dropout: 0.5 },
        { units: 4, activation: 'tanh', batchNorm: { position: 'after' }, biasInitializer: 'ones' },
        { units: 4, kernelInitializer: varianceScaling({ scale: 2 }), useBias: false },
      ],
    });
    const [, first, second, third] = model.summary().split('\n').slice(4);
    expect(first).toMatch(/heNormal +batchNorm, leakyRelu\(negativeSlope: 0\.2\), dropout 0\.5$/);
    expect(second).toMatch(/glorotUniform, bias ones +tanh, batchNorm$/);
    expect(third).toMatch(
      /varianceScaling\(scale: 2, mode: fanIn, distribution: truncatedNormal\) +identity$/,
    );
  });

  it('shows equal neighbours in one row', () => {
    const layers = Array.from({ length: 50 }, () => ({ units: 100, activation: 'relu' as const }));
    const lines = new MLP({ inputSize: 7, layers: [...layers, { units: 10 }] }).summary().split('\n');
    expect(lines.slice(5, 8).map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'layer 1 | 100 | 800 | heNormal | relu',
      'layers 2 … 50 | 100 | 49 × 10 100 | heNormal | relu',
      'layer 51 | 10 | 1 010 | glorotUniform | identity',
    ]);
  });

  it('escapes control characters, and shortens long texts', () => {
    const seeded = (seed: string) => new MLP({ inputSize: 1, layers: [{ units: 1 }], seed }).summary();
    expect(seeded('\u001b[31mred\n').split('\n')[0]).toBe(
      "MLP: wasm backend, portable arithmetic, seed '\\u001b[31mred\\n'",
    );
    expect(seeded('x'.repeat(10_000)).length).toBeLessThan(700);
  });
});

describe('in Node', () => {
  it('console.log prints the summary, and one line within other objects', () => {
    const model = digits();
    expect(inspect(model)).toBe(model.summary());
    expect(inspect(model, { depth: null })).toBe(model.summary());
    expect(inspect({ model })).toBe(`{ model: [${model}] }`);
    expect(inspect([[model]], { depth: 5 })).toContain(`[${model}]`);
  });

  it('prints a model behind a proxy', () => {
    const model = digits();
    const { model: watched } = observable({ model }, {}, { deep: true });
    for (const proxy of [new Proxy(model, {}), watched, reactive({ model }).model]) {
      expect(inspect(proxy)).toBe(model.summary());
    }
    expect(inspect([new Proxy(model, {})])).toBe(`[ [${model}] ]`);
    expect(() => new Proxy(model, {}).summary()).toThrow(/^summary: the model is behind a proxy/);
  });
});

describe('toString', () => {
  it('is one line', () => {
    expect(String(digits())).toBe('MLP 784 → 256 relu → 10 softmax, 203 530 parameters');
    expect(`${digits()}`).toBe(digits().toString());
  });

  it('names the first and last layers of a deep model', () => {
    const layers = Array.from({ length: 1000 }, () => ({ units: 3 }));
    expect(String(new MLP({ inputSize: 2, layers }))).toBe(
      'MLP 2 → 3 identity → 3 identity → 997 more layers → 3 identity, 11 997 parameters',
    );
  });
});

it('JSON refuses a stream as it refuses a model', () => {
  expect(() => JSON.stringify({ rng: new Rng(1).split('a') })).toThrow(
    new TypeError('rng: JSON would lose its stream; keep the seed and the labels that make it'),
  );
  expect(() => JSON.stringify(digits())).toThrow(/^model: JSON would lose its weights/);
});
