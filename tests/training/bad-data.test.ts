/** Refused data: the error names what is wrong, and the model stays as it was. */
import { describe, expect, it } from 'vitest';
import {
  type FitOptions,
  type Inputs,
  MLP,
  NonFiniteError,
  ShapeError,
  sgd,
  type Targets,
} from '../../src/index.js';
import { compiled, type Kind, layers, untyped, x, y } from '../support/refusals.js';

describe('data are refused', () => {
  const cases: readonly (readonly [what: string, x: unknown, y: unknown, kind: Kind, message: RegExp])[] = [
    ['rows of unequal length', [[1, 2], [3], [5, 6]], y, ShapeError, /^x\[1\]: expected 2 values, got 1/],
    [
      'a row that is no row',
      [[1, 2], 3, [5, 6]],
      y,
      TypeError,
      /^x\[1\]: expected a row of 2 numbers, got 3/,
    ],
    [
      'a string among numbers',
      [
        [1, 2],
        ['3', 4],
        [5, 6],
      ],
      y,
      TypeError,
      /^x\[1\]\[0\]: expected a number, got '3'/,
    ],
    [
      'a hole',
      [
        [1, 2],
        [3, undefined],
        [5, 6],
      ],
      y,
      TypeError,
      /^x\[1\]\[1\]: .*undefined/,
    ],
    [
      'a row that is missing',
      Object.assign([[1, 2]], { 2: [5, 6] }),
      y,
      TypeError,
      /^x\[1\]: expected a row of 2 numbers, got undefined/,
    ],
    ['labels of strings', x, ['0', '1', '2'], TypeError, /^y\[0\]: expected a number, got '0'/],
    ['a label that is null', x, [0, null, 1], TypeError, /^y\[1\]: expected a number, got null/],
    ['labels of BigInt', x, BigInt64Array.of(0n, 1n, 2n), TypeError, /^y\[0\]: expected a number, got 0n$/],
    ['a label that is null, the first', x, [null, 0, 1], TypeError, /^y\[0\]: expected a number, got null$/],
    [
      'a view without elements',
      new DataView(new ArrayBuffer(24)),
      y,
      TypeError,
      /^x: expected .*, got an object \(DataView\)$/,
    ],
    [
      'an iterator of rows',
      [[1, 2]].values(),
      y,
      TypeError,
      /^x: expected .*, got an object \((Object|Array Iterator)\)$/,
    ],
    [
      'a generator of rows',
      (function* () {
        yield [1, 2];
      })(),
      y,
      TypeError,
      /^x: expected .*, got an object \(Generator\)$/,
    ],
    [
      'a typed array behind a Proxy',
      new Proxy(Float32Array.of(1, 2, 3, 4, 5, 6), {}),
      y,
      TypeError,
      /^x: expected .*, got an object \(Float32Array\) that is not itself an array, such as a Proxy of one$/,
    ],
    [
      'shares that are booleans',
      x,
      [true, false, false, true, false, false, true, false, false],
      TypeError,
      /^y\[0\]: .*true/,
    ],
    ['NaN', Float32Array.of(1, 2, 3, Number.NaN, 5, 6), y, NonFiniteError, /^x: row 1, column 1 is NaN/],
    [
      'Infinity in rows',
      [
        [1, 2],
        [3, 4],
        [-Infinity, 6],
      ],
      y,
      NonFiniteError,
      /^x: row 2, column 0 is -Infinity/,
    ],
    [
      'what is infinite as f32',
      Float64Array.of(1, 1e39, 3, 4, 5, 6),
      y,
      NonFiniteError,
      /^x: row 0, column 1 is 1e\+39, infinite/,
    ],
    [
      'a length that is no multiple of inputSize',
      x.slice(0, 5),
      y,
      ShapeError,
      /^x: 5 values are not rows of inputSize 2; the last row would have 1/,
    ],
    ['no rows', new Float32Array(0), [], ShapeError, /^x: expected at least one row/],
    ['no array', 'abc', y, TypeError, /^x: expected a Float32Array/],
    ['nothing', undefined, y, TypeError, /^x: .*undefined/],
    [
      'a label beyond the classes',
      x,
      [0, 3, 1],
      RangeError,
      /^y: row 1 is 3; expected a class index, a whole number from 0 to 2/,
    ],
    ['a negative label', x, [0, 1, -1], RangeError, /^y: row 2 is -1/],
    ['half a label', x, [0.5, 1, 1], RangeError, /^y: row 0 is 0\.5/],
    [
      'too few labels',
      x,
      [0, 1],
      ShapeError,
      /^y: expected 3 class indices or 3 rows of 3 values, got 2 values/,
    ],
    [
      'too few rows of targets',
      x,
      [
        [0, 1, 0],
        [1, 0, 0],
      ],
      ShapeError,
      /^y: expected .* got 2 rows/,
    ],
    [
      'targets of the wrong width',
      x,
      [
        [0, 1],
        [1, 0],
        [1, 0],
      ],
      ShapeError,
      /^y\[0\]: expected 3 values, got 2/,
    ],
    [
      'a negative share',
      x,
      [
        [0, 1, 0],
        [-1, 2, 0],
        [1, 0, 0],
      ],
      RangeError,
      /^y: row 1, column 0 is -1/,
    ],
    [
      'NaN among the targets',
      x,
      [
        [0, 1, 0],
        [0, Number.NaN, 0],
        [1, 0, 0],
      ],
      NonFiniteError,
      /^y: row 1, column 1 is NaN/,
    ],
    ['labels that are no array', x, 7, TypeError, /^y: expected a numeric array/],
  ];

  it.each(cases)(
    '%s: every method refuses them, and nothing changes',
    async (_what, inputs, targets, kind, message) => {
      const model = compiled();
      const before = model.getWeights();
      const [badX, badY] = [untyped<Inputs>(inputs), untyped<Targets>(targets)];
      for (const method of ['trainOnBatch', 'evaluate', 'gradients'] as const) {
        expect(() => model[method](badX, badY)).toThrow(kind);
        expect(() => model[method](badX, badY)).toThrow(message);
      }
      await expect(model.fit(badX, badY)).rejects.toThrow(kind);
      await expect(model.fit(badX, badY)).rejects.toThrow(message);
      expect(model.getWeights()).toEqual(before);
      expect(model.epoch).toBe(0);
    },
  );

  it('refuses wrong validation data before the first step', async () => {
    const model = compiled({ inputScaling: 'unit' });
    const before = model.getWeights();
    const bad = [
      [x.slice(1), y],
      [x, [0, 1, 9]],
      [new Uint8Array(6), y],
    ] as const;
    for (const validationData of bad) {
      await expect(model.fit(x, y, { validationData })).rejects.toThrow(/^validationData\[[01]\]: /);
    }
    expect(model.getWeights()).toEqual(before);
    // The scaling was not fitted either.
    expect(() => model.predict(x)).toThrow(/adapt/);
  });

  it.each([0, 2047, 4095, 4096, 8191, 8192, 9999])(
    'value %i of a long array, however it is wrong',
    (index) => {
      const model = compiled();
      const long = new Float32Array(10_000).fill(1e38);
      expect(() => model.predict(long)).not.toThrow();
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        long[index] = value;
        // The first fault counts.
        if (index < 9000) long[9000] = Number.NaN;
        const message = `x: row ${Math.floor(index / 2)}, column ${index % 2} is ${value}`;
        try {
          model.predict(long);
          expect.unreachable();
        } catch (error) {
          expect(error).toMatchObject({ name: 'NonFiniteError', argument: 'x', index, value, message });
        }
      }
    },
  );

  it('stores the place of the fault on the error', () => {
    try {
      compiled().predict(Float32Array.of(1, 2, 3, Number.NaN));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: 'NonFiniteError', argument: 'x', index: 3, value: Number.NaN });
    }
  });
});

describe('fit refuses', () => {
  const cases: readonly (readonly [what: string, options: unknown, kind: Kind, message: RegExp])[] = [
    ['batchSize 0', { batchSize: 0 }, RangeError, /^batchSize: expected a whole number ≥ 1, got 0/],
    ['batchSize 1.5', { batchSize: 1.5 }, RangeError, /^batchSize: /],
    ['epochs −1', { epochs: -1 }, RangeError, /^epochs: /],
    [
      'epochs that cannot be counted',
      { initialEpoch: Number.MAX_SAFE_INTEGER },
      RangeError,
      /^initialEpoch: expected a whole number up to 2251799813685248, got 9007199254740991/,
    ],
    ['epochs Infinity', { epochs: Infinity }, RangeError, /^epochs: /],
    ['an unknown option', { batchsize: 3 }, TypeError, /^options\.batchsize: .*did you mean 'batchSize'/],
    ['validationData without y', { validationData: [x] }, TypeError, /^validationData: expected \[x, y\]/],
    [
      'a callback that is none',
      { onEpochEnd: 'log' },
      TypeError,
      /^onEpochEnd: expected a function, got 'log'/,
    ],
    ['shuffle that is no boolean', { shuffle: 1 }, TypeError, /^shuffle: /],
    [
      'a signal that cannot be listened to',
      { signal: { aborted: false, addEventListener: 5 } },
      TypeError,
      /^signal\.addEventListener: expected a function, got 5/,
    ],
    [
      'a signal that cannot be left',
      { signal: { aborted: false, removeEventListener: true } },
      TypeError,
      /^signal\.removeEventListener: expected a function, got true/,
    ],
  ];
  it.each(cases)('%s', async (_what, options, kind, message) => {
    const model = compiled();
    const before = model.getWeights();
    await expect(model.fit(x, y, untyped<FitOptions>(options))).rejects.toThrow(kind);
    await expect(model.fit(x, y, untyped<FitOptions>(options))).rejects.toThrow(message);
    expect(model.getWeights()).toEqual(before);
    expect(model.epoch).toBe(0);
  });

  it('refuses a model that was not compiled', async () => {
    const model = new MLP({ inputSize: 2, layers });
    await expect(model.fit(x, y)).rejects.toThrow(/^fit: call model\.compile/);
    for (const method of ['trainOnBatch', 'evaluate', 'gradients'] as const) {
      expect(() => model[method](x, y)).toThrow(new RegExp(`^${method}: call model\\.compile`));
    }
  });
});

describe('gradients refuses', () => {
  it.each([
    ['null', null, /^options: expected an object, got null/],
    ['an unknown option', { trianing: true }, /^options\.trianing: .*did you mean 'training'/],
  ])('%s', (_what, options, message) => {
    const run = () => compiled().gradients(x, y, untyped(options));
    expect(run).toThrow(TypeError);
    expect(run).toThrow(message);
  });
});

describe('training that overflows', () => {
  it('names the layer if only the gradient of a bias is not finite', () => {
    const model = new MLP({ inputSize: 2, layers: [{ units: 1 }] });
    model.compile({ loss: 'meanSquaredError' });
    const step = () => model.trainOnBatch(new Float32Array(6), Float64Array.of(3e38, 3e38, 3e38));
    expect(step).toThrow(NonFiniteError);
    expect(step).toThrow(/^layers\[0\]: 1 of 1 bias gradients are not finite/);
  });

  it('stops before the step, names epoch, batch and layer, and keeps the last weights', async () => {
    const model = new MLP({ inputSize: 2, layers: [{ units: 4 }, { units: 1 }] });
    model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 1e4 }) });
    let last = model.getWeights();
    const remember = () => {
      last = model.getWeights();
    };
    const error = await model
      .fit(x, y, { epochs: 50, onBatchEnd: remember })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(error).toMatchObject({ layer: expect.any(Number), epoch: model.epoch + 1, batch: 1 });
    expect((error as Error).message).toMatch(/^layers\[\d\]: .*not finite.*epoch \d+, batch 1/);
    expect(model.epoch).toBeGreaterThan(0);
    expect(model.getWeights()).toEqual(last);
    expect(last.every(({ kernel }) => kernel.every(Number.isFinite))).toBe(true);
  });
});
