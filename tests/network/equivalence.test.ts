/** Every build against the f64 oracle, from the same weights, on shapes that reach every path. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  type BackendName,
  crossEntropy,
  huber,
  type LayerOptions,
  type MLP,
  type Optimizer,
  prelu,
  Rng,
  sgd,
  type Targets,
} from '../../src/index.js';
import { lossRow } from '../../src/training/losses.js';
import { expectBlock, expectSame } from '../support/compare.js';
import {
  type Arrangement,
  arrangements,
  build,
  normalInputs,
  oracle,
  randomClasses,
  type Task,
} from '../support/networks.js';

const STEPS = 10;

interface Case {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly hidden: Partial<LayerOptions>;
  readonly output?: Partial<LayerOptions>;
  readonly loss?: Task['loss'];
  readonly optimizer?: Optimizer;
  /** One weight per row, from 0 to 2. */
  readonly weighted?: boolean;
}

const fifty = [100, ...Array<number>(50).fill(100), 10];
/** A bias before a batch norm has only rounding as its gradient, which adam would take for a real one. */
const normalized: Partial<LayerOptions> = { batchNorm: true, useBias: false };
/** Adam with a large epsilon. At the default one, a gradient that is only rounding makes a step of a full learning rate. */
const smooth = adam({ learningRate: 0.01, epsilon: 1e-3 });
const [logits, values] = [{ activation: 'sigmoid' }, { activation: 'identity' }] as const;

const cases: readonly Case[] = [
  { name: 'relu', sizes: [784, 256, 10], batch: 128, hidden: { activation: 'relu' } },
  { name: 'tanh', sizes: [785, 257, 129, 10], batch: 131, hidden: { activation: 'tanh' } },
  {
    name: 'sigmoid',
    sizes: [600, 600, 10],
    batch: 1,
    hidden: { activation: 'sigmoid' },
    optimizer: sgd({ learningRate: 0.01 }),
  },
  {
    // This is tanh, because of 500 000 relus some are so near their kink that f32 and f64 take different branches.
    name: 'fifty layers of tanh',
    sizes: fifty,
    batch: 100,
    hidden: { activation: 'tanh' },
    optimizer: sgd({ learningRate: 0.01 }),
  },
  { name: 'widths of 1', sizes: [1, 1, 1, 2], batch: 5, hidden: { activation: 'tanh' } },
  { name: 'one layer', sizes: [7, 3], batch: 33, hidden: {} },
  {
    name: 'batch norm, dropout, adam',
    sizes: [784, 256, 10],
    batch: 128,
    hidden: { activation: 'gelu', dropout: 0.3, ...normalized },
    optimizer: smooth,
  },
  {
    name: 'batch norm after the activation, weights, smoothed labels',
    sizes: [785, 257, 129, 10],
    batch: 131,
    hidden: { activation: 'mish', dropout: 0.1, batchNorm: { position: 'after', momentum: 0.3 } },
    output: { activation: 'softmax', ...normalized },
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    weighted: true,
  },
  {
    name: 'prelu, dropout, binary labels',
    sizes: [600, 600, 10],
    batch: 1,
    hidden: { activation: 'prelu', dropout: 0.5 },
    // The logits are small: dL/dp is −t / p, as exact as the exponent of p.
    output: { ...logits, kernelInitializer: 'randomNormal' },
    loss: 'binaryCrossEntropy',
    optimizer: sgd({ learningRate: 0.01 }),
  },
  {
    // There are twenty layers: through batch norms the gradient, and its error, grow with each (Yang et al. 2019).
    name: 'twenty layers with batch norm',
    sizes: fifty.slice(30),
    batch: 100,
    hidden: { activation: 'tanh', ...normalized },
    optimizer: sgd({ learningRate: 0.001 }),
  },
  {
    name: 'widths of 1 with batch norm and prelu, Huber loss',
    sizes: [1, 1, 1, 1],
    batch: 5,
    hidden: { activation: prelu({ shared: true }), ...normalized },
    output: values,
    loss: huber({ delta: 0.5 }),
    optimizer: smooth,
  },
  {
    name: 'squared error, weights',
    sizes: [33, 65, 9],
    batch: 31,
    hidden: { activation: 'softplus' },
    output: values,
    loss: 'meanSquaredError',
    optimizer: smooth,
    weighted: true,
  },
  {
    name: 'absolute error, no biases',
    sizes: [33, 65, 9],
    batch: 31,
    hidden: { activation: 'silu', useBias: false },
    output: { ...values, useBias: false },
    loss: 'meanAbsoluteError',
  },
  {
    name: 'one layer, the lectures’ squared error',
    sizes: [7, 3],
    batch: 33,
    hidden: {},
    output: values,
    loss: 'squaredError',
    optimizer: sgd({ learningRate: 0.01 }),
  },
];
const tested = arrangements.filter((arrangement) => arrangement !== oracle);

function taskOf({ sizes, hidden, output, loss = 'crossEntropy', optimizer }: Case): Task {
  const last = sizes.length - 2;
  const layers = sizes
    .slice(1)
    .map((units, l) => ({ units, ...(l < last ? hidden : (output ?? { activation: 'softmax' as const })) }));
  return { inputSize: sizes[0]!, layers, loss, optimizer: optimizer ?? sgd({ learningRate: 0.1 }) };
}

function targetsOf(loss: Task['loss'], rows: number, units: number): Targets {
  const { kind } = lossRow(typeof loss === 'string' ? { name: loss } : loss);
  if (kind === 'classes') return randomClasses(rows, units);
  return kind === 'binary' ? new Rng(15).uniform(rows * units) : normalInputs(rows, units, 13);
}

interface Block {
  readonly what: string;
  readonly values: ArrayLike<number>;
  readonly tolerance: number;
}

/** Everything that is compared, in the order in which training computes it. */
function run(one: Case, arrangement: Arrangement): Block[] {
  const task = taskOf(one);
  const { batch, weighted, sizes, hidden } = one;
  const x = normalInputs(batch, task.inputSize);
  const y = targetsOf(task.loss, batch, sizes[sizes.length - 1]!);
  const rows = weighted ? { sampleWeight: new Rng(16).uniform(batch, { high: 2 }) } : {};
  const model = build(task, arrangement);
  const blocks: Block[] = [];
  // Only these differ for a pass in training.
  const differs = hidden.batchNorm !== undefined || hidden.dropout !== undefined;
  for (const training of differs ? [false, true] : [false]) {
    const gradients = model.gradients(x, y, { ...rows, training });
    const put = (what: string, values: ArrayLike<number>) =>
      blocks.push({ what: `${what}, training ${training}`, values, tolerance: arrangement.tolerance });
    put('loss', [gradients.loss]);
    put('input', gradients.input);
    for (const [l, { preactivation, activation, ...parameters }] of gradients.layers.entries()) {
      put(`preactivation ${l}`, preactivation);
      put(`activation ${l}`, activation);
      const { batchNorm } = hidden;
      // Compared as one block: the gradient of a value that a batch norm cancels is only rounding.
      if (batchNorm)
        put(
          `parameters ${l}`,
          Object.values(parameters).flatMap((values) => [...values]),
        );
      else for (const [name, values] of Object.entries(parameters)) put(`${name} ${l}`, values);
    }
  }
  const put = (what: string, values: ArrayLike<number>) =>
    blocks.push({ what, values, tolerance: arrangement.trajectoryTolerance });
  for (let step = 0; step < STEPS; step++) put(`loss ${step}`, [model.trainOnBatch(x, y, rows).loss]);
  for (const [l, layer] of model.getWeights().entries()) {
    for (const [name, values] of Object.entries(layer)) put(`weights ${l} ${name}`, values);
  }
  put('outputs', model.predict(x));
  put('evaluated', [model.evaluate(x, y, rows).loss]);
  return blocks;
}

describe.each(
  cases.map((each) => ({ title: `${each.sizes.slice(0, 5).join('-')}, batch ${each.batch}`, ...each })),
)('$title: $name', ({ title: _, ...one }) => {
  let expected: Block[] | undefined;

  it.each(tested)('$name equals the gradients and the ten steps of f64', (arrangement) => {
    expected ??= run(one, oracle);
    const actual = run(one, arrangement);
    expect(actual.map(({ what }) => what)).toEqual(expected.map(({ what }) => what));
    for (const [b, { what, values, tolerance }] of actual.entries()) {
      expectBlock(values, expected[b]!.values, tolerance, what);
    }
  });
});

describe('the prediction of a row does not depend on the other rows, bit for bit', () => {
  const wide: Case = {
    name: '',
    sizes: [37, 70, 33, 10],
    batch: 1000,
    hidden: { activation: 'prelu', dropout: 0.2, batchNorm: { position: 'after' } },
    output: { activation: 'softmax', batchNorm: true },
  };
  const x = normalInputs(2100, 37);
  const rowsOf = (first: number, n: number) => x.slice(37 * first, 37 * (first + n));
  const compare = (model: MLP<BackendName>) => {
    // Chunks end at 1024 rows.
    const all = model.predict(x);
    for (const row of [0, 1, 7, 500, 999, 1022, 1023, 1024, 2050, 2097]) {
      const expected = all.slice(10 * row, 10 * row + 10);
      expectSame(model.predict(rowsOf(row, 1)), expected, `row ${row} alone`);
      expectSame(model.predict(rowsOf(row, 3)).slice(0, 10), expected, `row ${row} in three`);
      const from = Math.max(0, Math.min(row - 5, 1100));
      const among = model.predict(rowsOf(from, 1000)).slice(10 * (row - from), 10 * (row - from) + 10);
      if (row - from < 1000) expectSame(among, expected, `row ${row} among a thousand`);
    }
  };

  it.each(arrangements)('on $name', (arrangement) => {
    const model = build(taskOf(wide), arrangement);
    for (let step = 0; step < 3; step++) model.trainOnBatch(rowsOf(0, 100), randomClasses(100, 10));
    compare(model);
  });

  it('the comparison notices a last bit', () => {
    const model = build(taskOf(wide), arrangements[0]!);
    const { predict } = model;
    let calls = 0;
    model.predict = function (this: typeof model, inputs) {
      const out = predict.call(this, inputs);
      if (calls++ > 0) out[0] = out[0]! + 2 ** -24;
      return out;
    };
    expect(() => compare(model)).toThrow(/row 0 alone/);
  });
});
