/** Models of the library in TF.js itself, and models of TF.js in the library, in one process. */
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { AnyMLP } from '../../src/index.js';
import { fromTfjs, type TfjsModel, tfjsInfo, toTfjs } from '../../src/tfjs/index.js';
import { inputs, modelOf } from '../support/onnx-models.js';
import { writable } from '../support/tfjs-models.js';

interface Tensor {
  readonly shape: number[];
  dataSync(): Float32Array;
}
interface Layer {
  getWeights(): Tensor[];
  setWeights(weights: Tensor[]): void;
}
interface Artifacts {
  readonly modelTopology: object;
  readonly weightSpecs: object[];
  readonly weightData: ArrayBuffer;
  readonly userDefinedMetadata?: object;
}
interface LayersModel {
  readonly layers: Layer[];
  predict(x: Tensor): Tensor;
  compile(options: object): void;
  fit(x: Tensor, y: Tensor, options: object): Promise<unknown>;
  save(handler: unknown, options?: object): Promise<unknown>;
}
/** Functions of TF.js that make layers. */
const kinds = [
  'dense',
  'batchNormalization',
  'dropout',
  'activation',
  'inputLayer',
  'reLU',
  'leakyReLU',
  'prelu',
  'elu',
] as const;
interface Optimizer {
  getClassName(): string;
  getConfig(): object;
}
interface Tf {
  readonly io: {
    fromMemory(artifacts: object): unknown;
    withSaveHandler(save: (artifacts: Artifacts) => Promise<object>): unknown;
  };
  readonly layers: Readonly<Record<(typeof kinds)[number], (options?: object) => object>>;
  readonly train: Readonly<
    Record<'sgd' | 'momentum' | 'adam' | 'adamax', (...options: number[]) => Optimizer>
  >;
  loadLayersModel(handler: unknown): Promise<LayersModel>;
  sequential(options: { layers: object[] }): LayersModel;
  model(options: object): LayersModel;
  input(options: object): object;
  tensor2d(rows: number[][]): Tensor;
  tensor(values: Float32Array, shape: number[]): Tensor;
  setBackend(name: string): Promise<boolean>;
}

const tf = createRequire(import.meta.url)('./node_modules/@tensorflow/tfjs') as Tf;
await tf.setBackend('cpu');

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(1, ...Array.from(expected, Math.abs));
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(found[i]! - value)));
  expect(worst / largest).toBeLessThanOrEqual(tolerance);
}

/** Loads a model of the library in TF.js. */
function loaded({ modelJson, weights }: TfjsModel): Promise<LayersModel> {
  const { modelTopology, weightsManifest, userDefinedMetadata } = modelJson;
  const weightSpecs = weightsManifest[0].weights;
  return tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs, weightData: weights.buffer, userDefinedMetadata }),
  );
}

/** Returns what TF.js stores of a model. */
async function stored(model: LayersModel, includeOptimizer = false): Promise<Artifacts> {
  let kept: Artifacts | undefined;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    kept = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler, { includeOptimizer });
  return kept!;
}

async function brought(model: LayersModel, includeOptimizer = false): Promise<AnyMLP> {
  const artifacts = await stored(model, includeOptimizer);
  return fromTfjs({ modelJson: artifacts, weights: artifacts.weightData });
}

describe.each(writable)('%s', (_, options) => {
  const model = modelOf(options);

  it('TF.js loads it and predicts the same', async () => {
    const theirs = await loaded(toTfjs(model));
    expectClose(theirs.predict(tf.tensor2d(inputs)).dataSync(), model.predict(inputs), 1e-5);
  });

  it('comes back from TF.js with the same options', async () => {
    const back = await brought(await loaded(toTfjs(model)));
    expect(back.config).toEqual(model.config);
    expect(back.predict(inputs)).toEqual(model.predict(inputs));
  });
});

/** Makes tensors of values from −1 to 1, or of variances, that no layer has at its start. */
function disturb(model: LayersModel): void {
  for (const [l, layer] of model.layers.entries()) {
    const weights = layer.getWeights();
    layer.setWeights(
      weights.map(({ shape }, w) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const values = Float32Array.from({ length: count }, (_, i) => Math.sin(1 + 7 * l + 3 * w + 1.7 * i));
        // The last of a batch norm's four tensors is the variance.
        return tf.tensor(
          weights.length === 4 && w === 3 ? values.map((value) => 0.1 + value * value) : values,
          shape,
        );
      }),
    );
  }
}

const { dense, batchNormalization, dropout, activation, inputLayer } = tf.layers;
const named = [
  'linear',
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'softplus',
  'softsign',
  'selu',
  'elu',
  'swish',
  'gelu',
  'mish',
  'hardSigmoid',
];
/** Layers that are activations, with their options. */
const layerKinds: [(typeof kinds)[number], object][] = [
  ['reLU', {}],
  ['reLU', { maxValue: 0.7 }],
  ['leakyReLU', {}],
  ['leakyReLU', { alpha: 0.1 }],
  ['prelu', {}],
  ['prelu', { sharedAxes: [1] }],
  ['elu', {}],
];
const x = inputs;
/** Targets of two outputs. */
const y = x.map((row) => [Math.tanh(row[0]! - row[1]!), Math.cos(row[2]!)]);
const first = { units: 5, inputShape: [3] };

describe.each([
  ['no batch norm', []],
  ['a batch norm before', [() => batchNormalization({ epsilon: 1e-4, momentum: 0.8 })]],
] as [string, (() => object)[]][])('a network of TF.js with %s', (_, norms) => {
  it.each(named)('and %s predicts the same here', async (name) => {
    const layers = [
      dense(first),
      ...norms.map((norm) => norm()),
      activation({ activation: name }),
      dropout({ rate: 0.1 }),
      dense({ units: 2 }),
    ];
    const model = tf.sequential({ layers });
    disturb(model);
    expectClose((await brought(model)).predict(x), model.predict(tf.tensor2d(x)).dataSync(), 1e-5);
  });

  it.each(layerKinds)('and %s %j predicts the same here', async (kind, options) => {
    const layers = [
      dense(first),
      ...norms.map((norm) => norm()),
      tf.layers[kind](options),
      dense({ units: 2 }),
    ];
    const model = tf.sequential({ layers });
    disturb(model);
    expectClose((await brought(model)).predict(x), model.predict(tf.tensor2d(x)).dataSync(), 1e-5);
  });
});

it('a model that was made and trained in TF.js predicts the same here, and is compiled as there', async () => {
  const model = tf.sequential({
    layers: [
      inputLayer({ inputShape: [3] }),
      dense({ units: 6, activation: 'tanh' }),
      batchNormalization(),
      dense({ units: 2, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy' });
  const classes = x.map((row) => (row[0]! > row[1]! ? [1, 0] : [0, 1]));
  await model.fit(tf.tensor2d(x), tf.tensor2d(classes), { epochs: 3, verbose: 0 });
  const artifacts = await stored(model, true);
  const files = { modelJson: artifacts, weights: artifacts.weightData };
  expect(tfjsInfo(files)).toMatchObject({ training: { optimizer: 'Adam', isCompiled: true }, notes: [] });
  const here = fromTfjs(files);
  expectClose(here.predict(x), model.predict(tf.tensor2d(x)).dataSync(), 1e-5);
  await here.fit(x, classes, { epochs: 1 });
  expect(here.epoch).toBe(1);
});

it('a functional model predicts the same here', async () => {
  const input = tf.input({ shape: [3] });
  const apply = (layer: object, to: unknown) => (layer as { apply(to: unknown): object }).apply(to);
  const hidden = apply(batchNormalization(), apply(dense({ units: 4, activation: 'relu' }), input));
  const model = tf.model({ inputs: input, outputs: apply(dense({ units: 2 }), hidden) });
  disturb(model);
  expectClose((await brought(model)).predict(x), model.predict(tf.tensor2d(x)).dataSync(), 1e-5);
});

describe('training goes on', () => {
  it.each<[string, () => Optimizer, string, 'linear' | 'softmax' | 'sigmoid']>([
    ['SGD', () => tf.train.sgd(0.05), 'meanSquaredError', 'linear'],
    ['momentum', () => tf.train.momentum(0.02, 0.9), 'meanSquaredError', 'linear'],
    ['Adam', () => tf.train.adam(0.01), 'meanAbsoluteError', 'linear'],
    ['Adam of classes', () => tf.train.adam(0.01, 0.8, 0.99, 1e-6), 'categoricalCrossentropy', 'softmax'],
    ['Adam of labels', () => tf.train.adam(0.01), 'binaryCrossentropy', 'sigmoid'],
    ['Adamax', () => tf.train.adamax(0.01, 0.9, 0.999, 1e-7, 0), 'meanSquaredError', 'linear'],
  ])('%s makes the same steps here', async (_, optimizer, loss, last) => {
    const model = tf.sequential({
      layers: [dense({ ...first, activation: 'tanh' }), dense({ units: 2, activation: last })],
    });
    disturb(model);
    const theirOptimizer = optimizer();
    model.compile({ optimizer: theirOptimizer, loss });
    const artifacts = await stored(model);
    // TF.js cannot store the state of Adamax, and then stores no training at all.
    const optimizer_config = {
      class_name: theirOptimizer.getClassName(),
      config: theirOptimizer.getConfig(),
    };
    const modelJson = { ...artifacts, trainingConfig: { loss, optimizer_config } };
    const here = fromTfjs({ modelJson, weights: artifacts.weightData });
    const targets = last === 'linear' ? y : x.map((row) => (row[0]! > row[1]! ? [1, 0] : [0, 1]));
    const epochs = 20;
    await model.fit(tf.tensor2d(x), tf.tensor2d(targets), {
      epochs,
      batchSize: x.length,
      shuffle: false,
      verbose: 0,
    });
    const before = here.predict(x);
    await here.fit(x, targets, { epochs, batchSize: x.length, shuffle: false });
    const theirs = model.predict(tf.tensor2d(x)).dataSync();
    const moved = Math.max(...Array.from(theirs, (value, i) => Math.abs(value - before[i]!)));
    expect(moved).toBeGreaterThan(0.01);
    expectClose(here.predict(x), theirs, 1e-3 * moved);
  });
});
