/** Every build against the f64 oracle, from the same weights, on shapes that reach every path. */
import { describe, it } from 'vitest';
import { type LayerOptions, sgd } from '../src/index.js';
import { expectBlock } from './compare.js';
import { arrangements, build, normalInputs, oracle, randomClasses, type Task } from './networks.js';

const STEPS = 10;

type Activation = NonNullable<LayerOptions['activation']>;

interface Case {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly hidden: Activation;
  readonly learningRate?: number;
}

const cases: readonly Case[] = [
  { name: '784-256-10', sizes: [784, 256, 10], batch: 128, hidden: 'relu' },
  { name: '785-257-129-10', sizes: [785, 257, 129, 10], batch: 131, hidden: 'tanh' },
  { name: '600-600-10', sizes: [600, 600, 10], batch: 1, hidden: 'sigmoid', learningRate: 0.01 },
  // tanh: among 500 000 relus some stand so near their kink that f32 and f64 take different branches.
  {
    name: '50 × 100',
    sizes: [100, ...Array<number>(50).fill(100), 10],
    batch: 100,
    hidden: 'tanh',
    learningRate: 0.01,
  },
  { name: 'widths of 1', sizes: [1, 1, 1, 2], batch: 5, hidden: 'tanh' },
  { name: 'one layer', sizes: [7, 3], batch: 33, hidden: 'relu' },
];
const tested = arrangements.filter((arrangement) => arrangement !== oracle);

describe.each(cases)('$name, batch $batch, $hidden', ({ sizes, batch, hidden, learningRate = 0.1 }) => {
  const classes = sizes[sizes.length - 1]!;
  const x = normalInputs(batch, sizes[0]!);
  const y = randomClasses(batch, classes);
  const task: Task = {
    inputSize: sizes[0]!,
    layers: sizes
      .slice(1)
      .map((units, l, all) => ({ units, activation: l === all.length - 1 ? 'softmax' : hidden })),
    loss: 'crossEntropy',
    optimizer: sgd({ learningRate }),
  };

  it.each(tested)('$name gives the gradients and the ten steps of f64', (arrangement) => {
    const model = build(task, arrangement);
    const reference = build(task, oracle);
    const gradients = model.gradients(x, y);
    const expected = reference.gradients(x, y);
    expectBlock([gradients.loss], [expected.loss], arrangement.tolerance);
    expectBlock(gradients.input, expected.input, arrangement.tolerance);
    for (const [l, layer] of gradients.layers.entries()) {
      for (const tensor of ['kernel', 'bias', 'preactivation', 'activation'] as const) {
        expectBlock(layer[tensor], expected.layers[l]![tensor], arrangement.tolerance);
      }
    }
    for (let step = 0; step < STEPS; step++) {
      const { loss } = model.trainOnBatch(x, y);
      expectBlock([loss], [reference.trainOnBatch(x, y).loss], arrangement.trajectoryTolerance);
    }
    for (const [l, { kernel, bias }] of model.getWeights().entries()) {
      const then = reference.getWeights()[l]!;
      expectBlock(kernel, then.kernel, arrangement.trajectoryTolerance);
      expectBlock(bias, then.bias, arrangement.trajectoryTolerance);
    }
    expectBlock(model.predict(x), reference.predict(x), arrangement.trajectoryTolerance);
  });
});
