/** Models with every activation, batch norm, scaling and bias, for ONNX files. */
import { type AnyMLP, elu, leakyRelu, MLP, type MLPOptions, prelu, Rng } from '../../src/index.js';
import { activationNames } from '../../src/network/activations.js';

const rng = new Rng('models for ONNX');
/** Rows of inputs, some of them large. */
export const inputs: number[][] = Array.from({ length: 24 }, (_, r) => {
  const row = rng.split('x').split(r).normal(3);
  return Array.from(row, (value) => Math.fround(value * (r % 4 === 3 ? 20 : 2)));
});

const activations = [
  ...activationNames.filter((name) => name !== 'softmax' && name !== 'linear' && name !== 'swish'),
  leakyRelu({ negativeSlope: 0.3 }),
  elu({ alpha: 0.7 }),
  prelu({ shared: true }),
];

type Part = Pick<MLPOptions, 'inputScaling' | 'targetScaling'>;

/** Scalings with their names. Those that learn do so from `inputs`. */
const scalings: Readonly<Record<string, Part>> = {
  'no scaling': {},
  'given numbers': {
    inputScaling: { mean: [0.1, -2, 30], std: [0.3, 1.7, 11] },
    targetScaling: { mean: [5, -1], std: [0.1, 3] },
  },
  zScore: { inputScaling: 'zScore', targetScaling: 'zScore' },
  tabular: { inputScaling: 'tabular' },
  unit: { inputScaling: 'unit', targetScaling: 'unit' },
  'one zScore': { inputScaling: { kind: 'zScore', per: 'dataset' } },
};

/** Returns a model with weights, statistics and slopes unlike the initial ones. */
export function modelOf(options: MLPOptions): AnyMLP {
  const model = new MLP(options);
  const last = model.config.layers.at(-1)!.units;
  const learns = options.targetScaling === 'zScore' || options.targetScaling === 'unit';
  const y = Array.from(new Rng('y').normal(inputs.length * last), (value) => 40 * value - 7);
  const scaled = options.inputScaling !== undefined && options.inputScaling !== 'none';
  if (scaled || learns) model.adapt(inputs, learns ? Float32Array.from(y) : undefined);
  const weights = model.getWeights().map((layer, l) =>
    Object.fromEntries(
      Object.entries(layer).map(([name, values]) => {
        const drawn = rng.split(l).split(name).normal(values.length);
        if (name === 'kernel') return [name, values];
        return [name, name === 'runningVariance' ? drawn.map((value) => 0.2 + value * value) : drawn];
      }),
    ),
  );
  model.setWeights(weights as never);
  return model;
}

/** Lists models: each activation with each kind of batch norm and bias, and each scaling. */
export const models: readonly (readonly [string, MLPOptions])[] = [
  ...activations.flatMap((activation) =>
    ([false, true, { position: 'after', epsilon: 1e-3 }] as const).flatMap((batchNorm) =>
      [true, false].map((useBias): [string, MLPOptions] => [
        `${JSON.stringify(activation)}, batchNorm ${JSON.stringify(batchNorm)}, useBias ${useBias}`,
        {
          inputSize: 3,
          layers: [
            { units: 5, activation, batchNorm, useBias, dropout: 0.2 },
            { units: 2, useBias },
          ],
        },
      ]),
    ),
  ),
  ...Object.entries(scalings).map(([name, part]): [string, MLPOptions] => [
    name,
    { inputSize: 3, layers: [{ units: 4, activation: 'tanh' }, { units: 2 }], ...part },
  ]),
  ...(['softmax', 'sigmoid', 'relu', 'prelu'] as const).map((activation): [string, MLPOptions] => [
    `${activation} at the end`,
    {
      inputSize: 3,
      layers: [
        { units: 4, activation: 'gelu', batchNorm: true },
        { units: 2, activation },
      ],
      seed: 'end',
    },
  ]),
  ['one layer', { inputSize: 3, layers: [{ units: 2 }] }],
  [
    'one output',
    {
      inputSize: 3,
      layers: [
        { units: 4, activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
  ],
];
