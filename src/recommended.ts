import { elements } from './arrays.js';
import type { BackendName, DefaultBackend } from './backend/kernels.js';
import { knownKeys, oneOf, show, wholeNumber } from './errors.js';
import type { InitializerName } from './initializers/index.js';
import { MLP } from './mlp.js';
import { adam } from './optimizers/index.js';

export interface RecommendedOptions<B extends BackendName = BackendName> {
  /** Values in a row of x, ≥ 1. */
  readonly inputSize: number;
  /** Number of classes, ≥ 2. Without it the model is a regression of one number, which needs `data: 'table'`. */
  readonly classes?: number;
  /** 'images' (default) gives the classifier that the lectures recommend; 'table' gives the network that `evenkeel train` uses. */
  readonly data?: RecommendedData;
  /** Number of training rows of a table. From 10 000 on the network is larger; the default assumes fewer. */
  readonly rows?: number;
  /** Units of each hidden layer. Default [256] for images; for tables [32] or, from 10 000 rows on, [128]. */
  readonly hidden?: readonly number[];
  /** Input scaling; default 'symmetric' for images, 'tabular' for tables. */
  readonly inputScaling?: 'symmetric' | 'zScore' | 'tabular';
  /** Initializer of the hidden layers' kernels: 'heNormal' (default) or 'glorotUniform', both from the lectures. */
  readonly kernelInitializer?: Extract<InitializerName, 'heNormal' | 'glorotUniform'>;
  /** Seed of weights, shuffles and dropout; default 0. */
  readonly seed?: number | string;
  /** Backend; default 'wasm', or 'javascript' with one warning where WebAssembly is unavailable. */
  readonly backend?: B;
}

const kinds = ['images', 'table'] as const;
export type RecommendedData = (typeof kinds)[number];

/** Number of training rows from which a table counts as large. */
const MANY_ROWS = 10_000;

/** What suits which data: docs/defaults.md has the measurements. */
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

function recipeFor(data: RecommendedData, rows: number) {
  return recipes[data === 'images' ? 'images' : rows < MANY_ROWS ? 'few' : 'many'];
}

/**
 * Returns a compiled model that suits the kind of data.
 *
 * For images it is the classifier of the lectures: inputs in [−1, 1], ReLU with batch norm, He normal, Adam with a learning rate
 * of 1e-3, cross-entropy, accuracy. For tables it is the network of `evenkeel train`: 'tabular' inputs, ReLU with dropout, He
 * normal, Adam; a regression uses squared error with `targetScaling: 'zScore'`. {@link recommendedFit} returns matching options
 * of `fit`.
 *
 * @throws TypeError or RangeError that names the option
 */
export function recommended<B extends BackendName = DefaultBackend>(options: RecommendedOptions<B>): MLP<B> {
  const names = [
    'inputSize',
    'classes',
    'data',
    'rows',
    'hidden',
    'inputScaling',
    'kernelInitializer',
    'seed',
    'backend',
  ];
  knownKeys('options', options, names);
  const { inputSize, classes, data = 'images', rows = 0, backend } = options;
  const { kernelInitializer = 'heNormal', seed = 0 } = options;
  checkData(data, rows);
  const recipe = recipeFor(data, rows);
  const { hidden = recipe.hidden, inputScaling = recipe.inputScaling } = options;
  if (classes !== undefined || data === 'images') wholeNumber('classes', classes, 2);
  if (!Array.isArray(hidden)) throw new TypeError(`hidden: expected an array of units, got ${show(hidden)}`);
  const widths = elements(hidden, hidden.length).map((units, h) => wholeNumber(`hidden[${h}]`, units, 1));
  oneOf('inputScaling', inputScaling, ['symmetric', 'zScore', 'tabular']);
  oneOf('kernelInitializer', kernelInitializer, ['heNormal', 'glorotUniform']);
  const model = new MLP({
    inputSize,
    layers: [
      ...widths.map((units) => ({
        units,
        activation: 'relu' as const,
        kernelInitializer,
        ...recipe.layer,
      })),
      classes === undefined ? { units: 1 } : { units: classes, activation: 'softmax' as const },
    ],
    inputScaling,
    ...(classes === undefined && { targetScaling: 'zScore' as const }),
    seed,
    ...(backend !== undefined && { backend }),
  });
  const optimizer = adam({ learningRate: recipe.learningRate });
  if (classes === undefined) {
    model.compile({ loss: 'meanSquaredError', optimizer, metrics: ['rootMeanSquaredError', 'r2'] });
  } else model.compile({ loss: 'crossEntropy', optimizer, metrics: ['accuracy'] });
  return model;
}

/** Options of `fit` for a {@link recommended} model. Add `validationData` or a `validationSplit` yourself. */
export interface RecommendedFit {
  readonly epochs: number;
  readonly batchSize: number;
  /** Early stopping; absent for images, whose few epochs all run. */
  readonly earlyStopping?: { readonly patience: number };
}

/**
 * Returns options of `fit` that suit a {@link recommended} model.
 *
 * @param options  `data` and `rows`, as for `recommended`
 * @throws TypeError or RangeError that names the option
 */
export function recommendedFit(options: Pick<RecommendedOptions, 'data' | 'rows'> = {}): RecommendedFit {
  knownKeys('options', options, ['data', 'rows']);
  const { data = 'images', rows = 0 } = options;
  checkData(data, rows);
  return recipeFor(data, rows).fit;
}

function checkData(data: unknown, rows: unknown): void {
  oneOf('data', data, kinds);
  wholeNumber('rows', rows, 0);
}
