/** Networks for Fashion-MNIST from the lectures: some learn, some do not, and some are cures. */
import { computed } from '../computed.js';
import { knownKeys } from '../errors.js';
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
import { checkCallbacks } from './callbacks.js';
import type { FiveStartsData, LabelledImages } from './five-starts.js';

/** Network, optimizer and length of training of one recipe. */
export interface Recipe {
  /** One line on what the network shows. */
  readonly about: string;
  /** Units of the hidden layers. */
  readonly hidden: readonly number[];
  /** Activation of the hidden layers. */
  readonly activation: ActivationName;
  /** Scaling of the pixels. */
  readonly inputScaling: InputScaling;
  /** Initializer of every kernel; without it kernels and biases start like PyTorch's nn.Linear. */
  readonly kernelInitializer?: Initializer;
  /** Initializer of the last kernel, if it differs from `kernelInitializer`. */
  readonly outputInitializer?: Initializer;
  /** True if the hidden layers have batch normalization. */
  readonly batchNorm: boolean;
  /** Optimizer of the training. */
  readonly optimizer: Optimizer;
  /** Number of training epochs. */
  readonly epochs: number;
}

export const BATCH_SIZE = 128;
const CLASSES = 10;

/** Options that most recipes share; each recipe states its differences. */
const plain = {
  hidden: [256],
  activation: 'relu',
  inputScaling: 'symmetric',
  batchNorm: false,
  optimizer: /* @__PURE__ */ sgd({ learningRate: 0.01 }),
  epochs: 10,
} as const satisfies Omit<Recipe, 'about'>;
const recommended = /* @__PURE__ */ computed(
  () =>
    ({
      ...plain,
      batchNorm: true,
      kernelInitializer: heNormal(),
      // The same choice as recommended() makes.
      outputInitializer: glorotUniform(),
      optimizer: adam({ learningRate: 0.001 }),
      epochs: 6,
    }) as const,
);
const layersOf = (count: number, units: number) => Array.from({ length: count }, () => units);
const sevenLayers = /* @__PURE__ */ computed(
  () => ({ ...plain, hidden: layersOf(7, 128), epochs: 8 }) as const,
);
const zScore = { kind: 'zScore', per: 'dataset' } as const;
/** Sigmoid networks from PyTorch's start; `rawSigmoids` feeds them unscaled bytes, as in the lectures' figure. */
const sigmoids = (count: number) =>
  ({ ...plain, hidden: layersOf(count, 128), activation: 'sigmoid', epochs: 6 }) as const;
const rawSigmoids = (count: number) => ({ ...sigmoids(count), inputScaling: 'none', epochs: 8 }) as const;

/** Name of a recipe. It is written out because a type taken from the results would put all of them into the declarations. */
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

/** Recipes by name. */
export const recipes: Readonly<Record<RecipeName, Recipe>> = /* @__PURE__ */ computed(() => ({
  recommended: {
    ...recommended,
    about: "the lectures' advice: ReLU, batch norm, He normal, Adam",
  },
  'recommended-glorot': {
    ...recommended,
    about: 'recommended, from Glorot uniform',
    kernelInitializer: glorotUniform(),
  },
  recommended4: { ...recommended, about: 'recommended, with four hidden layers', hidden: layersOf(4, 256) },
  sgd: { ...plain, about: "ReLU and plain SGD from PyTorch's start", epochs: 20 },
  unit: { ...plain, about: 'sgd on inputs in [0, 1]: slower', inputScaling: 'unit' },
  zScore: {
    ...plain,
    about: 'sgd on standardized inputs: faster',
    inputScaling: zScore,
  },
  raw: {
    ...plain,
    about: 'sgd on unscaled bytes: most units die at once',
    inputScaling: 'none',
  },
  sigmoid: { ...plain, about: 'sgd with a sigmoid layer in place of ReLU', activation: 'sigmoid' },
  'sigmoid-unit': {
    ...plain,
    about: 'sigmoid on inputs in [0, 1]',
    activation: 'sigmoid',
    inputScaling: 'unit',
  },
  'sigmoid-zScore': {
    ...plain,
    about: 'sigmoid on standardized inputs',
    activation: 'sigmoid',
    inputScaling: zScore,
  },
  'sigmoid-raw': {
    ...plain,
    about: 'sigmoid on unscaled bytes: learns faster',
    activation: 'sigmoid',
    inputScaling: 'none',
  },
  units64: { ...plain, about: 'sgd with 64 units', hidden: [64], epochs: 20 },
  units1024: { ...plain, about: 'sgd with 1024 units', hidden: [1024], epochs: 6 },
  layers2: { ...plain, about: 'sgd with two hidden layers', hidden: layersOf(2, 256), epochs: 20 },
  layers3: { ...plain, about: 'sgd with three hidden layers', hidden: layersOf(3, 256), epochs: 20 },
  layers4: { ...plain, about: 'sgd with four hidden layers', hidden: layersOf(4, 256), epochs: 20 },
  'sigmoid1-raw': { ...rawSigmoids(1), about: 'one sigmoid layer of 128 on unscaled bytes' },
  'sigmoid2-raw': { ...rawSigmoids(2), about: 'two sigmoid layers on unscaled bytes: slower, but learns' },
  'sigmoid5-raw': { ...rawSigmoids(5), about: 'five sigmoid layers on unscaled bytes: learns nothing' },
  'sigmoid7-raw': { ...rawSigmoids(7), about: 'seven sigmoid layers on unscaled bytes: learns nothing' },
  sigmoid2: { ...sigmoids(2), about: "two sigmoid layers from PyTorch's start: slow" },
  sigmoid5: { ...sigmoids(5), about: "five sigmoid layers from PyTorch's start: learns nothing" },
  sigmoid7: { ...sigmoids(7), about: "seven sigmoid layers from PyTorch's start; layer 1 is stuck" },
  'sigmoid7-16n': {
    ...sevenLayers,
    about: 'sigmoid7 with variance 16 / fanIn; gradients reach layer 1',
    activation: 'sigmoid',
    kernelInitializer: xavierSigmoid(),
  },
  'sigmoid7-batchNorm': {
    ...sevenLayers,
    about: 'sigmoid7 with Glorot uniform, batch norm and Adam',
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
  zeros: { ...plain, about: 'all weights start at 0 and stay equal', kernelInitializer: zeros(), epochs: 3 },
}));

/** Names of all recipes. */
export const recipeNames = /* @__PURE__ */ Object.keys(recipes) as RecipeName[];

/** Options of `trainRecipe`. */
export interface RecipeOptions {
  /** Number of epochs, ≥ 1; default the recipe's. */
  readonly epochs?: number;
  /** Seed of weights and shuffles; default 0. */
  readonly seed?: number;
  /** Backend as in MLPOptions. */
  readonly backend?: BackendName;
  /** Arithmetic as in MLPOptions; default 'portable'. */
  readonly arithmetic?: Arithmetic;
}

const recipeKeys = [
  'epochs',
  'seed',
  'backend',
  'arithmetic',
] as const satisfies readonly (keyof RecipeOptions)[];

/** Creates and compiles the network of a recipe. @throws TypeError or RangeError if an option is unknown or wrong */
export function recipeModel(
  name: RecipeName,
  inputSize: number,
  given: RecipeOptions = {},
): MLP<BackendName> {
  knownKeys('options', given, recipeKeys);
  const { seed = 0, backend, arithmetic = 'portable' } = given;
  const options = { ...recipeNetwork(name, inputSize), seed, arithmetic, ...(backend && { backend }) };
  const model = new MLP<BackendName>(options);
  model.compile(recipeTraining(name));
  return model;
}

/** Returns the options of `new MLP` for a recipe. */
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

/** Returns the options of `compile` for a recipe. */
export function recipeTraining(name: RecipeName): CompileOptions {
  return { loss: 'crossEntropy', optimizer: recipes[name].optimizer, metrics: ['accuracy'] };
}

/** Loss and accuracies over all images after an epoch, measured with the model as it predicts then. */
export interface RecipeEpoch {
  /** Epoch, counted from 1. */
  readonly epoch: number;
  /** Cross-entropy over the training images. */
  readonly trainLoss: number;
  /** Share of the training images that are classified correctly. */
  readonly trainAccuracy: number;
  /** Share of the test images that are classified correctly. */
  readonly testAccuracy: number;
}

/** Result of `trainRecipe`. */
export interface RecipeResult {
  /** Kind of the report. */
  readonly kind: 'recipe';
  /** Name of the recipe. */
  readonly name: RecipeName;
  /** Norm of each kernel's gradient over the first 128 training images, before training. */
  readonly gradientNorms: readonly number[];
  /** Measurements after each epoch. */
  readonly epochs: readonly RecipeEpoch[];
}

/** Callbacks and abort signal of `trainRecipe`. */
export interface RecipeRun {
  /** Called before training with the norm of each kernel's gradient over the first 128 training images. */
  onGradients?(norms: readonly number[]): void;
  /** Called after every epoch. */
  onEpoch?(epoch: RecipeEpoch): void;
  /** Callbacks of `fit`, which run after onEpoch. */
  readonly callbacks?: readonly Callback[];
  /** Aborts the training. */
  readonly signal?: AbortSignalLike;
}

/**
 * Trains the network of a recipe and measures it after every epoch.
 *
 * @param name     name of the recipe
 * @param data     training and test images
 * @param options  epochs, seed, backend and arithmetic
 * @param run      callbacks and an abort signal
 * @returns  the measurements of all epochs, which `evenkeel/report` shows
 * @throws NonFiniteError          if the loss or a gradient is not finite
 * @throws TypeError, RangeError   if an option or the data are invalid
 * @throws the signal's reason     if the signal aborts
 */
export async function trainRecipe(
  name: RecipeName,
  { train, test }: FiveStartsData,
  options: RecipeOptions = {},
  run: RecipeRun = {},
): Promise<RecipeResult> {
  checkCallbacks('run', run, ['onGradients', 'onEpoch'] satisfies (keyof RecipeRun)[], [
    'callbacks',
    'signal',
  ]);
  const { onGradients, onEpoch, callbacks = [], signal } = run;
  const model = recipeModel(name, train.inputSize, options);
  model.adapt(train.x);
  const norms = gradientNorms(model, train);
  onGradients?.(norms);
  const measured: RecipeEpoch[] = [];
  const measuring: Callback = {
    async onEpochEnd({ epoch, validation }) {
      const { loss, accuracy } = await model.evaluateAsync(train.x, train.y);
      const finished: RecipeEpoch = {
        epoch,
        trainLoss: loss,
        trainAccuracy: accuracy ?? Number.NaN,
        testAccuracy: validation?.accuracy ?? Number.NaN,
      };
      measured.push(finished);
      onEpoch?.(finished);
    },
  };
  await model.fit(train.x, train.y, {
    epochs: options.epochs ?? recipes[name].epochs,
    batchSize: BATCH_SIZE,
    validationData: [test.x, test.y],
    callbacks: [measuring, ...callbacks],
    ...(signal && { signal }),
  });
  return { kind: 'recipe', name, gradientNorms: norms, epochs: measured };
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

/** First labels of Fashion-MNIST's training images: an ankle boot, two T-shirts, a dress, … */
const FASHION_LABELS = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9, 1, 0, 6, 4];
const FASHION_IMAGES = 60_000;

/** Returns true if the images are Fashion-MNIST's, to which the expected values belong. */
export function isFashionMnist({ y, count }: LabelledImages): boolean {
  return count === FASHION_IMAGES && FASHION_LABELS.every((label, i) => y[i] === label);
}
