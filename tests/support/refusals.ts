/** Helpers of the tests of bad input: a small model, good data, and the form of an error. */
import { type LayerOptions, MLP, type MLPOptions, sgd } from '../../src/index.js';

export type Kind = new (...parameters: never[]) => Error;
export type Case = readonly [what: string, run: () => unknown, kind: Kind, message: RegExp];

export const layers: LayerOptions[] = [
  { units: 4, activation: 'relu' },
  { units: 3, activation: 'softmax' },
];
export const x = Float32Array.of(1, 2, 3, 4, 5, 6);
export const y = [0, 1, 2];

export function compiled(options: Partial<MLPOptions<'wasm'>> = {}) {
  const model = new MLP({ inputSize: 2, layers, ...options });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy'] });
  return model;
}

/** Passes a value of the wrong type to the compiler on purpose. */
export function untyped<T>(value: unknown): T {
  return value as T;
}

/** Returns the error of containers without options of their own, such as a Map or a Promise, in place of options. */
export const noOptions = (kind: string) => new RegExp(`^options: expected a plain object, got .*${kind}`);
