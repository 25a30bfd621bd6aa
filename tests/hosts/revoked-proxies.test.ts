/** Revoked Proxies, which throw at every access, give an error that opens with the argument, like any other wrong value. */
import { describe, expect, it } from 'vitest';
import { readCsv, trainTestSplit } from '../../src/data/index.js';
import {
  adam,
  heNormal,
  MLP,
  type MLPOptions,
  type RecommendedOptions,
  Rng,
  recommended,
} from '../../src/index.js';
import { propagate } from '../../src/theory/index.js';
import { untyped } from '../support/refusals.js';

function revoked<T>(target: object = {}): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return untyped<T>(proxy);
}

const model = new MLP({ inputSize: 1, layers: [{ units: 1 }] });
model.compile({ loss: 'meanSquaredError' });
const x = [[1]];

const calls: readonly (readonly [argument: string, call: () => unknown])[] = [
  ['options', () => new MLP(revoked<MLPOptions>())],
  ['layers', () => new MLP({ inputSize: 1, layers: revoked([]) })],
  ['layers\\[0\\]', () => new MLP({ inputSize: 1, layers: [revoked()] })],
  ['layers\\[0\\]\\.units', () => new MLP({ inputSize: 1, layers: [{ units: revoked() }] })],
  [
    'layers\\[0\\]\\.activation',
    () => new MLP({ inputSize: 1, layers: [{ units: 1, activation: revoked() }] }),
  ],
  ['inputScaling', () => new MLP({ inputSize: 1, layers: [{ units: 1 }], inputScaling: revoked() })],
  ['seed', () => new Rng(revoked())],
  ['x', () => model.predict(revoked([]))],
  ['x', () => model.predict(revoked(new Float32Array(1)))],
  ['x\\[0\\]', () => model.predict([revoked<number[]>([])])],
  ['y', () => model.evaluate(x, revoked([]))],
  ['options', () => model.evaluate(x, x, revoked())],
  ['weights', () => model.setWeights(revoked([]))],
  ['bytes', () => MLP.load(revoked(new Uint8Array(1)))],
  ['options', () => model.compile(revoked())],
  ['options', () => model.fit(x, x, revoked())],
  ['x', () => model.fit(revoked(), x)],
  ['callbacks', () => model.fit(x, x, { callbacks: revoked([]) })],
  ['callbacks\\[0\\]', () => model.fit(x, x, { callbacks: [revoked()] })],
  ['validationData', () => model.fit(x, x, { validationData: revoked([]) })],
  ['adam', () => adam(revoked())],
  ['options', () => new Rng(1).normal(3, revoked())],
  ['out', () => new Rng(1).normal(3, { out: revoked(new Float32Array(3)) })],
  ['shape', () => heNormal()(revoked([]), new Rng(1))],
  ['options', () => recommended(revoked<RecommendedOptions>())],
  ['options', () => propagate(revoked())],
  ['options', () => readCsv('a\n1', revoked())],
  ['x', () => trainTestSplit(revoked<number[][]>([]), [1])],
];

describe.each(calls)('%s', (argument, call) => {
  it('is named in the error, and nothing changes: case %#', async () => {
    const before = model.getWeights();
    const made = (async () => call())();
    await expect(made).rejects.toThrow(TypeError);
    await expect(made).rejects.toThrow(new RegExp(`^${argument}: expected .*, got a revoked Proxy$`));
    expect(model.getWeights()).toEqual(before);
  });
});
