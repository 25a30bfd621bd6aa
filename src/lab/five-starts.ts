/** One network, five starts: what the initial weights alone decide. */
import {
  type ActivationName,
  type Arithmetic,
  type BackendName,
  glorotUniform,
  heNormal,
  MLP,
  NonFiniteError,
  randomNormal,
  sgd,
  zeros,
} from '../index.js';
import { std } from './measure.js';

/** Images as bytes, an image a row, and their classes. */
export interface LabelledImages {
  /** [count, inputSize] */
  x: Uint8Array;
  /** [count] */
  y: Uint8Array;
  count: number;
  inputSize: number;
}

export interface FiveStartsData {
  train: LabelledImages;
  test: LabelledImages;
}

export interface FiveStartsOptions {
  /** Epochs of each start, ≥ 1. */
  epochs?: number;
  /** Rows per batch, ≥ 1. */
  batchSize?: number;
  /** Learning rate > 0 of sgd. */
  learningRate?: number;
  /** Units of the hidden layers, at least one. */
  units?: readonly number[];
  /** Activation of the hidden layers. */
  activation?: ActivationName;
  /** Seed of weights and shuffles. */
  seed?: number;
  /** Backend, as in MLPOptions. */
  backend?: BackendName;
  /** Arithmetic, as in MLPOptions. */
  arithmetic?: Arithmetic;
}

type Settings = Required<Omit<FiveStartsOptions, 'backend'>> & Pick<FiveStartsOptions, 'backend'>;
type Model = MLP<BackendName>;

/** The lectures' experiment. */
export const fiveStartsDefaults = {
  epochs: 3,
  batchSize: 128,
  learningRate: 0.1,
  units: [256],
  activation: 'relu',
  seed: 0,
  arithmetic: 'portable',
} as const satisfies Settings;

export interface EpochResult {
  epoch: number;
  /** Mean over the training batches. */
  loss: number;
  /** Share of the test images that are classed right. */
  testAccuracy: number;
}

/** What is known of a start; it grows while the start is trained, NaN standing for what is not known yet. */
export interface StartResult {
  readonly name: string;
  /** Standard deviation of the first hidden preactivation, before training. */
  firstStd: number;
  /** The same of the last hidden preactivation. */
  lastStd: number;
  /** Euclidean norm of the first gradient of layer 1's kernel. */
  gradientNorm: number;
  readonly epochs: EpochResult[];
  /** Training alone, without the evaluation after each epoch. */
  samplesPerSecond: number;
  /** Why the start was given up: its numbers left the finite ones. */
  failure?: string;
}

export interface BatchProgress {
  epoch: number;
  /** Samples of this start trained so far, over all its epochs. */
  samples: number;
  loss: number;
}

export interface FiveStartsCallbacks {
  /** The start's turn has come; nothing is known of it yet. */
  onStart?(start: StartResult): void;
  onBatch?(start: StartResult, progress: BatchProgress): void;
  onEpoch?(start: StartResult, epoch: EpochResult): void;
  /** The start is through, or was given up. */
  onFinish?(start: StartResult): void;
}

/** In the order of the lectures: no signal, far too much, too little, and two that are right. */
const starts = [
  { name: 'zeros', initializer: zeros() },
  { name: 'normal σ = 1', initializer: randomNormal({ stddev: 1 }) },
  { name: 'normal σ = 0.01', initializer: randomNormal({ stddev: 0.01 }) },
  { name: 'Glorot uniform', initializer: glorotUniform() },
  { name: 'He normal', initializer: heNormal() },
] as const;
type Start = (typeof starts)[number];

export const startNames: readonly string[] = starts.map(({ name }) => name);

const CLASSES = 10;
/** Rows over which the preactivations are measured: with 256 units, 262 144 values. */
const MEASURED_ROWS = 1024;
const MILLISECONDS = 1000;

/**
 * Trains the same network from five starts, one after the other, with the same seed and batches.
 * A start that leaves the finite numbers is reported in its own result; the others go on.
 *
 * @throws TypeError | RangeError  if the library refuses an option or the data
 */
export async function fiveStarts(
  data: FiveStartsData,
  options: FiveStartsOptions = {},
  callbacks: FiveStartsCallbacks = {},
): Promise<StartResult[]> {
  const settings: Settings = { ...fiveStartsDefaults, ...options };
  const results: StartResult[] = [];
  for (const start of starts) {
    const result: StartResult = {
      name: start.name,
      firstStd: Number.NaN,
      lastStd: Number.NaN,
      gradientNorm: Number.NaN,
      epochs: [],
      samplesPerSecond: Number.NaN,
    };
    results.push(result);
    callbacks.onStart?.(result);
    try {
      const model = createModel(start, data.train.inputSize, settings);
      measure(model, data.train, settings, result);
      await train(model, data, settings, result, callbacks);
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
      result.failure = error.message;
    }
    callbacks.onFinish?.(result);
  }
  return results;
}

function createModel(start: Start, inputSize: number, settings: Settings): Model {
  const { units, activation, learningRate } = settings;
  const kernelInitializer = start.initializer;
  const model = new MLP({
    ...modelOptions(inputSize, settings),
    layers: [
      ...units.map((n) => ({ units: n, activation, kernelInitializer })),
      { units: CLASSES, activation: 'softmax', kernelInitializer },
    ],
  });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }), metrics: ['accuracy'] });
  return model;
}

function modelOptions(inputSize: number, { seed, backend, arithmetic }: Settings) {
  const options = { inputSize, inputScaling: 'symmetric', seed, arithmetic } as const;
  return backend === undefined ? options : { ...options, backend };
}

function measure(model: Model, images: LabelledImages, settings: Settings, result: StartResult): void {
  const { x } = firstRows(images, MEASURED_ROWS);
  result.firstStd = preactivationStd(model, 1, x, images.inputSize, settings);
  result.lastStd = preactivationStd(model, settings.units.length, x, images.inputSize, settings);

  const batch = firstRows(images, settings.batchSize);
  result.gradientNorm = euclideanNorm(model.gradients(batch.x, batch.y).layers[0]!.kernel);
}

/** What the model predicts when cut off after `depth` layers, without the last one's activation. */
function preactivationStd(
  model: Model,
  depth: number,
  x: Uint8Array,
  inputSize: number,
  settings: Settings,
): number {
  const layers = settings.units
    .slice(0, depth)
    .map((units, i) => ({ units, activation: i + 1 < depth ? settings.activation : 'identity' }) as const);
  const truncated = new MLP({ ...modelOptions(inputSize, settings), layers });
  truncated.setWeights(model.getWeights().slice(0, depth));
  return std(truncated.predict(x));
}

async function train(
  model: Model,
  { train, test }: FiveStartsData,
  settings: Settings,
  result: StartResult,
  { onBatch, onEpoch }: FiveStartsCallbacks,
): Promise<void> {
  const { epochs } = settings;
  // A batch larger than the data is all of the data, and needs no memory beyond it.
  const batchSize = Math.min(settings.batchSize, train.count);
  let trainedMilliseconds = 0;
  let epochStart = performance.now();

  await model.fit(train.x, train.y, {
    epochs,
    batchSize,
    validationData: [test.x, test.y],
    onBatchEnd: ({ epoch, batch, batches, samples, loss }) => {
      const inEpoch = performance.now() - epochStart;
      const trained = (epoch - 1) * train.count + samples;
      result.samplesPerSecond = (trained / (trainedMilliseconds + inEpoch)) * MILLISECONDS;
      if (batch === batches) trainedMilliseconds += inEpoch;
      onBatch?.(result, { epoch, samples: trained, loss });
    },
    onEpochEnd: ({ epoch, loss, validation }) => {
      const finished = { epoch, loss, testAccuracy: validation?.accuracy ?? Number.NaN };
      result.epochs.push(finished);
      onEpoch?.(result, finished);
      epochStart = performance.now();
    },
  });
}

function firstRows({ x, y, inputSize }: LabelledImages, rows: number) {
  return { x: x.subarray(0, rows * inputSize), y: y.subarray(0, rows) };
}

function euclideanNorm(values: Float32Array | Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
