/**
 * Arrays that answer differently at each read: what was checked is what is used, and no index leads a kernel outside its memory.
 */
import { describe, expect, it } from 'vitest';
import { oneHot, readCsv, take, trainTestSplit } from '../../src/data/index.js';
import {
  type FitOptions,
  heNormal,
  type Initializer,
  MLP,
  type MLPOptions,
  philox4x32,
  Rng,
  recommended,
  sgd,
} from '../../src/index.js';
import {
  accuracy,
  classificationReport,
  confusionMatrix,
  meanAbsoluteError,
  rocAuc,
} from '../../src/metrics/index.js';
import { internalsOf } from '../../src/mlp.js';
import { phaseTable, statistics } from '../../src/theory/index.js';
import { fitModel } from '../../src/training/fit.js';
import { untyped } from '../support/refusals.js';

const ROWS = 6;
const x = Float32Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(i));
const rows = Array.from({ length: ROWS }, (_, r) => [...x.subarray(2 * r, 2 * r + 2)]);
const labels = Array.from({ length: ROWS }, (_, r) => r % 3);
/** An index far beyond every array of the model. */
const far = 0xfff0000;

/** Makes an array whose elements are right for the first `reads` reads of each, and `other` afterwards. */
function turning<T>(values: readonly T[], other: unknown, reads = 1): T[] {
  const left = values.map(() => reads);
  const target: T[] = [];
  for (const [i, value] of values.entries()) {
    Object.defineProperty(target, i, {
      get: () => (left[i]!-- > 0 ? value : untyped<T>(other)),
      enumerable: true,
    });
  }
  return target;
}

/** Makes a Proxy of an array whose length grows by one at each read. */
function growing<T>(values: readonly T[]): T[] {
  let more = 0;
  return new Proxy([...values], {
    get: (target, key) => (key === 'length' ? target.length + more++ : Reflect.get(target, key)),
  });
}

/** Makes a typed array report a wrong length. */
function lying<A extends object>(values: A, length: number): A {
  return Object.defineProperty(values, 'length', { value: length });
}

function made(options: Partial<MLPOptions<'wasm'>> = {}) {
  const model = new MLP({
    inputSize: 2,
    layers: [
      { units: 4, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
    seed: 7,
    ...options,
  });
  model.compile({
    loss: 'crossEntropy',
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    metrics: ['accuracy', 'f1'],
  });
  return model;
}

/** Returns every weight, and the model's prediction, which shows the memory behind the weights. */
function stateOf(model: MLP) {
  return [model.getWeights(), [...model.predict(x)]];
}

/** Returns the result of a call, or its error. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

type Call = (model: MLP, x: number[][], y: number[]) => unknown;
const calls: readonly (readonly [name: string, call: Call])[] = [
  ['evaluate', (model, x, y) => model.evaluate(x, y)],
  ['evaluateAsync', (model, x, y) => model.evaluateAsync(x, y)],
  ['trainOnBatch', (model, x, y) => model.trainOnBatch(x, y)],
  ['gradients', (model, x, y) => model.gradients(x, y)],
  ['fit', (model, x, y) => model.fit(x, y, { epochs: 2, batchSize: 4 })],
  ['fit, validated', (model, x, y) => model.fit(x, y, { validationSplit: 0.4, batchSize: 2 })],
  ['validationData', (model, xs, y) => model.fit(x, labels, { validationData: [xs, y] })],
  ['a stream', (model, x, y) => model.fit(() => [{ x, y }])],
];

describe.each(calls)('%s', (_, call) => {
  const honest = made();
  const expected = outcome(() => call(honest, rows, labels));

  it.each([
    ['an index beyond the labels', far],
    ['a negative index', -far],
    ['NaN', Number.NaN],
    ['a text', '2'],
    ['nothing', undefined],
  ])('uses the labels of the first read, even if they become %s', async (_what, other) => {
    const model = made();
    expect(await outcome(() => call(model, rows, turning(labels, other)))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('uses the inputs of the first read', async () => {
    const model = made();
    const inner = rows.map((row) => turning(row, Number.NaN));
    expect(await outcome(() => call(model, turning(inner, undefined), labels))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('reads a length once', async () => {
    const model = made();
    expect(await outcome(() => call(model, growing(rows), growing(labels)))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('uses the length that a typed array has, not the one it reports', async () => {
    const model = made();
    const given = [lying(Float32Array.from(x), 4), lying(Uint16Array.from(labels), 2)] as const;
    expect(await outcome(() => call(model, untyped(given[0]), untyped(given[1])))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });
});

describe('labels in shared memory', () => {
  it('are those of the check if they are changed between the check and the step of a streamed batch', async () => {
    const honest = made();
    await honest.fit(() => [{ x, y: labels }]);
    for (let ticks = 0; ticks < 12; ticks++) {
      const model = made();
      const y = new Uint32Array(new SharedArrayBuffer(4 * ROWS));
      y.set(labels);
      const write = async () => {
        for (let tick = 0; tick < ticks; tick++) await undefined;
        y.fill(far);
      };
      const result = await outcome(() =>
        model.fit(function* () {
          void write();
          yield { x, y };
        }),
      );
      // Changes before the check are refused. Otherwise all is as if nothing had changed.
      if (result instanceof Error) expect(result.message).toMatch(/^batch 1: y: row 0 is 268369920/);
      else expect(stateOf(model)).toEqual(stateOf(honest));
    }
  });

  it('are those of the start of the fit if a callback changes them', async () => {
    const [honest, model] = [made(), made()];
    const y = Uint8Array.from(labels);
    await honest.fit(x, labels, { epochs: 3, batchSize: 2 });
    await model.fit(x, y, { epochs: 3, batchSize: 2, onBatchEnd: () => void y.fill(255) });
    expect(stateOf(model)).toEqual(stateOf(honest));
  });
});

describe('weights of rows and classes', () => {
  it('are those of the first read', () => {
    const sampleWeight = labels.map((_, r) => 1 + r);
    const model = made();
    const expected = model.evaluate(x, labels, { sampleWeight, classWeight: [1, 2, 3] });
    const given = { sampleWeight: turning(sampleWeight, -1), classWeight: turning([1, 2, 3], Infinity) };
    expect(model.evaluate(x, labels, given)).toEqual(expected);
    const long = { sampleWeight: growing(sampleWeight), classWeight: growing([1, 2, 3]) };
    expect(model.evaluate(x, labels, long)).toEqual(expected);
  });

  it('are read once in a fit with a validation split', async () => {
    const sampleWeight = labels.map((_, r) => 1 + r);
    const options: FitOptions = { validationSplit: 0.4, epochs: 2 };
    const [honest, model] = [made(), made()];
    const expected = await honest.fit(x, labels, { ...options, sampleWeight });
    expect(await model.fit(x, labels, { ...options, sampleWeight: turning(sampleWeight, 0) })).toEqual(
      expected,
    );
  });
});

it('fit uses its options of the first read', async () => {
  const options: FitOptions = {
    epochs: 2,
    validationData: [x, labels],
    classWeight: { 1: 3 },
    sampleWeight: labels.map((label) => 1 + label),
    earlyStopping: { patience: 3 },
    callbacks: [{ onEpochEnd: () => undefined }],
    diagnostics: { everySteps: 1 },
  };
  const turned = {};
  for (const [name, value] of Object.entries(options)) {
    let reads = 0;
    Object.defineProperty(turned, name, { get: () => (reads++ === 0 ? value : undefined), enumerable: true });
  }
  const [model, honest] = [made(), made()];
  expect(await model.fit(x, labels, turned)).toEqual(await honest.fit(x, labels, options));
  expect(stateOf(model)).toEqual(stateOf(honest));
});

it('fit uses its callbacks, and a report its names, of the first read', async () => {
  const epochs: number[] = [];
  const callback = { onEpochEnd: ({ epoch }: { readonly epoch: number }) => void epochs.push(epoch) };
  await made().fit(x, labels, { callbacks: turning([callback], 5) });
  expect(epochs).toEqual([1]);
  const names = ['a', 'b', 'c'];
  expect(classificationReport(labels, labels, { names: turning(names, 5) })).toEqual(
    classificationReport(labels, labels, { names }),
  );
});

describe('setWeights', () => {
  const given = () => made({ seed: 8 }).getWeights();

  it.each(['keras', 'torch', 'slides'] as const)('writes what it checked in the layout %s', (layout) => {
    const as = (kernel: number[], bias: number[]) =>
      layout === 'slides' ? { kernel: [...bias, ...kernel] } : { kernel, bias };
    const plain = given().map(({ kernel, bias }) => as([...kernel], [...bias]));
    const hostile = plain.map((layer) =>
      Object.fromEntries(Object.entries(layer).map(([name, values]) => [name, turning(values, Number.NaN)])),
    );
    const [honest, model] = [made(), made()];
    honest.setWeights(plain, { layout });
    model.setWeights(turning(hostile, undefined), { layout });
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('writes into no other tensor if one reports too small a length', () => {
    const model = made();
    const before = stateOf(model);
    const weights = given().map(({ kernel, bias }) => ({ kernel, bias }));
    const long = lying(new Float32Array(1000).fill(5), 8);
    expect(() => model.setWeights([{ ...weights[0]!, kernel: long }, weights[1]!])).toThrow(
      /^weights\[0\]\.kernel: expected 8 values, \[2, 4\], got 1000/,
    );
    expect(stateOf(model)).toEqual(before);
  });

  it('asks a getter once that would return another tensor later', () => {
    const model = made();
    const [first, second] = given();
    let reads = 0;
    const layer = {
      bias: first!.bias,
      get kernel() {
        return reads++ === 0 ? first!.kernel : new Float32Array(1000).fill(5);
      },
    };
    model.setWeights([layer, second!]);
    const honest = made();
    honest.setWeights([first!, second!]);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('refuses changes by a getter that calls the model', () => {
    const model = made();
    const before = stateOf(model);
    const refusals: string[] = [];
    const attempts: Record<string, () => unknown> = {
      compile: () => model.compile({ loss: 'crossEntropy' }),
      trainOnBatch: () => model.trainOnBatch(x, labels),
      setWeights: () => model.setWeights(given()),
    };
    const x2 = new Proxy(rows, {
      get(target, key) {
        if (key === '3') {
          for (const [name, attempt] of Object.entries(attempts)) {
            try {
              attempt();
              refusals.push('none');
            } catch (error) {
              refusals.push((error as Error).message.replace(name, '…'));
            }
          }
          throw new Error('end');
        }
        return Reflect.get(target, key);
      },
    });
    expect(() => model.trainOnBatch(x2, labels)).toThrow('end');
    expect(refusals).toEqual(
      Array(3).fill('…: the model is being changed by trainOnBatch; await that call first'),
    );
    expect(stateOf(model)).toEqual(before);
    model.compile({ loss: 'crossEntropy' });
  });
});

describe('an initializer', () => {
  const layersOf = (kernelInitializer: Initializer): MLPOptions<'wasm'>['layers'] => [
    { units: 4, activation: 'tanh', kernelInitializer },
    { units: 3, activation: 'softmax' },
  ];
  const custom = (draw: (n: number) => unknown) =>
    Object.assign(([rows, columns = 1]: readonly number[]) => untyped<Float32Array>(draw(rows! * columns)), {
      config: { name: 'own' },
    }) as Initializer;

  it('writes into no other tensor if it returns more values than it reports', () => {
    const long = custom((n) => lying(new Float32Array(n + 100).fill(5), n));
    expect(() => made({ layers: layersOf(long) })).toThrow(
      /^layers\[0\]\.kernelInitializer: expected 8 values/,
    );
  });

  it('may draw for every layer into one array that it keeps', () => {
    const kept = new Float32Array(8);
    let draws = 0;
    const again = custom(() => kept.fill(++draws));
    const model = new MLP({
      inputSize: 2,
      layers: [
        { units: 4, kernelInitializer: again },
        { units: 2, kernelInitializer: again },
      ],
    });
    expect(model.getWeights().map(({ kernel }) => kernel[0])).toEqual([1, 2]);
  });

  it('fills the `out` of its caller, whatever length that reports', () => {
    const shape = [2, 3] as const;
    const draw = heNormal();
    const out = lying(new Float32Array(6), 1);
    draw(shape, new Rng(1), { out });
    expect(Array.from({ length: 6 }, (_, i) => out[i])).toEqual([...draw(shape, new Rng(1))]);
    expect(() => draw(shape, new Rng(1), { out: lying(new Float32Array(1), 6) })).toThrow(
      /^out: expected 6 values, got 1/,
    );
    expect(() => new Rng(1).normal(6, { out: lying(new Float32Array(1), 6) })).toThrow(
      /^out: expected 6 values, got 1/,
    );
  });
});

it('a given scaling uses the mean and std of the first read', () => {
  const honest = made({ inputScaling: { mean: [1, 2], std: [3, 4] } });
  const model = made({
    inputScaling: { mean: growing(turning([1, 2], Number.NaN)), std: turning([3, 4], -1) },
  });
  expect(stateOf(model)).toEqual(stateOf(honest));
});

describe('metrics', () => {
  const truth = [0, 2, 1, 2, 0, 1];
  const scores = truth.map((c) => [0, 1, 2].map((i) => (i === c ? 0.6 : 0.2)));
  it('use the values of the first read', () => {
    expect(confusionMatrix(turning(truth, far), turning(labels, far))).toEqual(
      confusionMatrix(truth, labels),
    );
    expect(accuracy(growing(truth), growing(labels))).toBe(accuracy(truth, labels));
    const hostile = growing(
      turning(
        scores.map((row) => growing(turning(row, Number.NaN))),
        undefined,
      ),
    );
    expect(classificationReport(turning(truth, -1), hostile)).toEqual(classificationReport(truth, scores));
    expect(rocAuc(turning(truth, far), scores)).toBe(rocAuc(truth, scores));
    expect(meanAbsoluteError(turning(truth, Number.NaN), growing(labels))).toBe(
      meanAbsoluteError(truth, labels),
    );
    const arrayLike = { ...turning(truth, far), length: truth.length };
    expect(accuracy(untyped(arrayLike), labels)).toBe(accuracy(truth, labels));
  });
});

describe('evenkeel/data', () => {
  it('oneHot, take and trainTestSplit use the values of the first read', () => {
    expect(oneHot(turning(labels, far))).toEqual(oneHot(labels));
    expect(oneHot(growing(labels))).toEqual(oneHot(labels));
    expect(take(x, turning([3, 1], far), 2)).toEqual(take(x, [3, 1], 2));
    expect(take(growing(rows), growing([3, 1]))).toEqual([rows[3], rows[1]]);
    const options = { stratify: true, testSize: 0.5 };
    expect(trainTestSplit(growing(rows), turning(labels, far), options)).toEqual(
      trainTestSplit(rows, labels, options),
    );
  });

  it('readCsv uses the categories of `like` of the first read', () => {
    const table = readCsv('a,b\n1,u\n2,v\n', { target: 'b' });
    const like = (categories: string[]) => ({
      columns: {
        features: table.columns.features,
        target: { name: 'b', kind: 'category', categories } as const,
      },
    });
    const text = 'a,b\n3,v\n';
    expect(readCsv(text, { like: like(turning(['u', 'v'], 7)) })).toEqual(
      readCsv(text, { like: like(['u', 'v']) }),
    );
  });
});

describe('options', () => {
  /** Puts every part of an object behind a getter that gives the right value `reads` times, and `other` from then on. */
  const turned = (value: unknown, other: unknown, reads: number): unknown => {
    if (Array.isArray(value))
      return turning(
        value.map((part) => turned(part, other, reads)),
        other,
        reads,
      );
    if (typeof value !== 'object' || value === null) return value;
    const left = new Map<string, number>();
    return Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(value).map(([key, part]) => {
          const own = turned(part, other, reads);
          const get = () => {
            const before = left.get(key) ?? 0;
            left.set(key, before + 1);
            return before < reads ? own : other;
          };
          return [key, { get, enumerable: true }];
        }),
      ),
    );
  };
  const options: MLPOptions = {
    inputSize: 2,
    layers: [
      {
        units: 4,
        activation: { name: 'leakyRelu', negativeSlope: 0.2 },
        batchNorm: { momentum: 0.5 },
        dropout: 0.1,
      },
      { units: 2, activation: { name: 'prelu', initialSlope: 0.3 }, kernelInitializer: 'heUniform' },
    ],
    inputScaling: { mean: [1, 2], std: [3, 4] },
    targetScaling: { mean: [1, 2], std: [3, 4] },
    seed: 7,
  };
  const compile = { loss: { name: 'huber', delta: 2 }, optimizer: sgd({ learningRate: 0.1 }) } as const;

  it.each([1, 2, 3])(
    'that change after read %i give a model of one version as a whole, or none',
    async (reads) => {
      let models = 0;
      for (const other of [1e6, far, -1, undefined, Number.NaN, 'relu', [far]]) {
        const model = await outcome(() => {
          const given = new MLP(untyped<MLPOptions>(turned(options, other, reads)));
          given.compile(turned(compile, other, reads) as typeof compile);
          return given;
        });
        // The error must name an option; it must not come from the engine.
        if (model instanceof Error)
          expect(model.message).toMatch(
            /^(options|layers|inputScaling|targetScaling|loss|optimizer|learningRate|seed|inputSize)/,
          );
        else {
          models++;
          const given = model as MLP;
          const honest = new MLP(untyped<MLPOptions>(given.config));
          honest.compile(compile);
          expect(given.predict(x)).toEqual(honest.predict(x));
          expect(MLP.load(given.save()).predict(x)).toEqual(honest.predict(x));
          expect(given.trainOnBatch(x, new Float32Array(2 * ROWS)).loss).toBeGreaterThan(0);
        }
      }
      expect(models).toBeGreaterThan(0);
    },
  );

  it('lists are read up to the length that they have at first', () => {
    const layers = growing(options.layers as object[]);
    expect(new MLP(untyped<MLPOptions>({ ...options, layers })).config).toEqual(new MLP(options).config);
    expect(statistics.mean(growing([1, 2, 6]))).toBe(3);
    expect(philox4x32(growing([1, 2, 3, 4]), growing([5, 6]))).toEqual(philox4x32([1, 2, 3, 4], [5, 6]));
    const hidden = growing([3, 4]);
    expect(recommended({ inputSize: 2, classes: 2, hidden }).config.layers.map(({ units }) => units)).toEqual(
      [3, 4, 2],
    );
    expect(phaseTable({ activation: 'tanh', gains: growing([1, 2]), biasStds: growing([0]) })).toHaveLength(
      2,
    );
  });
});

describe('memory that was detached', () => {
  const detached = <A extends Float32Array | Uint8Array | Uint32Array>(values: A): A => {
    structuredClone(values.buffer, { transfer: [values.buffer as ArrayBuffer] });
    return values;
  };
  const gone = /: expected values, got 0; the buffer of the array was transferred or made shorter$/;
  const long = () => Float32Array.from({ length: 64 }, (_, i) => i);
  /** Fits 32 rows whose batches are read one by one, as for data that are too large to be copied. */
  const fitUnbrought = (x: Float32Array, y: Float32Array | Uint8Array, options: FitOptions) => {
    const { compiled, ...rest } = internalsOf(made());
    return fitModel({ ...rest, compiled: compiled! }, x, y, options, 0);
  };
  const cases: readonly (readonly [name: string, run: (model: MLP) => unknown])[] = [
    ['predict', (model) => model.predict(detached(x.slice()))],
    ['predictAsync', (model) => model.predictAsync(detached(long()))],
    ['a row', (model) => model.predict([[1, 2], detached(Float32Array.of(1, 2))])],
    ['adapt', (model) => model.adapt(detached(x.slice()))],
    ['evaluate, x', (model) => model.evaluate(detached(x.slice()), labels)],
    ['evaluate, y', (model) => model.evaluate(x, detached(Uint32Array.from(labels)))],
    ['fit', (model) => model.fit(detached(x.slice()), labels)],
    ['sampleWeight', (model) => model.evaluate(x, labels, { sampleWeight: detached(new Float32Array(6)) })],
    ['classWeight', (model) => model.evaluate(x, labels, { classWeight: detached(new Float32Array(3)) })],
    ['setWeights', (model) => model.setWeights([{ kernel: detached(new Float32Array(8)) }, {}])],
    ['load', () => MLP.load(detached(made().save()))],
    [
      'load, a buffer',
      () => {
        const { buffer } = made().save();
        structuredClone(buffer, { transfer: [buffer] });
        return MLP.load(buffer);
      },
    ],
    ['a metric', () => accuracy(detached(Uint8Array.from(labels)), labels)],
    ['out', () => new Rng(1).normal(4, { out: detached(new Float32Array(4)) })],
    ['oneHot', () => oneHot(detached(Uint8Array.from(labels)))],
    ['take', () => take(detached(x.slice()), [])],
  ];

  it.each(cases)('is named in the error of %s', async (_, run) => {
    const error = await outcome(() => run(made()));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(gone);
  });

  /** Makes good labels or targets whose reading detaches the memory of another array. */
  const taking = <T>(values: readonly T[], away: Float32Array | Uint8Array): T[] =>
    Object.defineProperty([...values], 0, {
      get: () => {
        if (away.length > 0) detached(away);
        return values[0];
      },
      enumerable: true,
    });

  /** Labels of more than 64 bytes, which are copied at once, so that nothing can detach them. */
  const many = Array.from({ length: 64 }, (_, r) => r % 3);
  it.each([
    ['fit', (xs, model) => model.fit(xs, taking(many, xs))],
    [
      'fit of validated data',
      (xs, model) => model.fit(xs, many, { validationData: [xs.slice(), taking(many, xs)] }),
    ],
    ['adapt', (xs, model) => model.adapt(xs, taking(many, xs))],
    [
      'fit after onFitBegin',
      (xs, model) => model.fit(xs, many, { callbacks: [{ onFitBegin: () => void detached(xs) }] }),
    ],
  ] as readonly (readonly [string, (xs: Float32Array | Uint8Array, model: MLP) => unknown])[])(
    'is named if it is detached while other arguments are read: %s',
    async (_, run) => {
      for (const [xs, inputScaling] of [
        [Float32Array.from({ length: 128 }, (_, i) => i), 'zScore'],
        [Uint8Array.from({ length: 128 }, (_, i) => i), 'symmetric'],
      ] as const) {
        const layers = [{ units: 1 }];
        const model = new MLP({ inputSize: 2, layers, inputScaling, targetScaling: 'zScore' });
        model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
        const before = model.save();
        const error = await outcome(() => run(xs, model));
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(gone);
        expect(model.save()).toEqual(before);
      }
    },
  );

  it('is named if it is detached during a fit whose data are not copied', async () => {
    for (const name of ['x', 'y'] as const) {
      const given = { x: long(), y: new Float32Array(96).fill(1 / 3) };
      const options = { batchSize: 2, onBatchEnd: () => void detached(given[name]) };
      const error = (await outcome(() => fitUnbrought(given.x, given.y, options))) as Error;
      expect(error.message).toMatch(gone);
      expect(error.message).toMatch(new RegExp(`^${name}:`));
    }
  });

  it('is named as validation data', async () => {
    const [xs, ys] = [
      Float32Array.from({ length: 128 }, (_, i) => i),
      Uint8Array.from({ length: 64 }, (_, r) => r % 3),
    ];
    const options: FitOptions = { validationData: [xs, ys], onBatchEnd: () => void detached(xs) };
    const error = (await outcome(() => made().fit(x, labels, options))) as Error;
    expect(error.message).toMatch(gone);
    expect(error.message).toMatch(/^validationData\[0\]: /);
  });

  it('is named if a resizable buffer shrinks between batches', async () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void };
    const y = Uint8Array.from({ length: 32 }, (_, r) => r % 3);
    const buffer = new Resizable(256, { maxByteLength: 1024 });
    const tracking = new Float32Array(buffer);
    const resizedTo = (bytes: number) =>
      outcome(() => fitUnbrought(tracking, y, { batchSize: 2, onBatchEnd: () => buffer.resize(bytes) }));
    // A buffer that grows has as many rows as before.
    expect(await resizedTo(512)).toMatchObject({ loss: [expect.any(Number)] });
    buffer.resize(256);
    expect(((await resizedTo(128)) as Error).message).toMatch(gone);
  });

  it('an empty array has no rows and no memory that could be detached', () => {
    expect(made().predict(new Float32Array(0))).toHaveLength(0);
    expect(made().predict([])).toHaveLength(0);
  });
});
