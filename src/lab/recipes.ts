/** Networks for Fashion-MNIST that the lectures speak of: those that learn, those that do not, and the cures. */
import {
  type AbortSignalLike,
  type ActivationName,
  type Arithmetic,
  adam,
  type BackendName,
  type Callback,
  type CompileOptions,
  glorotUniform,
  heNormal,
  type Initializer,
  type InputScaling,
  MLP,
  type MLPOptions,
  type Optimizer,
  sgd,
  zeros,
} from '../index.js';
import { xavierSigmoid } from '../initializers/lectures.js';
import type { FiveStartsData, LabelledImages } from './five-starts.js';

export interface Recipe {
  /** What it shows, in a line. */
  readonly about: string;
  /** Units of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly inputScaling: InputScaling;
  /** Of every kernel; without it kernels and biases start as PyTorch's nn.Linear. */
  readonly kernelInitializer?: Initializer;
  /** Of the last kernel, where it is another. */
  readonly outputInitializer?: Initializer;
  readonly batchNorm: boolean;
  readonly optimizer: Optimizer;
  readonly epochs: number;
}

export const BATCH_SIZE = 128;
const CLASSES = 10;

/** What most rows share; each says what it changes. */
const plain = {
  hidden: [256],
  activation: 'relu',
  inputScaling: 'symmetric',
  batchNorm: false,
  optimizer: sgd({ learningRate: 0.01 }),
  epochs: 10,
} as const satisfies Omit<Recipe, 'about'>;
const recommended = {
  ...plain,
  batchNorm: true,
  kernelInitializer: heNormal(),
  // As recommended() leaves it.
  outputInitializer: glorotUniform(),
  optimizer: adam({ learningRate: 0.001 }),
  epochs: 6,
} as const;
const layersOf = (count: number, units: number) => Array.from({ length: count }, () => units);
const sevenLayers = { ...plain, hidden: layersOf(7, 128), epochs: 8 } as const;
const zScore = { kind: 'zScore', per: 'dataset' } as const;
/** From PyTorch's start, and on bytes as they are, as the lectures draw it. */
const sigmoids = (count: number) =>
  ({ ...plain, hidden: layersOf(count, 128), activation: 'sigmoid', epochs: 6 }) as const;
const rawSigmoids = (count: number) => ({ ...sigmoids(count), inputScaling: 'none', epochs: 8 }) as const;

/** Name of a recipe. Written out, since a type taken from the results would put all of them into the declarations. */
export type RecipeName =
  | 'recommended'
  | 'recommended-glorot'
  | 'recommended4'
  | 'sgd'
  | 'unit'
  | 'zScore'
  | 'raw'
  | 'sigmoid'
  | 'sigmoid-unit'
  | 'sigmoid-zScore'
  | 'sigmoid-raw'
  | 'units64'
  | 'units1024'
  | 'layers2'
  | 'layers3'
  | 'layers4'
  | 'sigmoid1-raw'
  | 'sigmoid2-raw'
  | 'sigmoid5-raw'
  | 'sigmoid7-raw'
  | 'sigmoid2'
  | 'sigmoid5'
  | 'sigmoid7'
  | 'sigmoid7-16n'
  | 'sigmoid7-batchNorm'
  | 'tanh7'
  | 'relu7'
  | 'zeros';

export const recipes: Readonly<Record<RecipeName, Recipe>> = {
  recommended: {
    ...recommended,
    about: 'what the lectures advise: ReLU, batch norm, He normal, Adam',
  },
  'recommended-glorot': {
    ...recommended,
    about: 'the same from Glorot uniform',
    kernelInitializer: glorotUniform(),
  },
  recommended4: { ...recommended, about: 'the same with four hidden layers', hidden: layersOf(4, 256) },
  sgd: { ...plain, about: "ReLU and plain SGD from PyTorch's start", epochs: 20 },
  unit: { ...plain, about: 'the same on inputs in [0, 1], which is slower', inputScaling: 'unit' },
  zScore: {
    ...plain,
    about: 'the same on standardized inputs, which is faster',
    inputScaling: zScore,
  },
  raw: {
    ...plain,
    about: 'the same on bytes as they are: most units die at once',
    inputScaling: 'none',
  },
  sigmoid: { ...plain, about: 'a sigmoid layer in place of ReLU', activation: 'sigmoid' },
  'sigmoid-unit': {
    ...plain,
    about: 'the same on inputs in [0, 1]',
    activation: 'sigmoid',
    inputScaling: 'unit',
  },
  'sigmoid-zScore': {
    ...plain,
    about: 'the same on standardized inputs',
    activation: 'sigmoid',
    inputScaling: zScore,
  },
  'sigmoid-raw': {
    ...plain,
    about: 'the same on bytes as they are, which learns, and faster',
    activation: 'sigmoid',
    inputScaling: 'none',
  },
  units64: { ...plain, about: 'sgd with 64 units', hidden: [64], epochs: 20 },
  units1024: { ...plain, about: 'sgd with 1024 units', hidden: [1024], epochs: 6 },
  layers2: { ...plain, about: 'sgd with two hidden layers', hidden: layersOf(2, 256), epochs: 20 },
  layers3: { ...plain, about: 'sgd with three hidden layers', hidden: layersOf(3, 256), epochs: 20 },
  layers4: { ...plain, about: 'sgd with four hidden layers', hidden: layersOf(4, 256), epochs: 20 },
  'sigmoid1-raw': { ...rawSigmoids(1), about: 'a sigmoid layer of 128 on bytes as they are' },
  'sigmoid2-raw': { ...rawSigmoids(2), about: 'two of them: slower, but learns' },
  'sigmoid5-raw': { ...rawSigmoids(5), about: 'five of them: learns nothing' },
  'sigmoid7-raw': { ...rawSigmoids(7), about: 'seven of them: learns nothing' },
  sigmoid2: { ...sigmoids(2), about: "two sigmoid layers, PyTorch's start: slow" },
  sigmoid5: { ...sigmoids(5), about: 'five of them: learns nothing' },
  sigmoid7: { ...sigmoids(7), about: 'seven of them: layer 1 never learns' },
  'sigmoid7-16n': {
    ...sevenLayers,
    about: 'the same with variance 16 / fanIn: the gradient gets through',
    activation: 'sigmoid',
    kernelInitializer: xavierSigmoid(),
  },
  'sigmoid7-batchNorm': {
    ...sevenLayers,
    about: 'the same with Glorot uniform, batch norm and Adam',
    activation: 'sigmoid',
    kernelInitializer: glorotUniform(),
    batchNorm: true,
    optimizer: adam({ learningRate: 0.001 }),
    epochs: 5,
  },
  tanh7: {
    ...sevenLayers,
    about: 'seven tanh layers from Glorot uniform, plain SGD',
    activation: 'tanh',
    kernelInitializer: glorotUniform(),
  },
  relu7: {
    ...sevenLayers,
    about: 'seven ReLU layers from He normal, plain SGD',
    kernelInitializer: heNormal(),
  },
  zeros: { ...plain, about: 'all weights start at 0, and stay alike', kernelInitializer: zeros(), epochs: 3 },
};

export const recipeNames = Object.keys(recipes) as RecipeName[];

export interface RecipeOptions {
  /** Number of epochs, ≥ 1; default the recipe's own. */
  readonly epochs?: number;
  /** Seed of weights and shuffles; default 0. */
  readonly seed?: number;
  /** Backend, as in MLPOptions. */
  readonly backend?: BackendName;
  /** Arithmetic, as in MLPOptions. */
  readonly arithmetic?: Arithmetic;
}

/** The network of a recipe, compiled. */
export function recipeModel(
  name: RecipeName,
  inputSize: number,
  { seed = 0, backend, arithmetic = 'portable' }: RecipeOptions = {},
): MLP<BackendName> {
  const options = { ...recipeNetwork(name, inputSize), seed, arithmetic, ...(backend && { backend }) };
  const model = new MLP<BackendName>(options);
  model.compile(recipeTraining(name));
  return model;
}

/** The options of its `new MLP`. */
export function recipeNetwork(name: RecipeName, inputSize: number): MLPOptions {
  const { hidden, activation, inputScaling, batchNorm, ...recipe } = recipes[name];
  const { kernelInitializer, outputInitializer = kernelInitializer } = recipe;
  const layers = [
    ...hidden.map((units) => ({
      units,
      activation,
      batchNorm,
      ...(kernelInitializer && { kernelInitializer }),
    })),
    {
      units: CLASSES,
      activation: 'softmax' as const,
      ...(outputInitializer && { kernelInitializer: outputInitializer }),
    },
  ];
  const preset = kernelInitializer === undefined && { preset: 'torch' as const };
  return { inputSize, layers, ...preset, inputScaling };
}

/** The options of its `compile`. */
export function recipeTraining(name: RecipeName): CompileOptions {
  return { loss: 'crossEntropy', optimizer: recipes[name].optimizer, metrics: ['accuracy'] };
}

/** Loss and accuracies after an epoch, over all images, as the model then predicts. */
export interface RecipeEpoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

export interface RecipeRun {
  /** Told of the norms of the kernels' gradients over the first batch's worth of images, before training. */
  onGradients?(norms: readonly number[]): void;
  onEpoch?(epoch: RecipeEpoch): void;
  /** Of the fit, after onEpoch. */
  readonly callbacks?: readonly Callback[];
  readonly signal?: AbortSignalLike;
}

/**
 * Trains the network of a recipe, and measures it after every epoch.
 *
 * @throws NonFiniteError  if its numbers leave the finite ones
 * @throws TypeError | RangeError  if the library refuses an option or the data
 * @throws the signal's reason, once it is aborted
 */
export async function trainRecipe(
  name: RecipeName,
  { train, test }: FiveStartsData,
  options: RecipeOptions = {},
  { onGradients, onEpoch, callbacks = [], signal }: RecipeRun = {},
): Promise<void> {
  const model = recipeModel(name, train.inputSize, options);
  model.adapt(train.x);
  onGradients?.(gradientNorms(model, train));
  const measuring: Callback = {
    async onEpochEnd({ epoch, validation }) {
      const { loss, accuracy } = await model.evaluateAsync(train.x, train.y);
      onEpoch?.({
        epoch,
        trainLoss: loss,
        trainAccuracy: accuracy ?? Number.NaN,
        testAccuracy: validation?.accuracy ?? Number.NaN,
      });
    },
  };
  await model.fit(train.x, train.y, {
    epochs: options.epochs ?? recipes[name].epochs,
    batchSize: BATCH_SIZE,
    validationData: [test.x, test.y],
    callbacks: [measuring, ...callbacks],
    ...(signal && { signal }),
  });
}

function gradientNorms(model: MLP<BackendName>, { x, y, inputSize }: LabelledImages): number[] {
  const training = model.config.layers.some(({ batchNorm }) => batchNorm !== false);
  const batch = [x.subarray(0, BATCH_SIZE * inputSize), y.subarray(0, BATCH_SIZE)] as const;
  return model.gradients(...batch, { training }).layers.map(({ kernel }) => {
    let squares = 0;
    for (const value of kernel) squares += value * value;
    return Math.sqrt(squares);
  });
}

/** The first labels of Fashion-MNIST's training images: an ankle boot, two T-shirts, a dress, … */
const FASHION_LABELS = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9, 1, 0, 6, 4];
const FASHION_IMAGES = 60_000;

/** True of the data that the expected values are of. */
export function isFashionMnist({ y, count }: LabelledImages): boolean {
  return count === FASHION_IMAGES && FASHION_LABELS.every((label, i) => y[i] === label);
}
