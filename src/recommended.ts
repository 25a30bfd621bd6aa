import { elements } from './arrays.js';
import type { BackendName, DefaultBackend } from './backend/kernels.js';
import { isArray, knownKeys, oneOf, show, wholeNumber } from './errors.js';
import type { InitializerName } from './initializers/index.js';
import { MLP } from './mlp.js';
import type { MLPOptions } from './network/model-options.js';
import { adam } from './optimizers/index.js';
import type { CompileOptions } from './training/compile.js';

export interface RecommendedOptions<B extends BackendName = BackendName> {
  /** Values in a row of x, ≥ 1. */
  readonly inputSize: number;
  /** Classes, ≥ 2. Without it the model learns a number; that takes `data: 'table'`. */
  readonly classes?: number;
  /** Default 'images', the classifier that the lectures recommend; 'table' is what `evenkeel train` takes for a table. */
  readonly data?: RecommendedData;
  /** Training rows of a table: from 10 000 on the network is larger; default fewer. */
  readonly rows?: number;
  /** Units of each hidden layer; default [256], of a table [32] or, of many rows, [128]. */
  readonly hidden?: readonly number[];
  /** Default 'symmetric', for images, or 'tabular', for tables. */
  readonly inputScaling?: 'symmetric' | 'zScore' | 'tabular';
  /** Of the hidden layers: default 'heNormal'; 'glorotUniform' is the lectures' other one. */
  readonly kernelInitializer?: Extract<InitializerName, 'heNormal' | 'glorotUniform'>;
  /** Default 0. */
  readonly seed?: number | string;
  /** Default 'wasm'; where WebAssembly cannot be had, 'javascript', and one warning says why. */
  readonly backend?: B;
}

const kinds = ['images', 'table'] as const;
export type RecommendedData = (typeof kinds)[number];

/** Training rows from which on a table is one of many. */
const MANY_ROWS = 10_000;
/** Inputs from which on batch norm pays for a classifier of a smaller table; docs/defaults.md has the measurements. */
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

/** Options for `new MLP`, `compile` and `fit`. */
export interface RecommendedParts {
  readonly model: MLPOptions<BackendName>;
  readonly compile: CompileOptions;
  readonly fit: {
    readonly epochs: number;
    readonly batchSize: number;
    /** Absent for images, whose few epochs all run. */
    readonly earlyStopping?: { readonly patience: number };
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
 * What {@link recommended} is made of, and the options of `fit` that go with it: plain data, for a config file or as the base of a
 * grid search. Early stopping wants `validationData` or a `validationSplit` beside it.
 *
 * @throws TypeError or RangeError that names the option
 */
export function recommendedOptions(options: RecommendedOptions): RecommendedParts {
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
 * A model that suits its data, compiled and ready to fit. For images the classifier of the lectures: inputs in [−1, 1], ReLU with
 * batch norm, He normal, Adam with a learning rate of 1e-3, cross-entropy, accuracy. For tables what `evenkeel train` takes:
 * 'tabular' inputs, ReLU with dropout, He normal, Adam; numbers are learned by squared error with `targetScaling: 'zScore'`.
 * A classifier of 20 inputs or more and fewer than 10 000 rows also has batch norm, so its last batch needs 2 rows or more.
 *
 * @throws TypeError or RangeError that names the option
 */
export function recommended<B extends BackendName = DefaultBackend>(options: RecommendedOptions<B>): MLP<B> {
  const parts = recommendedOptions(options);
  const model = new MLP(parts.model as MLPOptions<B>);
  model.compile(parts.compile);
  return model;
}
