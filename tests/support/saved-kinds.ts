/** Models of every kind for the tests of saving, each described by its differences from a small tanh network on values. */
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  type BackendName,
  type CompileOptions,
  constantSchedule,
  cosineDecay,
  crossEntropy,
  elu,
  exponentialDecay,
  type FitOptions,
  huber,
  type Initializer,
  type Inputs,
  type LayerOptions,
  leakyRelu,
  lion,
  MLP,
  type MLPOptions,
  nadam,
  type Optimizer,
  type OptimizerName,
  oneCycle,
  orthogonal,
  prelu,
  Rng,
  reduceOnPlateau,
  rmsprop,
  type Schedule,
  type Shape,
  sgd,
  stepDecay,
  type TargetScaling,
  type Targets,
  truncatedNormal,
  warmup,
} from '../../src/index.js';
import { drawThenScale } from '../../src/lab/index.js';
import { activationNames } from '../../src/network/activations.js';
import { type Arrangement, normalInputs, randomClasses } from './networks.js';
import { untyped } from './refusals.js';

export interface Kind {
  readonly name: string;
  readonly options?: Partial<MLPOptions>;
  readonly compile?: Partial<CompileOptions>;
  readonly x?: Inputs;
  readonly y?: Targets;
}

export const ROWS = 24;
const COLUMNS = 3;
const UNITS = 2;
export const fitting: FitOptions = { epochs: 2, batchSize: 7 };

const floats = normalInputs(ROWS, COLUMNS);
const bytes = Uint8Array.from(new Rng(5).integers(ROWS * COLUMNS, 256));
const values = normalInputs(ROWS, UNITS, 12);
const classes = randomClasses(ROWS, UNITS);
const labels = [...randomClasses(ROWS * UNITS, 2)];
const shares = Float32Array.from(values, (value) => Math.abs(value));

export const dataOf = ({ x = floats, y = values }: Kind): readonly [Inputs, Targets] => [x, y];

/** Makes a compiled model of a kind; if its activation has no derivative, a model that can only predict. */
export function make({ options, compile }: Kind, arrangement?: Arrangement): MLP<BackendName> {
  const { backend = 'wasm', arithmetic = 'portable' } = arrangement ?? {};
  const layers: LayerOptions[] = [{ units: 5, activation: 'tanh' }, { units: UNITS }];
  const model = new MLP<BackendName>({
    inputSize: COLUMNS,
    layers,
    backend,
    arithmetic,
    seed: 3,
    ...options,
  });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.05 }), ...compile });
  return model;
}

const hidden = (layer: Partial<LayerOptions>): Partial<MLPOptions> => ({
  layers: [{ units: 5, activation: 'tanh', ...layer }, { units: UNITS }],
});
const output = (activation: 'softmax' | 'sigmoid'): Partial<MLPOptions> => ({
  layers: [
    { units: 5, activation: 'relu' },
    { units: UNITS, activation },
  ],
});

const targets = (targetScaling: TargetScaling): Omit<Kind, 'name'> => ({
  options: { targetScaling },
  compile: { metrics: ['r2', 'rootMeanSquaredError'] },
  y: values.map((value) => 1000 * value),
});

/** A function of the user's, which has no config. */
export const own = untyped<Initializer>((shape: Shape, rng: Rng) =>
  rng.normal(shape[0] * (shape[1] ?? 1), { std: 0.5 }),
);

/** Optimizers by name; one that is not tested for saving does not compile. */
const optimizers = {
  sgd: {
    momentum: sgd({ momentum: 0.9 }),
    nesterov: sgd({ momentum: 0.9, nesterov: true }),
    'every penalty': sgd({
      weightDecay: 0.01,
      l1: 1e-3,
      l2: 1e-3,
      clipNorm: 0.5,
      clipValue: 0.4,
      decay: 'all',
    }),
  },
  adadelta: { adadelta: adadelta() },
  adagrad: { adagrad: adagrad({ learningRate: 0.1 }) },
  adamax: { adamax: adamax({ learningRate: 0.01 }) },
  rmsprop: {
    rmsprop: rmsprop(),
    'rmsprop, centred, with momentum': rmsprop({ centered: true, momentum: 0.5 }),
  },
  adam: { adam: adam(), amsgrad: adam({ amsgrad: true }) },
  adamw: { adamw: adamw() },
  nadam: { nadam: nadam({ learningRate: 0.01 }) },
  lion: { lion: lion() },
} satisfies Record<OptimizerName, Record<string, Optimizer>>;

const plateau = { initialLearningRate: 0.1, monitor: 'loss', patience: 0, cooldown: 1, minDelta: 10 };
const schedules = {
  constantSchedule: constantSchedule({ learningRate: 0.1 }),
  stepDecay: stepDecay({ initialLearningRate: 0.1, every: 1 }),
  exponentialDecay: exponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 }),
  cosineDecay: cosineDecay({ initialLearningRate: 0.1, decaySteps: 10 }),
  oneCycle: oneCycle({ maxLearningRate: 0.1, totalSteps: 14 }),
  reduceOnPlateau: reduceOnPlateau(plateau),
  warmup: warmup({ steps: 5, next: reduceOnPlateau(plateau) }),
} satisfies Record<Schedule['name'], Schedule>;

export const kinds: readonly Kind[] = [
  // step cannot be trained, and softmax is for the output layer.
  ...activationNames
    .filter((name) => name !== 'step' && name !== 'softmax')
    .map((activation) => ({ name: activation, options: hidden({ activation }) })),
  ...[leakyRelu({ negativeSlope: 0.2 }), elu({ alpha: 0.5 })].map((activation) => ({
    name: `${activation.name} with a parameter`,
    options: hidden({ activation }),
  })),
  { name: 'prelu, shared', options: hidden({ activation: prelu({ shared: true, initialSlope: 0.1 }) }) },
  { name: 'batch norm', options: hidden({ batchNorm: true }) },
  {
    name: 'batch norm behind the activation, dropout',
    options: hidden({
      activation: 'prelu',
      batchNorm: { position: 'after', momentum: 0.3, epsilon: 1e-3 },
      dropout: 0.3,
    }),
  },
  { name: 'dropout', options: hidden({ dropout: 0.4 }) },
  { name: 'no bias', options: hidden({ useBias: false }) },
  { name: 'no bias before a batch norm', options: hidden({ useBias: false, batchNorm: true }) },
  { name: 'one layer', options: { layers: [{ units: UNITS }] } },
  {
    name: 'softmax, smoothed labels',
    options: output('softmax'),
    compile: { loss: crossEntropy({ labelSmoothing: 0.1 }), metrics: ['accuracy'] },
    y: classes,
  },
  {
    name: 'softmax on shares, with metrics of all rows',
    options: output('softmax'),
    compile: { loss: 'crossEntropy', metrics: ['accuracy', { name: 'f1', average: 'weighted' }, 'rocAuc'] },
    y: shares,
  },
  {
    name: 'sigmoid, with metrics of all rows',
    options: output('sigmoid'),
    compile: { loss: 'binaryCrossEntropy', metrics: ['accuracy', 'recall', 'rocAuc'] },
    y: labels,
  },
  {
    name: 'huber, with metrics of all rows',
    compile: { loss: huber({ delta: 0.5 }), metrics: ['r2', 'meanAbsoluteError'] },
  },
  ...(['squaredError', 'meanAbsoluteError'] as const).map((loss) => ({ name: loss, compile: { loss } })),
  ...Object.values(optimizers)
    .flatMap((settings) => Object.entries<Optimizer>(settings))
    .map(([name, optimizer]) => ({ name, compile: { optimizer } })),
  ...Object.values<Schedule>(schedules).map((learningRate) => ({
    name: learningRate.name,
    compile: { optimizer: sgd({ learningRate, momentum: 0.5 }) },
  })),
  ...(['unit', 'symmetric', 'zScore', 'tabular'] as const).flatMap((kind) => [
    { name: `${kind} of floats`, options: { inputScaling: kind } },
    { name: `${kind} of all features alike`, options: { inputScaling: { kind, per: 'dataset' as const } } },
    { name: `${kind} of bytes`, options: { inputScaling: kind }, x: bytes },
  ]),
  { name: 'one given scale', options: { inputScaling: { mean: 0.1, std: 2 } } },
  { name: 'given scales', options: { inputScaling: { mean: [0.1, -3e-8, 5], std: [1, 0.3, 7] } } },
  { name: 'targets by zScore, with metrics of all rows', ...targets('zScore') },
  { name: 'targets of unit scale', ...targets('unit') },
  { name: 'targets scaled as given', ...targets({ mean: [3, -0.1], std: 2 }) },
  { name: 'a text as seed', options: { seed: 'ünï😀\ud800', ...hidden({ dropout: 0.2 }) } },
  { name: 'a large seed', options: { seed: Number.MAX_SAFE_INTEGER } },
  ...(['torch', 'keras', 'flax', 'lecture', 'tfjs'] as const).map((preset) => ({
    name: `preset ${preset}`,
    options: { preset },
  })),
  {
    name: 'initializers with options',
    options: hidden({
      kernelInitializer: truncatedNormal({ low: 0, high: Infinity }),
      biasInitializer: drawThenScale({ draw: orthogonal({ gain: 2 }), scale: 3 }),
    }),
  },
  { name: 'an initializer of one’s own', options: hidden({ kernelInitializer: own, biasInitializer: own }) },
  {
    name: 'one within another',
    options: hidden({ kernelInitializer: drawThenScale({ draw: own }) }),
  },
];
