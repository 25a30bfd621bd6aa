/** Training that would overflow ends before the step, says where, and can be resumed. */
import { describe, expect, it } from 'vitest';
import {
  adagrad,
  adam,
  adamw,
  type BackendName,
  exponentialDecay,
  lion,
  MLP,
  NonFiniteError,
  nadam,
  type Optimizer,
  rmsprop,
  sgd,
} from '../../src/index.js';
import { fitModel } from '../../src/training/fit.js';
import { internalsOf } from '../../src/training/internals.js';
import { classifier, ROWS, rejection, stateOf, x, y } from '../support/fits.js';

const one = Float32Array.of(1);

/** Model of one unit, w·x + b, with a given weight and bias. */
function unit(optimizer: Optimizer, kernel: number, bias = 0, backend: BackendName = 'wasm') {
  const model = new MLP<BackendName>({ inputSize: 1, layers: [{ units: 1 }], backend });
  model.compile({ loss: 'meanSquaredError', optimizer });
  model.setWeights([{ kernel: [kernel], bias: [bias] }]);
  return model;
}

/** Returns the error of a step that must leave everything as it was. */
function refusedStep(model: MLP<BackendName>, inputs: Float32Array, targets: Float32Array): NonFiniteError {
  const before = stateOf(model);
  let caught: unknown;
  try {
    model.trainOnBatch(inputs, targets);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(NonFiniteError);
  expect(stateOf(model)).toEqual(before);
  return caught as NonFiniteError;
}

const optimizers: [string, Optimizer][] = [
  ['sgd', sgd({ learningRate: 0.01 })],
  ['momentum', sgd({ learningRate: 0.01, momentum: 0.9 })],
  ['nesterov', sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true })],
  ['adagrad', adagrad({ learningRate: 0.01 })],
  ['rmsprop', rmsprop({ learningRate: 0.01, momentum: 0.5 })],
  ['centred rmsprop', rmsprop({ learningRate: 0.01, centered: true })],
  ['adam', adam({ learningRate: 0.01 })],
  ['amsgrad', adam({ learningRate: 0.01, amsgrad: true })],
  ['adamw', adamw({ learningRate: 0.01 })],
  ['nadam', nadam({ learningRate: 0.01 })],
  ['lion', lion({ learningRate: 0.01 })],
];

describe.each(optimizers)('%s', (_name, optimizer) => {
  const layers = [
    { units: 6, activation: 'relu', batchNorm: { position: 'after' }, dropout: 0.2 },
    { units: 4, activation: 'prelu' },
    { units: 1, activation: 'identity' },
  ] as const;
  const good = Float32Array.from(y);
  /** Targets whose gradients are infinite as f32: those of the fourth batch of an unshuffled epoch. */
  const wild = good.map((target, r) => (r >= 18 ? 3e38 * (r % 2 ? 1 : -1) : target));

  it('keeps weights, statistics and its own state as before the batch, and resumes from there', async () => {
    const make = () => classifier({ loss: 'meanSquaredError', optimizer }, { layers });
    const [model, calm] = [make(), make()];
    const states: unknown[] = [];
    const options = { batchSize: 6, shuffle: false, epochs: 2 };
    await model.fit(x, good, { ...options, epochs: 1 });
    await calm.fit(x, good, { ...options, epochs: 1 });
    const onBatchEnd = () => void states.push(stateOf(model));
    const error = await rejection(model.fit(x, wild, { ...options, onBatchEnd }));
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(error).toMatchObject({ epoch: 2, batch: 4, layer: expect.any(Number) });
    expect((error as Error).message).toMatch(/^layers\[\d\]: .*not taken \(epoch 2, batch 4\)$/);
    expect(states).toHaveLength(3);
    expect(stateOf(model)).toEqual(states.at(-1));
    // On other data the epoch restarts, as if its first three batches had been trained on before it.
    for (const start of [0, 6, 12])
      calm.trainOnBatch(x.slice(4 * start, 4 * start + 24), good.slice(start, start + 6));
    expect(stateOf(calm)).toEqual(stateOf(model));
    const expected = { ...(await calm.fit(x, good, options)), restartedEpoch: 2 };
    expect(await model.fit(x, good, options)).toEqual(expected);
    expect(stateOf(model)).toEqual(stateOf(calm));
  });
});

describe('a value that is not finite is found', () => {
  const step = sgd({ learningRate: 0.1 });
  const stack = (activations: readonly ('identity' | 'relu' | 'softmax')[], units = 2) => {
    const model = new MLP({
      inputSize: 1,
      layers: activations.map((activation) => ({ units, activation, kernelInitializer: 'ones' as const })),
    });
    model.compile({
      loss: activations.includes('softmax') ? 'crossEntropy' : 'meanSquaredError',
      optimizer: step,
    });
    return model;
  };

  it.each([
    [0, [2e38, 2e38, 2e38]],
    [1, [1e30, 1e30, 1e30]],
    [2, [1e15, 1e15, 1e15]],
  ])('in the preactivations, by the first layer that has one: %i', (layer, [first, second, third]) => {
    const model = stack(['identity', 'identity', 'identity'], 1);
    model.setWeights([first!, second!, third!].map((kernel) => ({ kernel: [kernel], bias: [0] })));
    const error = refusedStep(model, Float32Array.of(2), one);
    expect(error).toMatchObject({ layer });
    expect(error.message).toMatch(new RegExp(`^layers\\[${layer}\\]: 1 of 1 preactivations are not finite`));
  });

  it('in the gradients, by layer and tensor', () => {
    // 1e30 · 1e30 exceeds f32, 1e30 · 0 does not.
    const error = refusedStep(unit(step, 0), Float32Array.of(1e30), Float32Array.of(1e30));
    expect(error).toMatchObject({ layer: 0 });
    expect(error.message).toMatch(/^layers\[0\]: 1 of 1 kernel gradients are not finite/);
  });

  it('in the logits of a softmax', () => {
    const error = refusedStep(stack(['relu', 'softmax']), Float32Array.of(3e38), Float32Array.of(0));
    expect(error).toMatchObject({ layer: 1 });
  });

  it.each([
    ['a variance that is infinite', 0.1, 3e19],
    ['one that the unbiased estimate makes infinite', 1, 1.7e19],
  ])('in the statistics of a batch norm: %s', async (_what, momentum, size) => {
    const model = new MLP({
      inputSize: 1,
      layers: [{ units: 1 }, { units: 1, batchNorm: { momentum }, kernelInitializer: 'ones' }, { units: 1 }],
    });
    model.compile({ loss: 'meanSquaredError', optimizer: step });
    const [first, ...others] = model.getWeights();
    model.setWeights([{ ...first, kernel: [1] }, ...others]);
    const [inputs, targets] = [Float32Array.of(size, -size), Float32Array.of(1, 1)];
    const error = refusedStep(model, inputs, targets);
    expect(error).toMatchObject({ layer: 1 });
    expect(error.message).toMatch(/^layers\[1\]: a variance of the batch is not finite for its batchNorm/);
    const inFit = await rejection(model.fit(inputs, targets));
    expect(inFit).toMatchObject({ layer: 1, epoch: 1, batch: 1 });
    model.trainOnBatch(Float32Array.of(1, -1), targets);
    expect(model.predict(inputs).every(Number.isFinite)).toBe(true);
  });

  it('in data that changed during the fit', async () => {
    const inputs = x.slice();
    const model = classifier();
    let last: unknown;
    const onBatchEnd = () => {
      inputs[22 * 4] = Number.NaN;
      last = stateOf(model);
    };
    // Data too large for the model's memory are read batch by batch.
    const { compiled, ...rest } = internalsOf(model);
    const trainee = { ...rest, compiled: compiled! };
    const options = { batchSize: 6, shuffle: false, onBatchEnd };
    const error = await rejection(fitModel(trainee, inputs, y, options, 0));
    expect(error).toMatchObject({ name: 'NonFiniteError', epoch: 1, batch: 4, layer: 0 });
    expect(stateOf(model)).toEqual(last);
  });
});

describe('a step that would overflow is undone', () => {
  /** Losses and gradients are finite, but a value after the step is not. */
  const cases: [what: string, optimizer: Optimizer, kernel: number, x: number, y: number, whose: RegExp][] = [
    ['a rate of 1e38', sgd({ learningRate: 1e38 }), 1, 1, 10, /its kernel infinite/],
    [
      'a rate of 1e38, with momentum',
      sgd({ learningRate: 1e38, momentum: 0.9 }),
      1,
      1,
      10,
      /its kernel infinite/,
    ],
    ['weights at the edge', sgd({ learningRate: 1e31 }), -3.4e38, 0.5e-38, 1e8, /its (kernel|bias) infinite/],
    ['squares, in adam', adam(), 0, 1e12, 1e13, /its kernel's secondMoment infinite/],
    ['squares, in nadam', nadam(), 0, 1e12, 1e13, /its kernel's secondMoment infinite/],
    ['squares, in amsgrad', adam({ amsgrad: true }), 0, 1e12, 1e13, /its kernel's secondMoment infinite/],
    ['squares, in rmsprop', rmsprop(), 0, 1e12, 1e13, /its kernel's meanSquare infinite/],
    ['squares, in adagrad', adagrad(), 0, 1e12, 1e13, /its kernel's squareSum infinite/],
    ['decay of 1e38', adamw({ weightDecay: 1e38, learningRate: 100 }), 10, 1, 1, /its kernel infinite/],
    [
      'decay in the gradient',
      sgd({ weightDecay: 1e38, learningRate: 0.1 }),
      100,
      1,
      1,
      /its kernel infinite/,
    ],
    [
      'squares of a decay',
      adam({ weightDecay: 1e12, learningRate: 1e-25 }),
      9e9,
      1e-9,
      1,
      /kernel's secondMoment infinite/,
    ],
    ['l2 of 1e38', sgd({ l2: 1e38, learningRate: 0.1 }), 100, 1, 1, /its kernel infinite/],
    ['l1 of 1e38', sgd({ l1: 1e38, learningRate: 10 }), 100, 1, 1, /its kernel infinite/],
  ];

  it.each(cases)('%s', async (_what, optimizer, kernel, input, target, whose) => {
    const [inputs, targets] = [Float32Array.of(input), Float32Array.of(target)];
    const model = unit(optimizer, kernel);
    const error = refusedStep(model, inputs, targets);
    expect(error).toMatchObject({ layer: 0 });
    expect(error.message).toMatch(
      /^layers\[0\]: the step would make 1 of 1 values of its .* it was not taken$/,
    );
    expect(error.message).toMatch(whose);
    const before = stateOf(model);
    const inFit = await rejection(model.fit(inputs, targets));
    expect(inFit).toMatchObject({ layer: 0, epoch: 1, batch: 1 });
    expect((inFit as Error).message).toMatch(/it was not taken \(epoch 1, batch 1\)$/);
    expect(stateOf(model)).toEqual(before);
    // Training continues on harmless data.
    model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
    model.setWeights([{ kernel: [1], bias: [0] }]);
    await model.fit(one, one);
    expect(model.step).toBe(1);
  });

  it.each(cases)(
    '%s: is kept with restoreOnFailure: false',
    async (_what, optimizer, kernel, input, target) => {
      const model = unit(optimizer, kernel);
      const [inputs, targets] = [Float32Array.of(input), Float32Array.of(target)];
      await model.fit(inputs, targets, { restoreOnFailure: false });
      expect(model.step).toBe(1);
      const { weights, blocks } = stateOf(model);
      const all = [weights[0]!.kernel, weights[0]!.bias, ...blocks].flatMap((values) => Array.from(values));
      expect(all.every(Number.isFinite)).toBe(false);
    },
  );

  it('undoes a step after a weight was set between two steps', () => {
    const model = unit(adam({ weightDecay: 900, learningRate: 1e-25 }), 1);
    model.trainOnBatch(one, one);
    model.setWeights([{ kernel: [1e20], bias: [0] }]);
    // The square of its decay is 8e45.
    const { message } = refusedStep(model, Float32Array.of(1e-20), one);
    expect(message).toMatch(/its kernel's secondMoment infinite/);
  });

  it('takes a step in f64 that overflows in f32', () => {
    const model = unit(adam(), 0, 0, 'javascript64');
    model.trainOnBatch(Float64Array.of(1e12), Float64Array.of(1e13));
    expect(model.step).toBe(1);
  });
});

describe('a weight that one step made large is noticed in the next', () => {
  /** The rate is 1e22 in the first step and 1e-3 from then on. */
  const falling = exponentialDecay({
    initialLearningRate: 1e22,
    decayRate: 1e-25,
    decaySteps: 1,
    staircase: true,
  });
  const later = adam({ learningRate: falling, l2: 0.4 });
  const noBias = () => {
    const model = new MLP({ inputSize: 1, layers: [{ units: 1, useBias: false }] });
    model.compile({ loss: 'meanSquaredError', optimizer: later });
    model.setWeights([{ kernel: [1] }]);
    return model;
  };
  const zero = Float32Array.of(0);

  // The gradient is 0 and every number of the step is small except the weight, whose squared penalty is 6e43.
  it('by trainOnBatch', () => {
    const model = noBias();
    model.trainOnBatch(one, zero);
    expect(Math.abs(model.getWeights()[0]!.kernel[0]!)).toBeGreaterThan(1e21);
    for (let again = 0; again < 100; again++) {
      expect(refusedStep(model, zero, zero).message).toMatch(/its kernel's secondMoment infinite/);
    }
  });

  it('within an epoch', async () => {
    const model = noBias();
    const options = { batchSize: 1, shuffle: false };
    const error = await rejection(model.fit(Float32Array.of(1, 0, 0), new Float32Array(3), options));
    expect(error).toMatchObject({ epoch: 1, batch: 2, layer: 0 });
    expect(model.step).toBe(1);
  });

  it('after a fit that undoes nothing', async () => {
    const model = noBias();
    await model.fit(one, zero, { restoreOnFailure: false });
    expect(refusedStep(model, zero, zero).message).toMatch(/its kernel's secondMoment infinite/);
  });
});

describe('numbers that grow from small ones within an epoch are caught in time', () => {
  const zeros = new Float32Array(1000);
  const cases: [string, Optimizer][] = [
    ['decay that turns weights over, in sgd', sgd({ learningRate: 3, weightDecay: 1 })],
    ['in sgd with momentum', sgd({ learningRate: 5, weightDecay: 1, momentum: 0.5 })],
    ['in nesterov', sgd({ learningRate: 3, weightDecay: 1, momentum: 0.9, nesterov: true })],
    ['in adamw', adamw({ learningRate: 3, weightDecay: 1 })],
    ['in lion', lion({ learningRate: 900, weightDecay: 900 })],
    ['l2', sgd({ learningRate: 3, l2: 0.5 })],
  ];
  it.each(cases)('%s', async (_what, optimizer) => {
    const model = unit(optimizer, 1);
    let last: unknown;
    const onBatchEnd = () => {
      last = stateOf(model);
    };
    // Inputs of 0 give the kernel no gradient, so that only the decay moves it.
    const error = await rejection(model.fit(zeros, zeros, { batchSize: 1, onBatchEnd }));
    expect((error as Error).message).toMatch(/^layers\[0\]: the step would make 1 of 1 values of its kernel/);
    expect(stateOf(model)).toEqual(last);
    expect(Number.isFinite(model.getWeights()[0]!.kernel[0])).toBe(true);
  });

  it('by losses that diverge', async () => {
    const model = unit(sgd({ learningRate: 2 }), 1);
    const inputs = Float32Array.from({ length: ROWS }, (_, r) => r);
    let last: unknown;
    const onBatchEnd = () => {
      last = stateOf(model);
    };
    const error = await rejection(
      model.fit(
        inputs,
        inputs.map((v) => -v),
        { epochs: 100, batchSize: 5, onBatchEnd },
      ),
    );
    expect(error).toMatchObject({ name: 'NonFiniteError', layer: 0 });
    expect(stateOf(model)).toEqual(last);
    expect(model.predict(inputs).length).toBe(ROWS);
  });
});
