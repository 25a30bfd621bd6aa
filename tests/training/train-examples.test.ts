/** The lectures' three samples in their 2-2-3 network: the slides' numbers, and their training traces in f64. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type BackendName, type LayerWeights, MLP, sgd, type WeightLayout } from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { type Arrangement, arrangements } from '../support/networks.js';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));

interface Start {
  W_h: number[][];
  b_h: number[];
  W_z: number[][];
  b_z: number[];
}
interface Trace {
  lr: number;
  mode: 'full_batch' | 'per_sample_in_order';
  mean_loss_after: Record<string, number>;
  final: Start;
}
const traces = read('train_examples') as { X: number[][]; y: number[]; initial_displayed: Start } & Record<
  'displayed_full' | 'displayed_per_sample' | 'zero_full' | 'zero_per_sample',
  Trace
>;
const zero: Start = {
  W_h: [
    [0, 0],
    [0, 0],
  ],
  b_h: [0, 0],
  W_z: [
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  b_z: [0, 0, 0],
};

type Weights = Partial<LayerWeights<ArrayLike<number>>>[];

function model(
  { backend, arithmetic }: Pick<Arrangement, 'backend' | 'arithmetic'>,
  weights: Weights,
  layout: WeightLayout,
  learningRate = 0.01,
): MLP<BackendName> {
  const made = new MLP<BackendName>({
    inputSize: 2,
    layers: [
      { units: 2, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    backend,
    arithmetic,
  });
  made.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
  made.setWeights(weights, { layout });
  return made;
}

const asTorch = ({ W_h, b_h, W_z, b_z }: Start): Weights => [
  { kernel: W_h.flat(), bias: b_h },
  { kernel: W_z.flat(), bias: b_z },
];

describe.each(arrangements)('on $name', (arrangement) => {
  const { backend, tolerance, trajectoryTolerance } = arrangement;
  const roundoff = backend === 'javascript64' ? 2 ** -53 : 2 ** -24;

  it.each([
    { name: 'displayed_full', start: traces.initial_displayed },
    { name: 'displayed_per_sample', start: traces.initial_displayed },
    { name: 'zero_full', start: zero },
    { name: 'zero_per_sample', start: zero },
  ] as const)('$name: equals the losses and the weights after a hundred epochs', async ({ name, start }) => {
    const { lr, mode, mean_loss_after: losses, final } = traces[name];
    const trained = model(arrangement, asTorch(start), 'torch', lr);
    const batchSize = mode === 'full_batch' ? 3 : 1;
    let epoch = 0;
    for (const [after, expected] of Object.entries(losses)) {
      const epochs = Number(after) - epoch;
      if (epochs > 0) await trained.fit(traces.X, traces.y, { epochs, batchSize, shuffle: false });
      epoch = Number(after);
      expectBlock([trained.evaluate(traces.X, traces.y).loss], [expected], tolerance, `after ${after}`);
    }
    expect(epoch).toBe(100);
    const [hidden, output] = trained.getWeights();
    for (const [actual, rows] of [
      [hidden!.kernel, final.W_h],
      [output!.kernel, final.W_z],
    ] as const) {
      expectBlock(
        actual,
        rows[0]!.flatMap((_, i) => rows.map((row) => row[i]!)),
        trajectoryTolerance,
      );
    }
    expectBlock(hidden!.bias, final.b_h, trajectoryTolerance);
    // A full batch from zero changes nothing. The 2.8e-16 of the file is a hundred times the rounding of its sums.
    const moved = final.b_z.map((b) => (Math.abs(b) < 1e-15 ? 0 : b));
    if (moved.some((b) => b !== 0)) expectBlock(output!.bias, moved, trajectoryTolerance);
    else for (const bias of output!.bias) expect(Math.abs(bias)).toBeLessThan(100 * lr * roundoff);
  });
});

describe('a start of zeros', () => {
  it('keeps all weights and the hidden bias at exactly 0, sample by sample', async () => {
    const trained = model(arrangements[0]!, asTorch(zero), 'torch', 0.1);
    await trained.fit(traces.X, traces.y, { epochs: 20, batchSize: 1, shuffle: false });
    const [hidden, output] = trained.getWeights();
    for (const values of [hidden!.kernel, hidden!.bias, output!.kernel])
      expect(new Set(values)).toEqual(new Set([0]));
    for (const bias of output!.bias) expect(bias).not.toBe(0);
  });
});

interface Check {
  name: string;
  printed: string | null;
  recomputed: number;
  status: string;
}
interface Example {
  id: string;
  inputs: { X: number[][]; y: number[]; x: number[]; label: number };
  parameters: { W_h: number[][]; b_h: number[]; W_z: number[][]; b_z: number[]; eta: number };
  checks: Check[];
}
const examples = read('lecture_examples') as { cases: Example[] };
const example = (id: string) => examples.cases.find((one) => one.id.startsWith(id))!;

/** Layer in the form of the slides: a matrix whose first row is the bias. */
const slide = (kernel: number[][], bias: number[]) => ({ kernel: [bias, ...kernel].flat() });

describe('the slides’ numbers, from the slides’ matrices', () => {
  const f64 = { backend: 'javascript64', arithmetic: 'portable' } as const;
  const forward = example('E14');
  const step = example('E15');
  const { W_h, b_h, W_z, b_z } = forward.parameters;
  const matrices = [slide(W_h, b_h), slide(W_z, b_z)];
  const { X } = forward.inputs;

  /** Recomputed to 1e-9; as printed to one unit of the last digit unless the slide is wrong. */
  function expectChecks({ checks }: Example, values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) {
      const check = checks.find((one) => one.name === name);
      expect(check, name).toBeDefined();
      expect(Math.abs(value - check!.recomputed), name).toBeLessThan(
        1e-9 * (1 + Math.abs(check!.recomputed)),
      );
      const { printed, status } = check!;
      if (printed === null || !['rounds', 'exact', 'truncates'].includes(status)) continue;
      const unit = 10 ** -(printed.split('.')[1]?.length ?? 0);
      expect(Math.abs(value - Number(printed)), `${name}, printed ${printed}`).toBeLessThanOrEqual(unit);
    }
  }

  /** Preactivations of a layer, from a model that ends in it. */
  function sums(weights: Weights, layer: number, x: number[][]): number[] {
    const layers = [{ units: 2, activation: 'relu' as const }, { units: 3 }].slice(0, layer + 1);
    const cut = layers.map((options, l) => (l === layer ? { units: options.units } : options));
    const made = new MLP({ inputSize: 2, layers: cut, backend: 'javascript64' });
    made.setWeights(weights.slice(0, layer + 1), { layout: 'slides' });
    return [...made.predict(x)];
  }

  it('E14: equals the hidden sums, output sums and mean loss of the displayed weights', () => {
    const values: Record<string, number> = {};
    for (const [i, h] of sums(matrices, 0, X).entries())
      values[`h[${Math.floor(i / 2)},${i % 2}] from displayed weights`] = h;
    for (const [i, z] of sums(matrices, 1, X).entries())
      values[`z[${Math.floor(i / 3)},${i % 3}] from displayed weights`] = z;
    values['mean CE from displayed weights'] = model(f64, matrices, 'slides').evaluate(
      X,
      forward.inputs.y,
    ).loss;
    expectChecks(forward, values);
    expect(Object.keys(values)).toHaveLength(6 + 9 + 1);
  });

  it('E15: a step of SGD leaves the dead second hidden unit dead', () => {
    const { x, label } = step.inputs;
    const [row, y] = [[x], [label]];
    const trained = model(f64, matrices, 'slides', step.parameters.eta);
    const named = (prefix: string, values: ArrayLike<number>, suffix = '') =>
      Object.fromEntries(Array.from(values, (value, i) => [`${prefix}${i + 1}${suffix}`, value]));
    const gradients = trained.gradients(row, y);
    const [hidden, output] = gradients.layers;
    expectChecks(step, {
      ...named('h', sums(matrices, 0, row)),
      ...named('z', sums(matrices, 1, row)),
      ...named('p', trained.predict(row)),
      loss: gradients.loss,
      ...named('dL/dz', output!.preactivation),
      ...named('dL/dw[relu1,', output!.kernel.slice(0, 3), ']'),
      ...named('dL/dw[relu2,', output!.kernel.slice(3), ']'),
      ...named('dL/drelu', hidden!.activation),
      ...named('dL/dh', hidden!.preactivation),
      ...named('dL/dm[x1,h', hidden!.kernel.slice(0, 2), ']'),
      ...named('dL/dm[x2,h', hidden!.kernel.slice(2), ']'),
      ...named('dL/dbm', hidden!.bias),
    });
    trained.trainOnBatch(row, y);
    const [m, w] = trained.getWeights();
    expectChecks(step, {
      ...named('new m[x1,h', m!.kernel.slice(0, 2), ']'),
      ...named('new m[x2,h', m!.kernel.slice(2), ']'),
      ...named('new w[relu1,', w!.kernel.slice(0, 3), ']'),
      ...named('new w[relu2,', w!.kernel.slice(3), ']'),
      ...named('new bm', m!.bias),
      ...named('new bw', w!.bias),
      ...named('2nd p', trained.predict(row)),
      '2nd loss': trained.evaluate(row, y).loss,
    });
  });
});

describe('layouts', () => {
  const [W_h, W_z] = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6, 7],
      [8, 9, 10],
    ],
  ];
  const byColumns = (rows: number[][]) => rows[0]!.flatMap((_, c) => rows.map((row) => row[c]!));
  const biases = [
    [0.5, -0.5],
    [0.1, 0.2, 0.3],
  ];

  it('keras, torch and slides describe the same weights', () => {
    const kernels = [W_h!, W_z!];
    const given: Record<WeightLayout, Weights> = {
      keras: kernels.map((rows, l) => ({ kernel: rows.flat(), bias: biases[l]! })),
      torch: kernels.map((rows, l) => ({ kernel: byColumns(rows), bias: biases[l]! })),
      slides: kernels.map((rows, l) => slide(rows, biases[l]!)),
    };
    for (const layout of ['keras', 'torch', 'slides'] as const) {
      const made = model(arrangements[0]!, given[layout], layout);
      const [hidden, output] = made.getWeights();
      expectSame(hidden!.kernel, [1, 2, 3, 4]);
      expectSame(output!.kernel, [5, 6, 7, 8, 9, 10]);
      expectSame(hidden!.bias, biases[0]!);
      expectSame(output!.bias, biases[1]!.map(Math.fround));
    }
  });

  it('slides has no row for the bias of a layer without one', () => {
    const made = new MLP({ inputSize: 2, layers: [{ units: 3, useBias: false }] });
    made.setWeights([{ kernel: W_z!.flat() }], { layout: 'slides' });
    expectSame(made.getWeights()[0]!.kernel, W_z!.flat());
    expect(() => made.setWeights([slide(W_z!, biases[1]!)], { layout: 'slides' })).toThrow(
      /^weights\[0\]\.kernel: expected 6 values, \[2, 3\], got 9/,
    );
  });
});
