/** prelu in a network: slopes that are learned, one per unit or one for all, on every build. */
import { describe, expect, it } from 'vitest';
import { type Arithmetic, type BackendName, leakyRelu, MLP, prelu, sgd } from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { arrangements, normalInputs } from '../support/networks.js';
import { type Case, untyped } from '../support/refusals.js';

const [ROWS, INPUTS, UNITS] = [30, 4, 5];
const x = normalInputs(ROWS, INPUTS);
const y = normalInputs(ROWS, 2, 13);

function make<B extends BackendName>(
  shared: boolean,
  backend: B,
  arithmetic: Arithmetic = 'portable',
  activation = prelu({ shared }),
) {
  const layers = [{ units: UNITS, activation }, { units: 2 }];
  const model = new MLP<B>({ inputSize: INPUTS, layers, backend, arithmetic, seed: 3 });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
  return model;
}

describe.each([
  { form: 'a slope a unit', shared: false },
  { form: 'one slope for all units', shared: true },
])('$form', ({ shared }) => {
  const count = shared ? 1 : UNITS;

  it('starts at a quarter, like leakyRelu of that slope', () => {
    const model = make(shared, 'javascript64');
    expect([...model.getWeights()[0]!.slopes!]).toEqual(Array(count).fill(0.25));
    const leaky = new MLP({
      inputSize: INPUTS,
      layers: [{ units: UNITS, activation: leakyRelu({ negativeSlope: 0.25 }) }, { units: 2 }],
      backend: 'javascript64',
      seed: 3,
    });
    expectSame(model.predict(x), leaky.predict(x));
    const started = make(shared, 'wasm', 'portable', prelu({ initialSlope: -0.5, shared }));
    expect([...started.getWeights()[0]!.slopes!]).toEqual(Array(count).fill(-0.5));
  });

  it('has the gradient Σ dL/da · min(z, 0), which a step of SGD uses', () => {
    const model = make(shared, 'javascript64');
    const [layer] = model.getWeights();
    const { slopes, activation } = model.gradients(x, y).layers[0]!;
    const expected = Array<number>(count).fill(0);
    for (let i = 0; i < ROWS * UNITS; i++) {
      const [r, c] = [Math.floor(i / UNITS), i % UNITS];
      let z = layer!.bias[c]!;
      for (let k = 0; k < INPUTS; k++) z += x[r * INPUTS + k]! * layer!.kernel[k * UNITS + c]!;
      expected[shared ? 0 : c]! += activation[i]! * Math.min(z, 0);
    }
    expectBlock(slopes!, expected, 1e-13);
    model.trainOnBatch(x, y);
    const moved = expected.map((gradient) => 0.25 - 0.1 * gradient);
    expectBlock(model.getWeights()[0]!.slopes!, moved, 1e-14);
  });

  it.each(arrangements)('learns on $name as in f64, each slope separately', (arrangement) => {
    const { backend, arithmetic, trajectoryTolerance } = arrangement;
    const [model, exact] = [make<BackendName>(shared, backend, arithmetic), make(shared, 'javascript64')];
    for (let step = 0; step < 20; step++) {
      const { loss } = exact.trainOnBatch(x, y);
      expectBlock([model.trainOnBatch(x, y).loss], [loss], trajectoryTolerance);
    }
    const slopes = model.getWeights()[0]!.slopes!;
    expectBlock(slopes, exact.getWeights()[0]!.slopes!, trajectoryTolerance);
    for (const slope of slopes) expect(Math.abs(slope - 0.25)).toBeGreaterThan(1e-3);
    expect(new Set(slopes).size).toBe(count);
  });

  it('survives getWeights and setWeights, in either layout', () => {
    const model = make(shared, 'wasm');
    for (let step = 0; step < 5; step++) model.trainOnBatch(x, y);
    const other = make(shared, 'wasm');
    other.setWeights(model.getWeights());
    expectSame(other.predict(x), model.predict(x));
    expect(other.getWeights()).toEqual(model.getWeights());
    // The result is a copy: writing to it does not change the model.
    model.getWeights()[0]!.slopes!.fill(7);
    expect(model.getWeights()).toEqual(other.getWeights());
    const negative = model.getWeights();
    const slopes = Float32Array.from({ length: count }, (_, c) => -c - 1);
    other.setWeights(negative.map((layer, l) => (l === 0 ? { ...layer, slopes } : layer)));
    expectSame(other.getWeights()[0]!.slopes!, slopes);
  });
});

describe('setWeights refuses slopes', () => {
  const model = make(false, 'wasm');
  const set = (slopes: unknown) => () => {
    const [layer, ...others] = model.getWeights();
    model.setWeights([{ ...layer, slopes: untyped(slopes) }, ...others]);
  };
  const cases: Case[] = [
    [
      'that are missing',
      set(undefined),
      TypeError,
      /^weights\[0\]\.slopes: expected 5 values, \[5\], got undef/,
    ],
    ['that are too few', set([0.1]), RangeError, /^weights\[0\]\.slopes: expected 5 values, \[5\], got 1/],
    ['that are not finite', set([1, 2, NaN, 4, 5]), RangeError, /^weights\[0\]\.slopes: value 2 is NaN/],
    [
      'of a layer that has none',
      () => model.setWeights(model.getWeights().map((layer) => ({ ...layer, slopes: [1, 1, 1, 1, 1] }))),
      TypeError,
      /^weights\[1\]\.slopes: unknown option/,
    ],
  ];
  it.each(cases)('%s', (_what, run, kind, message) => {
    const before = model.getWeights();
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
    expect(model.getWeights()).toEqual(before);
  });
});
