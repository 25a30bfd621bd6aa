/** Tests whether a diagnosis sees that a network no longer tells inputs apart. */
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { likenessOf } from '../../src/diagnosis/likeness.js';
import {
  type BackendName,
  constant,
  diagnose,
  type LayerOptions,
  MLP,
  Rng,
  randomNormal,
  sgd,
} from '../../src/index.js';
import { xavierSigmoid } from '../../src/lab/index.js';
import { saying } from '../support/diagnoses.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const sigmoids = (
  depth: number,
  kernelInitializer: NonNullable<LayerOptions['kernelInitializer']>,
): LayerOptions[] => [
  ...Array<LayerOptions>(depth).fill({ units: 128, activation: 'sigmoid', kernelInitializer }),
  { units: 3, activation: 'softmax' },
];

describe('the likeness of rows', () => {
  const [rows, columns] = [17, 5];
  const values = new Rng('rows').normal(rows * columns, { mean: 0.7 });

  it('is the mean cosine of all pairs, and the spread within a column', () => {
    const row = (r: number) => Array.from(values.subarray(r * columns, (r + 1) * columns));
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    let cosines = 0;
    for (let r = 0; r < rows; r++) {
      for (let s = 0; s < r; s++) {
        cosines += dot(row(r), row(s)) / Math.sqrt(dot(row(r), row(r)) * dot(row(s), row(s)));
      }
    }
    const variances = Array.from({ length: columns }, (_, c) => {
      const column = Array.from({ length: rows }, (_, r) => values[r * columns + c]!);
      const mean = column.reduce((sum, value) => sum + value, 0) / rows;
      return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    });
    const { unitStd, correlation } = likenessOf(values, columns);
    expect(correlation).toBeCloseTo(cosines / ((rows * (rows - 1)) / 2), 12);
    expect(unitStd).toBeCloseTo(Math.sqrt(variances.reduce((sum, v) => sum + v / columns, 0)), 12);
  });

  it('adds the offset, and leaves out rows of 0', () => {
    const shifted = Float64Array.from(values, (value) => value + 2);
    expect(likenessOf(values, columns, 2).correlation).toBeCloseTo(
      likenessOf(shifted, columns).correlation!,
      6,
    );
    const padded = Float32Array.of(0, 0, ...[3, 4], ...[4, 3], 0, 0);
    expect(likenessOf(padded, 2).correlation).toBeCloseTo(24 / 25, 12);
  });

  it('is unknown for a single row, and complete for equal rows', () => {
    expect(likenessOf(values.subarray(0, columns), columns)).toEqual({ unitStd: 0, correlation: undefined });
    const equal = Float32Array.from({ length: 30 }, (_, i) => [0.1, 0.2, 0.3][i % 3]!);
    const { unitStd, correlation } = likenessOf(equal, 3);
    expect(unitStd).toBe(0);
    expect(correlation).toBeCloseTo(1, 12);
  });
});

describe('iris through five sigmoid layers from 16/n', () => {
  const model = new MLP<BackendName>({
    inputSize: 4,
    layers: sigmoids(5, xavierSigmoid()),
    inputScaling: 'zScore',
    seed: 1,
  });
  model.adapt(iris.x);
  const report = diagnose(model, iris.x);
  const hidden = report.layers.slice(0, 5);

  it('keeps its pooled deviation while its units vary less and less', () => {
    const digits = (value: number) => value.toFixed(2);
    expect(hidden.map(({ preactivation }) => digits(preactivation.std))).toEqual(
      '3.61 2.33 2.63 2.41 2.40'.split(' '),
    );
    expect(hidden.map(({ unitStd }) => digits(unitStd))).toEqual('3.61 1.43 0.87 0.51 0.32'.split(' '));
  });

  it('has the mean cosines that theory expects', () => {
    for (const { correlation, predicted } of hidden) {
      expect(Math.abs(correlation! - predicted.correlation!)).toBeLessThan(0.04);
    }
    expect(report.inputs.correlation).toBeCloseTo(hidden[0]!.predicted.correlation!, 12);
  });

  it('is healthy with a remark that names the loss and its cures', () => {
    expect(saying(report)).toMatch(
      /^healthy: layer 5: its units vary by 0.32 over the rows at a size of 2.4, .* mean cosine of 0.982\d: inputs become alike; by theory a layer passes on 0.39 of a squared difference: put batchNorm.* tanh or relu$/,
    );
  });
});

describe('a hundred random inputs', () => {
  const x = normalInputs(100, 100, 0);

  it('have outputs of mean cosine 0.994 behind five sigmoid layers from 16/n', () => {
    const layers = sigmoids(5, xavierSigmoid()).slice(0, 5);
    const model = new MLP<BackendName>({ inputSize: 100, layers, seed: 0 });
    expect(likenessOf(model.predict(x) as Float32Array, 128).correlation).toBeCloseTo(0.994, 3);
  });

  it.each([0, 1, 2, 3])('have about 0.98 behind fifty He ReLU layers, seed %d', (seed) => {
    const hidden: LayerOptions = { units: 100, activation: 'relu' };
    const model = new MLP({
      inputSize: 100,
      layers: [...Array<LayerOptions>(50).fill(hidden), { units: 1 }],
      seed,
    });
    const { correlation, predicted } = diagnose(model, x).layers[49]!;
    expect(predicted.correlation).toBeCloseTo(0.987, 3);
    // At a width of 100 the distance from 1 is e^±1 of that at infinite width.
    expect(Math.abs(Math.log((1 - correlation!) / (1 - predicted.correlation!)))).toBeLessThan(2);
  });

  it.each<[string, LayerOptions]>([
    ['tanh with biases', { units: 300, activation: 'tanh', biasInitializer: randomNormal({ stddev: 0.5 }) }],
    ['gelu', { units: 300, activation: 'gelu' }],
    ['softplus', { units: 300, activation: 'softplus' }],
    ['sigmoid', { units: 300, activation: 'sigmoid' }],
    ['a bias of 1', { units: 300, activation: 'elu', biasInitializer: constant({ value: 1 }) }],
    ['leaky slopes', { units: 300, activation: 'prelu' }],
    ['batch norm', { units: 300, activation: 'relu', batchNorm: true }],
    ['batch norm behind', { units: 300, activation: 'sigmoid', batchNorm: { position: 'after' } }],
    ['dropout', { units: 300, activation: 'relu', dropout: 0.3 }],
  ])('follow the expected correlation with %s', (_, hidden) => {
    const model = new MLP({
      inputSize: 100,
      layers: [...Array<LayerOptions>(6).fill(hidden), { units: 40 }],
      seed: 5,
    });
    for (const { correlation, predicted } of diagnose(model, x, undefined, { training: true }).layers.slice(
      0,
      6,
    )) {
      expect(Math.abs(correlation! - predicted.correlation!)).toBeLessThan(0.1);
    }
  });
});

describe('the verdict collapsed, before training', () => {
  const x = normalInputs(100, 4);
  const wide = (hidden: LayerOptions, inputScaling: 'none' | 'zScore' = 'none') =>
    new MLP<BackendName>({ inputSize: 4, layers: [hidden, { units: 1 }], inputScaling, seed: 2 });

  it.each([
    [
      'biases that outweigh the signal',
      () =>
        diagnose(wide({ units: 20, activation: 'softplus', biasInitializer: constant({ value: 25 }) }), x),
      /^collapsed: layer 1: .* no longer told apart; the biases of layer 1, of size 25, outweigh its signal: start them from zeros/,
    ],
    [
      'inputs that are alike',
      () =>
        diagnose(
          wide({ units: 20, activation: 'tanh', kernelInitializer: randomNormal({ stddev: 0.05 }) }),
          x.map((value) => 5 + 0.02 * value),
        ),
      /^collapsed: layer 1: .*; the inputs are alike already, with a mean cosine of 1: use inputScaling 'zScore'/,
    ],
  ])('has %s as its cause', (_, run, expected) => {
    expect(saying(run())).toMatch(expected);
  });

  it('goes away with the cure', () => {
    const hidden: LayerOptions = { units: 20, activation: 'tanh' };
    const alike = x.map((value) => 5 + 0.02 * value);
    const model = wide(hidden, 'zScore');
    model.adapt(alike);
    expect(saying(diagnose(model, alike))).toBe('healthy: ');
    const deep = (batchNorm: boolean) => {
      const layers = sigmoids(12, xavierSigmoid()).map((layer, l) =>
        l < 12 ? { ...layer, batchNorm } : layer,
      );
      return diagnose(new MLP({ inputSize: 4, layers, seed: 3 }), x);
    };
    expect(saying(deep(false))).toMatch(/inputs are no longer told apart/);
    expect(saying(deep(true))).toBe('healthy: ');
  });

  it('is given after the gradients, which the same layers lose', () => {
    const layers = sigmoids(7, 'glorotUniform');
    const { verdict, advice } = diagnose(new MLP({ inputSize: 4, layers, seed: 3 }), x);
    expect(verdict).toBe('vanishing');
    expect(advice.join('\n')).toMatch(
      /layer \d: its units vary by .*: inputs are no longer told apart from there on/,
    );
  });

  it('is not given by few rows, nor to a trained network whose outputs differ', () => {
    const biased = () =>
      wide({ units: 20, activation: 'softplus', biasInitializer: constant({ value: 25 }) });
    expect(diagnose(biased(), x.subarray(0, 9 * 4)).verdict).toBe('healthy');
    const model = biased();
    model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 1e-6 }) });
    model.trainOnBatch(x, new Float32Array(100));
    expect(diagnose(model, x).verdict).not.toBe('collapsed');
  });
});

describe('inputs that are the same on every row', () => {
  const same = new Float32Array(400).fill(7);
  it.each(['none', 'zScore', 'symmetric', 'tabular'] as const)(
    'are the cause, with inputScaling %s',
    (inputScaling) => {
      const layers: LayerOptions[] = [
        { units: 8, activation: 'relu' },
        { units: 2, activation: 'softmax' },
      ];
      const model = new MLP<BackendName>({ inputSize: 4, layers, inputScaling, seed: 1 });
      if (inputScaling !== 'none') model.adapt(same);
      expect(saying(diagnose(model, same))).toMatch(
        /^collapsed: the inputs are the same on all 100 rows, so no layer/,
      );
      model.compile({ loss: 'crossEntropy' });
      model.trainOnBatch(same, randomClasses(100, 2));
      expect(saying(diagnose(model, same))).toMatch(/^collapsed: the inputs are the same on all 100 rows/);
    },
  );

  it('are no collapse if there is a single row', () => {
    const model = new MLP({
      inputSize: 4,
      layers: [{ units: 8, activation: 'relu' }, { units: 2 }],
      seed: 1,
    });
    expect(diagnose(model, same.subarray(0, 4)).verdict).toBe('healthy');
  });
});
