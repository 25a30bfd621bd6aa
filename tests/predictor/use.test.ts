/** Properties of a predictor, the inputs that it refuses, and the sources of its kernels. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LayerOptions, MLP, type MLPOptions, Rng } from '../../src/index.js';
import { loadPredictor, loadPredictorWith } from '../../src/predictor/index.js';
import { javascript } from '../../src/predictor/javascript/index.js';
import { untyped } from '../support/refusals.js';

const layers: LayerOptions[] = [
  { units: 5, activation: 'tanh' },
  { units: 3, activation: 'softmax' },
];
const model = new MLP({ inputSize: 2, layers, seed: 1 });
const bytes = model.save();
const x = new Rng(2).normal(2 * 20);

interface Host {
  readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };
}
const compile = (binary: Uint8Array) => new (globalThis as unknown as Host).WebAssembly.Module(binary);

const saved = (options: Partial<MLPOptions>, metadata: Record<string, string> = {}) =>
  new MLP({ inputSize: 2, layers, ...options }).save({ metadata });

describe('class names', () => {
  it.each([
    ['of a user', { classNames: '["a","b","c"]' }],
    ['of evenkeel train', { task: '{"target":"kind","classNames":["a","b","c"]}' }],
    [
      'of a user before those of evenkeel train',
      { classNames: '["a","b","c"]', task: '{"classNames":["x","y","z"]}' },
    ],
  ])('are those %s', (_, metadata) => {
    expect(loadPredictor(saved({}, metadata)).classNames).toEqual(['a', 'b', 'c']);
  });

  it('are two for a single sigmoid output', () => {
    const sigmoid = { layers: [{ units: 1, activation: 'sigmoid' }] } as const;
    expect(loadPredictor(saved(sigmoid, { classNames: '["no","yes"]' })).classNames).toEqual(['no', 'yes']);
  });

  it.each([
    {},
    { task: '{"target":"price"}' },
    { task: 'my own' },
    { task: 'null' },
    { task: '{"classNames":["a"]}' },
  ])('are undefined with %j', (metadata) => {
    expect(loadPredictor(saved({}, metadata as Record<string, string>)).classNames).toBeUndefined();
  });

  it.each(['a,b,c', '["a","b"]', '[1,2,3]', '{"a":1}', 'null'])('%s are refused', (classNames) => {
    expect(() => loadPredictor(saved({}, { classNames }))).toThrow(/^bytes: classNames: expected/);
  });

  it('are in other scripts too', () => {
    const classNames = ['犬', 'чай', '😀é'];
    expect(loadPredictor(saved({}, { classNames: JSON.stringify(classNames) })).classNames).toEqual(
      classNames,
    );
  });
});

describe('predictClasses', () => {
  it('gives the likeliest class of each row', () => {
    const outputs = model.predict(x);
    const classes = loadPredictor(bytes).predictClasses(x);
    expect(classes).toBeInstanceOf(Uint32Array);
    expect(classes).toHaveLength(20);
    classes.forEach((best, r) => {
      const row = outputs.subarray(3 * r, 3 * r + 3);
      for (const share of row) expect(row[best]).toBeGreaterThanOrEqual(share);
    });
  });

  it('gives the first of equals', () => {
    const flat = new MLP({
      inputSize: 2,
      layers: [{ units: 4, kernelInitializer: 'zeros', activation: 'softmax' }],
    });
    expect([...loadPredictor(flat.save()).predictClasses(x.subarray(0, 4))]).toEqual([0, 0]);
  });

  it('gives 1 above ½ for a single sigmoid output', () => {
    const one = new MLP({ inputSize: 1, layers: [{ units: 1, activation: 'sigmoid' }] });
    one.setWeights([{ kernel: [1], bias: [0] }]);
    expect([...loadPredictor(one.save()).predictClasses(Float32Array.of(-1, 0, 1))]).toEqual([0, 0, 1]);
  });

  it('refuses outputs that are numbers', () => {
    const refused = /^predictClasses: the outputs are numbers/;
    const single = loadPredictor(saved({ layers: [{ units: 1 }] }));
    expect(() => single.predictClasses(x)).toThrow(refused);
    const targetScaling = { mean: 0, std: 2 };
    const scaled = loadPredictor(saved({ layers: [{ units: 2 }], targetScaling }));
    expect(() => scaled.predictClasses(x)).toThrow(refused);
  });
});

describe('inputs', () => {
  const predictor = loadPredictor(bytes);
  const predict: (x: unknown) => unknown = untyped(predictor.predict);

  it('may be rows, an array of another realm, or none', () => {
    expect(predictor.predict([[1, 2], Float32Array.of(3, 4)])).toEqual(
      model.predict([
        [1, 2],
        [3, 4],
      ]),
    );
    const foreign = runInNewContext('new Float32Array([1, 2, 3, 4])') as Float32Array;
    expect(predictor.predict(foreign)).toEqual(
      model.predict([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(predictor.predict([])).toHaveLength(0);
    expect(predictor.inputSize).toBe(2);
    expect(predictor.units).toBe(3);
  });

  it.each([
    [[1, 2], RangeError, /^x\[0\]: expected a row of 2 values, got Number/],
    [[[1, 2], [3]], RangeError, /^x\[1\]: expected a row of 2 values, got 1/],
    [[[1, '2']], TypeError, /^x\[0\]\[1\]: expected a number, got String/],
    [[[1, null]], TypeError, /^x\[0\]\[1\]: expected a number, got Null/],
    [[null], RangeError, /^x\[0\]: expected a row of 2 values, got Null/],
    [undefined, TypeError, /^x: expected .* got Undefined/],
    ['12', TypeError, /^x: expected .* got String/],
    [Int16Array.of(1, 2), TypeError, /^x: expected .* got Int16Array/],
    [{ length: 2, 0: 1, 1: 2 }, TypeError, /^x: expected .* got Object/],
    [Float32Array.of(1, 2, 3), RangeError, /^x: 3 values are not rows of inputSize 2/],
    [Float32Array.of(1, 2, 3, Number.NaN), RangeError, /^x: row 1, column 1 is not finite/],
    [Float64Array.of(1e39, 2), RangeError, /^x: row 0, column 0 is not finite as a 32-bit float/],
    [
      [
        [1, 2],
        [3, Number.POSITIVE_INFINITY],
      ],
      RangeError,
      /^x: row 1, column 1 is not finite/,
    ],
  ])('%j are refused', (given, kind, message) => {
    expect(() => predict(given)).toThrow(kind);
    expect(() => predict(given)).toThrow(message);
  });

  it('are found in any row of any width if they are not finite', () => {
    for (const inputSize of [1, 3, 4, 6, 33]) {
      const wide = loadPredictor(saved({ inputSize }));
      for (const place of [0, 17 * inputSize - 1, 40 * inputSize - 1]) {
        const values = new Float32Array(40 * inputSize);
        values[place] = Number.NEGATIVE_INFINITY;
        const where = `x: row ${Math.floor(place / inputSize)}, column ${place % inputSize} is not`;
        expect(() => wide.predict(values)).toThrow(where);
      }
    }
  });

  it('are refused if they are not finite once scaled, and so are outputs', () => {
    const scaled = loadPredictor(saved({ inputScaling: { mean: 0, std: 1e-30 } }));
    expect(() =>
      scaled.predict([
        [0, 0],
        [0, 1e20],
      ]),
    ).toThrow(/^x: row 1, column 1 is not finite/);
    const clipped = loadPredictor(saved({ inputScaling: 'none' }));
    expect(() => clipped.predict([[0, Number.NaN]])).toThrow(/^x: row 0, column 1/);
    const large = new MLP({ inputSize: 2, layers: [{ units: 2, kernelInitializer: 'ones' }] });
    const loaded = loadPredictor(large.save());
    const rows = new Float32Array(2 * 20).fill(1).fill(3e38, 34, 36);
    expect(() => large.predict(rows)).toThrow(/row 17: output 0/);
    expect(() => loaded.predict(rows)).toThrow(/^x: row 17, output 0 is not finite/);
    const targetScaling = { mean: 0, std: 1e30 };
    const restored = loadPredictor(
      saved({ layers: [{ units: 2, kernelInitializer: 'ones' }], targetScaling }),
    );
    expect(() => restored.predict([[1e20, 1]])).toThrow(/^x: row 0, output 0 is not finite/);
  });

  it('beyond the limit of tabular are clipped only if they are finite', () => {
    const tabular = new MLP({ inputSize: 2, layers, inputScaling: 'tabular' });
    tabular.adapt(x);
    const loaded = loadPredictor(tabular.save());
    expect(loaded.predict([[1e30, -1e30]])).toEqual(tabular.predict([[1e30, -1e30]]));
    expect(() => loaded.predict(Float32Array.of(0, Number.POSITIVE_INFINITY))).toThrow(/^x: row 0, column 1/);
  });

  it('are refused if their buffer was transferred, like an empty array', () => {
    const gone = new Float32Array(4);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    for (const none of [gone, new Float32Array(0)]) {
      expect(() => predictor.predict(none)).toThrow(/^x: 0 values are not rows/);
    }
  });
});

describe('predictInto', () => {
  const predictor = loadPredictor(bytes);
  const predictInto: (x: unknown, out: unknown) => unknown = untyped(predictor.predictInto);

  it.each([
    [new Float64Array(60), TypeError, /^out: expected a Float32Array, got Float64Array/],
    [undefined, TypeError, /^out: expected a Float32Array, got Undefined/],
    [new Float32Array(59), RangeError, /^out: expected 60 values, got 59/],
  ])('refuses %s', (out, kind, message) => {
    expect(() => predictInto(x, out)).toThrow(kind);
    expect(() => predictInto(x, out)).toThrow(message);
  });

  it('writes into part of a larger array', () => {
    const large = new Float32Array(100).fill(7);
    predictor.predictInto(x, large.subarray(20, 80));
    expect(large.subarray(20, 80)).toEqual(model.predict(x));
    expect([large[19], large[80]]).toEqual([7, 7]);
  });
});

describe('the kernels', () => {
  const wasm = readFileSync(new URL('../../build/wasm/predictor.wasm', import.meta.url));
  afterEach(() => vi.unstubAllGlobals());

  it('may come from the package’s file, as bytes or as a module', () => {
    const expected = model.predict(x);
    for (const given of [wasm, Uint8Array.from(wasm), Uint8Array.from(wasm).buffer, compile(wasm)]) {
      expect(loadPredictorWith(given, bytes).predict(x)).toEqual(expected);
    }
  });

  it.each([
    ['no module', {}],
    ['a string', 'predictor.wasm'],
    ['nothing', undefined],
    ['a promise', Promise.resolve(wasm)],
    ['another module', compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))],
    ['bytes that are no module', Uint8Array.of(1, 2, 3)],
    ['a Response', { arrayBuffer: () => wasm }],
  ])('are refused if they are %s', (_, given) => {
    expect(() => loadPredictorWith(untyped(given), bytes)).toThrow(/^wasm: /);
  });

  it('in JavaScript are the fallback where WebAssembly is unavailable, and without them an error says so', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    const fresh = (await import('../../src/predictor/index.js')) as { loadPredictor: typeof loadPredictor };
    expect(() => fresh.loadPredictor(bytes)).toThrow(
      /^fallback: WebAssembly is unavailable.*evenkeel\/predictor\/javascript/,
    );
    const predictor = fresh.loadPredictor(bytes, { fallback: javascript });
    const close = predictor.predict(x);
    model.predict(x).forEach((value, i) => {
      expect(close[i]).toBeCloseTo(value, 6);
    });
  });

  it('in JavaScript are not used where WebAssembly runs', () => {
    const refused = { ...javascript, forward: () => Number.NaN };
    expect(loadPredictor(bytes, { fallback: refused }).predict(x)).toEqual(model.predict(x));
  });

  it('are the only option', () => {
    expect(() => loadPredictor(bytes, untyped({ fallbak: javascript }))).toThrow(
      /^options\.fallbak: unknown option/,
    );
  });
});
