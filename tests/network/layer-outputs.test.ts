/** `layerOutputs` returns what every layer computes, equal to the f64 backend and to `predict`. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  type BackendName,
  type InputScaling,
  type LayerOptions,
  MLP,
  type MLPOptions,
  NonFiniteError,
  prelu,
  StateError,
} from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { type Arrangement, arrangements, normalInputs, oracle, randomClasses } from '../support/networks.js';
import { untyped } from '../support/refusals.js';

const ROWS = 40;
const INPUTS = 5;
const x = normalInputs(ROWS, INPUTS);
const bytes = Uint8Array.from({ length: ROWS * INPUTS }, (_, i) => (i * 89) % 256);
const y = randomClasses(ROWS, 3);
const output: LayerOptions = { units: 3, activation: 'softmax' };

const stacks = {
  dense: [{ units: 6, activation: 'tanh' }, { units: 4, activation: 'gelu', useBias: false }, output],
  'a batch norm before the activation': [{ units: 6, activation: 'relu', batchNorm: true }, output],
  'a batch norm after the activation': [
    { units: 6, activation: 'relu', batchNorm: { position: 'after', momentum: 0.3 } },
    output,
  ],
  'a batch norm at the output': [
    { units: 6, activation: 'relu' },
    { ...output, batchNorm: true },
  ],
  dropout: [{ units: 6, activation: 'sigmoid', dropout: 0.5 }, output],
  'learned slopes': [
    { units: 6, activation: prelu() },
    { units: 6, activation: prelu({ shared: true }) },
    output,
  ],
  'a wide first layer': [{ units: 70, activation: 'relu' }, output],
} as const satisfies Record<string, readonly LayerOptions[]>;

type Given = Float32Array | Float64Array | Uint8Array;

/** Model after six steps, so that every tensor and statistic has a value of its own. */
function trained(
  layers: readonly LayerOptions[],
  { backend, arithmetic }: Arrangement,
  inputs: Given = x,
  options: Partial<MLPOptions<BackendName>> = {},
) {
  const model = new MLP<BackendName>({ inputSize: INPUTS, layers, seed: 4, backend, arithmetic, ...options });
  model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }) });
  if (options.inputScaling !== undefined) model.adapt(inputs);
  for (let step = 0; step < 6; step++) model.trainOnBatch(inputs, y);
  return model;
}

/** Model in f64 with the tensors of another, so that both compute the same function. */
function inDouble(model: MLP<BackendName>, inputs: Given, options: Partial<MLPOptions<BackendName>>) {
  const { layers } = model.config;
  const made = new MLP<BackendName>({
    inputSize: INPUTS,
    layers,
    seed: 4,
    backend: 'javascript64',
    ...options,
  });
  if (options.inputScaling !== undefined) made.adapt(inputs);
  made.setWeights(model.getWeights());
  return made;
}

const scalings: [InputScaling, Given][] = [
  ['none', x],
  ['zScore', x],
  ['unit', bytes],
  ['symmetric', bytes],
  ['zScore', Float64Array.from(x, (value) => 1e9 + value)],
];

describe.each(arrangements)('layerOutputs on $name', (arrangement) => {
  describe.each(Object.entries<readonly LayerOptions[]>(stacks))('with %s', (_, layers) => {
    it.each(scalings)('agrees with f64, inputScaling %s', (inputScaling, inputs) => {
      const model = trained(layers, arrangement, inputs, { inputScaling });
      const expected = inDouble(model, inputs, { inputScaling }).layerOutputs(inputs);
      const found = model.layerOutputs(inputs);
      expect(found).toHaveLength(layers.length);
      for (const [l, { preactivation, activation, normalized }] of found.entries()) {
        const { units, batchNorm } = layers[l]!;
        expect(preactivation).toHaveLength(ROWS * units);
        expectBlock(preactivation, expected[l]!.preactivation, 10 * arrangement.tolerance, `z of ${l}`);
        expectBlock(activation, expected[l]!.activation, 10 * arrangement.tolerance, `a of ${l}`);
        const after = typeof batchNorm === 'object' && batchNorm.position === 'after';
        expect(normalized !== undefined).toBe(after);
        if (after) expectBlock(normalized!, expected[l]!.normalized!, 10 * arrangement.tolerance);
      }
    });

    it('ends with the bits of predict', () => {
      const model = trained(layers, arrangement);
      expectSame(model.layerOutputs(x).at(-1)!.activation, model.predict(x));
    });

    it('feeds each layer with the outputs of the one below', () => {
      const model = inDouble(trained(layers, arrangement), x, {});
      const weights = model.getWeights();
      let below: ArrayLike<number> = x;
      for (const [l, { units, preactivation, activation, normalized }] of model.layerOutputs(x).entries()) {
        const { kernel, bias, gamma, beta, runningMean, runningVariance } = weights[l]!;
        const { batchNorm } = layers[l]!;
        const fanIn = below.length / ROWS;
        const sums = Float64Array.from({ length: ROWS * units }, (_, i) => {
          let sum = bias[i % units] ?? 0;
          for (let k = 0; k < fanIn; k++)
            sum += below[Math.floor(i / units) * fanIn + k]! * kernel[k * units + (i % units)]!;
          return sum;
        });
        const normalize = (values: ArrayLike<number>) =>
          Float64Array.from(values, (value, i) => {
            const u = i % units;
            return (
              (gamma![u]! * (value - runningMean![u]!)) / Math.sqrt(runningVariance![u]! + 1e-5) + beta![u]!
            );
          });
        expectBlock(preactivation, batchNorm && !normalized ? normalize(sums) : sums, 1e-12);
        if (normalized) expectBlock(normalized, normalize(activation), 1e-12);
        below = normalized ?? activation;
      }
    });
  });
});

describe('layerOutputs', () => {
  const model = trained(stacks.dense, oracle);

  it('returns one layer by its index or its name', () => {
    const all = model.layerOutputs(x);
    for (const [l, layer] of all.entries()) {
      expect(layer.name).toBe(`layers[${l}]`);
      expect(model.layerOutputs(x, l)).toEqual(layer);
      expect(model.layerOutputs(x, `layers[${l}]`)).toEqual(layer);
    }
  });

  it('returns copies', () => {
    const first = model.layerOutputs(x);
    const kept = first.map(({ activation }) => activation.slice());
    model.layerOutputs(normalInputs(ROWS, INPUTS, 99));
    expect(first.map(({ activation }) => activation)).toEqual(kept);
    first[0]!.activation.fill(7);
    expect(model.layerOutputs(x)[0]!.activation).toEqual(kept[0]);
  });

  it('gives equal bits for more rows than a chunk holds', () => {
    const rows = 2500;
    const many = normalInputs(rows, INPUTS, 21);
    const whole = model.layerOutputs(many);
    expectSame(whole.at(-1)!.activation, model.predict(many));
    const last = model.layerOutputs(many.subarray((rows - 3) * INPUTS));
    for (const [l, { units, preactivation }] of whole.entries())
      expectSame(preactivation.subarray((rows - 3) * units), last[l]!.preactivation);
  });

  it('works on a folded model, whose signals are those of the original', () => {
    for (const name of ['a batch norm before the activation', 'a batch norm at the output'] as const) {
      const original = trained(stacks[name], oracle);
      const folded = original.folded().layerOutputs(x);
      for (const [l, { preactivation }] of original.layerOutputs(x).entries())
        expectBlock(folded[l]!.preactivation, preactivation, 1e-9);
    }
  });

  it.each([x, bytes])(
    'changes nothing in a fit whose data are in the memory of the model',
    async (inputs) => {
      const run = async (look: boolean) => {
        const fitted = new MLP({
          inputSize: INPUTS,
          layers: stacks.dropout,
          inputScaling: 'zScore',
          seed: 4,
        });
        fitted.compile({ loss: 'crossEntropy', optimizer: adam() });
        const seen: boolean[] = [];
        await fitted.fit(inputs, y, {
          epochs: 2,
          batchSize: 8,
          callbacks: [
            {
              onBatchEnd: () => {
                if (!look) return;
                const last = fitted.layerOutputs(inputs).at(-1)!;
                seen.push(last.activation.every((value, i) => value === fitted.predict(inputs)[i]));
              },
            },
          ],
        });
        return { weights: fitted.getWeights(), seen };
      };
      const [looked, left] = [await run(true), await run(false)];
      expect(looked.weights).toEqual(left.weights);
      expect(looked.seen).toEqual(new Array(10).fill(true));
    },
  );

  it('stays in the scale of training where predict restores the targets', () => {
    const regression = new MLP<BackendName>({
      inputSize: INPUTS,
      layers: [{ units: 4, activation: 'tanh' }, { units: 1 }],
      targetScaling: { mean: 100, std: 5 },
      backend: 'javascript64',
    });
    const { activation } = regression.layerOutputs(x, 1);
    expectBlock(
      regression.predict(x),
      activation.map((value) => 100 + 5 * value),
      1e-12,
    );
  });

  it('returns empty arrays for no rows', () => {
    expect(model.layerOutputs(new Float32Array(0)).map(({ activation }) => activation.length)).toEqual([
      0, 0, 0,
    ]);
  });

  it('refuses the inputs that predict refuses', () => {
    for (const wrong of [new Float32Array(7), [[1, 2]], 'x', [[1, 2, 3, 4, NaN]]]) {
      const refused = (call: () => unknown) => {
        try {
          call();
        } catch (error) {
          return String(error);
        }
        return expect.fail('not refused');
      };
      expect(refused(() => model.layerOutputs(untyped(wrong)))).toBe(
        refused(() => model.predict(untyped(wrong))),
      );
    }
    const unfitted = new MLP({ inputSize: INPUTS, layers: [output], inputScaling: 'zScore' });
    expect(() => unfitted.layerOutputs(x)).toThrow(StateError);
    const huge = new MLP({ inputSize: 1, layers: [{ units: 1 }, { units: 1 }] });
    huge.setWeights([
      { kernel: [1e30], bias: [0] },
      { kernel: [1e30], bias: [0] },
    ]);
    expect(() => huge.layerOutputs([[1]], 0)).toThrow(NonFiniteError);
    expect(() => huge.layerOutputs([[1]], 0)).toThrow(
      'x: row 0: output 0 is Infinity; layers[1] is the first',
    );
  });

  it.each([3, -1, 1.5, NaN, 'layers[3]', 'dense', ''])('refuses the layer %j', (layer) => {
    expect(() => model.layerOutputs(x, layer)).toThrow(RangeError);
    expect(() => model.layerOutputs(x, layer)).toThrow(
      /^layer: expected an index from 0 to 2 or a name from 'layers\[0\]' to 'layers\[2\]', got /,
    );
  });

  it.each([null, true, {}, [0]])('refuses the layer %j, which is neither an index nor a name', (layer) => {
    expect(() => model.layerOutputs(x, untyped(layer))).toThrow(TypeError);
  });
});
