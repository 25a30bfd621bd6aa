import { MLP, Rng } from 'evenkeel';
import { trainTestSplit } from 'evenkeel/data';
import { describe, expect, it } from 'vitest';
import { spirals } from '../../playground/engine/data/spirals.mjs';
import { Lab } from '../../playground/engine/lab.js';
import { buffersOf } from '../../playground/engine/messages.js';
import { initialState, type State } from '../../playground/engine/state.js';

/** Trains the first race's network A by direct calls of the library. */
function direct(steps: number) {
  const { x, y } = spirals(new Rng(1), 600, 0.05);
  const { xTrain, yTrain, xTest, yTest } = trainTestSplit(x, y, { inputSize: 2, testSize: 0.3, seed: 1 });
  const hidden = { units: 32, activation: 'relu', kernelInitializer: 'heNormal' } as const;
  const output = { units: 2, activation: 'softmax', kernelInitializer: 'heNormal' } as const;
  const model = new MLP({ inputSize: 2, layers: [...Array(6).fill(hidden), output], seed: 1 });
  model.compile({
    loss: 'crossEntropy',
    optimizer: { name: 'adam', learningRate: 0.003 } as never,
    metrics: ['accuracy'],
  });
  let order = new Uint32Array(0);
  for (let step = 0; step < steps; step++) {
    if (step % 13 === 0)
      order = Uint32Array.from(
        new Rng(1)
          .split('order')
          .split(step / 13)
          .permutation(420),
      );
    const rows = [...order.subarray((step % 13) * 32, (step % 13) * 32 + 32)];
    model.trainOnBatch(
      rows.map((row) => [xTrain[2 * row]!, xTrain[2 * row + 1]!]),
      rows.map((row) => yTrain[row]!),
    );
  }
  return { model, xTrain, yTrain, xTest, yTest };
}

describe('the engine', () => {
  it('repeats the reason why there are no networks yet', () => {
    const lab = new Lab();
    const state: State = { ...initialState, data: 'digits' };
    const first = lab.answer({ id: 0, steps: 0, want: ['view'], state });
    expect(first.error).toBeDefined();
    for (const steps of [0, 4]) {
      const later = lab.answer({ id: 1, steps, want: ['view', 'units', 'confusion'] });
      expect(later.error).toBe(first.error);
      expect(later.working).toBe(false);
    }
    expect(lab.answer({ id: 2, steps: 1, want: [], state: initialState }).error).toBeUndefined();
  });

  it('has the bits of direct calls of the library', () => {
    const lab = new Lab();
    lab.set(initialState);
    lab.run(40);
    const { model, xTrain, yTrain, xTest, yTest } = direct(40);
    const [train, test] = [model.evaluate(xTrain, yTrain), model.evaluate(xTest, yTest)];
    expect(lab.runners[0]!.score()).toEqual({
      loss: train.loss,
      accuracy: train.accuracy,
      testLoss: test.loss,
      testAccuracy: test.accuracy,
    });
    expect(lab.runners[0]!.model.getWeights()).toEqual(model.getWeights());
  });

  it('gives the same run for any division into frames', () => {
    const [one, many] = [new Lab(), new Lab()];
    for (const lab of [one, many]) lab.set(initialState);
    one.run(31);
    for (const steps of [1, 5, 20, 5]) {
      many.answer({ id: 0, steps: 0, want: ['maps', 'curves', 'verdicts', 'view'] });
      many.run(steps);
    }
    expect(many.runners.map((runner) => runner.score())).toEqual(one.runners.map((runner) => runner.score()));
  });

  it('starts again from the same weights', () => {
    const lab = new Lab();
    lab.set(initialState);
    const first = lab.runners[0]!.model.getWeights();
    lab.run(3);
    lab.set(initialState, true);
    expect(lab.runners[0]!.step).toBe(0);
    expect(lab.runners[0]!.model.getWeights()).toEqual(first);
  });

  it('goes on with a changed learning rate and a changed view, and starts again with anything else', () => {
    const lab = new Lab();
    lab.set(initialState);
    const change = (state: Partial<State>) => {
      lab.run(2);
      lab.set({ ...lab.state, ...state });
      return lab.runners[0]!.step;
    };
    expect(change({ rate: 0.01 })).toBe(2);
    expect(change({ view: 'sigma' })).toBe(4);
    expect(lab.runners[0]!.stretches).toEqual([
      { from: 0, rate: 0.003 },
      { from: 2, rate: 0.01 },
    ]);
    expect(change({ depth: 3 })).toBe(0);
  });

  it('says what ended a training, and keeps the other networks going', () => {
    const lab = new Lab();
    lab.set({ ...initialState, optimizer: 'sgd', rate: 0.03 });
    lab.run(20);
    expect(lab.runners[1]!.failure).toMatch(/not finite/);
    expect(lab.runners[0]!.step).toBe(20);
  });

  it('answers with arrays that own their buffers, and keeps none of them', () => {
    const lab = new Lab();
    for (const view of ['race', 'sigma'] as const) {
      const ask = () =>
        lab.answer({
          id: 1,
          state: { ...initialState, view },
          steps: 1,
          want: ['view', 'maps', 'curves', 'verdicts'],
        });
      const answer = ask();
      expect(answer.error).toBeUndefined();
      structuredClone(answer, { transfer: buffersOf(answer) });
      expect(ask().error).toBeUndefined();
    }
  });
});
