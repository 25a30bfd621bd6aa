/** Tests that the Uint8ClampedArray of a canvas counts as the bytes that it holds, wherever rows are taken. */
import { describe, expect, it } from 'vitest';
import { take, trainTestSplit } from '../../src/data/index.js';
import { adam, diagnose, lsuv, MLP } from '../../src/index.js';
import { gridSearch } from '../../src/node/index.js';
import { loadPredictor, loadPredictorWith } from '../../src/predictor/index.js';
import { javascript } from '../../src/predictor/javascript/index.js';

// More than 64 bytes are used without a copy, fewer are copied first.
const sizes = [
  ['many', 40],
  ['few', 6],
] as const;
const INPUTS = 9;

const labelsOf = (rows: number) => Array.from({ length: rows }, (_, r) => r % 2);
const bytesOf = (rows: number) => Uint8Array.from({ length: rows * INPUTS }, (_, i) => (i * 89) % 256);
/** Returns the bytes as a canvas has them, within a larger buffer. */
function pixelsOf(bytes: Uint8Array): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(bytes.length + 3);
  pixels.set(bytes, 3);
  return pixels.subarray(3);
}

function made(): MLP<'wasm'> {
  const model = new MLP<'wasm'>({
    inputSize: INPUTS,
    layers: [
      { units: 5, activation: 'relu' },
      { units: 2, activation: 'softmax' },
    ],
    inputScaling: 'unit',
    seed: 3,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam(), metrics: ['accuracy'] });
  return model;
}

type Bytes = Uint8Array | Uint8ClampedArray;
const calls: readonly (readonly [name: string, call: (x: Bytes, rows: number) => unknown])[] = [
  ['predict', (x) => made().predict(x)],
  ['predictAsync', (x) => made().predictAsync(x)],
  ['evaluate', (x, rows) => made().evaluate(x, labelsOf(rows))],
  ['gradients', (x, rows) => made().gradients(x, labelsOf(rows))],
  ['layerOutputs', (x) => made().layerOutputs(x)],
  ['trainOnBatch', (x, rows) => made().trainOnBatch(x, labelsOf(rows))],
  [
    'fit',
    async (x, rows) => {
      const model = made();
      const { loss } = await model.fit(x, labelsOf(rows), { epochs: 2, validationData: [x, labelsOf(rows)] });
      return [loss, model.getWeights(), [...model.save()]];
    },
  ],
  ['fit of a stream', (x, rows) => made().fit(() => [{ x, y: labelsOf(rows) }])],
  [
    'targets',
    (x, rows) => {
      const model = new MLP({ inputSize: 1, layers: [{ units: INPUTS }], seed: 1 });
      model.compile({ loss: 'meanSquaredError' });
      return model.evaluate(new Float32Array(rows), x);
    },
  ],
  ['lsuv', (x) => lsuv(made(), x)],
  ['diagnose', (x, rows) => diagnose(made(), x, labelsOf(rows))],
  ['loadPredictor', (x) => loadPredictor(made().save()).predict(x)],
  ['the predictor in JavaScript', (x) => loadPredictorWith(javascript, made().save()).predictClasses(x)],
  ['take', (x) => take(x, [1, 0], INPUTS)],
  ['trainTestSplit', (x, rows) => trainTestSplit(x, labelsOf(rows), { inputSize: INPUTS })],
  [
    'gridSearch',
    async (x, rows) => {
      const { points } = await gridSearch(x, labelsOf(rows), {
        base: {
          model: { inputSize: INPUTS, layers: [{ units: 2, activation: 'softmax' }], inputScaling: 'unit' },
          compile: { loss: 'crossEntropy' },
        },
        grid: { 'fit.epochs': [1, 2] },
        folds: 2,
        workers: 1,
      });
      return points;
    },
  ],
];

describe.each(calls)('%s', (_, call) => {
  it.each(sizes)('reads the bytes of a canvas as bytes: %s', async (_name, rows) => {
    const bytes = bytesOf(rows);
    expect(await call(pixelsOf(bytes), rows)).toEqual(await call(bytes, rows));
  });
});
