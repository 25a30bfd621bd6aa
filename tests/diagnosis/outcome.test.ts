/** Tests findings about inputs, targets and predictions: outliers, scales, collapse, and causes after training. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  type BackendName,
  constant,
  type Diagnosis,
  diagnose,
  type InputScaling,
  type LayerOptions,
  lsuv,
  MLP,
  type MLPOptions,
  type Optimizer,
  Rng,
  randomNormal,
  sgd,
  tfjsHeNormal,
  torchLinear,
} from '../../src/index.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 400;
const saying = ({ verdict, advice }: Diagnosis) => `${verdict}: ${advice.join('\n')}`;
/** Words that blame the initialization. */
const START = /initializer|heNormal|glorot|lecun|xavier|start/i;

function network(options: Partial<MLPOptions<BackendName>> = {}, optimizer: Optimizer = adam()) {
  const model = new MLP<BackendName>({
    inputSize: 3,
    layers: [{ units: 16, activation: 'relu' }, { units: 1 }],
    seed: 1,
    ...options,
  });
  const softmax = options.layers?.at(-1)?.activation === 'softmax';
  model.compile({ loss: softmax ? 'crossEntropy' : 'meanSquaredError', optimizer });
  return model;
}

describe('outliers', () => {
  const clean = normalInputs(ROWS, 3, 8);
  const set = (cells: readonly (readonly [row: number, column: number, value: number])[]) => {
    const x = Float64Array.from(clean);
    for (const [row, column, value] of cells) x[3 * row + column] = value;
    return x;
  };
  const look = (x: Float64Array, inputScaling: InputScaling, featureNames?: readonly string[]) => {
    const model = network({ inputScaling });
    if (inputScaling !== 'none') model.adapt(x);
    return diagnose(model, x, undefined, featureNames && { featureNames });
  };

  it.each(['none', 'zScore', 'tabular', 'unit', 'symmetric'] as const)(
    'are found and named with inputScaling %s, in their columns only',
    (inputScaling) => {
      const { inputs, advice } = look(set([[7, 1, 60]]), inputScaling);
      expect(inputs.outlyingFeatures).toEqual([1]);
      expect(advice.join('\n')).toMatch(
        /inputs: feature 1 has a value more than 10 standard deviations from its mean: .*logarithm/,
      );
      expect(look(Float64Array.from(clean), inputScaling).inputs.outlyingFeatures).toEqual([]);
    },
  );

  it('recommend clipping, and mention it if it is in force', () => {
    expect(look(set([[7, 1, 60]]), 'zScore').advice.join()).toContain("use inputScaling 'tabular'");
    const { advice } = look(set([[7, 1, 60]]), 'tabular');
    expect(advice.join()).toContain("inputScaling 'tabular' already clips");
    expect(advice.join()).not.toContain('use inputScaling');
  });

  it('of several columns, in either direction, are reported with the features’ names', () => {
    const x = set([
      [7, 0, -1e6],
      [90, 2, 1e9],
    ]);
    expect(look(x, 'tabular', ['age', 'income', 'debt']).advice).toEqual([
      expect.stringMatching(/^inputs: features 'age', 'debt' have values more than 10 standard deviations/),
    ]);
  });

  it('are measured on the other rows, so that fifty rows are enough for one beyond 10σ', () => {
    // Relative to a deviation that includes itself, none of n values is further than √(n − 1) = 7 from the mean.
    const x = clean.slice(0, 150).map((value, i) => (i === 4 ? 1e5 : value));
    expect(look(Float64Array.from(x), 'none').inputs.outlyingFeatures).toEqual([1]);
  });

  it('are not rare indicators, sparse columns or bytes', () => {
    const rare = Float64Array.from(clean, (value, i) => (i % 3 === 0 ? Number(i === 30) : value));
    expect(look(rare, 'tabular').inputs.outlyingFeatures).toEqual([]);
    expect(look(rare, 'none').inputs.outlyingFeatures).toEqual([]);
    // One in 400 rows is √399 deviations away in a z-score.
    expect(look(rare, 'zScore').inputs.outlyingFeatures).toEqual([0]);
    const sparse = Float64Array.from(clean, (value, i) =>
      i % 3 === 0 && i % 63 !== 0 ? 0 : Math.abs(value),
    );
    expect(look(sparse, 'none').inputs.outlyingFeatures).toEqual([]);
    const pixels = Uint8Array.from(clean, (_, i) => (i === 30 ? 255 : i % 3 === 0 ? i % 2 : 100 + (i % 50)));
    const model = network({ inputScaling: 'symmetric' });
    expect(diagnose(model, pixels).inputs.outlyingFeatures).toEqual([]);
  });

  it('are not the tails of a normal column of any scale and offset', () => {
    for (const [scale, offset] of [
      [1, 0],
      [1e-6, 1e3],
      [1e6, -1e9],
    ] as const) {
      const x = Float64Array.from(new Rng(3).normal(2000 * 3), (value) => value * scale + offset);
      expect(look(x, 'zScore').inputs.outlyingFeatures).toEqual([]);
    }
  });
});

describe('inputs of unusual scale', () => {
  it.each([1e-4, 50, 1e4, 1e8])(
    'of a linear model, %d, are not healthy, and advice names the scaling',
    (scale) => {
      const model = network({ layers: [{ units: 1 }] });
      const { verdict, advice } = diagnose(
        model,
        normalInputs(ROWS, 3).map((value) => scale * value),
      );
      expect(verdict).toBe('unscaled');
      expect(advice[0]).toMatch(
        /^the inputs come unscaled, from .*: use inputScaling .*'zScore' for tables$/,
      );
    },
  );

  it('are named by their column', () => {
    const x = normalInputs(ROWS, 3).map((value, i) => (i % 3 === 2 ? 40 + value : value));
    const { advice, inputs } = diagnose(network(), x, undefined, { featureNames: ['a', 'b', 'age'] });
    expect(inputs.unscaledFeatures).toEqual([2]);
    expect(advice.join('\n')).toContain(
      "inputs: feature 'age' is of size 10 or more: use inputScaling 'zScore'",
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['too few names', ['a', 'b'], /^featureNames: expected 3 names, one for each input, got 2/],
    ['a text for names', 'abc', /^featureNames: expected an array of strings/],
    ['numbers for names', [1, 2, 3], /^featureNames: expected an array of strings/],
  ])('refuse %s', (_, featureNames, message) => {
    const call = () => diagnose(network(), normalInputs(5, 3), undefined, { featureNames } as never);
    expect(call).toThrow(message);
  });
});

describe('targets of another scale than the outputs', () => {
  const x = normalInputs(ROWS, 3, 5);
  const line = (scale: number, offset: number) =>
    Float64Array.from({ length: ROWS }, (_, r) => offset + scale * (x[3 * r]! - x[3 * r + 1]!));

  it.each([
    ['prices', 1e5, 5e5, /the standard deviation of output 0 is 1\.\de5|\d{6}/],
    ['far off', 1, 1000, /the mean of output 0 is 1000/],
    ['enormous', 1e8, 0, /the standard deviation of output 0 is/],
    [
      'tiny',
      1e-4,
      0,
      /the standard deviation of output 0 is 0\.0001\d*, but that of the network's output is/,
    ],
  ] as const)('%s: are unscaled, and targetScaling helps', (_, scale, offset, seen) => {
    const report = diagnose(network(), x, line(scale, offset));
    expect(report.verdict).toBe('unscaled');
    expect(report.advice[0]).toMatch(/^the targets come unscaled, .*: use targetScaling 'zScore'$/);
    expect(report.advice[0]).toMatch(seen);
    const scaled = network({ targetScaling: 'zScore' });
    scaled.adapt(x, line(scale, offset));
    expect(saying(diagnose(scaled, x, line(scale, offset)))).toBe('healthy: ');
  });

  it.each([0.5, 1, 10])('are healthy with a deviation of %d', (scale) => {
    expect(saying(diagnose(network(), x, line(scale, 0)))).toBe('healthy: ');
  });

  it('are unscaled until the network has learned them', async () => {
    const y = line(100, 300);
    const model = network({ layers: [{ units: 1 }] }, adam({ learningRate: 1 }));
    await model.fit(x, y, { epochs: 1 });
    expect(diagnose(model, x, y).verdict).toBe('unscaled');
    await model.fit(x, y, { epochs: 100 });
    expect(diagnose(model, x, y).verdict).toBe('healthy');
  });

  it('are reported if they differ from the data that the scaling was fitted on', () => {
    const model = network({ targetScaling: 'zScore' });
    model.adapt(x, line(1, 0));
    const { verdict, advice } = diagnose(model, x, line(1e6, 0));
    expect(verdict).toBe('unscaled');
    expect(advice[0]).toMatch(
      /^the targets are scaled, .* differ from the data that the scaling was fitted on/,
    );
    expect(advice.join()).not.toContain('use targetScaling');
  });

  it('are named by output, and by a last layer that cannot reach them', () => {
    const both = Float64Array.from({ length: 2 * ROWS }, (_, i) => (i % 2 === 0 ? x[i]! : 1e6 * x[i]!));
    const two = network({ layers: [{ units: 8, activation: 'relu' }, { units: 2 }] });
    expect(diagnose(two, x, both).advice[0]).toContain('output 1');
    const positive = network({
      layers: [
        { units: 8, activation: 'relu' },
        { units: 1, activation: 'softplus' },
      ],
    });
    expect(diagnose(positive, x, line(1e3, 1e4)).advice[0]).toContain(
      "activation 'identity' in the last layer",
    );
  });
});

describe('an absurd loss', () => {
  it('over classes is not healthy', () => {
    const layers: LayerOptions[] = [{ units: 3, activation: 'softmax' }];
    const model = network({ layers });
    const [only] = model.getWeights();
    model.setWeights([{ ...only!, kernel: only!.kernel.map((value) => 1e3 * value) }]);
    const { verdict, advice } = diagnose(model, normalInputs(ROWS, 3), randomClasses(ROWS, 3));
    expect(verdict).toBe('exploding');
    expect(advice[0]).toMatch(/^the loss is \d+, but equal probabilities for all classes would give 1\.1; /);
    expect(advice.join()).not.toMatch(START);
  });

  it('over numbers is not healthy', () => {
    const model = network({ layers: [{ units: 1 }] });
    const [only] = model.getWeights();
    model.setWeights([{ ...only!, bias: [500] }]);
    const { verdict, advice } = diagnose(model, normalInputs(ROWS, 3), new Rng(2).normal(ROWS));
    expect(verdict).toBe('exploding');
    expect(advice[0]).toMatch(/^the error of output 0 has size 500, but its targets have size/);
  });
});

describe('predictions that have collapsed', () => {
  const x = normalInputs(ROWS, 3, 6);
  const classes = Uint8Array.from({ length: ROWS }, (_, r) => Number(x[3 * r]! > 0));
  const layers: LayerOptions[] = [
    { units: 16, activation: 'relu' },
    { units: 2, activation: 'softmax' },
  ];
  const bent = (bias: readonly number[], given = layers) => {
    const model = network({ layers: given });
    const weights = model.getWeights();
    const last = weights.at(-1)!;
    model.setWeights([...weights.slice(0, -1), { kernel: last.kernel.map((value) => 0.001 * value), bias }]);
    return model;
  };

  it('of a classifier are one class on all rows, with and without targets', () => {
    const report = diagnose(bent([0, 3]), x, classes);
    expect(report.verdict).toBe('collapsed');
    expect(report.advice[0]).toMatch(
      /^the predictions have collapsed to class 1, on 400 of 400 rows, which is the target of \d+; /,
    );
    expect(report.advice.join()).toMatch(/learning rate/);
    expect(report.advice.join()).not.toMatch(START);
    expect(diagnose(bent([0, 3]), x).verdict).toBe('collapsed');
  });

  it('of a sigmoid are no on all rows', () => {
    const model = bent(
      [-4],
      [
        { units: 16, activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    );
    model.compile({ loss: 'binaryCrossEntropy' });
    expect(saying(diagnose(model, x, classes))).toMatch(/^collapsed: .* class 0, on 400 of 400 rows/);
  });

  it('have rare classes as a cause', () => {
    const rare = Uint8Array.from({ length: ROWS }, (_, r) => Number(r % 20 === 0));
    const { verdict, advice } = diagnose(bent([3, 0]), x, rare);
    expect(verdict).toBe('collapsed');
    expect(advice.join('\n')).toContain(
      'only 5 % of the rows belong to other classes: give those a larger classWeight',
    );
  });

  it('of a regression are constant, with and without targets', () => {
    const plain: LayerOptions[] = [{ units: 16, activation: 'relu' }, { units: 1 }];
    const model = network({ layers: plain });
    const [first, last] = model.getWeights();
    model.setWeights([first!, { kernel: last!.kernel.map(() => 0), bias: [2] }]);
    const report = diagnose(model, x, new Rng(1).normal(ROWS, { mean: 2, std: 1 }));
    expect(report.verdict).toBe('collapsed');
    expect(report.advice[0]).toMatch(
      /^the predictions have collapsed to a constant: output 0 has sd 0 around a mean of 2, but its targets have/,
    );
    expect(diagnose(model, x).verdict).toBe('collapsed');
  });

  it('come from training with a penalty that shrinks kernels to nothing', async () => {
    const model = network({ layers }, sgd({ learningRate: 0.1, l2: 5 }));
    await model.fit(
      x,
      Uint8Array.from({ length: ROWS }, (_, r) => Number(r % 3 === 0)),
      { epochs: 10 },
    );
    const { verdict, advice } = diagnose(model, x);
    expect(verdict).not.toBe('healthy');
    expect(advice.join()).not.toMatch(START);
  });

  it('are not reported for a network that has learned', async () => {
    const model = network({ layers }, adam({ learningRate: 0.01 }));
    await model.fit(x, classes, { epochs: 20 });
    expect(saying(diagnose(model, x, classes))).toBe('healthy: ');
    expect(saying(diagnose(model, x))).toBe('healthy: ');
    const y = Float64Array.from({ length: ROWS }, (_, r) => x[3 * r]!);
    const line = network({}, adam({ learningRate: 0.01 }));
    await line.fit(x, y, { epochs: 20 });
    expect(saying(diagnose(line, x, y))).toBe('healthy: ');
  });

  it('are not reported for an untrained network, nor for rows of a single class', async () => {
    // After so many layers, outputs are almost the same for all rows.
    const wide: LayerOptions[] = [...Array(8).fill({ units: 60, activation: 'relu' }), layers[1]!];
    expect(saying(diagnose(network({ layers: wide }), x, classes))).toBe('healthy: ');
    const model = network({ layers: wide });
    lsuv(model, x);
    expect(diagnose(model, x, classes).verdict).toBe('healthy');
    const learned = network({ layers }, adam({ learningRate: 0.01 }));
    await learned.fit(x, classes, { epochs: 20 });
    const ones = x.filter((_, i) => classes[Math.floor(i / 3)] === 1 && x[3 * Math.floor(i / 3)]! > 0.5);
    const { verdict, advice } = diagnose(learned, ones);
    expect(verdict).toBe('healthy');
    expect(advice.join()).toMatch(/^class 1 is predicted on .*: unless all of these belong to that class/);
    expect(saying(diagnose(learned, ones, new Uint8Array(ones.length / 3).fill(1)))).toBe('healthy: ');
  });

  it('have vanishing gradients as one of the causes', () => {
    const deep: LayerOptions[] = [...Array(7).fill({ units: 30, activation: 'sigmoid' }), layers[1]!];
    const model = network({ layers: deep }, sgd({ learningRate: 1e-4 }));
    model.trainOnBatch(x, classes);
    const { verdict, advice } = diagnose(model, x, classes);
    expect(verdict).toBe('collapsed');
    expect(advice.join('\n')).toMatch(
      /layers\[0\]: the gradient is .* the slope of sigmoid is at most a quarter/,
    );
  });

  it('are not reported if probabilities tell a rare class', () => {
    // P(1) lies from 0.05 to 0.45: never the larger probability, and right.
    const sure = Float64Array.from({ length: 2 * ROWS }, (_, r) => (r % 2 === 0 ? 1 : -1));
    const model = network({ inputSize: 1, layers: [{ units: 2, activation: 'softmax' }] });
    model.setWeights([{ kernel: [0, 1.3], bias: [1.6, 0] }]);
    const truth = Uint8Array.from(sure, (value, r) => Number(value > 0 && r % 20 < 8));
    const { verdict, advice } = diagnose(model, sure, truth);
    expect(verdict).toBe('healthy');
    expect(advice.join()).toMatch(
      /class 0 is predicted on 800 of 800 rows.* the probabilities still tell rows apart/,
    );
  });
});

describe('after training, the initialization is not blamed', () => {
  const x = normalInputs(ROWS, 20, 9);
  const y = randomClasses(ROWS, 4);
  const stack = (activation: 'relu' | 'tanh' | 'sigmoid', depth: number, more: Partial<LayerOptions> = {}) =>
    new MLP<BackendName>({
      inputSize: 20,
      layers: [
        ...Array.from({ length: depth }, () => ({ units: 20, activation, ...more }) as LayerOptions),
        { units: 4, activation: 'softmax', ...more },
      ],
      seed: 3,
    });
  const cases = [
    ['too small kernels', () => stack('relu', 30, { kernelInitializer: tfjsHeNormal() }), 1e-6],
    [
      'vanishing kernels',
      () => stack('relu', 12, { kernelInitializer: randomNormal({ stddev: 0.05 }) }),
      1e-6,
    ],
    ['too large kernels', () => stack('relu', 5, { kernelInitializer: randomNormal({ stddev: 2 }) }), 1e-6],
    ['saturated tanh', () => stack('tanh', 3, { kernelInitializer: randomNormal({ stddev: 2 }) }), 1e-6],
    ['vanishing sigmoids', () => stack('sigmoid', 7, { kernelInitializer: torchLinear() }), 1e-4],
    ['biases below 0', () => stack('relu', 2, { biasInitializer: constant({ value: -20 }) }), 1e-4],
    ['equal weights', () => stack('tanh', 2, { kernelInitializer: constant({ value: 0.1 }) }), 1e-2],
  ] as const;

  it.each(cases)('%s: are blamed before the first step, not after it', (_, make, learningRate) => {
    const model = make();
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
    const before = diagnose(model, x, y);
    expect(before.verdict).not.toBe('healthy');
    expect(before.advice.join('\n')).toMatch(START);
    model.trainOnBatch(x, y);
    const after = diagnose(model, x, y);
    // A vanishing signal may end in a constant answer, which is no fault before the first step.
    const verdicts = [before.verdict, 'collapsed'];
    expect(verdicts).toContain(after.verdict);
    expect(after.advice.join('\n')).not.toMatch(START);
    // A loaded model, a recompiled one and a copy by setWeights behave alike.
    const loaded = MLP.load(model.save());
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
    const copy = make();
    copy.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
    copy.setWeights(model.getWeights());
    for (const moved of [loaded, model, copy]) {
      const report = diagnose(moved, x, y);
      expect(verdicts).toContain(report.verdict);
      expect(report.advice.join('\n')).not.toMatch(START);
    }
  });

  it.each(cases)('%s: are blamed in a fresh model that was saved, or written back', (_, make) => {
    const model = make();
    const { advice } = diagnose(model, x);
    const loaded = MLP.load(model.save());
    expect(diagnose(loaded, x).advice).toEqual(advice);
    model.setWeights(model.getWeights());
    expect(diagnose(model, x).advice).toEqual(advice);
  });

  it('training is blamed for kernels that it made large', () => {
    const model = stack('tanh', 2);
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 500 }) });
    for (let step = 0; step < 20; step++) model.trainOnBatch(x, y);
    const report = diagnose(model, x, y);
    expect(report.verdict).toBe('saturated');
    expect(report.advice.join('\n')).toMatch(
      /training has brought the kernels? of layers\[0\].* times the initial size/,
    );
    expect(report.advice.join('\n')).toContain('lower the learning rate');
    expect(report.advice.join('\n')).not.toMatch(START);
  });

  it('a user’s own initializer is not blamed either', () => {
    const draw = (shape: readonly number[]) =>
      Float32Array.from(
        new Rng('own').normal(
          shape.reduce((a, b) => a * b, 1),
          { std: 3 },
        ),
      );
    const model = stack('tanh', 2, { kernelInitializer: draw as never });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 1e-3 }) });
    expect(diagnose(model, x, y).advice.join()).toMatch(START);
    model.trainOnBatch(x, y);
    expect(diagnose(model, x, y).advice.join()).not.toMatch(START);
  });
});

describe('a fresh batch norm', () => {
  const x = normalInputs(ROWS, 20, 9).map((value) => 5 + 3 * value);
  const y = randomClasses(ROWS, 4);
  const deep = (position: 'before' | 'after' = 'before') => {
    const model = new MLP<BackendName>({
      inputSize: 20,
      layers: [
        ...Array.from(
          { length: 20 },
          (): LayerOptions => ({
            units: 40,
            activation: 'relu',
            batchNorm: { position },
            kernelInitializer: randomNormal({ stddev: 0.05 }),
          }),
        ),
        { units: 4, activation: 'softmax' },
      ],
      seed: 3,
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.01 }) });
    return model;
  };

  it('uses the rows’ own statistics, so that twenty layers are healthy', () => {
    const model = deep();
    const report = diagnose(model, x, y);
    expect(report.batchNorm).toBe('batch');
    expect(report).toEqual(diagnose(model, x, y, { training: true }));
    expect(saying(report)).toBe('healthy: ');
    // With statistics of 0 and 1 nothing is normalized, and kernels of 0.32 times He's deviation shrink the signal.
    const running = diagnose(model, x, y, { training: false });
    expect([running.batchNorm, running.verdict]).toEqual(['running', 'vanishing']);
    expect(diagnose(deep('after'), x).batchNorm).toBe('batch');
  });

  it('uses its running statistics once a step or setWeights has set them', () => {
    const model = deep();
    model.trainOnBatch(x, y);
    expect(diagnose(model, x, y)).toEqual(diagnose(model, x, y, { training: false }));
    expect(diagnose(model, x).batchNorm).toBe('running');
    const given = deep();
    given.setWeights(model.getWeights());
    expect(diagnose(given, x).batchNorm).toBe('running');
  });

  it('uses its running statistics for a single row, and models without one report none', () => {
    expect(diagnose(deep(), x.slice(0, 20)).batchNorm).toBe('running');
    expect(diagnose(network(), normalInputs(9, 3))).not.toHaveProperty('batchNorm');
  });
});
