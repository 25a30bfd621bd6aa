/** Tests findNonFinite on models whose first non-finite value follows by construction. */
import { describe, expect, it } from 'vitest';
import { type BackendName, findNonFinite, MLP, sgd } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { arrangements, normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 30;
const x = normalInputs(ROWS, 4);
const y = randomClasses(ROWS, 3);

function classifier(backend: BackendName = 'wasm') {
  const model = new MLP<BackendName>({
    inputSize: 4,
    layers: [
      { units: 5, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    backend,
    seed: 1,
  });
  model.compile({ loss: 'crossEntropy' });
  return model;
}

/** Writes a value that setWeights would refuse, since it is not finite. */
function poke(model: MLP<BackendName>, layer: number, name: 'kernel' | 'bias', index: number, value: number) {
  const { network } = internalsOf(model);
  const { elementBytes } = network.backend;
  network.write(network.layers[layer]!.tensors.get(name)! + index * elementBytes, [value]);
}

describe.each(arrangements)('on $name', ({ backend }) => {
  it('returns undefined if all values are finite', () => {
    expect(findNonFinite(classifier(backend), x, y)).toBeUndefined();
    expect(findNonFinite(classifier(backend), x, y, { training: true })).toBeUndefined();
    expect(findNonFinite(classifier(backend), x)).toBeUndefined();
  });

  it('names a weight with its unit and its input', () => {
    const model = classifier(backend);
    poke(model, 1, 'kernel', 7, NaN);
    expect(findNonFinite(model, x, y)).toEqual({ layer: 1, tensor: 'kernel', unit: 1, input: 2, value: NaN });
    poke(model, 0, 'bias', 4, -Infinity);
    expect(findNonFinite(model, x)).toEqual({ layer: 0, tensor: 'bias', unit: 4, value: -Infinity });
  });

  it('names the first preactivation that overflows, by sample and unit', () => {
    const model = classifier(backend);
    const largest = backend === 'javascript64' ? 1e308 : 3e38;
    const weights = model.getWeights();
    // Unit 1 adds features 0 and 2; a feature of 30 alone does not overflow.
    const kernel = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    model.setWeights([{ ...weights[0]!, kernel }, weights[1]!]);
    const rows = Array.from({ length: 2000 }, () => [0, 0, 0, 0]);
    rows[3] = [largest, 0, 0, 0];
    rows[1500] = [-largest, 0, -largest, 0];
    expect(findNonFinite(model, rows)).toEqual({
      layer: 0,
      tensor: 'preactivation',
      sample: 1500,
      unit: 1,
      value: -Infinity,
    });
  });
});

describe('a gradient', () => {
  /**
   * Makes one linear unit behind another. With a target 1e30 away, the squared error is infinite but its derivative is
   * finite.
   */
  function line(weights: readonly [number, number], loss: 'squaredError' | 'meanAbsoluteError') {
    const model = new MLP<BackendName>({ inputSize: 1, layers: [{ units: 1 }, { units: 1 }] });
    model.setWeights(weights.map((weight) => ({ kernel: [weight], bias: [0] })));
    model.compile({ loss, optimizer: sgd() });
    return model;
  }

  it('is named if it overflows, dL/dz before the kernel gradients that follow from it', () => {
    // dL/da of the first unit is 1 · 3e38, and the input multiplies it by 10.
    expect(findNonFinite(line([0, 3e38], 'meanAbsoluteError'), [[10]], [[1]])).toEqual({
      layer: 0,
      tensor: 'kernelGradient',
      unit: 0,
      input: 0,
      value: -Infinity,
    });
    // 2 · 3e20 · 1e19 overflows f32, but the squared error is summed in f64.
    expect(findNonFinite(line([0, 1e19], 'squaredError'), [[1]], [[-3e20]])).toMatchObject({
      layer: 0,
      tensor: 'gradient',
      sample: 0,
      unit: 0,
      value: Infinity,
    });
  });
});

describe('among several', () => {
  it('gradients, the one nearest the output comes first', () => {
    const model = new MLP<BackendName>({ inputSize: 1, layers: [{ units: 1 }, { units: 1 }] });
    model.setWeights([1, 1].map((weight) => ({ kernel: [weight], bias: [0] })));
    model.compile({ loss: 'squaredError' });
    // 2 · 3e38 is infinite at the output and so everywhere below; 9e76 is a finite sum.
    const found = findNonFinite(model, [[1]], [[-3e38]]);
    expect(found).toEqual({ layer: 1, tensor: 'gradient', sample: 0, unit: 0, value: Infinity });
  });
});

describe('data', () => {
  it('are named by row and column if not finite', () => {
    const bad = x.slice();
    bad[4 * 7 + 2] = NaN;
    expect(findNonFinite(classifier(), bad, y)).toEqual({ tensor: 'input', sample: 7, unit: 2, value: NaN });
    const model = new MLP({ inputSize: 4, layers: [{ units: 2 }] });
    model.compile({ loss: 'meanSquaredError' });
    const targets = Array.from({ length: ROWS }, () => [0, 0]);
    targets[5] = [0, Infinity];
    expect(findNonFinite(model, x, targets)).toEqual({
      tensor: 'target',
      sample: 5,
      unit: 1,
      value: Infinity,
    });
  });

  it('are named if infinite as f32', () => {
    const rows = [
      [0, 0, 0, 0],
      [0, 0, 0, 1e39],
    ];
    expect(findNonFinite(classifier(), rows)).toEqual({ tensor: 'input', sample: 1, unit: 3, value: 1e39 });
  });
});

it('leaves the model unchanged', () => {
  const model = classifier();
  const before = model.save();
  findNonFinite(model, x, y, { training: true });
  expect(model.save()).toEqual(before);
});

it.each<[string, () => unknown, RegExp]>([
  ['a wrong model', () => findNonFinite({} as never, x), /^model: /],
  ['an unknown option', () => findNonFinite(classifier(), x, y, { rows: 3 } as never), /^options\.rows: /],
  ['a number for training', () => findNonFinite(classifier(), x, y, { training: 1 as never }), /^training: /],
  [
    'targets without a loss',
    () => findNonFinite(new MLP({ inputSize: 4, layers: [{ units: 1 }] }), x, y),
    /compile/,
  ],
  ['inputs of the wrong shape', () => findNonFinite(classifier(), [[1]]), /^x\[0\]: /],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(message);
});
