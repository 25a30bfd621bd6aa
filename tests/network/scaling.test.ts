import { describe, expect, it } from 'vitest';
import { type BackendName, type InputScaling, MLP, Rng, ShapeError } from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { arrangements, normalInputs } from '../support/networks.js';
import { type Kind, untyped } from '../support/refusals.js';

const ROWS = 40;
const COLUMNS = 7;
const bytes = Uint8Array.from(new Rng(4).uniform(ROWS * COLUMNS, { high: 256 }), (value, i) =>
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
  ] as const)(
    '%s is the affine map in forward and backward passes and in the gradient of the input',
    (scaling, map, divisor) => {
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
    },
  );
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
  ] as const)('%s is fitted to each feature of the training data, and not again', (scaling, map) => {
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

  it('are fitted by the first fit, and the second keeps the scaling', async () => {
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
    '%s: a constant feature causes no division by zero',
    (scaling) => {
      // 0.1 is not an f64, so that its mean over the rows and its deviation have a rounding error.
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

  it('bytes are refused by a mapping of floats; floats are mapped as bytes by that of bytes', async () => {
    const floats = model('unit');
    floats.adapt(x);
    expect(() => floats.predict(bytes)).toThrow(/^x: inputScaling 'unit' was fitted on floats/);
    const onBytes = model('unit');
    await onBytes.fit(bytes, targets, { epochs: 0 });
    expect(onBytes.predict(Float32Array.from(bytes))).toEqual(onBytes.predict(bytes));
  });
});

describe('per dataset', () => {
  const x = Float32Array.from(bytes, (byte, i) => (byte / 8) * (1 + (i % COLUMNS)) - 9);
  const all = Array.from(x);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
  const maps = [
    ['unit', low, high - low],
    ['symmetric', (low + high) / 2, (high - low) / 2],
    ['zScore', mean, deviation],
  ] as const;

  it.each(maps)('%s maps all features in the same way', async (kind, centre, spread) => {
    const scaled = model({ kind, per: 'dataset' });
    expect(() => scaled.predict(x)).toThrow(/depends on the training data/);
    await scaled.fit(x, targets, { epochs: 0 });
    const mapped = Float64Array.from(x, (value) => (value - centre) / spread);
    expectBlock(scaled.predict(x), model('none').predict(mapped), 1e-5);
    expectBlock(scaled.predict(Float64Array.from(x)), model('none').predict(mapped), 1e-5);
    const byScaled = model('none').gradients(mapped, targets).input;
    expectBlock(
      scaled.gradients(x, targets).input,
      byScaled.map((value) => value / spread),
      2e-5,
    );
    // The same given numbers have the same effect.
    expectBlock(model({ mean: centre, std: spread }).predict(x), scaled.predict(x), 1e-5);
  });

  it.each(maps)('%s of a single feature equals the scaling per feature', (kind) => {
    const [whole, each] = [model({ kind, per: 'dataset' }, 'wasm', 1), model(kind, 'wasm', 1)];
    whole.adapt(x);
    each.adapt(x);
    expect(whole.predict(x)).toEqual(each.predict(x));
  });

  it.each(maps)('%s: a constant feature among others is scaled like them', (kind) => {
    const mixed = x.map((value, i) => (i % COLUMNS === 2 ? 5 : value));
    const scaled = model({ kind, per: 'dataset' });
    scaled.adapt(mixed);
    expect(scaled.predict(mixed).every(Number.isFinite)).toBe(true);
  });

  it.each(maps)('%s: data that are all constant are only centred', (kind) => {
    // 0.1 is not an f64, so that its mean over the values and its deviation have a rounding error.
    const constant = new Float64Array(ROWS * COLUMNS).fill(0.1);
    const scaled = model({ kind, per: 'dataset' });
    scaled.adapt(constant);
    // The network has no biases yet, so that centred values come out as 0.
    expect(scaled.predict(constant).every((output) => Math.abs(output) < 1e-6)).toBe(true);
    expectBlock(
      scaled.predict(constant.map((value) => value + 1)),
      model('none').predict(constant.fill(1)),
      1e-5,
    );
  });
});

describe.each(arrangements)('tabular on $name', ({ backend, tolerance }) => {
  /** A number, a number with outliers, a rare flag, a code of two values, one of three, a constant, a flag written −1. */
  const columns: ((r: number, normal: number) => number)[] = [
    (_, normal) => 5 + 2 * normal,
    (r, normal) => (r === 3 ? 1e4 : r === 9 ? -1e6 : normal),
    (r) => Number(r === 7),
    (r) => 17 + 3 * (r % 2),
    (r) => r % 3,
    () => 4,
    (r) => -(r % 4 === 0 ? 1 : 2),
  ];
  const normals = normalInputs(ROWS, COLUMNS);
  const x = Float64Array.from(normals, (normal, i) =>
    Math.fround(columns[i % COLUMNS]!(Math.floor(i / COLUMNS), normal)),
  );
  const mapped = new Float64Array(x.length);
  const slopes = new Float64Array(x.length);
  for (let c = 0; c < COLUMNS; c++) {
    const column = Array.from({ length: ROWS }, (_, r) => x[r * COLUMNS + c]!);
    const mean = column.reduce((sum, value) => sum + value / ROWS, 0);
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2 / ROWS, 0));
    const values = [...new Set(column)];
    const std = [1, Math.abs(values[0]! - values[1]!) / 2][values.length - 1] ?? deviation;
    for (const [r, value] of column.entries()) {
      const scaled = (value - mean) / std;
      mapped[r * COLUMNS + c] = Math.max(-3, Math.min(3, scaled));
      slopes[r * COLUMNS + c] = Math.abs(scaled) > 3 ? 0 : 1 / std;
    }
  }

  it('is zScore, clipped at 3, and the values of a two-valued column are 2 apart', () => {
    // One value in each direction is clipped.
    expect([Math.min(...mapped), Math.max(...mapped)]).toEqual([-3, expect.closeTo(1.95, 10)]);
    const flags = Array.from({ length: ROWS }, (_, r) => mapped[r * COLUMNS + 2]!);
    expect(Math.max(...flags) - Math.min(...flags)).toBe(2);
    const scaled = model('tabular', backend);
    expect(() => scaled.predict(x)).toThrow(/^x: inputScaling 'tabular' depends on the training data/);
    scaled.adapt(x);
    const plain = model('none', backend);
    expectBlock(scaled.predict(x), plain.predict(mapped), tolerance);
    expectBlock(scaled.predict(Float32Array.from(x)), plain.predict(mapped), 2 * tolerance);
    const expected = plain.gradients(mapped, targets).input.map((value, i) => value * slopes[i]!);
    expectBlock(scaled.gradients(x, targets).input, expected, 2 * tolerance);
  });

  it('predicts from a loaded model, and clips values beyond the training data', () => {
    const scaled = model('tabular', backend);
    scaled.adapt(x);
    const loaded = MLP.load(scaled.save(), { backend });
    const far = x.map((_, i) => (i % 3 === 1 ? 1e9 : -1e9));
    expect(loaded.predict(far)).toEqual(scaled.predict(far));
    const farther = far.map((value) => value * 1e3);
    expect(scaled.predict(farther)).toEqual(scaled.predict(far));
  });

  it('learns from bytes as from numbers, in training and in prediction', async () => {
    const [scaled, plain] = [model('tabular', backend), model('tabular', backend)];
    const floats = Float64Array.from(bytes);
    await scaled.fit(bytes, targets, { epochs: 2 });
    await plain.fit(floats, targets, { epochs: 2 });
    expectBlock(scaled.predict(bytes), plain.predict(floats), 10 * tolerance);
  });
});

describe('given mean and std', () => {
  const x = normalInputs(ROWS, COLUMNS);
  const mean = Array.from({ length: COLUMNS }, (_, c) => c - 2.5);
  const std = Array.from({ length: COLUMNS }, (_, c) => 0.5 + c);
  const mapped = Float64Array.from(x, (value, i) => (value - mean[i % COLUMNS]!) / std[i % COLUMNS]!);

  it.each(arrangements)(
    'on $name map each feature by its own numbers, without adapt',
    ({ backend, tolerance }) => {
      const given = model({ mean, std }, backend);
      const plain = model('none', backend);
      expectBlock(given.predict(x), plain.predict(mapped), tolerance);
      expectBlock(given.predict(Float64Array.from(x)), plain.predict(mapped), tolerance);
      const expected = plain.gradients(mapped, targets).input.map((value, i) => value / std[i % COLUMNS]!);
      expectBlock(given.gradients(x, targets).input, expected, 2 * tolerance);
    },
  );

  it('may be one number for all, or one for each', () => {
    const ones = (value: number) => Array<number>(COLUMNS).fill(value);
    const expected = model({ mean: ones(2), std: ones(3) }).predict(x);
    expect(model({ mean: 2, std: 3 }).predict(x)).toEqual(expected);
    expect(model({ mean: 2, std: ones(3) }).predict(x)).toEqual(expected);
    expect(model({ mean: untyped<number[]>(Float32Array.from(ones(2))), std: 3 }).predict(x)).toEqual(
      expected,
    );
  });

  it('apply to bytes too: ImageNet’s are for pixels', () => {
    const expected = model('none').predict(Float64Array.from(bytes, (byte) => (byte - 127) / 63));
    expectBlock(model({ mean: 127, std: 63 }).predict(bytes), expected, 1e-5);
  });

  it('stay unchanged by fit and adapt, and survive a file', async () => {
    const given = model({ mean, std });
    const expected = given.predict(x);
    given.adapt(x.map((value) => value * 100));
    await given.fit(x, targets, { epochs: 0 });
    expect(given.predict(x)).toEqual(expected);
    expect(MLP.load(given.save()).predict(x)).toEqual(expected);
  });

  it('apply to streams without adapt', async () => {
    const [streamed, kept] = [model({ mean, std }), model({ mean, std })];
    await streamed.fit(() => [{ x, y: targets }]);
    await kept.fit(x, targets, { batchSize: ROWS, shuffle: false });
    expect(streamed.getWeights()).toEqual(kept.getWeights());
  });
});

describe('an inputScaling is refused', () => {
  const five = [1, 2, 3, 4, 5];
  const cases: [string, unknown, Kind, RegExp][] = [
    ['std 0', { mean: 0, std: 0 }, RangeError, /^inputScaling\.std: expected numbers > 0, got 0 at 0/],
    [
      'one std below 0',
      { mean: 0, std: [1, 1, -1, 1, 1, 1, 1] },
      RangeError,
      /^inputScaling\.std: .*got -1 at 2/,
    ],
    ['a std that is 0 as f32', { mean: 0, std: 1e-50 }, RangeError, /^inputScaling\.std: /],
    [
      'five means of seven',
      { mean: five, std: 1 },
      ShapeError,
      /^inputScaling\.mean: expected 7 numbers, .*got 5/,
    ],
    [
      'five stds of seven',
      { mean: 0, std: five },
      ShapeError,
      /^inputScaling\.std: expected 7 numbers, .*got 5/,
    ],
    ['a mean that is NaN', { mean: Number.NaN, std: 1 }, RangeError, /^inputScaling\.mean: /],
    ['a mean of strings', { mean: Array(7).fill('0'), std: 1 }, TypeError, /^inputScaling\.mean\[0\]: /],
    [
      'no std',
      { mean: 0 },
      TypeError,
      /^inputScaling\.std: expected a number or an array of 7, got undefined/,
    ],
    ['an unknown name', { mean: 0, std: 1, sd: 1 }, TypeError, /^inputScaling\.sd: unknown option/],
    ['an unknown kind', { kind: 'zscore' }, TypeError, /^inputScaling\.kind: .*'zScore'/],
    ['an unknown scope', { kind: 'unit', per: 'data' }, TypeError, /^inputScaling\.per: .*'dataset'/],
    ['both', { kind: 'unit', mean: 0, std: 1 }, TypeError, /^inputScaling\.mean: unknown option/],
    [
      'a list',
      [0, 1],
      TypeError,
      /^inputScaling: expected one of none, unit, symmetric, zScore, tabular or an object/,
    ],
  ];
  it.each(cases)('%s', (_what, scaling, kind, message) => {
    const make = () => model(untyped<InputScaling>(scaling));
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });
});
