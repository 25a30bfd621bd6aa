import { elements } from './arrays.js';
import type { BackendName, DefaultBackend } from './backend/names.js';
import { isArray, knownKeys, oneOf, show, wholeNumber } from './errors.js';
import type { InitializerName } from './initializers/index.js';
import { MLP } from './mlp.js';
import type { MLPOptions } from './network/model-options.js';
import { adam } from './optimizers/index.js';
import type { CompileOptions } from './training/compile.js';

/** Options of `recommended`: the size of the data, and what to change of the recommended model. */
export interface RecommendedOptions<B extends BackendName = DefaultBackend> {
  /** Number of values in a row of x, ≥ 1. */
  readonly inputSize: number;
  /** Number of classes, ≥ 2. Without it the model learns numbers, which needs `data: 'table'`. */
  readonly classes?: number;
  /** Kind of data: 'images' (default) gives the lectures' classifier, 'table' the model of `evenkeel train`. */
  readonly data?: RecommendedData;
  /** Number of training rows of a table; from 10 000 on the network is larger. By default the table counts as one with fewer rows. */
  readonly rows?: number;
  /** Units of each hidden layer. Default [256] for images, [32] for a table, [128] for a table of 10 000 rows or more. */
  readonly hidden?: readonly number[];
  /** Scaling of the inputs. Default 'symmetric' for images, 'tabular' for tables. */
  readonly inputScaling?: 'symmetric' | 'zScore' | 'tabular';
  /** Initializer of the hidden layers: 'heNormal' (default), or 'glorotUniform', which the lectures also use. */
  readonly kernelInitializer?: Extract<InitializerName, 'heNormal' | 'glorotUniform'>;
  /** Seed of the model; default 0. */
  readonly seed?: number | string;
  /** Backend; default 'wasm'. Where WebAssembly is unavailable the default is 'javascript', and one warning gives the reason. */
  readonly backend?: B;
}

const kinds = ['images', 'table'] as const;
/** Kind of data for which a model is recommended. */
export type RecommendedData = (typeof kinds)[number];

/** Number of training rows from which on a table gets the larger network. */
const MANY_ROWS = 10_000;
/** Number of inputs from which on batch norm pays for a classifier of a smaller table; docs/defaults.md has the measurements. */
const MANY_INPUTS = 20;

/** Recommended settings for each kind of data; docs/defaults.md has the measurements. */
const recipes = {
  images: {
    hidden: [256],
    layer: { batchNorm: true },
    inputScaling: 'symmetric',
    learningRate: 1e-3,
    fit: { epochs: 5, batchSize: 128 },
  },
  few: {
    hidden: [32],
    layer: { dropout: 0.2 },
    inputScaling: 'tabular',
    learningRate: 0.01,
    fit: { epochs: 200, batchSize: 32, earlyStopping: { patience: 20 } },
  },
  many: {
    hidden: [128],
    layer: { dropout: 0.1 },
    inputScaling: 'tabular',
    learningRate: 3e-3,
    fit: { epochs: 200, batchSize: 128, earlyStopping: { patience: 10 } },
  },
} as const;

/** Options for `new MLP`, `compile` and `fit` as plain data. `B` is the backend that they may name. */
export interface RecommendedParts<B extends BackendName = DefaultBackend> {
  /** Options of `new MLP`. */
  readonly model: MLPOptions<B>;
  /** Options of `compile`. */
  readonly compile: CompileOptions;
  /** Options of `fit`. */
  readonly fit: {
    /** Number of epochs. */
    readonly epochs: number;
    /** Number of rows per batch. */
    readonly batchSize: number;
    /** Early stopping; absent for images, which train for all of their few epochs. */
    readonly earlyStopping?: {
      /** Number of epochs without improvement after which the fit ends. */
      readonly patience: number;
    };
  };
}

const optionNames = [
  'inputSize',
  'classes',
  'data',
  'rows',
  'hidden',
  'inputScaling',
  'kernelInitializer',
  'seed',
  'backend',
] as const satisfies readonly (keyof RecommendedOptions)[];

/**
 * Returns the options from which {@link recommended} makes its model, and those of `fit` that go with it. They are plain data,
 * for a config file or as the base of a grid search. Early stopping also needs `validationData` or a `validationSplit`.
 *
 * @throws TypeError or RangeError that names the option
 */
export function recommendedOptions<B extends BackendName = DefaultBackend>(
  options: RecommendedOptions<B>,
): RecommendedParts<B> {
  knownKeys('options', options, optionNames);
  const { inputSize, classes, data = 'images', rows = 0, backend } = options;
  const { kernelInitializer = 'heNormal', seed = 0 } = options;
  oneOf('data', data, kinds);
  wholeNumber('rows', rows, 0);
  const recipe = recipes[data === 'images' ? 'images' : rows < MANY_ROWS ? 'few' : 'many'];
  const { hidden = recipe.hidden, inputScaling = recipe.inputScaling } = options;
  if (classes !== undefined || data === 'images') wholeNumber('classes', classes, 2);
  if (!isArray(hidden)) throw new TypeError(`hidden: expected an array of units, got ${show(hidden)}`);
  const widths = elements(hidden, hidden.length).map((units, h) => wholeNumber(`hidden[${h}]`, units, 1));
  oneOf('inputScaling', inputScaling, ['symmetric', 'zScore', 'tabular']);
  oneOf('kernelInitializer', kernelInitializer, ['heNormal', 'glorotUniform']);
  const normalized = recipe === recipes.few && classes !== undefined && inputSize >= MANY_INPUTS;
  const hiddenLayers = widths.map((units) => ({
    units,
    activation: 'relu' as const,
    kernelInitializer,
    ...recipe.layer,
    ...(normalized && { batchNorm: true }),
  }));
  const common = { inputSize, inputScaling, seed, ...(backend !== undefined && { backend }) };
  const optimizer = adam({ learningRate: recipe.learningRate });
  if (classes === undefined) {
    return {
      model: { ...common, layers: [...hiddenLayers, { units: 1 }], targetScaling: 'zScore' },
      compile: { loss: 'meanSquaredError', optimizer, metrics: ['rootMeanSquaredError', 'r2'] },
      fit: recipe.fit,
    };
  }
  return {
    model: { ...common, layers: [...hiddenLayers, { units: classes, activation: 'softmax' }] },
    compile: { loss: 'crossEntropy', optimizer, metrics: ['accuracy'] },
    fit: recipe.fit,
  };
}

/**
 * Returns a model that suits its data, compiled and ready to fit.
 *
 * For images it is the classifier of the lectures: inputs in [−1, 1], ReLU with batch norm, He normal, Adam with a learning rate
 * of 1e-3, cross-entropy, accuracy. For tables it is the model of `evenkeel train`: 'tabular' inputs, ReLU with dropout, He
 * normal, Adam. Numbers are learned by squared error with `targetScaling: 'zScore'`. A classifier of 20 inputs or more and fewer
 * than 10 000 rows also has batch norm, so its last batch needs at least 2 rows.
 *
 * @throws TypeError or RangeError that names the option
 */
export function recommended<B extends BackendName = DefaultBackend>(options: RecommendedOptions<B>): MLP<B> {
  const parts = recommendedOptions(options);
  const model = new MLP(parts.model);
  model.compile(parts.compile);
  return model;
}
