/** Revoked Proxies, which throw at every access, give an error that opens with the argument, like any other wrong value. */
import { describe, expect, it } from 'vitest';
import { encodeRow, oneHot, readCsv, readCsvStream, trainTestSplit } from '../../src/data/index.js';
import {
  adam,
  diagnose,
  explainInitializer,
  explainModel,
  explainModelAsync,
  findNonFinite,
  gradientCheck,
  heNormal,
  huber,
  lsuv,
  MLP,
  type MLPOptions,
  type RecommendedOptions,
  Rng,
  recommended,
  sgd,
} from '../../src/index.js';
import { accuracy, classificationReport } from '../../src/metrics/index.js';
import { type GridBase, gridSearch, progressBar } from '../../src/node/index.js';
import { toText } from '../../src/report/index.js';
import { criticalGain, propagate, propagateAsync } from '../../src/theory/index.js';
import { untyped } from '../support/refusals.js';

function revoked<T>(target: object = {}): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return untyped<T>(proxy);
}

const model = new MLP({ inputSize: 1, layers: [{ units: 1 }] });
model.compile({ loss: 'meanSquaredError' });
const x = [[1]];
const classes = new MLP({ inputSize: 1, layers: [{ units: 2, activation: 'softmax' }] });
classes.compile({ loss: 'crossEntropy' });
const start = { depth: 2, width: 2, activation: 'relu', kernelInitializer: 'heNormal', networks: 2 } as const;
const base: GridBase = { model: { inputSize: 1, layers: [{ units: 1 }] }, compile: { loss: 'huber' } };

const calls: readonly (readonly [argument: string, call: () => unknown])[] = [
  ['options', () => new MLP(revoked<MLPOptions>())],
  ['layers', () => new MLP({ inputSize: 1, layers: revoked([]) })],
  ['layers\\[0\\]', () => new MLP({ inputSize: 1, layers: [revoked()] })],
  ['layers\\[0\\]\\.units', () => new MLP({ inputSize: 1, layers: [{ units: revoked() }] })],
  [
    'layers\\[0\\]\\.activation',
    () => new MLP({ inputSize: 1, layers: [{ units: 1, activation: revoked() }] }),
  ],
  ['inputScaling', () => new MLP({ inputSize: 1, layers: [{ units: 1 }], inputScaling: revoked() })],
  ['seed', () => new Rng(revoked())],
  ['x', () => model.predict(revoked([]))],
  ['x', () => model.predict(revoked(new Float32Array(1)))],
  ['x\\[0\\]', () => model.predict([revoked<number[]>([])])],
  ['y', () => model.evaluate(x, revoked([]))],
  ['options', () => model.evaluate(x, x, revoked())],
  ['weights', () => model.setWeights(revoked([]))],
  ['bytes', () => MLP.load(revoked(new Uint8Array(1)))],
  ['options', () => model.compile(revoked())],
  ['options', () => model.fit(x, x, revoked())],
  ['x', () => model.fit(revoked(), x)],
  ['callbacks', () => model.fit(x, x, { callbacks: revoked([]) })],
  ['callbacks\\[0\\]', () => model.fit(x, x, { callbacks: [revoked()] })],
  ['validationData', () => model.fit(x, x, { validationData: revoked([]) })],
  ['adam', () => adam(revoked())],
  ['options', () => new Rng(1).normal(3, revoked())],
  ['out', () => new Rng(1).normal(3, { out: revoked(new Float32Array(3)) })],
  ['shape', () => heNormal()(revoked([]), new Rng(1))],
  ['options', () => recommended(revoked<RecommendedOptions>())],
  ['options', () => propagate(revoked())],
  ['options', () => readCsv('a\n1', revoked())],
  ['x', () => trainTestSplit(revoked<number[][]>([]), [1])],
  ['model', () => lsuv(revoked(), x)],
  ['model', () => diagnose(revoked(), x, x)],
  ['model', () => findNonFinite(revoked(), x, x)],
  ['model', () => gradientCheck(revoked(), x, x)],
  ['model', () => explainModel(revoked())],
  ['model', () => explainModelAsync(revoked())],
  ['loss', () => model.compile({ loss: revoked() })],
  ['loss\\.delta', () => model.compile({ loss: { name: 'huber', delta: revoked() } })],
  ['huber', () => huber(revoked())],
  ['optimizer', () => model.compile({ loss: 'huber', optimizer: revoked() })],
  [
    'optimizer\\.learningRate',
    () => model.compile({ loss: 'huber', optimizer: untyped({ name: 'sgd', learningRate: revoked() }) }),
  ],
  ['learningRate', () => sgd({ learningRate: revoked() })],
  ['metrics', () => model.compile({ loss: 'huber', metrics: revoked([]) })],
  ['metrics\\[0\\]', () => model.compile({ loss: 'huber', metrics: [revoked()] })],
  ['signal', () => model.fit(x, x, { signal: revoked() })],
  ['signal', () => propagateAsync({ ...start, signal: revoked() })],
  ['classWeight', () => classes.fit(x, [0], { classWeight: revoked() })],
  ['sampleWeight', () => model.fit(x, x, { sampleWeight: revoked([]) })],
  ['x', () => model.fit(revoked())],
  ['metadata', () => model.save({ metadata: revoked() })],
  ['featureNames', () => diagnose(model, x, x, { featureNames: revoked([]) })],
  ['rng', () => heNormal()([1, 1], revoked())],
  ['rng', () => explainInitializer('heNormal', [1, 1], { rng: revoked() })],
  ['activation', () => propagate({ ...start, activation: revoked() })],
  ['activation\\.kinks', () => criticalGain({ value: Math.sin, kinks: revoked([]) })],
  ['text', () => readCsv(revoked(new Uint8Array(1)))],
  ['source', () => readCsvStream(revoked(new Uint8Array(1))).next()],
  ['columns', () => readCsv('a\n1', { columns: revoked() })],
  ['like\\.columns', () => readCsv('a\n1', { like: { columns: revoked() } })],
  ['like\\.columns\\.features', () => readCsv('a\n1', { like: { columns: { features: revoked([]) } } })],
  [
    'like\\.columns\\.features\\[0\\]',
    () => readCsv('a\n1', { like: { columns: { features: [revoked()] } } }),
  ],
  ['row', () => encodeRow({ features: [{ name: 'a', kind: 'numeric' }] }, revoked())],
  ['classes', () => oneHot(revoked([]))],
  ['grid', () => gridSearch(x, x, { base, grid: revoked() })],
  ["grid\\['fit\\.epochs'\\]", () => gridSearch(x, x, { base, grid: { 'fit.epochs': revoked([]) } })],
  ['base\\.model', () => gridSearch(x, x, { base: { ...base, model: revoked() }, grid: {} })],
  ['stream', () => progressBar({ stream: revoked() })],
  ['report', () => toText(revoked())],
  ['yTrue', () => accuracy(revoked([]), [1])],
  ['names', () => classificationReport([0], [0], { names: revoked([]) })],
];

describe.each(calls)('%s', (argument, call) => {
  it('is named in the error, and nothing changes: case %#', async () => {
    const before = model.getWeights();
    const made = (async () => call())();
    await expect(made).rejects.toThrow(TypeError);
    await expect(made).rejects.toThrow(new RegExp(`^${argument}: expected .*, got a revoked Proxy$`));
    expect(model.getWeights()).toEqual(before);
  });
});
