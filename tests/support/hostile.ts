/** Arrays that answer differently at each read or report a wrong length, and a small model that reads them. */
import { MLP, type MLPOptions, sgd } from '../../src/index.js';
import { untyped } from './refusals.js';

export const ROWS = 6;
export const x = Float32Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(i));
export const rows = Array.from({ length: ROWS }, (_, r) => [...x.subarray(2 * r, 2 * r + 2)]);
export const labels = Array.from({ length: ROWS }, (_, r) => r % 3);
/** An index far beyond every array of the model. */
export const far = 0xfff0000;

/** Makes an array whose elements are right for the first `reads` reads of each, and `other` afterwards. */
export function turning<T>(values: readonly T[], other: unknown, reads = 1): T[] {
  const left = values.map(() => reads);
  const target: T[] = [];
  for (const [i, value] of values.entries()) {
    Object.defineProperty(target, i, {
      get: () => (left[i]!-- > 0 ? value : untyped<T>(other)),
      enumerable: true,
    });
  }
  return target;
}

/** Makes a Proxy of an array whose length grows by one at each read. */
export function growing<T>(values: readonly T[]): T[] {
  let more = 0;
  return new Proxy([...values], {
    get: (target, key) => (key === 'length' ? target.length + more++ : Reflect.get(target, key)),
  });
}

/** Makes a typed array report a wrong length. */
export function lying<A extends object>(values: A, length: number): A {
  return Object.defineProperty(values, 'length', { value: length });
}

export function made(options: Partial<MLPOptions<'wasm'>> = {}) {
  const model = new MLP({
    inputSize: 2,
    layers: [
      { units: 4, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
    seed: 7,
    ...options,
  });
  model.compile({
    loss: 'crossEntropy',
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    metrics: ['accuracy', 'f1'],
  });
  return model;
}

/** Returns every weight, and the model's prediction, which shows the memory behind the weights. */
export function stateOf(model: MLP) {
  return [model.getWeights(), [...model.predict(x)]];
}

/** Returns the result of a call, or its error. */
export async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}
