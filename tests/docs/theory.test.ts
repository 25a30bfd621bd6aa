/** Tests that the tables of docs/theory.md state the computed values. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as root from '../../src/index.js';
import { type ActivationName, gain } from '../../src/index.js';
import * as theory from '../../src/theory/index.js';
import { correlationField, gaussianMoments, meanField } from '../../src/theory/index.js';

const text = readFileSync(new URL('../../docs/theory.md', import.meta.url), 'utf8');

/** Returns the cells of each row of the first table after a line. */
function table(heading: string): string[][] {
  const [section] = text.split(`\n${heading}\n`)[1]!.split('\n## ');
  const lines = section!.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

it.each(table('## Gains'))('the gains of %s are %s and %s', (name, forward, backward) => {
  const activation = name as Exclude<ActivationName, 'softmax'>;
  expect(gain(activation).toFixed(4)).toBe(forward);
  expect((1 / Math.sqrt(gaussianMoments(activation).slopeSecond)).toFixed(4)).toBe(backward);
});

it.each(table('## Fate of a signal'))(
  '%s with scale %s ends at %s, χ₁ %s, over fifty layers %s',
  (...cells) => {
    const [name, scale, fixedPoint, chi, fifty] = cells;
    // The table prints 25/9 with four digits.
    const exact = scale === '2.7778' ? 25 / 9 : Number(scale);
    const found = meanField({ activation: name as 'relu', scale: exact });
    expect(found.fixedPoint.toFixed(4)).toBe(fixedPoint);
    expect(found.chi.toFixed(4)).toBe(chi);
    expect((found.chi ** 50).toExponential(0)).toBe(fifty);
  },
);

it.each(table('## Fate of two inputs'))(
  '%s with scale %s and σ_b² %s correlates inputs up to %s, slope %s, depth scale %s',
  (...cells) => {
    const [name, scale, biasVariance, fixedPoint, slope, depthScale] = cells;
    const exact = scale === '2.7778' ? 25 / 9 : Number(scale);
    const options = { scale: exact, biasVariance: Number(biasVariance) };
    const found = correlationField({ activation: name as 'relu', ...options });
    expect(found.fixedPoint.toFixed(4)).toBe(fixedPoint);
    expect(found.slope.toFixed(4)).toBe(slope);
    expect(found.depthScale.toFixed(2)).toBe(depthScale);
  },
);

it('names existing functions', () => {
  const names = table('| function | returns |').map(([cell]) => /^\w+/.exec(cell!)![0]);
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect({ ...root, ...theory }).toHaveProperty(name);
});
