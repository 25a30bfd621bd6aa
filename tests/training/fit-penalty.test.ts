/** Penalties l1 and l2, which are reported beside the loss of the data. */
import { describe, expect, it } from 'vitest';
import {
  type BatchEvent,
  type EpochEvent,
  type FitOptions,
  type LayerWeights,
  MLP,
  type OptimizerOptions,
  sgd,
} from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { batchesOf, classifier, ROWS, rejection, stateOf, x, y } from '../support/fits.js';
import { arrangements } from '../support/networks.js';

type Penalties = Partial<Pick<OptimizerOptions, 'l1' | 'l2' | 'decay'>>;

/** l1 Σ|w| + l2 Σw², Keras's L1L2, over the kernels or over all trained parameters. */
function penaltyOf(
  weights: readonly LayerWeights<ArrayLike<number>>[],
  { l1 = 0, l2 = 0, decay = 'kernels' }: Penalties,
): number {
  const trained = weights.flatMap(({ kernel, bias, gamma, beta, slopes }) =>
    (decay === 'all' ? [kernel, bias, gamma, beta, slopes] : [kernel]).flatMap((tensor) =>
      Array.from(tensor ?? []),
    ),
  );
  return trained.reduce((sum, w) => sum + l1 * Math.abs(w) + l2 * w * w, 0);
}

const cases: readonly Penalties[] = [
  { l1: 0.01 },
  { l2: 0.02 },
  { l1: 0.01, l2: 0.02 },
  { l1: 0.01, l2: 0.02, decay: 'all' },
];
const layers = [
  { units: 6, activation: 'prelu', batchNorm: true },
  { units: 3, activation: 'softmax' },
] as const;

describe.each(cases)('%j', (penalties) => {
  const optimizer = sgd({ learningRate: 0.1, ...penalties });
  const make = (options: object = { backend: 'javascript64' }) =>
    classifier({ optimizer }, { layers, ...options });

  it.each(arrangements)('$name: evaluate reports the penalty beside the loss of the data', (arrangement) => {
    const { backend, arithmetic, tolerance } = arrangement;
    const model = make({ backend, arithmetic });
    const { penalty, ...rest } = model.evaluate(x, y);
    expectBlock([penalty!], [penaltyOf(model.getWeights(), penalties)], tolerance);
    model.compile({ loss: 'crossEntropy', optimizer: sgd() });
    expect(model.evaluate(x, y)).toEqual(rest);
  });

  it('trainOnBatch reports both before the step, and the step lowers their sum', () => {
    const model = make();
    const before = model.getWeights();
    const { layers: gradients } = model.gradients(x, y, { training: true });
    const { penalty } = model.trainOnBatch(x, y);
    expectBlock([penalty!], [penaltyOf(before, penalties)], 1e-12);
    const moved = model.getWeights()[1]!.kernel.map((w, i) => (before[1]!.kernel[i]! - w) / 0.1);
    const slopes = before[1]!.kernel.map((_, i) => {
      const at = (step: number) => {
        const kernel = before[1]!.kernel.slice();
        kernel[i]! += step;
        return penaltyOf([{ ...before[1]!, kernel }], penalties);
      };
      return gradients[1]!.kernel[i]! + (at(1e-6) - at(-1e-6)) / 2e-6;
    });
    expectBlock(moved, slopes, 1e-6);
  });

  it('fit reports means over the batches, each before its step, and validates after them', async () => {
    const model = make();
    const before: number[] = [];
    const [batches, epochs]: [BatchEvent[], EpochEvent[]] = [[], []];
    const note = () => before.push(penaltyOf(model.getWeights(), penalties));
    note();
    const history = await model.fit(x, y, {
      batchSize: 6,
      epochs: 2,
      validationData: [x, y],
      onBatchEnd(event) {
        batches.push(event);
        note();
      },
      onEpochEnd: (event) => void epochs.push(event),
    });
    const after = before.pop()!;
    expectBlock(
      batches.map(({ penalty }) => penalty!),
      before,
      1e-12,
    );
    const mean = (e: number) =>
      before.slice(4 * e, 4 * e + 4).reduce((sum, p, b) => sum + p * (b < 3 ? 6 : 5), 0) / ROWS;
    expectBlock(history.penalty!, [mean(0), mean(1)], 1e-12);
    expect(epochs.map(({ penalty }) => penalty)).toEqual(history.penalty);
    expectBlock(
      [history.validation.penalty!.at(-1)!, epochs[1]!.validation!.penalty!],
      [after, after],
      1e-12,
    );
    expectBlock([model.evaluate(x, y).penalty!], [after], 1e-12);
  });
});

it('the penalty is absent if there is none, also with weight decay', async () => {
  const model = classifier({ optimizer: sgd({ weightDecay: 0.1 }) });
  const events: object[] = [];
  const history = await model.fit(x, y, {
    validationData: [x, y],
    onBatchEnd: (event) => void events.push(event),
    onEpochEnd: (event) => void events.push(event),
  });
  const measured = [history, history.validation, model.evaluate(x, y), model.trainOnBatch(x, y), ...events];
  for (const measures of measured) expect(Object.keys(measures)).not.toContain('penalty');
});

it('the penalty of an epoch weights a batch like its loss', async () => {
  const optimizer = sgd({ learningRate: 0.1, l2: 0.1 });
  const sampleWeight = Array.from(y, (_, r) => r % 3);
  const model = classifier({ optimizer }, { backend: 'javascript64' });
  const before = [penaltyOf(model.getWeights(), { l2: 0.1 })];
  const history = await model.fit(x, y, {
    batchSize: 12,
    shuffle: false,
    sampleWeight,
    onBatchEnd: () => void before.push(penaltyOf(model.getWeights(), { l2: 0.1 })),
  });
  const sum = (from: number, to: number) => sampleWeight.slice(from, to).reduce((a, b) => a + b, 0);
  const weights = [sum(0, 12), sum(12, ROWS)];
  const expected = (weights[0]! * before[0]! + weights[1]! * before[1]!) / (weights[0]! + weights[1]!);
  expectBlock(history.penalty!, [expected], 1e-12);
});

it('an epoch that was aborted, saved and resumed has the penalty of an uninterrupted one', async () => {
  const make = () => classifier({ optimizer: sgd({ learningRate: 0.1, l1: 0.01, l2: 0.02 }) });
  const fit: FitOptions = { batchSize: 5, epochs: 2 };
  const once = make();
  const expected = await once.fit(x, y, fit);
  const model = make();
  const controller = new AbortController();
  const onBatchEnd = ({ epoch, batch }: BatchEvent) => {
    if (epoch === 2 && batch === 2) controller.abort();
  };
  await rejection(model.fit(x, y, { ...fit, onBatchEnd, signal: controller.signal }));
  const loaded = MLP.load(model.save());
  const history = await loaded.fit(x, y, { ...fit, epochs: 1 });
  expect(history.penalty).toEqual(expected.penalty!.slice(1));
  expect(stateOf(loaded)).toEqual(stateOf(once));
});

it('a stream has the penalty of the same batches in memory', async () => {
  const optimizer = sgd({ learningRate: 0.1, l2: 0.02 });
  const [streamed, kept] = [classifier({ optimizer }), classifier({ optimizer })];
  const expected = await kept.fit(x, y, { batchSize: 5, shuffle: false });
  expect(await streamed.fit(() => batchesOf(5))).toEqual(expected);
  expect(expected.penalty).toHaveLength(1);
});
