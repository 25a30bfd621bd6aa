/** Tests of the options that `propagate` and `propagateAsync` refuse, and of their messages. */
import { describe, expect, it } from 'vitest';
import { propagate, propagateAsync } from '../../src/theory/index.js';

describe('propagate refuses', () => {
  const good = { depth: 2, width: 3, activation: 'relu', networks: 1 } as const;
  it.each([
    [{ depht: 2 }, TypeError, "options.depht: unknown option; did you mean 'depth'?"],
    [{ depth: 0 }, RangeError, 'depth: expected a whole number ≥ 1, got 0'],
    [{ depth: 1e9 }, RangeError, 'depth: expected at most 100000, got 1000000000'],
    [{ depth: '2' }, TypeError, "depth: expected a whole number ≥ 1, got '2'"],
    [{ width: 1 }, RangeError, 'width: expected a whole number ≥ 2, got 1'],
    [{ activation: 'rleu' }, TypeError, "activation: unknown name 'rleu'; did you mean 'relu'?"],
    [{ activation: 'step' }, TypeError, "activation: 'step' has no derivative"],
    [{ activation: 'softmax' }, TypeError, "activation: 'softmax' works on whole rows"],
    [{ activation: undefined }, TypeError, 'activation: expected a name'],
    [{ kernelVariance: 0 }, RangeError, 'kernelVariance: expected a number > 0, got 0'],
    [{ kernelVariance: Number.NaN }, RangeError, 'kernelVariance: expected a finite number, got NaN'],
    [{ kernelVariance: 1, kernelInitializer: 'heNormal' }, TypeError, 'kernelVariance, kernelInitializer:'],
    [{ kernelInitializer: 'zeros' }, RangeError, 'kernelInitializer: expected values that differ'],
    [{ kernelInitializer: 'heNormall' }, TypeError, "kernelInitializer: unknown name 'heNormall'"],
    [{ biasVariance: -1 }, RangeError, 'biasVariance: expected a number ≥ 0, got -1'],
    [{ inputVariance: 0 }, RangeError, 'inputVariance: expected a number > 0, got 0'],
    [{ networks: 0.5 }, RangeError, 'networks: expected a whole number ≥ 1, got 0.5'],
    [
      { networks: 9e15, depth: 1000 },
      RangeError,
      'networks: expected at most 134217 with 1000 layers, got 9000000000000000',
    ],
    [{ seed: 0.5 }, RangeError, 'seed: '],
    [{ backend: 'webgl' }, TypeError, "backend: unknown name 'webgl'"],
    [{ onProgress: 1 }, TypeError, 'onProgress: expected a function, got 1'],
  ])('%j', async (bad, Kind, message) => {
    const options = { ...good, ...bad } as never;
    expect(() => propagate(options)).toThrow(Kind);
    expect(() => propagate(options)).toThrow(message);
    await expect(propagateAsync(options)).rejects.toThrow(message);
  });

  it('a wrong signal', async () => {
    await expect(propagateAsync({ ...good, signal: 5 as never })).rejects.toThrow(
      'signal: expected an AbortSignal',
    );
    expect(() => propagate({ ...good, signal: undefined } as never)).toThrow(
      'options.signal: unknown option',
    );
  });
});
