/** Tests the singular values of Jacobians on closed cases and against differences of predictions. */
import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  jacobianSpectrum,
  type LayerOptions,
  MLP,
  prelu,
  Rng,
  sgd,
} from '../../src/index.js';
import { singularValues } from '../../src/numbers/singular-values.js';
import { normalInputs, randomClasses } from '../support/networks.js';

describe('singular values', () => {
  it('have closed forms for small matrices', () => {
    // For [[3, 0], [4, 5]], AᵀA has trace 50 and determinant 225.
    expect(Array.from(singularValues([3, 0, 4, 5], 2, 2))).toEqual([
      expect.closeTo(Math.sqrt(45), 13),
      expect.closeTo(Math.sqrt(5), 13),
    ]);
    expect(Array.from(singularValues([0, -2, 0, 7, 0, 0], 2, 3))).toEqual([7, 2]);
    expect(Array.from(singularValues([1, 2, 2], 3, 1))).toEqual([3]);
    expect(Array.from(singularValues(new Float64Array(6), 3, 2))).toEqual([0, 0]);
  });

  it('are those that a matrix was made with', () => {
    const values = [100, 3, 1, 1, 1e-6];
    const n = values.length;
    // Householder reflections are orthogonal.
    const reflection = (seed: number) => {
      const v = new Rng(seed).normal(n);
      const square = v.reduce((sum, x) => sum + x * x, 0);
      return (i: number, j: number) => (i === j ? 1 : 0) - (2 * v[i]! * v[j]!) / square;
    };
    const [left, right] = [reflection(1), reflection(2)];
    const matrix = Float64Array.from({ length: n * n }, (_, at) =>
      values.reduce((sum, value, k) => sum + left(Math.floor(at / n), k) * value * right(k, at % n), 0),
    );
    singularValues(matrix, n, n).forEach((value, i) => {
      expect(Math.abs(value - values[i]!)).toBeLessThan(1e-12);
    });
  });
});

const linear = (
  kernelInitializer: NonNullable<LayerOptions['kernelInitializer']>,
  depth: number,
  units = 12,
) =>
  new MLP<BackendName>({
    inputSize: units,
    layers: Array<LayerOptions>(depth).fill({ units, kernelInitializer }),
    seed: 3,
  });

describe('the Jacobian of linear layers', () => {
  it('has only ones from orthogonal kernels', () => {
    const { singularValues: spectra, rootMeanSquare } = jacobianSpectrum(
      linear('orthogonal', 8),
      normalInputs(3, 12),
    );
    expect(spectra).toHaveLength(3);
    for (const value of spectra.flat()) expect(Math.abs(value - 1)).toBeLessThan(1e-5);
    expect(rootMeanSquare).toBeCloseTo(1, 5);
  });

  it.each([1.5, 0.5])(
    'has the tenth power of the factor in every direction for kernels of %d · I',
    (gain) => {
      const {
        singularValues: [values],
      } = jacobianSpectrum(linear({ name: 'identity', gain }, 10), normalInputs(1, 12));
      expect(values).toHaveLength(12);
      for (const value of values!) expect(Math.abs(value / gain ** 10 - 1)).toBeLessThan(1e-12);
      const between = jacobianSpectrum(linear({ name: 'identity', gain }, 10), normalInputs(1, 12), {
        from: 2,
        to: 5,
      });
      expect(between.rootMeanSquare).toBeCloseTo(gain ** 3, 9);
    },
  );
});

describe.each([
  ['more outputs than inputs', 3, 5],
  ['fewer outputs than inputs', 5, 3],
] as const)('the Jacobian of a trained network with %s', (_, inputSize, units) => {
  const layers: LayerOptions[] = [
    { units: 6, activation: 'tanh', batchNorm: true },
    { units: 7, activation: prelu(), batchNorm: { position: 'after' }, dropout: 0.2 },
    { units: 6, activation: 'gelu' },
    { units, activation: 'softmax' },
  ];
  const model = new MLP<BackendName>({ inputSize, layers, backend: 'javascript64', seed: 4 });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.3 }) });
  const x = Float64Array.from(normalInputs(40, inputSize));
  for (let step = 0; step < 5; step++) model.trainOnBatch(x, randomClasses(40, units));
  const rows = 4;
  const few = x.slice(0, rows * inputSize);

  it('has the norms of differences of its predictions', () => {
    const { singularValues: spectra, ...sizes } = jacobianSpectrum(model, few);
    expect(sizes).toMatchObject({ inputs: inputSize, outputs: units });
    const step = 1e-5;
    for (let r = 0; r < rows; r++) {
      const row = few.slice(r * inputSize, (r + 1) * inputSize);
      const columns = Array.from(row, (value, i) => {
        const [above, below] = [step, -step].map((by) =>
          model.predict(row.map((each, at) => (at === i ? value + by : each))),
        );
        return Array.from(above!, (each, o) => (each - below![o]!) / (2 * step));
      });
      const dot = (a: number[], b: number[]) => a.reduce((sum, value, o) => sum + value * b[o]!, 0);
      const gram = columns.map((a) => columns.map((b) => dot(a, b)));
      // tr(JᵀJ) is the sum of the squares, tr((JᵀJ)²) that of the fourth powers.
      const trace = gram.reduce((sum, each, i) => sum + each[i]!, 0);
      const fourth = gram.flat().reduce((sum, value) => sum + value * value, 0);
      expect(spectra[r]).toHaveLength(3);
      const power = (k: number) => spectra[r]!.reduce((sum, value) => sum + value ** k, 0);
      expect(power(2) / trace).toBeCloseTo(1, 6);
      expect(power(4) / fourth).toBeCloseTo(1, 6);
      // Probabilities sum to 1, so that one direction is lost if all outputs count.
      if (units === 3) expect(spectra[r]!.at(-1)).toBeLessThan(1e-12);
    }
  });

  it('is that of the parts, one behind the other', () => {
    const lone = jacobianSpectrum(model, few, { from: 1, to: 2 });
    expect(lone).toMatchObject({ inputs: 7, outputs: 6 });
    const whole = jacobianSpectrum(model, few, { to: 0 });
    expect(whole).toMatchObject({ inputs: inputSize, outputs: 6 });
  });
});

it('keeps squares at 1 on average in ReLU layers from He', () => {
  const hidden: LayerOptions = { units: 150, activation: 'relu', kernelInitializer: 'heNormal' };
  const model = new MLP({ inputSize: 150, layers: Array<LayerOptions>(4).fill(hidden), seed: 1 });
  const { rootMeanSquare, singularValues: spectra } = jacobianSpectrum(model, normalInputs(2, 150));
  expect(Math.abs(rootMeanSquare - 1)).toBeLessThan(0.15);
  expect(spectra[0]![0]).toBeGreaterThan(2);
});

it('runs rows in chunks like predict, and refuses what does not fit', () => {
  const model = linear('glorotNormal', 2, 2);
  const x = normalInputs(2100, 2);
  const { singularValues: spectra } = jacobianSpectrum(model, x);
  expect(spectra).toHaveLength(2100);
  expect(spectra[2099]).toEqual(jacobianSpectrum(model, x.subarray(2 * 2099)).singularValues[0]);
  const refused: [() => unknown, RegExp][] = [
    [() => jacobianSpectrum({} as never, x), /^model: /],
    [() => jacobianSpectrum(model, x, { form: 1 } as never), /^options\.form: /],
    [
      () => jacobianSpectrum(model, x, { from: 1 }),
      /^from: expected the index of a layer from 0 to 0, got 1/,
    ],
    [
      () => jacobianSpectrum(model, x, { from: 0, to: 0 }),
      /^to: expected the index of a layer from 1 to 1, got 0/,
    ],
    [() => jacobianSpectrum(model, x, { to: 'last' as never }), /^to: /],
    [() => jacobianSpectrum(model, new Float32Array(0)), /^x: /],
    [() => jacobianSpectrum(model, [[1, 2, 3]]), /^x\[0\]: /],
    [() => jacobianSpectrum(model, [[1, Number.NaN]]), /^x/],
  ];
  for (const [call, message] of refused) expect(call).toThrow(message);
});
