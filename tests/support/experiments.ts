/** Expectations that hold for the result of every experiment. */
import { expect } from 'vitest';
import { type ExperimentId, type ExperimentResult, experiments } from '../../src/lab/index.js';

/** Expects every comparison to agree according to its own figures. */
export function expectAgreement({ comparisons }: ExperimentResult): void {
  expect(comparisons.length).toBeGreaterThan(0);
  for (const { name, ours, expected, tolerance, agrees } of comparisons) {
    if (ours === null || expected === null) expect([name, ours]).toEqual([name, expected]);
    else if (!(Math.abs(ours - expected) <= tolerance)) {
      expect.fail(`${name}: ${ours} is not within ${tolerance} of ${expected}`);
    }
    expect(agrees).toBe(true);
  }
}

export function expectShape(id: ExperimentId, options: object, result: ExperimentResult): void {
  expect(result.id).toBe(id);
  expect(result.title).toBe(experiments[id].title);
  expect(result.options).toEqual({ ...experiments[id].defaults, ...options });
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  for (const { columns, rows } of result.tables) {
    for (const row of rows) expect(row).toHaveLength(columns.length);
  }
  for (const chart of result.charts) {
    const all = chart.kind === 'curves' ? chart.series : chart.panels.flatMap(({ series }) => series);
    for (const series of all) {
      const lines =
        'counts' in series ? [series.counts] : [series.x, series.y, series.low, series.high, series.theory];
      for (const line of lines) expect(line?.every(Number.isFinite) ?? true).toBe(true);
    }
  }
  const names = result.comparisons.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
}
