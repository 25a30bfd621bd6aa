/** Changes ten thousand model files. A predictor refuses each, or predicts what `MLP` predicts from the same file. */
import { deepStrictEqual as deepEqual, ok } from 'node:assert';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MLP } from '../../src/index.js';
import { loadPredictor, type Predictor } from '../../src/predictor/index.js';
import { tamperedFiles } from '../support/tampered-files.js';

const ROWS = 5;
const SEED = 2026;
const RUNS = 10_000;
/**
 * Parts of a file that a predictor does not use, or need not check: training, draws, names that are not its own, numbers that the
 * file holds twice. `MLP.load` may refuse the file for them.
 */
const unused =
  /training|optimizer|epoch|[iI]nitializer|seed|preset|arithmetic|backend|skipZeros|unknown option|dropout|initialSlope|momentum|duplicate|I64|F16|per\b|inputScaling|targetScaling|metadata/;

/** Returns what a function returns, or the error that it throws. */
function attempt<T>(run: () => T): { readonly value: T } | { readonly error: Error } {
  try {
    return { value: run() };
  } catch (error) {
    return { error: error as Error };
  }
}

function inputsOf({ inputSize }: Predictor): (Float32Array | Float64Array | Uint8Array)[] {
  const values = Float64Array.from({ length: ROWS * inputSize }, (_, i) => ((i * 7) % 5) - 2.3);
  return [values, Float32Array.from(values), Uint8Array.from(values, (value) => 100 + 40 * value)];
}

it(`refuses ${RUNS} changed files, or predicts from them, seed ${SEED}`, () => {
  const seen = { equal: 0, alone: 0, failing: 0, refused: 0 };
  fc.assert(
    fc.property(tamperedFiles, (file) => {
      const loaded = attempt(() => loadPredictor(file));
      if ('error' in loaded) {
        const { message } = loaded.error;
        ok([TypeError, RangeError].includes(loaded.error.constructor as never), loaded.error);
        ok(message.startsWith('bytes: '), message);
        ok(message.length < 300, message);
        seen.refused++;
        return;
      }
      const predictor = loaded.value;
      const reference = attempt(() => MLP.load(file, { backend: 'wasm', arithmetic: 'portable' }).folded());
      for (const x of inputsOf(predictor)) {
        const predicted = attempt(() => predictor.predict(x));
        if ('error' in predicted) ok(predicted.error.message.startsWith('x: '), predicted.error);
        else ok(predicted.value.every(Number.isFinite));
        if ('error' in reference) {
          ok(unused.test(reference.error.message), reference.error);
          seen.alone++;
          continue;
        }
        const expected = attempt(() => reference.value.predict(x));
        ok('error' in predicted === 'error' in expected, JSON.stringify([predicted, expected]));
        if ('value' in predicted && 'value' in expected) deepEqual(predicted.value, expected.value);
        seen['error' in predicted ? 'failing' : 'equal']++;
      }
      predictor.dispose();
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // All outcomes occur.
  expect(Math.min(seen.equal, seen.refused)).toBeGreaterThan(RUNS / 10);
  expect(Math.min(seen.alone, seen.failing)).toBeGreaterThan(RUNS / 1000);
}, 300_000);
