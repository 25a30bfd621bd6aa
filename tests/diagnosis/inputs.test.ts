/** Tests the findings about inputs: outliers, unusual scales and constant features. */
import { describe, expect, it } from 'vitest';
import { diagnose, type InputScaling, MLP, Rng } from '../../src/index.js';
import { network } from '../support/diagnoses.js';
import { normalInputs } from '../support/networks.js';

const ROWS = 400;

describe('outliers', () => {
  const clean = normalInputs(ROWS, 3, 8);
  const set = (cells: readonly (readonly [row: number, column: number, value: number])[]) => {
    const x = Float64Array.from(clean);
    for (const [row, column, value] of cells) x[3 * row + column] = value;
    return x;
  };
  const look = (x: Float64Array, inputScaling: InputScaling, featureNames?: readonly string[]) => {
    const model = network({ inputScaling });
    if (inputScaling !== 'none') model.adapt(x);
    return diagnose(model, x, undefined, featureNames && { featureNames });
  };

  it.each(['none', 'zScore', 'tabular', 'unit', 'symmetric'] as const)(
    'are found and named with inputScaling %s, in their columns only',
    (inputScaling) => {
      const { inputs, advice } = look(set([[7, 1, 60]]), inputScaling);
      expect(inputs.outlyingFeatures).toEqual([1]);
      expect(advice.join('\n')).toMatch(
        /inputs: feature 1 has a value more than 10 standard deviations from its mean: .*logarithm/,
      );
      expect(look(Float64Array.from(clean), inputScaling).inputs.outlyingFeatures).toEqual([]);
    },
  );

  it('recommend clipping, and mention it if it is in force', () => {
    expect(look(set([[7, 1, 60]]), 'zScore').advice.join()).toContain("use inputScaling 'tabular'");
    const { advice } = look(set([[7, 1, 60]]), 'tabular');
    expect(advice.join()).toContain("inputScaling 'tabular' already clips");
    expect(advice.join()).not.toContain('use inputScaling');
  });

  it('are reported with the features’ names, in several columns and in either direction', () => {
    const x = set([
      [7, 0, -1e6],
      [90, 2, 1e9],
    ]);
    expect(look(x, 'tabular', ['age', 'income', 'debt']).advice).toEqual([
      expect.stringMatching(/^inputs: features 'age', 'debt' have values more than 10 standard deviations/),
    ]);
  });

  it('are measured on the other rows, so that fifty rows are enough for one beyond 10σ', () => {
    // Relative to a deviation that includes itself, none of n values is further than √(n − 1) = 7 from the mean.
    const x = clean.slice(0, 150).map((value, i) => (i === 4 ? 1e5 : value));
    expect(look(Float64Array.from(x), 'none').inputs.outlyingFeatures).toEqual([1]);
  });

  it('are not rare indicators, sparse columns or bytes', () => {
    const rare = Float64Array.from(clean, (value, i) => (i % 3 === 0 ? Number(i === 30) : value));
    expect(look(rare, 'tabular').inputs.outlyingFeatures).toEqual([]);
    expect(look(rare, 'none').inputs.outlyingFeatures).toEqual([]);
    // One in 400 rows is √399 deviations away in a z-score.
    expect(look(rare, 'zScore').inputs.outlyingFeatures).toEqual([0]);
    const sparse = Float64Array.from(clean, (value, i) =>
      i % 3 === 0 && i % 63 !== 0 ? 0 : Math.abs(value),
    );
    expect(look(sparse, 'none').inputs.outlyingFeatures).toEqual([]);
    const pixels = Uint8Array.from(clean, (_, i) => (i === 30 ? 255 : i % 3 === 0 ? i % 2 : 100 + (i % 50)));
    const model = network({ inputScaling: 'symmetric' });
    expect(diagnose(model, pixels).inputs.outlyingFeatures).toEqual([]);
  });

  it('are not the tails of a normal column of any scale and offset', () => {
    for (const [scale, offset] of [
      [1, 0],
      [1e-6, 1e3],
      [1e6, -1e9],
    ] as const) {
      const x = Float64Array.from(new Rng(3).normal(2000 * 3), (value) => value * scale + offset);
      expect(look(x, 'zScore').inputs.outlyingFeatures).toEqual([]);
    }
  });
});

describe('inputs of unusual scale', () => {
  it.each([1e-4, 50, 1e4, 1e8])(
    'are not healthy in a linear model, and advice names the scaling: %d',
    (scale) => {
      const model = network({ layers: [{ units: 1 }] });
      const { verdict, advice } = diagnose(
        model,
        normalInputs(ROWS, 3).map((value) => scale * value),
      );
      expect(verdict).toBe('unscaled');
      expect(advice[0]).toMatch(
        /^the inputs come unscaled, from .*: use inputScaling .*'zScore' for tables$/,
      );
    },
  );

  it('are named by their column', () => {
    const x = normalInputs(ROWS, 3).map((value, i) => (i % 3 === 2 ? 40 + value : value));
    const { advice, inputs } = diagnose(network(), x, undefined, { featureNames: ['a', 'b', 'age'] });
    expect(inputs.unscaledFeatures).toEqual([2]);
    expect(advice.join('\n')).toContain(
      "inputs: feature 'age' is of size 10 or more: use inputScaling 'zScore'",
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['too few names', ['a', 'b'], /^featureNames: expected 3 names, one for each input, got 2/],
    ['a text for names', 'abc', /^featureNames: expected an array of strings/],
    ['numbers for names', [1, 2, 3], /^featureNames: expected an array of strings/],
  ])('refuse %s', (_, featureNames, message) => {
    const call = () => diagnose(network(), normalInputs(5, 3), undefined, { featureNames } as never);
    expect(call).toThrow(message);
  });
});

describe('features', () => {
  const rows = 256;
  const x = normalInputs(rows, 5).map((value, i) => (i % 5 === 3 ? 7 : value));
  const model = new MLP({ inputSize: 5, layers: [{ units: 8, activation: 'tanh' }, { units: 1 }] });

  it('are named if constant', () => {
    const { inputs, advice } = diagnose(model, x);
    expect(inputs.constantFeatures).toEqual([3]);
    expect(advice.join()).toMatch(/feature 3 has the same value on every row/);
  });

  it('are named if their scales differ widely, and as the cause where they are', () => {
    const uneven = normalInputs(rows, 5).map((value, i) => (i % 5 === 2 ? 500 * value : value));
    const report = diagnose(model, uneven);
    expect(report.verdict).toBe('saturated');
    expect(report.advice[0]).toMatch(/come unscaled, from/);
    expect(report.advice.join()).toMatch(/feature 2 is more than 100 times as large .* 'zScore'/);
  });
});
