/** Tests of the draws that `propagate` keeps for calls in a row: they change no result and are drawn no third time. */
import { describe, expect, it } from 'vitest';
import { Rng, randomNormal } from '../../src/index.js';
import { propagate, propagateAsync } from '../../src/theory/index.js';

describe('draws that are kept', () => {
  const options = { depth: 4, width: 8, activation: 'tanh', networks: 3, seed: 5, paths: true } as const;
  /** Results of a process that has run no other simulation: another shape drops what is kept. */
  const alone = (more: object) => {
    propagate({ ...options, width: 9, kernelVariance: 1 });
    return propagate({ ...options, ...more } as Parameters<typeof propagate>[0]);
  };
  const changes = [
    { kernelVariance: 0.1 },
    { kernelVariance: 0.3 },
    { kernelVariance: 0.3, activation: 'relu' },
    { kernelVariance: 0.3, biasVariance: 0.5 },
    { kernelVariance: 0.3, biasVariance: 0.1, inputVariance: 4 },
    { kernelVariance: 0.3, seed: 6 },
    { kernelVariance: 0.3, seed: '6' },
    { kernelVariance: 0.3, seed: '6', networks: 5 },
    { kernelVariance: 0.3, backend: 'javascript' },
    { kernelVariance: 0.3, backend: 'javascript64' },
    { kernelInitializer: 'heNormal' },
    { kernelInitializer: 'glorotUniform' },
    { kernelInitializer: randomNormal({ stddev: 2 }) },
    { kernelInitializer: randomNormal({ stddev: 1 }) },
    { kernelInitializer: { name: 'randomNormal', mean: 0, stddev: 1 } },
    {},
  ];

  it('leave every result as it is in a process of its own, whatever ran before', () => {
    const expected = changes.map(alone);
    expect(new Set(expected.map((each) => JSON.stringify(each.paths))).size).toBeGreaterThan(13);
    // There and back, so that each follows another one from both sides.
    const both = [...changes.keys(), ...[...changes.keys()].reverse()];
    for (const i of both) {
      expect(propagate({ ...options, ...changes[i] } as Parameters<typeof propagate>[0])).toEqual(
        expected[i],
      );
    }
  });

  it('are not shared by two simulations at a time, and survive an abort', async () => {
    const [first, second] = [{ kernelVariance: 0.1 }, { kernelVariance: 0.7, biasVariance: 1 }];
    const expected = [alone(first), alone(second)];
    const both = [first, second].map((more) => propagateAsync({ ...options, ...more }));
    expect(await Promise.all(both)).toEqual(expected);
    let signalled = 0;
    const { signal } = new AbortController();
    Object.defineProperties(signal, {
      aborted: { get: () => ++signalled > 2 },
      reason: { get: () => new Error('between layers') },
    });
    await expect(propagateAsync({ ...options, ...first, signal })).rejects.toThrow('between layers');
    expect(propagate({ ...options, ...second })).toEqual(expected[1]);
  });

  it('spare the draws of the third call in a row that changes only the variance', () => {
    propagate({ ...options, width: 9, kernelVariance: 1 });
    let drawn = 0;
    const { prototype } = Rng;
    const original = prototype.normal;
    prototype.normal = function counted(this: Rng, ...given: Parameters<typeof original>) {
      drawn++;
      return original.apply(this, given);
    } as typeof original;
    try {
      const counts = [0.1, 0.2, 0.3, 0.4].map((kernelVariance) => {
        const before = drawn;
        propagate({ ...options, kernelVariance, biasVariance: 10 * kernelVariance });
        return drawn - before;
      });
      expect(counts.map((count) => count > 0)).toEqual([true, true, false, false]);
    } finally {
      prototype.normal = original;
    }
  });
});
