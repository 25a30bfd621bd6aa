/** Takes saved models apart and puts them together with changes. */
import { adam, MLP, reduceOnPlateau } from '../../src/index.js';
import { readFloats, type Tensor } from '../../src/saving/floats.js';
import { writeSafetensors } from '../../src/saving/safetensors.js';
import type { Kind } from './refusals.js';
import { readPlainly } from './safetensors.js';

/** Returns the description that the file has beside the tensors. */
export function descriptionOf(file: Uint8Array): Record<string, unknown> {
  return JSON.parse(readPlainly(file).metadata.evenkeel!);
}

export interface Draft {
  readonly tensors: Map<string, Tensor>;
  /** The description. A path such as 'config.layers.0.units' leads to any value in it. */
  readonly model: Record<string, unknown>;
}

/** Returns a valid file with a change. */
export function changed(file: Uint8Array, change: (draft: Draft) => void): Uint8Array {
  const draft: Draft = { tensors: readFloats(file).tensors, model: descriptionOf(file) };
  change(draft);
  return writeSafetensors(draft.tensors, { evenkeel: JSON.stringify(draft.model) });
}

/** Sets the value at a path; undefined deletes it. */
export function put({ model }: Draft, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  const holder = keys.reduce<Record<string, unknown>>(
    (inner, key) => inner[key] as Record<string, unknown>,
    model,
  );
  if (value === undefined) delete holder[last];
  // Defined rather than assigned, because `__proto__` is an ordinary key in JSON.
  else Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
}

const x = Float64Array.of(1, 2, -3, 4, 0.5, -6, 7, 8);
const y = [0, 1, 2, 1];

/** Makes a file with everything that a file can have, including an interrupted epoch. */
export async function everything(): Promise<Uint8Array> {
  const model = new MLP({
    inputSize: 2,
    layers: [
      { units: 4, activation: 'prelu', batchNorm: true, dropout: 0.1 },
      { units: 3, activation: 'softmax' },
    ],
    inputScaling: 'zScore',
  });
  const learningRate = reduceOnPlateau({ initialLearningRate: 0.1, monitor: 'loss' });
  const optimizer = adam({ learningRate, amsgrad: true });
  model.compile({ loss: 'crossEntropy', optimizer, metrics: ['accuracy', 'f1'] });
  const stop = { onBatchEnd: () => 'stop' };
  await model.fit(x, y, { batchSize: 2, callbacks: [stop] });
  return model.save();
}

export type Change = (draft: Draft) => void;
/** Case of a refused file: what is changed in it, and the error. */
export type Row = readonly [what: string, change: Change, kind: Kind, message: RegExp];

export const model =
  (path: string, value: unknown): Change =>
  (draft) =>
    put(draft, path, value);
export const values =
  (name: string, index: number, value: number): Change =>
  ({ tensors }) => {
    tensors.get(name)!.values[index] = value;
  };
export const reshaped =
  (name: string, shape: readonly number[]): Change =>
  ({ tensors }) =>
    void tensors.set(name, { shape, values: new Float32Array(shape.reduce((n, side) => n * side, 1)) });
export const without =
  (name: string): Change =>
  ({ tensors }) =>
    void tensors.delete(name);
export const both =
  (...changes: readonly Change[]): Change =>
  (draft) => {
    for (const change of changes) change(draft);
  };
export const nested = (depth: number, key: string, inner: unknown): unknown =>
  depth === 0 ? inner : { [key]: nested(depth - 1, key, inner) };

export const layer = (path: string, value: unknown) => model(`config.layers.0.${path}`, value);
export const compiled = (path: string, value: unknown) => model(`training.compiled.${path}`, value);
export const begun = (path: string, value: unknown) => model(`training.begun.${path}`, value);
