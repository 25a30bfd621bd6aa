/** Effect of weights of rows and classes on the gradients of small batches, and on soft targets. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type ClassWeight,
  crossEntropy,
  type FitOptions,
  type LayerOptions,
  type Loss,
  MLP,
  Rng,
  sgd,
  type Targets,
} from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { batchesOf, classifier, line, ROWS, rejection, stateOf, x, y } from '../support/fits.js';
import { type Arrangement, arrangements, build, normalInputs, oracle } from '../support/networks.js';

const sampleWeight = Array.from(y, (_, r) => 0.25 + (r % 4));
const classWeight = [1, 2, 5];
const hidden = { units: 6, activation: 'tanh' } as const;
const softmax = [hidden, { units: 3, activation: 'softmax' }] as const;
const shares = rowsOfShares(ROWS, 3);

interface Kind {
  readonly name: string;
  readonly loss: Loss;
  readonly layers: readonly LayerOptions[];
  readonly y: Targets;
  readonly classWeight?: ClassWeight;
}

const linear = [hidden, { units: 3 }] as const;
const sigmoid = [hidden, { units: 1, activation: 'sigmoid' }] as const;
const labels = y.map((label) => label % 2);
const values = normalInputs(ROWS, 3, 21);
const softLabels = new Rng(8).uniform(ROWS);

/** Every loss, with targets of every form. */
const kinds: readonly Kind[] = [
  { name: 'class indices', loss: 'crossEntropy', layers: softmax, y, classWeight },
  { name: 'smoothed indices', loss: crossEntropy({ labelSmoothing: 0.2 }), layers: softmax, y, classWeight },
  { name: 'rows of shares', loss: 'crossEntropy', layers: softmax, y: shares, classWeight },
  {
    name: 'smoothed rows',
    loss: crossEntropy({ labelSmoothing: 0.3 }),
    layers: softmax,
    y: shares,
    classWeight,
  },
  { name: 'binary labels', loss: 'binaryCrossEntropy', layers: sigmoid, y: labels, classWeight: [1, 7] },
  {
    name: 'soft binary labels',
    loss: 'binaryCrossEntropy',
    layers: sigmoid,
    y: softLabels,
    classWeight: [3, 1],
  },
  { name: 'squares, three outputs', loss: 'meanSquaredError', layers: linear, y: values },
  { name: 'sums of squares', loss: 'squaredError', layers: linear, y: values },
  { name: 'absolute values', loss: 'meanAbsoluteError', layers: linear, y: values },
  { name: 'Huber', loss: 'huber', layers: linear, y: values },
];
const inF64 = { backend: 'javascript64' } as const;

function rowsOfShares(rows: number, units: number): number[][] {
  const raw = new Rng(7).uniform(rows * units);
  return Array.from({ length: rows }, (_, r) => {
    const row = Array.from(raw.subarray(r * units, (r + 1) * units));
    const sum = row.reduce((a, b) => a + b);
    return row.map((value) => value / sum);
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

const flat = (model: { getWeights(): { kernel: ArrayLike<number>; bias: ArrayLike<number> }[] }) =>
  model.getWeights().flatMap(({ kernel, bias }) => [...Array.from(kernel), ...Array.from(bias)]);

describe('the gradient of a batch divides by its rows and the mean weight of all', () => {
  it.each([
    ['sigmoid', 'binaryCrossEntropy', 1],
    ['softmax', 'crossEntropy', 2],
  ] as const)(
    'makes %s learn ½ from one row of a hundred that weighs 99',
    async (activation, loss, units) => {
      const rows = 3200;
      const noise = normalInputs(rows, 2);
      const targets = Float32Array.from({ length: rows }, (_, r) => Number(r % 100 === 0));
      const model = new MLP({ inputSize: 2, layers: [{ units, activation }], seed: 1 });
      model.compile({ loss, optimizer: sgd({ learningRate: 0.02 }) });
      await model.fit(noise, targets, { epochs: 10, batchSize: 32, classWeight: { 1: 99 } });
      const p = model.predict(noise).filter((_, i) => i % units === units - 1);
      // Keras and PyTorch's BCEWithLogitsLoss reach 0.502. Divided by its own weights, each batch gave 0.211.
      expect(Math.abs(p.reduce((sum, value) => sum + value, 0) / rows - 0.5)).toBeLessThan(0.03);
    },
  );

  it('scales the step of a batch of a single row by its weight', async () => {
    const [targets, weights] = [Float64Array.of(1, -2, 3), [1, 2, 6]];
    const model = line({ optimizer: sgd({ learningRate: 0.125 }) }, { backend: 'javascript64' as 'wasm' });
    await model.fit(new Float64Array(3), targets, { batchSize: 1, shuffle: false, sampleWeight: weights });
    let bias = 0;
    for (const [r, target] of targets.entries()) bias -= 0.125 * 2 * (bias - target) * (weights[r]! / 3);
    expectBlock(model.getWeights()[0]!.bias, [bias], 1e-14);
  });

  describe.each(kinds)('$name', ({ loss, layers, y: targets, classWeight: ofClasses }) => {
    const weights = { sampleWeight, ...(ofClasses && { classWeight: ofClasses }) };
    const start = (learningRate: number, { backend, arithmetic }: Arrangement = oracle) =>
      classifier({ loss, optimizer: sgd({ learningRate }) }, { layers, backend, arithmetic });

    it.each([1, ROWS])(
      'has the gradient of the loss of all rows as its mean over an epoch in batches of %i',
      async (batchSize) => {
        const rate = 1e-8;
        const model = start(rate);
        const before = flat(model);
        const { layers: expected } = model.gradients(x, targets, weights);
        const history = await model.fit(x, targets, { batchSize, ...weights });
        const steps = ROWS / batchSize;
        const mean = flat(model).map((after, i) => (before[i]! - after) / (rate * steps));
        expectBlock(mean, flat({ getWeights: () => expected }), 1e-6);
        // The loss of the epoch also equals that of evaluate.
        expectBlock(history.loss, [model.evaluate(x, targets, weights).loss], 1e-6);
      },
    );

    it.each(arrangements)("$name: the scale of the rows' weights does not matter", async (arrangement) => {
      const [once, scaled] = [start(0.1, arrangement), start(0.1, arrangement)];
      const fit = { batchSize: 4, epochs: 2, ...weights };
      const history = await once.fit(x, targets, fit);
      const thousandfold = sampleWeight.map((weight) => 1000 * weight);
      const other = await scaled.fit(x, targets, { ...fit, sampleWeight: thousandfold });
      expectBlock(flat(scaled), flat(once), arrangement.trajectoryTolerance);
      expectBlock(other.loss, history.loss, arrangement.trajectoryTolerance);
    });

    it('the builds agree', async () => {
      const [first, ...others] = await Promise.all(
        [oracle, ...arrangements.slice(0, 3)].map(async (arrangement) => {
          const model = start(0.1, arrangement);
          await model.fit(x, targets, { batchSize: 4, epochs: 2, ...weights });
          return flat(model);
        }),
      );
      for (const other of others) expectBlock(other, first!, 2e-5);
    });

    it('gradients are those of the loss that evaluate reports, by differences', () => {
      const model = start(0.1);
      const { loss: value, layers: gradients } = model.gradients(x, targets, weights);
      expectBlock([value], [model.evaluate(x, targets, weights).loss], 1e-12);
      const kernels = model.getWeights();
      const step = 1e-6;
      const differences = gradients[1]!.kernel.map((_, i) => {
        const at = (moved: number) => {
          const kernel = kernels[1]!.kernel.slice();
          kernel[i]! += moved;
          model.setWeights([kernels[0]!, { ...kernels[1]!, kernel }]);
          return model.evaluate(x, targets, weights).loss;
        };
        return (at(step) - at(-step)) / (2 * step);
      });
      expectBlock(gradients[1]!.kernel, differences, 1e-7);
    });
  });

  it.each(kinds.filter(({ classWeight: given, name }) => given && !/rows/.test(name)))(
    '$name: the scale of the class weights does not matter either',
    async ({ loss, layers, y: targets, classWeight: given }) => {
      const [once, scaled] = [1, 1000].map(async (scale) => {
        const model = classifier({ loss }, { layers, ...inF64 });
        const weights = Array.from(given as number[], (weight) => scale * weight);
        await model.fit(x, targets, { batchSize: 4, epochs: 2, classWeight: weights });
        return flat(model);
      });
      expectBlock((await scaled)!, (await once)!, 1e-9);
    },
  );

  it('divides by the rows only for a stream', async () => {
    const weighted = batchesOf(5).map((batch, b) => ({
      ...batch,
      sampleWeight: sampleWeight.slice(5 * b, 5 * b + 5),
    }));
    const [streamed, kept] = [classifier({}, inF64), classifier({}, inF64)];
    await streamed.fit(() => weighted);
    const mean = sampleWeight.reduce((a, b) => a + b) / ROWS;
    kept.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 * mean }) });
    await kept.fit(x, y, { batchSize: 5, shuffle: false, sampleWeight });
    expectBlock(flat(streamed), flat(kept), 1e-12);
  });

  it('gives the same for two threads as for one', async () => {
    const wide = { layers: [{ units: 200, activation: 'relu' }, softmax[1]] as const };
    const fits = [1, 2].map(async (threads) => {
      const model = classifier({}, { ...wide, threads });
      await model.fit(x, shares, { epochs: 3, batchSize: 12, sampleWeight, classWeight });
      model.close();
      return stateOf(model);
    });
    expect(await fits[1]).toEqual(await fits[0]);
  });
});

describe('class weights of soft targets', () => {
  const logits = normalInputs(4, 3, 31);
  const indices = [0, 2, 1, 2];
  const soft = [
    [0.7, 0.2, 0.1],
    [0.1, 0.1, 0.8],
    [0, 1, 0],
    [0.25, 0.25, 0.5],
  ];
  const identity = { kernel: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] };
  /** Returns −ln p_c of each row, in f64. */
  const costs = soft.map((_, r) => {
    const row = Array.from(logits.subarray(3 * r, 3 * r + 3));
    const norm = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0));
    return row.map((z) => norm - z);
  });

  /**
   * Computes PyTorch's CrossEntropyLoss(weight=w, label_smoothing=s) by ATen's LossNLL.cpp (torch 2). For class indices it is Σ_r
   * [(1 − s) w_y(−ln p_y) + s/K Σ_c w_c(−ln p_c)] / Σ_r w_y. For rows of probabilities it is Σ_r Σ_c w_c t′_c(−ln p_c) / rows
   * with t′ = (1 − s) t + s/K.
   */
  const ofIndices = (s: number) => {
    const sum = indices.reduce((total, label, r) => {
      const all = costs[r]!.reduce((rest, cost, c) => rest + classWeight[c]! * cost, 0);
      return total + (1 - s) * classWeight[label]! * costs[r]![label]! + (s / 3) * all;
    }, 0);
    return sum / indices.reduce((total, label) => total + classWeight[label]!, 0);
  };
  const ofRows = (s: number) =>
    soft.reduce(
      (total, row, r) =>
        total +
        row.reduce((sum, t, c) => sum + classWeight[c]! * ((1 - s) * t + s / 3) * costs[r]![c]!, 0) / 4,
      0,
    );

  it.each(arrangements)("$name: equal PyTorch's, smoothed or not", (arrangement) => {
    for (const labelSmoothing of [0, 0.2]) {
      const layers = [{ units: 3, activation: 'softmax' }] as const;
      const loss = crossEntropy({ labelSmoothing });
      const model = build({ inputSize: 3, layers, loss, optimizer: sgd() }, arrangement);
      model.setWeights([identity]);
      const both = (targets: Targets) => [
        model.evaluate(logits, targets, { classWeight }).loss,
        model.gradients(logits, targets, { classWeight }).loss,
        model.trainOnBatch(logits, targets, { classWeight }).loss,
      ];
      expectBlock(both(indices), Array(3).fill(ofIndices(labelSmoothing)), arrangement.tolerance);
      model.setWeights([identity]);
      expectBlock(both(soft), Array(3).fill(ofRows(labelSmoothing)), arrangement.tolerance);
    }
  });

  it('equal those of two softmax classes, times Σ w t, for one sigmoid unit', () => {
    const rows = Array.from(softLabels, (t) => [1 - t, t]);
    const one = classifier(
      { loss: 'binaryCrossEntropy' },
      { layers: [{ units: 1, activation: 'sigmoid' }], ...inF64 },
    );
    const two = classifier({}, { layers: [{ units: 2, activation: 'softmax' }], ...inF64 });
    const { kernel } = one.getWeights()[0]!;
    two.setWeights([{ kernel: Array.from(kernel, (w) => [0, w]).flat(), bias: [0, 0] }]);
    const weights = { classWeight: [3, 1] };
    const mean = rows.reduce((sum, [n, p]) => sum + 3 * n! + p!, 0) / ROWS;
    const [binary, classes] = [one.evaluate(x, softLabels, weights), two.evaluate(x, rows, weights)];
    expectBlock([binary.loss * mean], [classes.loss], 1e-12);
  });

  it('are refused if they leave no mass', async () => {
    const model = classifier();
    const rows = Array.from(y, () => [0.5, 0.5, 0]);
    for (const [targets, given] of [
      [rows, [0, 0, 1]],
      [y, [0, 0, 0]],
    ] as const) {
      const error = await rejection(model.fit(x, targets, { classWeight: given }));
      expect((error as Error).message).toMatch(/^classWeight: every row weighs 0/);
      expect(() => model.evaluate(x, targets, { classWeight: given })).toThrow(/^classWeight: every row/);
      const sampleWeight = new Float32Array(ROWS).fill(1);
      expect(() => model.trainOnBatch(x, targets, { classWeight: given, sampleWeight })).toThrow(
        /^sampleWeight times classWeight: every row weighs 0/,
      );
    }
  });

  it('are refused if their product with those of the rows is infinite', async () => {
    const error = await rejection(
      classifier().fit(x, shares, { sampleWeight: Array(ROWS).fill(1e30), classWeight: [1e30, 1, 1] }),
    );
    expect((error as Error).message).toMatch(/^sampleWeight: weight 0 times that of its class is .*infinite/);
  });
});

describe('a batch whose rows all weigh 0', () => {
  const zeroed = Array.from(y, (_, r) => Number(r < 5 || r >= 10));
  const batches = batchesOf(5).map((batch, b) => ({
    ...batch,
    sampleWeight: zeroed.slice(5 * b, 5 * b + 5),
  }));

  it('passes with a loss of 0 and a step without gradient, in memory and in a stream', async () => {
    const losses: number[][] = [[], []];
    const note = (to: number[]): FitOptions => ({ onBatchEnd: ({ loss }) => void to.push(loss) });
    const [kept, streamed] = [classifier({}, inF64), classifier({}, inF64)];
    await kept.fit(x, y, { batchSize: 5, shuffle: false, sampleWeight: zeroed, ...note(losses[0]!) });
    const mean = zeroed.reduce((a, b) => a + b) / ROWS;
    const relative = batches.map((batch) => ({
      ...batch,
      sampleWeight: batch.sampleWeight.map((weight) => weight / mean),
    }));
    await streamed.fit(() => relative, note(losses[1]!));
    expect(losses[0]![1]).toBe(0);
    expectBlock(losses[1]!, losses[0]!, 1e-12);
    expectBlock(flat(streamed), flat(kept), 1e-12);
    expect([kept.step, streamed.step]).toEqual([5, 5]);
  });

  it('causes one warning per fit, in memory and in a stream', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = classifier();
    const epochs = 3;
    await model.fit(x, y, { epochs, batchSize: 5, shuffle: false, sampleWeight: zeroed });
    const text =
      'evenkeel: sampleWeight: every row of batch 2 of epoch 1 weighs 0, so that it trains nothing';
    expect(warn.mock.calls).toEqual([[text]]);
    await model.fit(() => batches, { epochs });
    expect(warn.mock.calls).toEqual([[text], [text.replace('epoch 1', 'epoch 4')]]);
    // An exact fit also has a loss of 0, and batches with some weight are no reason to warn.
    const exact = line({}, {});
    await exact.fit([[0], [0]], [0, 0], { sampleWeight: [1, 0], epochs });
    await model.fit(x, y, { epochs, batchSize: 10, shuffle: false, sampleWeight: zeroed });
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('causes an error if the epoch has no other batch', async () => {
    const model = classifier();
    const nothing = batches.map((batch) => ({ ...batch, sampleWeight: batch.sampleWeight.map(() => 0) }));
    const error = await rejection(model.fit(() => nothing));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/^sampleWeight: every row of the epoch weighs 0/);
    expect(model.epoch).toBe(0);
    await model.fit(() => batches);
    expect(model.epoch).toBe(1);
  });
});
