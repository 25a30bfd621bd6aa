import { describe, expect, it } from 'vitest';
import { type BackendName, type InputScaling, MLP, Rng } from '../src/index.js';
import { expectBlock } from './compare.js';
import { arrangements, normalInputs } from './networks.js';

const ROWS = 40;
const COLUMNS = 7;
const bytes = Uint8Array.from(new Rng(4).uniform(ROWS * COLUMNS, 0, 256), (value, i) =>
  i % 3 === 0 ? 0 : Math.floor(value),
);
const targets = normalInputs(ROWS, 2, 5);

function model(inputScaling: InputScaling, backend: BackendName = 'wasm', inputSize = COLUMNS) {
  const made = new MLP<BackendName>({
    inputSize,
    layers: [{ units: 5, activation: 'tanh' }, { units: 2 }],
    inputScaling,
    backend,
    seed: 8,
  });
  made.compile({ loss: 'meanSquaredError' });
  return made;
}

describe.each(arrangements)('bytes on $name', ({ backend, tolerance }) => {
  it.each([
    ['unit', (byte: number) => byte / 255, 255],
    ['symmetric', (byte: number) => byte / 127.5 - 1, 127.5],
  ] as const)('%s is the affine map, forward, backward and to the input', (scaling, map, divisor) => {
    const scaled = model(scaling, backend);
    const plain = model('none', backend);
    const mapped = Float64Array.from(bytes, map);
    expectBlock(scaled.predict(bytes), plain.predict(mapped), tolerance);
    const gradients = scaled.gradients(bytes, targets);
    const expected = plain.gradients(mapped, targets);
    for (const [l, { kernel, bias }] of gradients.layers.entries()) {
      expectBlock(kernel, expected.layers[l]!.kernel, tolerance);
      expectBlock(bias, expected.layers[l]!.bias, tolerance);
    }
    expectBlock(
      gradients.input,
      expected.input.map((value) => value / divisor),
      tolerance,
    );
  });
});

describe('floats', () => {
  const x = normalInputs(ROWS, COLUMNS).map((value, i) => value * (1 + (i % COLUMNS)) + 3);
  const column = (values: ArrayLike<number>, c: number) =>
    Array.from({ length: ROWS }, (_, r) => values[r * COLUMNS + c]!);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it.each([
    ['unit', (v: number, all: number[]) => (v - Math.min(...all)) / (Math.max(...all) - Math.min(...all))],
    [
      'symmetric',
      (v: number, all: number[]) => (2 * (v - Math.min(...all))) / (Math.max(...all) - Math.min(...all)) - 1,
    ],
    [
      'zScore',
      (v: number, all: number[]) => (v - mean(all)) / Math.sqrt(mean(all.map((w) => (w - mean(all)) ** 2))),
    ],
  ] as const)('%s is fitted to each feature of the training data, and to nothing after', (scaling, map) => {
    const scaled = model(scaling);
    expect(() => scaled.predict(x)).toThrow(
      /^x: inputScaling .* depends on the training data; call model\.adapt/,
    );
    scaled.adapt(x);
    const mapped = Float64Array.from(x, (value, i) => map(value, column(x, i % COLUMNS)));
    const expected = model('none').predict(mapped);
    expectBlock(scaled.predict(x), expected, 1e-5);
    expectBlock(scaled.predict(x.slice(0, COLUMNS)), expected.slice(0, 2), 1e-5);
    const gradients = scaled.gradients(x, targets);
    const spread = Array.from({ length: COLUMNS }, (_, c) => {
      const all = column(x, c);
      return (all[1]! - all[0]!) / (map(all[1]!, all) - map(all[0]!, all));
    });
    const byScaled = model('none').gradients(mapped, targets).input;
    expectBlock(
      gradients.input,
      byScaled.map((value, i) => value / spread[i % COLUMNS]!),
      2e-5,
    );
  });

  it('are fitted by the first fit, and the second leaves that be', async () => {
    const fitted = model('zScore');
    await fitted.fit(x, targets, { epochs: 0 });
    const expected = fitted.predict(x);
    await fitted.fit(
      x.map((value) => value * 100),
      targets,
      { epochs: 0 },
    );
    expect(fitted.predict(x)).toEqual(expected);
    fitted.adapt(x.map((value) => value * 100));
    expect(fitted.predict(x)).not.toEqual(expected);
  });

  it.each(['unit', 'symmetric', 'zScore'] as const)(
    '%s: a constant feature is no division by zero',
    (scaling) => {
      // 0.1 is no f64, so its mean over the rows is off by a rounding, and so is its deviation.
      const constant = Float64Array.from({ length: 3 * ROWS }, (_, i) => (i % 3 === 1 ? 0.1 : i));
      const scaled = model(scaling, 'wasm', 3);
      scaled.adapt(constant);
      const moved = constant.map((value, i) => (i % 3 === 1 ? value + 1e-7 : value));
      const [here, there] = [scaled.predict(constant), scaled.predict(moved)];
      expect(here.every(Number.isFinite)).toBe(true);
      expectBlock(there, here, 1e-5);
    },
  );

  it.each(['unit', 'symmetric', 'zScore'] as const)(
    '%s: f64 is centred before it is rounded to f32',
    (scaling) => {
      const timestamps = Float64Array.from({ length: 5 }, (_, i) => 1.7e12 + i * 1000);
      const outputs = (['wasm', 'javascript64'] as const).map((backend) => {
        const scaled = model(scaling, backend, 1);
        scaled.adapt(timestamps);
        expect(scaled.predict(Array.from(timestamps, (value) => [value]))).toEqual(
          scaled.predict(timestamps),
        );
        return scaled.predict(timestamps);
      });
      expectBlock(outputs[0]!, outputs[1]!, 1e-5);
      expect(new Set(outputs[0]!.filter((_, i) => i % 2 === 0)).size).toBe(5);
    },
  );

  it('a model trained on a batch of bytes keeps the mapping of bytes', async () => {
    const trained = model('unit');
    trained.trainOnBatch(bytes, targets);
    const expected = trained.predict(bytes);
    await trained.fit(Float32Array.from(bytes), targets, { epochs: 0 });
    expect(trained.predict(bytes)).toEqual(expected);
  });

  it('bytes to a mapping of floats are refused; floats to that of bytes are mapped as bytes', async () => {
    const floats = model('unit');
    floats.adapt(x);
    expect(() => floats.predict(bytes)).toThrow(/^x: inputScaling 'unit' was fitted on floats/);
    const onBytes = model('unit');
    await onBytes.fit(bytes, targets, { epochs: 0 });
    expect(onBytes.predict(Float32Array.from(bytes))).toEqual(onBytes.predict(bytes));
  });
});
