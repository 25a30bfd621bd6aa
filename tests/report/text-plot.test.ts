/** Tests the plots of characters: axes, marks at the places of the values, gaps, and their width. */
import { describe, expect, it } from 'vitest';
import { explainActivation } from '../../src/index.js';
import { type Curves, type LinePanel, toText } from '../../src/report/index.js';

const plot = (panels: readonly LinePanel[], columns = 80, y: Curves['y'] = { label: 'y' }) =>
  toText([{ kind: 'curves', text: 'plot', x: { label: 'x' }, y, panels }], { columns })
    .split('\n')
    .slice(2, -1);

/** Rows of the grid, without the labels left of it. */
const grid = (lines: readonly string[]) =>
  lines.filter((line) => / \|/.test(line)).map((line) => line.slice(line.indexOf('|') + 1));

const line = (n: number, f: (x: number) => number, low = -1, high = 1): LinePanel => {
  const x = Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  return { x, series: [{ label: 'f', y: x.map(f) }] };
};

describe('a plot', () => {
  it('has one mark in each column of a line, rising from corner to corner', () => {
    const rows = grid(plot([line(50, (x) => x)]));
    const width = Math.max(...rows.map((row) => row.length));
    const places = Array.from({ length: width }, (_, c) => rows.findIndex((row) => row[c] === '*'));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => b - a));
    expect([places[0], places.at(-1)]).toEqual([rows.length - 1, 0]);
  });

  it('draws a jump as a line from top to bottom in one column', () => {
    const rows = grid(plot([{ x: [-1, -1e-9, 1e-9, 1], series: [{ label: 'f', y: [0, 0, 1, 1] }] }]));
    const counts = Array.from({ length: 72 }, (_, c) => rows.filter((row) => row[c] === '*').length);
    const ends = [rows.findIndex((row) => row.endsWith('*')), rows.findIndex((row) => row.startsWith('*'))];
    // The column before has the row where the jump begins.
    expect(Math.max(...counts)).toBe(ends[1]! - ends[0]!);
    expect(ends[0]).toBeLessThan(2);
    expect(counts.filter((count) => count > 2)).toHaveLength(1);
  });

  it('leaves a gap where a value is not finite', () => {
    const rows = grid(plot([{ x: [0, 1, 2, 3, 4], series: [{ label: 'f', y: [1, 1, NaN, 1, 1] }] }]));
    const marked = rows.find((row) => row.includes('*'))!;
    expect(marked).toMatch(/^\*{10,} {20,}\*{10,}$/);
  });

  it('draws the axes through 0, and ticks at their values', () => {
    const lines = plot([line(50, (x) => 2 * x, -3, 3)]);
    const axis = lines.find((row) => /^ *0 \|-/.test(row))!;
    expect(axis).toMatch(/^ *0 \|-+\*\**-+$/);
    // The first row has the y axis, behind the border on its left.
    const column = lines[0]!.indexOf('|', lines[0]!.indexOf('|') + 1);
    expect(axis.slice(column - 3, column + 4)).toContain('*');
    const labels = lines.find((row) => row.endsWith('x'))!;
    expect(Math.abs(labels.indexOf('0') - column)).toBeLessThanOrEqual(1);
    expect(labels).toMatch(/-2 .* 0 .* 2 /);
    const ticks = lines.find((row) => /^ *\+[-+]+$/.test(row))!;
    expect(ticks[labels.indexOf('0')]).toBe('+');
  });

  it('draws the first series over the later ones, each with its mark', () => {
    const x = [0, 1];
    const lines = plot([
      {
        x,
        series: [
          { label: 'a', y: [1, 1] },
          { label: 'b', y: [1, 1] },
          { label: 'c', y: [2, 2] },
        ],
      },
    ]);
    expect(lines.at(-1)).toContain('* a   . b   + c');
    expect(grid(lines).join('')).toMatch(/\*{70,}/);
    expect(grid(lines).join('')).not.toContain('.');
    expect(grid(lines).join('')).toMatch(/\+{70,}/);
  });

  it('shares its axes between panels, unless they are to differ', () => {
    const panels = [line(9, (x) => x), line(9, (x) => 10 * x)].map((panel, i) => ({
      ...panel,
      label: `panel ${i}`,
    }));
    const lines = plot(panels);
    expect(lines.filter((row) => /^ *10 \|/.test(row))).toHaveLength(2);
    const own = toText([
      { kind: 'curves', text: 'plot', sameScale: false, x: { label: 'x' }, y: { label: 'y' }, panels },
    ]);
    expect(own.split('\n').filter((row) => /^ *10 \|/.test(row))).toHaveLength(1);
    for (const label of ['panel 0', 'panel 1']) expect(lines).toContain(label);
  });

  it('says that nothing was measured if it has no values', () => {
    expect(plot([{ series: [{ label: 'f', y: [] }] }])).toEqual(['nothing measured']);
    expect(plot([{ series: [{ label: 'f', y: [NaN, NaN] }] }])).toEqual(['nothing measured']);
  });

  it('has a range around a single value or a constant', () => {
    expect(grid(plot([{ x: [3], series: [{ label: 'f', y: [5] }] }])).join('')).toContain('*');
    expect(grid(plot([line(9, () => 0)])).join('')).toMatch(/\*{70,}/);
  });

  it('takes a logarithmic axis', () => {
    const lines = plot([line(50, (x) => 10 ** x, -4, 4)], 80, { label: 'y', scale: 'log' });
    expect(lines.some((row) => /^ *1e4 \|/.test(row))).toBe(true);
    const marks = grid(lines).map((row) => row.indexOf('*'));
    expect(marks[0]).toBeGreaterThan(60);
  });
});

describe.each([20, 33, 80, 200])('in %d columns', (columns) => {
  it.each(['gelu', 'step', 'hardSwish', 'squaredRelu', 'softsign'] as const)(
    '%s is plain ASCII and fits',
    (name) => {
      const text = toText(explainActivation(name), { columns });
      const lines = text.split('\n');
      for (const one of lines) expect([...one].length).toBeLessThanOrEqual(columns);
      const start = lines.findIndex((one) => one.includes('derivative')) + 1;
      const rows = lines.filter((one, i) => i >= start && /^[ -~]*[|+][ -~]*$/.test(one));
      expect(rows.length).toBeGreaterThan(7);
      expect(rows.join('')).toContain('*');
      expect(rows.join('')).toContain('.');
      expect(text).not.toContain('\u001b');
    },
  );
});
