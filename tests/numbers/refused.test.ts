/** Tests that seeds, draws and their options are refused if they are wrong. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/index.js';
import { type Case, noOptions, untyped } from '../support/refusals.js';

describe('a draw refuses', () => {
  const cases: Case[] = [
    ['a seed that is no seed', () => new Rng(untyped(null)), TypeError, /^seed: /],
    ['a seed beyond 53 bits', () => new Rng(2 ** 53), RangeError, /^seed: /],
    [
      'bits into floats',
      () => new Rng(1).bits(3, { out: untyped(new Float32Array(3)) }),
      TypeError,
      /^out: expected a Uint32Array/,
    ],
    [
      'a std that is infinite as f32',
      () => new Rng(1).normal(4, { std: 1e39 }),
      RangeError,
      /^std: .*32-bit float, got 1e\+39/,
    ],
    [
      'more values than any array holds',
      () => new Rng(1).normal(2 ** 40),
      RangeError,
      /^n: expected at most 2\^32/,
    ],
    [
      'a misspelt draw option',
      () => new Rng(1).normal(4, untyped({ ofset: 3 })),
      TypeError,
      /^options\.ofset: .*'offset'/,
    ],
    ['a Map of draw options', () => new Rng(1).normal(4, untyped(new Map())), TypeError, noOptions('Map')],
    [
      'a mean in place of options',
      () => new Rng(1).normal(4, untyped(0)),
      TypeError,
      /^options: expected an object, got 0/,
    ],
    [
      'bounds in place of options',
      () => new Rng(1).uniform(4, untyped(-1)),
      TypeError,
      /^options: expected an object, got -1/,
    ],
    [
      'truncatedNormal in places',
      () => new Rng(1).truncatedNormal(4, untyped(0)),
      TypeError,
      /^options: expected an object/,
    ],
    [
      'stddev for std',
      () => new Rng(1).normal(4, untyped({ stddev: 2 })),
      TypeError,
      /^options\.stddev: .*did you mean 'std'/,
    ],
    [
      'bounds of a plain normal',
      () => new Rng(1).normal(4, untyped({ low: 0 })),
      TypeError,
      /^options\.low: unknown option/,
    ],
    [
      'a mean of a uniform',
      () => new Rng(1).uniform(4, untyped({ mean: 0 })),
      TypeError,
      /^options\.mean: unknown option/,
    ],
    [
      'std −1',
      () => new Rng(1).truncatedNormal(4, { std: -1 }),
      RangeError,
      /^std: expected a number ≥ 0, got -1/,
    ],
    [
      'low null',
      () => new Rng(1).truncatedNormal(4, { low: untyped(null) }),
      TypeError,
      /^low, high: expected numbers/,
    ],
    [
      'a permutation with an offset',
      () => new Rng(1).permutation(4, untyped({ offset: 3 })),
      TypeError,
      /^options\.offset: /,
    ],
    [
      'bits with a mean',
      () => new Rng(1).bits(4, untyped({ mean: 3 })),
      TypeError,
      /^options\.mean: unknown option/,
    ],
    [
      'integers with a mean',
      () => new Rng(1).integers(4, 2, untyped({ mean: 3 })),
      TypeError,
      /^options\.mean: /,
    ],
    ['draw options that are null', () => new Rng(1).normal(4, untyped(null)), TypeError, /^options: /],
    [
      'an offset beyond 53 bits',
      () => new Rng(1).bits(4, { offset: 2 ** 53 - 2 }),
      RangeError,
      /^offset \+ n: /,
    ],
    [
      'the tail where Φ has no digits',
      () => new Rng(1).truncatedNormal(6, { low: 37.6, high: 37.7 }),
      RangeError,
      /^low, high: .*no mass/,
    ],
    ['n < 0', () => new Rng(1).normal(-1), RangeError, /^n: /],
    ['uniform upside down', () => new Rng(1).uniform(3, { low: 1, high: 0 }), RangeError, /^low, high: /],
    [
      'uniform wider than f32',
      () => new Rng(1).uniform(3, { low: -3e38, high: 3e38 }),
      RangeError,
      /^low, high: /,
    ],
    ['label neither string nor number', () => new Rng(1).split(untyped(null)), TypeError, /^label: /],
  ];
  it.each(cases)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});
