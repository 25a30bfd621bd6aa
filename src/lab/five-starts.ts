/** Experiment with one network and five starts: what the initial weights alone decide. */
import { computed } from '../computed.js';
import { knownKeys } from '../errors.js';
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
import { checkCallbacks } from './callbacks.js';
import { std } from './measure.js';

/** Images as bytes, one image per row, with their classes. */
export interface LabelledImages {
  /** Grey values 0 to 255, shape [count, inputSize]. */
  x: Uint8Array;
  /** Class indices, shape [count]. */
  y: Uint8Array;
  /** Number of images. */
  count: number;
  /** Number of pixels per image. */
  inputSize: number;
}

/** Training and test images. */
export interface FiveStartsData {
  /** Images to train on. */
  train: LabelledImages;
  /** Images to measure the accuracy on. */
  test: LabelledImages;
}

/** Options of `fiveStarts`. */
export interface FiveStartsOptions {
  /** Number of epochs per start, ≥ 1; default 3. */
  epochs?: number;
  /** Number of rows per batch, ≥ 1; default 128. */
  batchSize?: number;
  /** Learning rate of SGD, > 0; default 0.1. */
  learningRate?: number;
  /** Units of the hidden layers, one layer or more; default [256]. */
  units?: readonly number[];
  /** Activation of the hidden layers; default 'relu'. */
  activation?: ActivationName;
  /** Seed of weights and shuffles; default 0. */
  seed?: number;
  /** Backend as in MLPOptions. */
  backend?: BackendName;
  /** Arithmetic as in MLPOptions; default 'portable'. */
  arithmetic?: Arithmetic;
}

type Settings = typeof fiveStartsDefaults & Pick<FiveStartsOptions, 'backend'>;
type Model = MLP<BackendName>;

/** Defaults of `fiveStarts`, as in the lectures' experiment. */
export const fiveStartsDefaults: Readonly<Required<Omit<FiveStartsOptions, 'backend'>>> = {
  epochs: 3,
  batchSize: 128,
  learningRate: 0.1,
  units: [256],
  activation: 'relu',
  seed: 0,
  arithmetic: 'portable',
};

/** Loss and accuracy of one epoch. */
export interface EpochResult {
  /** Epoch, counted from 1. */
  epoch: number;
  /** Mean loss over the training batches. */
  loss: number;
  /** Share of the test images that are classified correctly. */
  testAccuracy: number;
}

/** Measurements of one start. They are filled in while the start is trained; NaN stands for a number that is not yet measured. */
export interface StartResult {
  /** Name of the start, one of `startNames`. */
  readonly name: string;
  /** Standard deviation of the first hidden layer's preactivations, before training. */
  firstStd: number;
  /** Standard deviation of the last hidden layer's preactivations, before training. */
  lastStd: number;
  /** Euclidean norm of the gradient of layer 1's kernel over the first batch, before training. */
  gradientNorm: number;
  /** Results of the completed epochs. */
  readonly epochs: EpochResult[];
  /** Training speed, without the evaluation after each epoch. */
  samplesPerSecond: number;
  /** Reason why the start was abandoned: its numbers overflowed. */
  failure?: string;
}

/** Result of `fiveStarts`. */
export interface FiveStartsResult {
  /** Kind of the report. */
  readonly kind: 'fiveStarts';
  /** Measurements of the starts, in the order of `startNames`. */
  readonly starts: readonly StartResult[];
}

/** Progress of one start after a batch. */
export interface BatchProgress {
  /** Epoch, counted from 1. */
  epoch: number;
  /** Number of samples of this start trained so far, over all its epochs. */
  samples: number;
  /** Mean loss of the batch before its step. */
  loss: number;
}

/** Callbacks of `fiveStarts`. */
export interface FiveStartsCallbacks {
  /** Called before a start, with an empty result. */
  onStart?(start: StartResult): void;
  /** Called after every batch. */
  onBatch?(start: StartResult, progress: BatchProgress): void;
  /** Called after every epoch. */
  onEpoch?(start: StartResult, epoch: EpochResult): void;
  /** Called when a start is complete or abandoned. */
  onFinish?(start: StartResult): void;
}

const functions = [
  'onStart',
  'onBatch',
  'onEpoch',
  'onFinish',
] as const satisfies readonly (keyof FiveStartsCallbacks)[];

/** Starts in the order of the lectures: no signal, far too much, too little, and two that are right. */
const starts = /* @__PURE__ */ computed(
  () =>
    [
      { name: 'zeros', initializer: zeros() },
      { name: 'normal σ = 1', initializer: randomNormal({ stddev: 1 }) },
      { name: 'normal σ = 0.01', initializer: randomNormal({ stddev: 0.01 }) },
      { name: 'Glorot uniform', initializer: glorotUniform() },
      { name: 'He normal', initializer: heNormal() },
    ] as const,
);
type Start = (typeof starts)[number];

/** Names of the five starts, in order. */
export const startNames: readonly string[] = /* @__PURE__ */ computed(() => starts.map(({ name }) => name));

const CLASSES = 10;
/** Number of rows over which the preactivations are measured; with 256 units these are 262 144 values. */
const MEASURED_ROWS = 1024;
const MILLISECONDS = 1000;

/**
 * Trains one network from five starts, one after the other, with the same seed and batches.
 *
 * A start whose numbers overflow is reported in its own result; the others continue.
 *
 * @param data       training and test images
 * @param options    network and training; the defaults are the lectures'
 * @param callbacks  progress callbacks
 * @returns  the measurements of every start, which `evenkeel/report` shows
 * @throws TypeError, RangeError  if an option, a callback or the data are invalid
 */
export async function fiveStarts(
  data: FiveStartsData,
  options: FiveStartsOptions = {},
  callbacks: FiveStartsCallbacks = {},
): Promise<FiveStartsResult> {
  knownKeys('options', options, [...Object.keys(fiveStartsDefaults), 'backend']);
  checkCallbacks('callbacks', callbacks, functions, []);
  const settings: Settings = { ...fiveStartsDefaults, ...options };
  const all: StartResult[] = [];
  for (const start of starts) {
    const result: StartResult = {
      name: start.name,
      firstStd: Number.NaN,
      lastStd: Number.NaN,
      gradientNorm: Number.NaN,
      epochs: [],
      samplesPerSecond: Number.NaN,
    };
    all.push(result);
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
  return { kind: 'fiveStarts', starts: all };
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

/** Returns the standard deviation of a hidden layer's preactivations, predicted by a copy that ends at that layer without activation. */
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
  // A batch larger than the data holds all the data and needs no more memory than that.
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
