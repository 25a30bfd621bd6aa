/** Tests `explainModel` against measured networks, the lectures' figures and models with a known fault. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  explainInitializer,
  explainModel,
  explainModelAsync,
  heNormal,
  type LayerOptions,
  MLP,
  type MLPOptions,
  Rng,
  randomNormal,
} from '../../src/index.js';
import { momentsOf } from '../support/stats.js';

const golden = JSON.parse(
  readFileSync(new URL('../golden/init_reference.json', import.meta.url), 'utf8'),
) as {
  tanh_5x1000: Record<
    string,
    {
      activation_sd_layers_1_5: number[];
      grad_preact_sd_layers_1_5: number[];
      grad_ratio_layer1_over_5: number;
    }
  >;
};
const repeated = (n: number, layer: LayerOptions) => Array<LayerOptions>(n).fill(layer);

describe.each([
  ['standard_U_1_over_sqrt_n', 'torchLinear'],
  ['glorot_uniform', 'glorotUniform'],
] as const)('five tanh layers of 1000 units, %s', (key, kernelInitializer) => {
  const reference = golden.tanh_5x1000[key]!;
  const { layers } = explainModel({
    inputSize: 1000,
    layers: [
      ...repeated(5, { units: 1000, activation: 'tanh', kernelInitializer }),
      { units: 10, activation: 'softmax', kernelInitializer },
    ],
  });

  it('have the measured activations and gradients', () => {
    for (const [l, sd] of reference.activation_sd_layers_1_5.entries()) {
      expect(Math.sqrt(layers[l]!.activationSecondMoment!) / sd).toBeCloseTo(1, 1.5);
    }
    const ratio = layers[0]!.gradientStd / layers[4]!.gradientStd;
    expect(Math.abs(ratio / reference.grad_ratio_layer1_over_5 - 1)).toBeLessThan(0.05);
  });
});

/** Root mean squares of dL/dz for each layer, divided by the last layer's, of a model on normal inputs. */
function measuredGradients(options: MLPOptions): number[] {
  const model = new MLP(options);
  model.compile({ loss: 'meanSquaredError' });
  const rows = 400;
  const rng = new Rng('data');
  const x = rng.split('x').normal(rows * options.inputSize);
  // Targets are far larger than any output, so that the error hardly depends on the output.
  const y = rng.split('y').normal(rows * options.layers.at(-1)!.units, { std: 1e4 });
  const { layers } = model.gradients(x, y, { training: true });
  const sizes = layers.map(({ preactivation }) => {
    const { mean, variance } = momentsOf(preactivation);
    return Math.sqrt(variance + mean * mean);
  });
  return sizes.map((size) => size / sizes.at(-1)!);
}

it.each<[string, LayerOptions]>([
  ['relu', { units: 256, activation: 'relu' }],
  ['tanh with biases', { units: 256, activation: 'tanh', biasInitializer: randomNormal({ stddev: 0.5 }) }],
  ['dropout', { units: 256, activation: 'relu', dropout: 0.4 }],
  ['batch norm before', { units: 256, activation: 'relu', batchNorm: true }],
  ['batch norm after', { units: 256, activation: 'tanh', batchNorm: { position: 'after' } }],
  ['sigmoid, orthogonal', { units: 256, activation: 'sigmoid', kernelInitializer: 'orthogonal' }],
  ['narrow selu', { units: 256, activation: 'selu', kernelInitializer: randomNormal({ stddev: 0.03 }) }],
])('gradients of a network match the prediction: %s', (_, layer) => {
  const options = { inputSize: 200, layers: [...repeated(3, layer), { units: 300 }] };
  const { layers } = explainModel(options);
  for (const [l, measured] of measuredGradients(options).entries()) {
    expect(Math.abs(layers[l]!.gradientStd / measured - 1)).toBeLessThan(0.12);
  }
});

describe('notes', () => {
  const last: LayerOptions = { units: 10, activation: 'softmax' };
  const deep = (layer: LayerOptions, n = 50): MLPOptions => ({
    inputSize: 100,
    layers: [...repeated(n, layer), last],
  });

  it('are empty for He normal before relu', () => {
    const { notes, forward, backward, layers } = explainModel(deep({ units: 100, activation: 'relu' }));
    expect(notes).toEqual([]);
    expect([forward, backward]).toEqual([{}, {}]);
    expect(layers[7]!.kernelStd).toBeCloseTo(Math.sqrt(0.02), 9);
    expect(layers[7]!.keepingStd).toBeCloseTo(Math.sqrt(0.02), 7);
    expect(layers[49]!.preactivationStd).toBeCloseTo(Math.SQRT2, 5);
  });

  it('name the layer where a narrow kernel lets the signal die, and the deviation that would keep it', () => {
    const kernelInitializer = randomNormal({ stddev: 0.1 });
    const { forward, backward, notes } = explainModel(
      deep({ units: 100, activation: 'relu', kernelInitializer }),
    );
    // The standard deviation is 2^(−l/2), below 1e-3 from l = 20 on.
    expect(forward).toEqual({ dies: 20 });
    expect(backward.dies).toBeGreaterThan(25);
    expect(notes.join('\n')).toMatch(
      /^layer 21: the signal has died: .* of 0\.000977; layer 2 \('randomNormal'\) multiplies it by 0\.707: its kernel has a standard deviation of 0\.1, 0\.141 would keep the signal$/m,
    );
  });

  it('name the layers where Figure 7.4 with variance 1 explodes and leaves the range of f32', () => {
    const kernelInitializer = randomNormal({ stddev: 1 });
    const { forward } = explainModel(deep({ units: 100, activation: 'relu', kernelInitializer }));
    // The deviation 10 · 50^(l/2) exceeds 1e3 from l = 3 on, and 3.4e38 at l = 45; golden/fig74.json has 44 to 47, counted
    // from 1.
    expect(forward.explodes).toBe(3);
    expect(forward.lost! + 1).toBeGreaterThanOrEqual(44);
    expect(forward.lost! + 1).toBeLessThanOrEqual(47);
  });

  it('report vanishing gradients of seven sigmoid layers whose signal is kept', () => {
    const { forward, backward, notes } = explainModel({
      inputSize: 784,
      preset: 'torch',
      layers: [...repeated(7, { units: 128, activation: 'sigmoid' }), last],
    });
    expect(forward).toEqual({});
    expect(backward.dies).toBe(4);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^layer 5: gradients have vanished/);
  });

  it('ask for scaling of raw bytes, and are empty for scaled ones', () => {
    const pixels = { inputMean: 72.94, inputVariance: 90.02 ** 2 };
    const layers: LayerOptions[] = [{ units: 256, activation: 'tanh' }, last];
    const raw = explainModel({ inputSize: 784, layers }, pixels);
    expect(raw.notes[0]).toMatch(
      /^inputs: their root mean square is 116, .*inputScaling to 'symmetric' or 'zScore'/,
    );
    expect(raw.notes[1]).toMatch(/^layer 1: .* saturate tanh/);
    for (const inputScaling of ['unit', 'symmetric', 'zScore', { mean: 72.94, std: 90.02 }] as const) {
      expect(explainModel({ inputSize: 784, layers, inputScaling }, pixels).notes).toEqual([]);
    }
    const { input } = explainModel({ inputSize: 784, layers, inputScaling: 'unit' }, pixels);
    expect(input.mean).toBeCloseTo(0.28604, 4);
    expect(Math.sqrt(input.variance)).toBeCloseTo(0.35302, 4);
  });

  it('warn that units which start from zeros stay equal', () => {
    const { notes } = explainModel(deep({ units: 20, activation: 'tanh', kernelInitializer: 'zeros' }, 1));
    expect(notes).toEqual([
      "layer 1: 'zeros' starts all its 20 units with equal weights, and they stay equal; use an initializer that draws random values",
    ]);
    expect(
      explainModel({
        inputSize: 4,
        layers: [{ units: 3, activation: 'softmax', kernelInitializer: 'zeros' }],
      }).notes,
    ).toEqual([]);
  });
});

it('takes a model, and measures its present kernels where the user’s own function drew them', () => {
  const options = { inputSize: 8, layers: [{ units: 40, activation: 'gelu' as const }, { units: 2 }] };
  expect(explainModel(new MLP(options))).toEqual(explainModel(options));
  const own = Object.assign(
    (shape: readonly number[], rng: Rng) => rng.normal(shape[0]! * shape[1]!, { std: 0.25 }),
    { config: { name: 'mine' } },
  );
  const given: MLPOptions = { inputSize: 50, layers: [{ units: 60, kernelInitializer: own }, { units: 2 }] };
  const [layer] = explainModel(new MLP(given)).layers;
  expect(layer!.kernelStd).toBeCloseTo(0.25, 1.5);
  expect(explainModel(given).layers[0]!.kernelStd).toBe(layer!.kernelStd);
});

it('explains initializers', () => {
  expect(explainInitializer('heNormal', [3, 4])).toEqual(explainInitializer(heNormal(), [3, 4]));
  expect(explainInitializer({ name: 'heNormal' }, [3, 4]).config).toEqual({ name: 'heNormal' });
});

it('returns plain data', () => {
  const explanation = explainModel({
    inputSize: 3,
    layers: [{ units: 2, activation: 'relu' }, { units: 1 }],
  });
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  expect(explanation.kind).toBe('modelExplanation');
});

it.each([
  [() => explainModel({ inputSize: 3, layers: [] }), /^layers: expected at least one layer/],
  [() => explainModel({ inputSize: 3 } as never), /^layers: expected an array/],
  [
    () => explainModel({ inputSize: 3, layers: [{ units: 1 }] }, { inputVariance: -1 }),
    /^inputVariance: expected/,
  ],
  [
    () => explainModel({ inputSize: 3, layers: [{ units: 1 }] }, { inputStd: 1 } as never),
    /^options\.inputStd: unknown option; did you mean/,
  ],
])('refuses %s', (call, message) => {
  expect(call).toThrow(message);
});

describe('explainModelAsync', () => {
  const options: MLPOptions = {
    inputSize: 30,
    layers: [...repeated(300, { units: 30, activation: 'tanh', batchNorm: true }), { units: 3 }],
  };

  it('returns the result of explainModel for options and for a model', async () => {
    const given = { inputMean: 1, inputVariance: 2 };
    expect(await explainModelAsync(options, given)).toEqual(explainModel(options, given));
    expect(await explainModelAsync(new MLP(options))).toEqual(explainModel(options));
  });

  it('can be aborted between two layers', async () => {
    let asked = 0;
    const signal = {
      get aborted() {
        return ++asked > 100;
      },
      reason: new Error('enough'),
    };
    await expect(explainModelAsync(options, { signal })).rejects.toThrow('enough');
    expect(asked).toBe(101);
  });

  it('refuses an object that only imitates a model', async () => {
    const { getWeights } = MLP.prototype;
    const imitations = [
      { getWeights },
      { getWeights: 5 },
      { ...options, getWeights },
      Object.create({ getWeights }),
    ];
    const message = /^model: expected an MLP or its options, got an object \(Object\) with getWeights/;
    for (const imitation of imitations) {
      expect(() => explainModel(imitation)).toThrow(message);
      await expect(explainModelAsync(imitation)).rejects.toThrow(message);
    }
    expect(() => explainModel(Object.create(MLP.prototype))).toThrow(/^model: /);
  });

  it('refuses what explainModel refuses, and a wrong signal', async () => {
    await expect(explainModelAsync({ ...options, layers: [] })).rejects.toThrow(
      'layers: expected at least one layer',
    );
    await expect(explainModelAsync(options, { signal: 5 as never })).rejects.toThrow(
      'signal: expected an AbortSignal',
    );
    await expect(explainModelAsync(options, { inputMaen: 5 } as never)).rejects.toThrow(
      "did you mean 'inputMean'?",
    );
    expect(() => explainModel(options, { signal: undefined } as never)).toThrow(
      'options.signal: unknown option',
    );
  });
});
