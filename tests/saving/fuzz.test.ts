/** Changes ten thousand model files. Each is refused with an error, or loads as a model that works. */
import { strictEqual as equal, ok } from 'node:assert';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BackendName, MLP, NonFiniteError, ShapeError } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { tamperedFiles } from '../support/tampered-files.js';

const kindsOfError = new Set<unknown>([TypeError, RangeError, ShapeError, NonFiniteError]);
/** Bound of moderate models: if no number exceeds it, and no divisor is below its inverse, nothing overflows an f32. */
const MODERATE = 1e6;

function isModerate(model: MLP<BackendName>): boolean {
  const { layers, inputScaling } = model.config;
  const factors = model
    .getWeights()
    .flatMap((layer) => Object.values(layer).flatMap((values) => [...values]));
  for (const { activation, batchNorm } of layers) {
    if (activation.name === 'leakyRelu') factors.push(activation.negativeSlope);
    if (activation.name === 'elu') factors.push(activation.alpha);
    if (batchNorm) factors.push(1 / batchNorm.epsilon);
  }
  if (typeof inputScaling === 'object' && 'std' in inputScaling) {
    for (const std of [inputScaling.std].flat()) factors.push(1 / std);
    for (const mean of [inputScaling.mean].flat()) factors.push(mean);
  }
  const { statistics } = internalsOf(model).targetScaler;
  if (statistics !== undefined) factors.push(...statistics.mean, ...statistics.std);
  return factors.every((factor) => Math.abs(factor) < MODERATE);
}

const allFinite = (model: MLP<BackendName>) =>
  model.getWeights().every((layer) => Object.values(layer).every((values) => values.every(Number.isFinite)));

/** Expects a loaded model to predict and, if it was compiled, to train, with weights that stay finite. */
function assertWorks(model: MLP<BackendName>): 'moderate' | 'huge' {
  ok(allFinite(model));
  const { inputSize, layers } = model.config;
  const units = layers.at(-1)!.units;
  const x = Float32Array.from({ length: ROWS * inputSize }, (_, i) => ((i * 7) % 5) - 2);
  const predicts = () => {
    const predicted: ArrayLike<number> = model.predict(x);
    equal(predicted.length, ROWS * units);
    ok(Array.from(predicted).every(Number.isFinite), JSON.stringify(model.config));
  };
  try {
    predicts();
  } catch (error) {
    // A file may say that its scaling is still to be fitted.
    if (/model\.adapt/.test((error as Error).message)) {
      model.adapt(x, new Float32Array(ROWS * units).fill(1));
    } else ok(error instanceof NonFiniteError, error as Error);
  }
  const moderate = isModerate(model);
  if (moderate) predicts();
  try {
    // Ones are valid labels, shares and values, for every loss.
    model.trainOnBatch(x, new Float32Array(ROWS * units).fill(1));
  } catch (error) {
    const { message } = error as Error;
    ok(error instanceof NonFiniteError || /compile|decayRate/.test(message), error as Error);
  }
  ok(allFinite(model), JSON.stringify(model.config));
  return moderate ? 'moderate' : 'huge';
}

const ROWS = 4;
const SEED = 1912;
const RUNS = 10_000;

it(`refuses or loads ${RUNS} changed files, seed ${SEED}`, () => {
  const seen = { moderate: 0, huge: 0, refused: 0 };
  const start = process.memoryUsage().rss;
  fc.assert(
    fc.property(tamperedFiles, (file) => {
      let model: MLP<BackendName>;
      try {
        model = MLP.load<BackendName>(file, { backend: 'javascript' });
      } catch (error) {
        const { message } = error as Error;
        ok(kindsOfError.has((error as Error).constructor), error as Error);
        ok(message.startsWith('bytes'), message);
        ok(message.length < 1000, message);
        seen.refused++;
        return;
      }
      seen[assertWorks(model)]++;
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Both outcomes occur often, and the ten thousand models were not kept.
  expect(Math.min(seen.moderate, seen.refused)).toBeGreaterThan(RUNS / 10);
  expect(seen.huge).toBeGreaterThan(RUNS / 1000);
  expect(process.memoryUsage().rss - start).toBeLessThan(5e8);
  // It takes half a minute on an idle core; a slow test says nothing about the files.
}, 300_000);
