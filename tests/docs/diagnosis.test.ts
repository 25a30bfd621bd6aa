/** Tests that the table of docs/diagnosis.md states the limits of the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/diagnosis/limits.js';
import { verdicts } from '../../src/index.js';

const text = readFileSync(new URL('../../docs/diagnosis.md', import.meta.url), 'utf8');
const rows = text
  .split('\n## Verdicts\n')[1]!
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('every verdict but healthy has a row', () => {
  expect(['healthy', ...rows.map(([, name]) => name!.replaceAll('`', ''))].sort()).toEqual(
    [...verdicts].sort(),
  );
});

describe('the limits in the table are those of the code', () => {
  it.each([
    ['dead', [limits.dead, limits.deadDeviations]],
    ['saturated', [limits.saturated]],
    ['exploding', [limits.exploded, limits.gradientExploded, limits.absurd, limits.absurd]],
    ['vanishing', [limits.vanished, limits.gradientVanished]],
    [
      'unscaled',
      [
        limits.wideTargets,
        limits.narrowTargets,
        limits.unlearned,
        limits.inputs,
        1 / (limits.inputs * limits.inputs),
      ],
    ],
    ['collapsed', [limits.alike, limits.oneClass, limits.constantOutput]],
  ])('%s', (verdict, expected) => {
    const cell = rows.find(([, name]) => name === `\`${verdict}\``)![2]!;
    expect([...cell.matchAll(/\d+(\.\d+)?/g)].map(([number]) => Number(number))).toEqual(expected);
  });
});
