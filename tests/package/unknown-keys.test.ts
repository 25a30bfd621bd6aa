/** Unknown keys: every object of options, at any depth, refuses them by their path and suggests the key that is meant. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/task/config.js';
import { csvKeys } from '../../src/data/csv/options.js';
import { encodeRow, kFold, learnCsv, readCsv, readCsvStream, trainTestSplit } from '../../src/data/index.js';
import {
  type BatchNormOptions,
  type DiagnosticsOptions,
  type EarlyStopping,
  heNormal,
  type LoadOptions,
  MLP,
  type MLPOptions,
  type RecommendedOptions,
  recommended,
  type SaveOptions,
} from '../../src/index.js';
import { initializerNames, named } from '../../src/initializers/index.js';
import { compareDefaults, compareStarts, experiments, fiveStarts, trainRecipe } from '../../src/lab/index.js';
import { metricNames, metricRow } from '../../src/metrics/table.js';
import { activationNames, checkActivation } from '../../src/network/activations.js';
import { layerKeys } from '../../src/network/layers.js';
import { modelKeys } from '../../src/network/model-options.js';
import { type GridSearchOptions, gridSearch } from '../../src/node/index.js';
import { optimizerNames } from '../../src/optimizers/index.js';
import { commonDefaults, rows as optimizers } from '../../src/optimizers/step.js';
import { kindOf, scheduleNames } from '../../src/schedules/kinds.js';
import { compileKeys } from '../../src/training/compile.js';
import { plainFitKeys } from '../../src/training/fit-options.js';
import { checkLoss, lossNames } from '../../src/training/losses.js';
import { untyped } from '../support/refusals.js';
import { ownFolder } from '../support/searches.js';

type Use = (options: never) => unknown;
type Place = readonly [path: string, keys: readonly string[], use: Use];

/** The keys of a type; one that is missing or too many does not compile. */
function keysOf<Options>(keys: Readonly<Record<keyof Options, true>>): string[] {
  return Object.keys(keys);
}

const layers = [{ units: 2 }];
const model = (options: object) => new MLP(untyped<MLPOptions>({ inputSize: 1, layers, ...options }));
const layer = (options: object) => model({ layers: [{ units: 2, ...options }] });
const compile = (options: object) => model({}).compile(untyped({ loss: 'squaredError', ...options }));
const optimizer = (options: object) => compile({ optimizer: options });
const train = (options: object) => {
  const made = new MLP({ inputSize: 1, layers });
  made.compile({ loss: 'squaredError' });
  return made.fit([[1]], [[1, 2]], untyped({ epochs: 0, ...options }));
};
const saved = new MLP({ inputSize: 1, layers }).save();
const text = 'a,b\n1,x\n2,y\n';
const { columns } = readCsv(text, { target: 'b' });
const like = (options: object) => readCsv(text, { like: { columns: untyped(options) } });
const feature = (options: object) => like({ ...columns, features: [options] });
const base = { model: { inputSize: 1, layers }, compile: { loss: 'squaredError' } };
const search = (options: object) =>
  gridSearch([[1]], [[1, 2]], untyped({ base, grid: {}, folds: 2, workers: 1, ...options }));
const part = (name: string) => (options: object) =>
  search({ base: { ...base, [name]: { ...untyped<Record<string, object>>(base)[name], ...options } } });
const without = (keys: readonly string[], ...left: string[]) => keys.filter((key) => !left.includes(key));

const folder = ownFolder();
const config = (options: object) => {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(options));
  return readConfig(join(folder, 'config.json'));
};
const inConfig = (name: string) => (options: object) => config({ [name]: options });
const configPath = `${join(folder, 'config.json')}: config`;

const ofModel: readonly Place[] = [
  ['options', modelKeys, model],
  ['layers[0]', layerKeys, layer],
  [
    'layers[0].batchNorm',
    keysOf<BatchNormOptions>({ momentum: true, epsilon: true, position: true }),
    (batchNorm) => layer({ batchNorm }),
  ],
  ['inputScaling', ['kind', 'per'], (given: object) => model({ inputScaling: { kind: 'unit', ...given } })],
  [
    'inputScaling',
    ['mean', 'std'],
    (given: object) => model({ inputScaling: { mean: 0, std: 1, ...given } }),
  ],
  [
    'targetScaling',
    ['mean', 'std'],
    (given: object) => model({ targetScaling: { mean: 0, std: 1, ...given } }),
  ],
  ...activationNames.map((name): Place => {
    const { name: _, ...options } = checkActivation('activation', name);
    const use = (given: object) => layer({ activation: { name, ...given } });
    return ['layers[0].activation', Object.keys(options), use];
  }),
  ...initializerNames.flatMap((name): Place[] => {
    const keys = Object.keys(named[name]().config);
    return (['kernelInitializer', 'biasInitializer'] as const).map((at) => [
      `layers[0].${at}`,
      keys,
      (given: object) => layer({ [at]: { name, ...given } }),
    ]);
  }),
  [
    'layers[0].kernelInitializer.draw',
    Object.keys(heNormal().config),
    (given: object) =>
      layer({ kernelInitializer: { name: 'drawThenScale', draw: { name: 'heNormal', ...given } } }),
  ],
];

const ofTraining: readonly Place[] = [
  ['options', compileKeys, compile],
  ...lossNames.map((name): Place => {
    const { name: _, ...options } = checkLoss('loss', name);
    return ['loss', Object.keys(options), (given: object) => compile({ loss: { name, ...given } })];
  }),
  ...metricNames.map((name): Place => {
    const keys = ['name', ...Object.keys(metricRow(name).options)];
    return ['metrics[0]', keys, (given: object) => compile({ metrics: [{ name, ...given }] })];
  }),
  ...optimizerNames.map((name): Place => {
    const keys = Object.keys({ ...commonDefaults, ...optimizers[name].defaults });
    return ['optimizer', keys, (given: object) => optimizer({ name, ...given })];
  }),
  ...scheduleNames.map((name): Place => {
    const keys = Object.keys(kindOf(name).options);
    const use = (given: object) => optimizer({ name: 'sgd', learningRate: { name, ...given } });
    return ['optimizer.learningRate', keys, use];
  }),
  [
    'options',
    [...plainFitKeys, 'initialEpoch', 'validationData', 'callbacks', 'signal', 'sampleWeight'],
    train,
  ],
  [
    'earlyStopping',
    keysOf<EarlyStopping>({ monitor: true, patience: true, minDelta: true, restoreBest: true }),
    (earlyStopping) => train({ earlyStopping }),
  ],
  ['diagnostics', keysOf<DiagnosticsOptions>({ everySteps: true }), (diagnostics) => train({ diagnostics })],
  ['callbacks[1]', ['onEpochEnd', 'onBatchEnd', 'onFitEnd'], (one) => train({ callbacks: [{}, one] })],
  [
    'options',
    keysOf<SaveOptions>({ weightsOnly: true, metadata: true }),
    (options) => model({}).save(options),
  ],
  [
    'options',
    keysOf<LoadOptions>({ backend: true, arithmetic: true, threads: true }),
    (options) => MLP.load(saved, options),
  ],
  [
    'weights[0]',
    ['kernel', 'bias'],
    (given: object) => {
      const made = model({});
      made.setWeights([{ ...made.getWeights()[0]!, ...given }]);
    },
  ],
];

const ofData: readonly Place[] = [
  ['options', csvKeys, (options: object) => readCsv(text, untyped({ target: 'b', ...options }))],
  ['options', csvKeys, (options: object) => learnCsv(() => [text], untyped({ target: 'b', ...options }))],
  [
    'options',
    [...csvKeys, 'batchSize'],
    (options: object) => readCsvStream([text], untyped({ target: 'b', ...options })),
  ],
  [
    'like.columns',
    ['features', 'target', 'targets', 'reading'],
    (given: object) => like({ ...columns, ...given }),
  ],
  [
    'like.columns.features[0]',
    ['name', 'kind', 'mean'],
    (given: object) => feature({ ...columns.features[0], ...given }),
  ],
  [
    'like.columns.target',
    ['name', 'kind', 'categories'],
    (given: object) => like({ ...columns, target: { ...columns.target, ...given } }),
  ],
  ['like.columns.reading', ['missing', 'decimal', 'onMissing'], (reading) => like({ ...columns, reading })],
  ['options', ['onMissing', 'onUnknown'], (options) => encodeRow(columns, { a: 1 }, options)],
  [
    'options',
    ['testSize', 'seed', 'stratify', 'inputSize'],
    (options) => trainTestSplit([[1], [2]], [1, 2], options),
  ],
  ['options', ['folds', 'seed', 'stratify'], (options) => kFold(6, options)],
];

const ofSearches: readonly Place[] = [
  [
    'options',
    keysOf<GridSearchOptions>({
      base: true,
      grid: true,
      folds: true,
      seed: true,
      stratify: true,
      score: true,
      workers: true,
      file: true,
      onResult: true,
      signal: true,
    }),
    search,
  ],
  ['base', ['model', 'compile', 'fit'], (given: object) => search({ base: { ...base, ...given } })],
  ['base.model', modelKeys, part('model')],
  ['base.compile', compileKeys, part('compile')],
  ['base.fit', without(plainFitKeys, 'diagnostics'), part('fit')],
  ['layers[0]', layerKeys, (given: object) => part('model')({ layers: [{ units: 2, ...given }] })],
  [configPath, ['model', 'compile', 'fit', 'data'], config],
  [`${configPath}.model`, without(modelKeys, 'inputSize'), inConfig('model')],
  [`${configPath}.compile`, compileKeys, inConfig('compile')],
  [`${configPath}.fit`, plainFitKeys, inConfig('fit')],
  [`${configPath}.data`, without(csvKeys, 'name', 'like'), inConfig('data')],
];

const images = { x: new Uint8Array(4), y: new Uint8Array(1), count: 1, inputSize: 4 };
const data = { train: images, test: images };
const never = AbortSignal.abort(new Error('ended'));
const ofLab: readonly Place[] = [
  [
    'options',
    ['inputSize', 'classes', 'data'],
    (given: object) => recommended(untyped<RecommendedOptions>({ inputSize: 4, classes: 2, ...given })),
  ],
  ['options', ['epochs', 'batchSize', 'learningRate', 'units'], (options) => fiveStarts(data, options)],
  ['options', ['epochs', 'seed', 'backend', 'arithmetic'], (options) => trainRecipe('sgd', data, options)],
  [
    'options',
    Object.keys(compareDefaults),
    (options) => compareStarts('heNormal', 'zeros', options, { signal: never }),
  ],
  ['callbacks', ['onStart', 'onBatch', 'onEpoch', 'onFinish'], (given) => fiveStarts(data, {}, given)],
  [
    'run',
    ['onGradients', 'onEpoch', 'callbacks', 'signal'],
    (given: object) => trainRecipe('sgd', data, {}, { signal: never, ...given }),
  ],
  [
    'callbacks',
    ['onProgress', 'onMeasured', 'signal'],
    (given: object) => compareStarts('heNormal', 'zeros', {}, { signal: never, ...given }),
  ],
  ...Object.values(experiments).map(
    ({ id, run }): Place => [
      'callbacks',
      ['onProgress', 'signal', ...(id === 'X6' ? ['onNetwork', 'onEpoch'] : [])],
      (given: object) =>
        (run as (given: unknown, callbacks: object) => unknown)(id === 'X6' ? { data } : {}, {
          signal: never,
          ...given,
        }),
    ],
  ),
  ...Object.values(experiments).map(
    ({ defaults, run }): Place => [
      'options',
      Object.keys(defaults),
      (options) => (run as (given: unknown, callbacks: object) => unknown)(options, { signal: never }),
    ],
  ),
];

/** The message of the error that a call throws or rejects with; empty if it succeeds. */
async function messageFrom(run: () => unknown): Promise<string> {
  try {
    await run();
    return '';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

describe.each(Object.entries({ ofModel, ofTraining, ofData, ofSearches, ofLab }))('%s', (_, places) => {
  it.each(places)('%s refuses an unknown key (%#)', async (path, keys, use) => {
    // The first letter twice: near enough to its own key, and no name of another library.
    for (const key of keys) {
      const unknown = `${key}${key[0]}x`;
      const message = await messageFrom(() => use(untyped({ [unknown]: 1 })));
      expect(message).toContain(
        `TypeError: ${path}.${unknown}: unknown option; did you mean '${key}'? Known: `,
      );
    }
    const none = await messageFrom(() => use(untyped({ zz: 1 })));
    expect(none).toContain(`TypeError: ${path}.zz: unknown option; `);
  });

  it.each(places)('%s knows each of its own keys (%#)', async (path, keys, use) => {
    for (const key of keys) {
      const message = await messageFrom(() => use(untyped({ [key]: Symbol.iterator })));
      expect(message).not.toContain(`${path}.${key}: unknown option`);
    }
  });
});

it('answers names of other libraries in a config file and in a search as everywhere', async () => {
  for (const [name, key, meant] of [
    ['model', 'random_state', 'seed'],
    ['compile', 'criterion', 'loss'],
    ['fit', 'batch_size', 'batchSize'],
    ['fit', 'max_iter', 'epochs'],
  ] as const) {
    const hint = `${name}.${key}: unknown option; did you mean '${meant}'?`;
    expect(() => inConfig(name)({ [key]: 1 })).toThrow(hint);
    await expect(part(name)({ [key]: 1 })).rejects.toThrow(`base.${hint}`);
  }
});
