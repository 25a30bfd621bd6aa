/** Values of another realm, from iframes, vm contexts, jest and jsdom, are accepted although they fail `instanceof`. */
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { kFold, oneHot, readCsv, readIdx, take, trainTestSplit } from '../../src/data/index.js';
import {
  diagnose,
  gradientCheck,
  heNormal,
  type Initializer,
  lsuv,
  MLP,
  type MLPOptions,
  philox4x32,
  Rng,
  savedMetadata,
  sgd,
} from '../../src/index.js';
import { accuracy, confusionMatrix, r2 } from '../../src/metrics/index.js';
import { gridSearch } from '../../src/node/index.js';
import { readSafetensors, writeSafetensors } from '../../src/saving/safetensors.js';
import { statistics } from '../../src/theory/index.js';

const realm = vm.createContext({});

type Plain = number | string | boolean | null | Plain[] | { [key: string]: Plain };

/** Makes an array or a plain object in the other realm. */
function foreign<Value>(value: Plain): Value {
  return vm.runInContext(`(${JSON.stringify(value)})`, realm) as Value;
}

/** Makes a typed array in the other realm. */
function typed<A extends object>(values: A & ArrayLike<number>): A {
  const made = vm.runInContext(
    `${values.constructor.name}.from(${JSON.stringify(Array.from(values))})`,
    realm,
  ) as A;
  expect(made).not.toBeInstanceOf(values.constructor);
  return made;
}

/** Copies bytes into an ArrayBuffer of the other realm. */
function buffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer: made } = typed(Uint8Array.from(bytes));
  expect(made).not.toBeInstanceOf(ArrayBuffer);
  return made as ArrayBuffer;
}

const x = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
const rows = Array.from({ length: 12 }, (_, r) => [...x.subarray(2 * r, 2 * r + 2)]);
const y = Uint8Array.from({ length: 12 }, (_, r) => r % 3);
const shares = Float64Array.from(oneHot(y));

function made(options: Partial<MLPOptions<'wasm'>> = {}) {
  const layers: MLPOptions<'wasm'>['layers'] = [
    { units: 4, activation: 'tanh' },
    { units: 3, activation: 'softmax' },
  ];
  const model = new MLP({ inputSize: 2, layers, seed: 7, ...options });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy'] });
  return model;
}

describe('inputs', () => {
  it.each([
    ['floats', x, typed(x)],
    ['doubles', Float64Array.from(x), typed(Float64Array.from(x))],
    ['rows', rows, foreign<number[][]>(rows)],
    [
      'typed rows',
      rows,
      foreign<null[]>(rows.map(() => null)).map((_, r) => typed(Float32Array.from(rows[r]!))),
    ],
  ])('are accepted: %s', async (_, own, other) => {
    expect(made().predict(other)).toEqual(made().predict(own));
    expect(await made().predictAsync(other)).toEqual(made().predict(own));
    expect(made().evaluate(other, typed(y))).toEqual(made().evaluate(own, y));
  });

  it('are still bytes if they were bytes, which a scaling by 255 treats differently from floats', () => {
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
    const model = made({ inputScaling: 'unit' });
    model.adapt(typed(bytes));
    const expected = made({ inputScaling: 'unit' }).predict(bytes);
    for (const given of [bytes, typed(bytes), Buffer.from(bytes)])
      expect(model.predict(given)).toEqual(expected);
  });
});

describe('targets and weights', () => {
  it.each([
    ['labels as bytes', typed(y), y],
    ['labels as words', typed(Uint32Array.from(y)), y],
    ['labels as an array', foreign<number[]>([...y]), y],
    ['shares', typed(shares), shares],
    ['a Buffer', Buffer.from(y), y],
  ])('are accepted: %s', async (_, other, own) => {
    const options = (values: typeof y | typeof shares, weights: Float32Array, classWeight: number[]) => ({
      epochs: 2,
      validationData: [x, values, weights] as const,
      sampleWeight: weights,
      classWeight,
    });
    const weights = Float32Array.from(y, (label) => 1 + label);
    const [first, second] = [made(), made()];
    const history = await first.fit(x, own, options(own as typeof y, weights, [1, 2, 3]));
    const given = options(other as typeof y, typed(weights), foreign<number[]>([1, 2, 3]));
    expect(await second.fit(typed(x), other, given)).toEqual(history);
    expect(second.trainOnBatch(typed(x), other)).toEqual(first.trainOnBatch(x, own));
    expect(second.gradients(typed(x), other)).toEqual(first.gradients(x, own));
    expect(second.getWeights()).toEqual(first.getWeights());
  });

  it('include classWeight as an object', () => {
    const classWeight = foreign<Record<number, number>>({ 1: 3 });
    expect(made().evaluate(x, y, { classWeight })).toEqual(made().evaluate(x, y, { classWeight: { 1: 3 } }));
  });

  it('include batches of a stream', async () => {
    const [first, second] = [made(), made()];
    const batches = foreign<object[]>([{}]);
    Object.assign(batches[0]!, { x: typed(x), y: typed(y) });
    await first.fit(() => [{ x, y }]);
    await second.fit(() => batches as never);
    expect(second.getWeights()).toEqual(first.getWeights());
  });

  it('come with an AbortSignal that stops the fit', async () => {
    const signal = vm.runInContext('({ aborted: true, reason: new Error("enough") })', realm) as AbortSignal;
    await expect(made().fit(x, y, { signal })).rejects.toThrow('enough');
  });
});

describe('a model', () => {
  it('is made from options of the other realm', () => {
    const options = { inputSize: 2, layers: [{ units: 3, activation: 'softmax' }], seed: 4 };
    const scaling = { mean: [1, 2], std: [3, 4] };
    const own = new MLP({ ...options, inputScaling: scaling } as MLPOptions);
    const plain = foreign<MLPOptions>({ ...options, inputScaling: scaling });
    expect(new MLP(plain).predict(x)).toEqual(own.predict(x));
    const inputScaling = { mean: typed(Float64Array.of(1, 2)), std: typed(Float32Array.of(3, 4)) };
    expect(new MLP({ ...options, inputScaling } as unknown as MLPOptions).predict(x)).toEqual(own.predict(x));
  });

  it.each(['keras', 'torch', 'slides'] as const)('takes weights in the layout %s', (layout) => {
    const weights = made({ seed: 8 })
      .getWeights()
      .map(({ kernel, bias }) =>
        layout === 'slides' ? { kernel: Float32Array.of(...bias, ...kernel) } : { kernel, bias },
      );
    const [first, second] = [made(), made()];
    first.setWeights(weights, { layout });
    const others = foreign<object[]>(weights.map(() => ({})));
    for (const [l, layer] of weights.entries()) {
      for (const [name, values] of Object.entries(layer))
        Object.assign(others[l]!, { [name]: typed(values) });
    }
    second.setWeights(others, { layout });
    expect(second.getWeights()).toEqual(first.getWeights());
  });

  it('is loaded from bytes of any realm', () => {
    const bytes = made().save({ metadata: { note: 'é' } });
    for (const given of [bytes, typed(Uint8Array.from(bytes)), buffer(bytes), Buffer.from(bytes)]) {
      expect(MLP.load(given).predict(x)).toEqual(made().predict(x));
      expect(savedMetadata(given)).toEqual({ note: 'é' });
    }
  });

  it('draws by an initializer of the other realm', () => {
    const draw = Object.assign(
      vm.runInContext('(shape) => new Float32Array(shape[0] * (shape[1] ?? 1)).fill(2)', realm),
      {
        config: { name: 'two' },
      },
    ) as Initializer;
    const model = new MLP({ inputSize: 2, layers: [{ units: 3, kernelInitializer: draw }] });
    expect([...model.getWeights()[0]!.kernel]).toEqual(Array(6).fill(2));
  });

  it('is diagnosed with data of the other realm', () => {
    expect(diagnose(made(), typed(x), typed(y))).toEqual(diagnose(made(), x, y));
    expect(gradientCheck(made(), typed(x), typed(y))).toEqual(gradientCheck(made(), x, y));
    const options = { tolerance: 0.5 };
    expect(lsuv(made(), typed(x), options)).toEqual(lsuv(made(), x, options));
  });
});

describe('draws', () => {
  it('fill an `out` of the other realm', () => {
    const out = typed(new Float32Array(100));
    expect(new Rng(1).normal(100, { out })).toBe(out);
    expect([...out]).toEqual([...new Rng(1).normal(100)]);
    const words = typed(new Uint32Array(5));
    new Rng(1).permutation(5, { out: words });
    expect([...words]).toEqual([...new Rng(1).permutation(5)]);
    const kernel = typed(new Float32Array(6));
    expect(heNormal()([2, 3], new Rng(1), { out: kernel })).toBe(kernel);
    expect([...kernel]).toEqual([...heNormal()(foreign([2, 3]), new Rng(1))]);
  });

  it('philox4x32 takes words of the other realm', () => {
    expect(philox4x32(typed(Uint32Array.of(1, 2, 3, 4)), foreign<number[]>([5, 6]))).toEqual(
      philox4x32([1, 2, 3, 4], [5, 6]),
    );
  });
});

it('metrics', () => {
  const predicted = Uint8Array.from(y, (label, r) => (r % 4 === 0 ? 0 : label));
  expect(accuracy(typed(y), typed(predicted))).toBe(accuracy(y, predicted));
  expect(confusionMatrix(foreign([...y]), typed(shares), { classes: 3 })).toEqual(
    confusionMatrix(y, shares, { classes: 3 }),
  );
  expect(confusionMatrix(y, foreign(rows.map((row) => [...row, 0])))).toEqual(
    confusionMatrix(
      y,
      rows.map((row) => [...row, 0]),
    ),
  );
  expect(r2(typed(x), typed(x))).toBe(1);
  expect(statistics.variance(typed(x))).toBe(statistics.variance(x));
});

describe('evenkeel/data', () => {
  it('makes rows, folds and splits', () => {
    expect(oneHot(typed(y))).toEqual(oneHot(y));
    expect(take(typed(x), typed(Uint32Array.of(2, 1)), 2)).toEqual(take(x, [2, 1], 2));
    expect(kFold(typed(y), { folds: 3, stratify: true })).toEqual(kFold(y, { folds: 3, stratify: true }));
    const options = { inputSize: 2, stratify: true };
    expect(trainTestSplit(typed(x), foreign<number[]>([...y]), options)).toEqual(
      trainTestSplit(x, [...y], options),
    );
  });

  it('readIdx takes plain and zipped bytes', async () => {
    const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9);
    const expected = { shape: [3], data: Uint8Array.of(7, 8, 9) };
    for (const bytes of [idx, gzipSync(idx)]) {
      for (const given of [typed(Uint8Array.from(bytes)), buffer(bytes), Buffer.from(bytes)]) {
        expect(await readIdx(given)).toEqual(expected);
      }
    }
  });

  it('readCsv takes columns of the other realm', () => {
    const table = readCsv('a,b\n1,u\n2,v\n', { target: 'b' });
    const like = { columns: foreign<typeof table.columns>(JSON.parse(JSON.stringify(table.columns))) };
    expect(readCsv('a,b\n3,v\n', { like })).toEqual(readCsv('a,b\n3,v\n', { like: table }));
  });
});

it('a safetensors file is written from a Map of the other realm', () => {
  const own = { w: { shape: [2], values: Float32Array.of(1, 2) } };
  const map = vm.runInContext('new Map()', realm) as Map<string, { shape: number[]; values: Float32Array }>;
  map.set('w', { shape: foreign([2]), values: typed(Float32Array.of(1, 2)) });
  expect(writeSafetensors(map)).toEqual(writeSafetensors(own));
  expect(readSafetensors(writeSafetensors(map)).tensors).toEqual(
    new Map([['w', { dtype: 'F32', ...own.w }]]),
  );
});

it('a grid search treats bytes of any realm as bytes', async () => {
  const bytes = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
  const search = (x: Uint8Array, y: Uint8Array) =>
    gridSearch(x, y, {
      base: {
        model: { inputSize: 2, layers: [{ units: 3, activation: 'softmax' }], inputScaling: 'unit' },
        compile: { loss: 'crossEntropy' },
      },
      grid: { 'fit.epochs': [1, 2] },
      folds: 2,
      workers: 1,
    });
  const scores = async (found: ReturnType<typeof search>) => (await found).points.map(({ mean }) => mean);
  expect(await scores(search(typed(bytes), typed(y)))).toEqual(await scores(search(bytes, y)));
});

describe('the library in a realm of its own, as jest runs it', () => {
  /** Functions that a vm context lacks. TextEncoder, TextDecoder, setImmediate and MessageChannel stay missing. */
  const host = { performance, console, setTimeout };
  let library: typeof import('../../src/index.js');

  beforeAll(async () => {
    const { outputFiles } = await build({
      // As in package.json for Node, where all parts are loaded from the start.
      stdin: {
        contents: `
          import { useEverything } from './extras/index.js';
          useEverything();
          export * from './index.js';`,
        resolveDir: fileURLToPath(new URL('../../src', import.meta.url)),
      },
      bundle: true,
      format: 'iife',
      globalName: 'library',
      write: false,
    });
    const context = vm.createContext({ ...host });
    library = vm.runInContext(`${outputFiles[0]!.text}; library`, context);
  });

  const foreignModel = () => {
    const model = new library.MLP({ inputSize: 2, layers: made().config.layers, seed: 7 });
    model.compile({
      loss: 'crossEntropy',
      optimizer: library.sgd({ learningRate: 0.1 }),
      metrics: ['accuracy'],
    });
    return model;
  };

  it('takes data of this realm', () => {
    const model = foreignModel();
    expect(Array.from(model.predict(x))).toEqual([...made().predict(x)]);
    expect({ ...model.evaluate(rows, y) }).toEqual(made().evaluate(rows, y));
    model.setWeights(made({ seed: 8 }).getWeights());
    expect(Array.from(model.predict(x))).toEqual([...made({ seed: 8 }).predict(x)]);
    const out = new Float32Array(3);
    expect(new library.Rng(1).normal(3, { out })).toBe(out);
  });

  it('reads files of this realm, and this realm reads its files', () => {
    const model = made();
    expect(Array.from(library.MLP.load(Buffer.from(model.save())).predict(x))).toEqual([...model.predict(x)]);
    expect(MLP.load(foreignModel().save()).predict(x)).toEqual(model.predict(x));
  });
});
