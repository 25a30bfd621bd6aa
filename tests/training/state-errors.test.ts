/** Calls at the wrong moment throw a StateError, which is neither a TypeError nor a RangeError. */
import { describe, expect, it } from 'vitest';
import {
  diagnose,
  findNonFinite,
  gradientCheck,
  lsuv,
  MLP,
  type MLPOptions,
  StateError,
} from '../../src/index.js';

const x = [
  [0, 1],
  [1, 0],
];
const y = [[1], [2]];
const model = (options: Partial<MLPOptions> = {}) =>
  new MLP({ inputSize: 2, layers: [{ units: 1 }], ...options } as MLPOptions);
const compiled = (options?: Partial<MLPOptions>) => {
  const made = model(options);
  made.compile({ loss: 'meanSquaredError' });
  return made;
};

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

async function expectStateError(call: () => unknown, words: RegExp) {
  const error = await errorOf(call);
  expect(error).toBeInstanceOf(StateError);
  expect(error).not.toBeInstanceOf(TypeError);
  expect(error).not.toBeInstanceOf(RangeError);
  expect((error as StateError).name).toBe('StateError');
  expect((error as StateError).message).toMatch(words);
}

describe('before compile', () => {
  it.each<[string, (made: MLP) => unknown]>([
    ['fit', (made) => made.fit(x, y)],
    ['trainOnBatch', (made) => made.trainOnBatch(x, y)],
    ['evaluate', (made) => made.evaluate(x, y)],
    ['evaluateAsync', (made) => made.evaluateAsync(x, y)],
    ['gradients', (made) => made.gradients(x, y)],
    ['gradientCheck', (made) => gradientCheck(made, x, y)],
    ['diagnose', (made) => diagnose(made, x, y)],
    ['findNonFinite', (made) => findNonFinite(made, x, y)],
  ])('%s', async (method, call) => {
    await expectStateError(
      () => call(model() as MLP),
      new RegExp(`^${method}: .*call model\\.compile\\(\\{ loss, optimizer \\}\\) first$`),
    );
  });
});

describe('a scaling that has not learned', () => {
  const inputs = { inputScaling: 'zScore' } as const;
  it.each<[string, () => unknown]>([
    ['predict', () => model(inputs).predict(x)],
    ['predictAsync', () => model(inputs).predictAsync(x)],
    ['evaluate', () => compiled(inputs).evaluate(x, y)],
    ['trainOnBatch', () => compiled(inputs).trainOnBatch(x, y)],
    ['gradients', () => compiled(inputs).gradients(x, y)],
    ['diagnose', () => diagnose(model(inputs), x)],
    ['lsuv', () => lsuv(model(inputs), x)],
    ['a stream', () => compiled(inputs).fit(() => [{ x, y }])],
  ])('makes %s throw if it is that of inputs', async (_, call) => {
    await expectStateError(call, /inputScaling 'zScore' depends on the training data; call model\.adapt/);
  });

  const targets = { targetScaling: 'zScore' } as const;
  it.each<[string, () => unknown]>([
    ['predict', () => model(targets).predict(x)],
    ['evaluate', () => compiled(targets).evaluate(x, y)],
    ['a stream', () => compiled(targets).fit(() => [{ x, y }])],
  ])('makes %s throw if it is that of targets', async (_, call) => {
    await expectStateError(
      call,
      /^targetScaling: 'zScore' depends on the training targets; call model\.adapt/,
    );
  });
});

describe('while a fit runs', () => {
  it.each<[string, (made: MLP) => unknown]>([
    ['fit', (made) => made.fit(x, y)],
    ['trainOnBatch', (made) => made.trainOnBatch(x, y)],
    ['compile', (made) => made.compile({ loss: 'huber' })],
    ['adapt', (made) => made.adapt(x)],
    ['setWeights', (made) => made.setWeights(made.getWeights())],
    ['close', (made) => made.close()],
    ['lsuv', (made) => lsuv(made, x)],
  ])('%s', async (method, call) => {
    const made = compiled() as MLP;
    const fitted = made.fit(x, y, { epochs: 2 });
    await expectStateError(() => call(made), new RegExp(`^${method}: the model is being fitted; await`));
    await fitted;
  });
});
