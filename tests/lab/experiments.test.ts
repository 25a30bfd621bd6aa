/** X1, X2, X4 and X5 against what is known of them; X3 has a file of its own. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectedX1, printedX1 } from '../../src/lab/expected/x1.js';
import { expectedX2 } from '../../src/lab/expected/x2.js';
import { expectedX4 } from '../../src/lab/expected/x4.js';
import { expectedX5 } from '../../src/lab/expected/x5.js';
import { type ExperimentId, type ExperimentResult, experiments } from '../../src/lab/index.js';
import { expectAgreement, expectShape } from '../support/experiments.js';

function golden<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as Content;
}

interface Reference {
  readonly hidden_output_std: {
    readonly printed: object;
    readonly per_w_std: Record<string, { h1_mean: number; h1_sd: number; h2_mean: number; h2_sd: number }>;
  };
  readonly scalar_sigmoid_chain_abs_db_quantiles_05_25_50_75_95: Record<string, number[][]>;
  readonly tanh_5x1000: Record<
    string,
    {
      activation_sd_layers_1_5: number[];
      grad_preact_sd_layers_1_5: number[];
      grad_ratio_layer1_over_5: number;
    }
  >;
}
const reference = golden<Reference>('init_reference');

const known = new Map<ExperimentId, Promise<ExperimentResult>>();

/** Small enough for a test, run once. */
const sizes = {
  X1: { networks: 20, seed: 3 },
  X2: { seed: 3 },
  X4: { networks: 1, seed: 3 },
  X5: { networks: 2000, seed: 3 },
} as const;

function run(id: keyof typeof sizes): Promise<ExperimentResult> {
  const result = known.get(id) ?? experiments[id].run(sizes[id] as never);
  known.set(id, result);
  return result;
}

describe.each(Object.keys(sizes) as (keyof typeof sizes)[])('%s', (id) => {
  it('comes to what is known', async () => expectAgreement(await run(id)));
  it('is plain data of the common shape', async () => expectShape(id, sizes[id], await run(id)));
});

describe('the expected values are those of the golden files', () => {
  it('X1', () => {
    const rows = Object.entries(reference.hidden_output_std.per_w_std).map(([stddev, row]) => ({
      stddev: Number(stddev),
      h1: { mean: row.h1_mean, sd: row.h1_sd },
      h2: { mean: row.h2_mean, sd: row.h2_sd },
    }));
    expect(expectedX1).toEqual(rows);
    expect(printedX1).toEqual(reference.hidden_output_std.printed);
  });

  it('X2', () => {
    interface Case {
      readonly id: string;
      readonly checks: readonly { name: string; printed: string; recomputed: number }[];
    }
    const { cases } = golden<{ cases: Case[] }>('lecture_examples');
    for (const [scheme, id] of [
      ['glorot', 'E9-glorot'],
      ['he', 'E10-he'],
    ] as const) {
      const { checks } = cases.find((one) => one.id === id)!;
      const check = (name: string) => {
        const { printed, recomputed } = checks.find((one) => one.name === name)!;
        return { formula: recomputed, printed: Number(printed) };
      };
      const drawn = (of: string) =>
        ['w1', 'w2'].map((kernel) => check(`Keras drawn ${of} ${kernel}`).printed);
      expect(expectedX2[scheme]).toEqual({
        stddev: [check('sigma w1'), check('sigma w2')],
        limit: [check('bound w1'), check('bound w2')],
        drawnStddev: drawn('sigma'),
        drawnSmallest: drawn('min'),
        drawnLargest: drawn('max'),
      });
    }
  });

  it('X4', () => {
    for (const [start, name] of [
      ['standard', 'standard_U_1_over_sqrt_n'],
      ['glorot', 'glorot_uniform'],
    ] as const) {
      const row = reference.tanh_5x1000[name]!;
      expect(expectedX4[start]).toEqual({
        activation: row.activation_sd_layers_1_5,
        gradient: row.grad_preact_sd_layers_1_5,
        gradientRatio: row.grad_ratio_layer1_over_5,
      });
    }
  });

  it('X5', () => {
    const quantiles = reference.scalar_sigmoid_chain_abs_db_quantiles_05_25_50_75_95;
    const rows = Object.entries(quantiles).map(([depth, values]) => ({
      depth: Number(depth),
      quantiles: values,
    }));
    expect(expectedX5).toEqual(rows);
  });
});

it('X1: h2 is 10σ times h1, which is the claim of the lecture', async () => {
  const { tables, charts } = await run('X1');
  for (const row of tables[0]!.rows) {
    const [stddev, ratio] = [row[0], row.at(-1)] as [number, number];
    expect(Math.abs(ratio / (10 * stddev) - 1)).toBeLessThan(0.05);
  }
  const [chart] = charts;
  if (chart?.kind !== 'histograms') throw new Error('expected histograms');
  for (const { series } of chart.panels) {
    for (const { counts } of series) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
  }
  // The widths span four decades, so each histogram has an axis of its own and a bar of its standard deviation.
  const [h1, h2] = chart.panels.map(({ series }) => series.map(({ std }) => std));
  expect(chart.range).toBeUndefined();
  for (const [i, row] of tables[0]!.rows.entries())
    expect(Math.abs(h2![i]! / h1![i]! / (10 * (row[0] as number)) - 1)).toBeLessThan(0.15);
});

it('X2: the drawn extremes stand beside the printed ones, and each panel begins with x', async () => {
  const { comparisons, charts } = await run('X2');
  const printed = (name: string) => comparisons.find((figure) => figure.name === name)!.printed;
  expect(['smallest', 'largest'].map((end) => printed(`heUniform w1: ${end}`))).toEqual([-0.346, 0.346]);
  expect(['smallest', 'largest'].map((end) => printed(`heUniform w2: ${end}`))).toEqual([-0.274, 0.274]);
  expect(['smallest', 'largest'].map((end) => printed(`glorotUniform w2: ${end}`))).toEqual([-0.182, 0.183]);
  const [chart] = charts;
  if (chart?.kind !== 'histograms') throw new Error('expected histograms');
  for (const { series } of chart.panels) {
    expect(series.map(({ name }) => name)).toEqual(['x', 'h1', 'h2', 'output']);
    expect(series[0]!.counts.reduce((sum, count) => sum + count, 0)).toBe(50_000);
    expect(Math.abs(series[0]!.std - 1)).toBeLessThan(4 / Math.sqrt(2 * 50_000));
  }
});

it('the same options give the same figures, another seed others', async () => {
  const options = { networks: 2, seed: 9 };
  const [first, again, other] = await Promise.all(
    [options, options, { ...options, seed: 10 }].map((given) => experiments.X1.run(given)),
  );
  expect(first).toEqual(again);
  expect(first!.comparisons[0]!.ours).not.toBe(other!.comparisons[0]!.ours);
});

it('a figure that is off does not agree', async () => {
  const { comparisons } = await run('X2');
  const one = comparisons.find(({ name }) => name === 'heNormal w1: σ drawn')!;
  // TF.js's forgotten factor would show.
  expect(Math.abs(0.8796 * one.ours! - one.expected!)).toBeGreaterThan(one.tolerance);
});

describe('options and callbacks', () => {
  it.each([
    ['X1', null, TypeError, 'options: expected an object, got null'],
    [
      'X1',
      { network: 3 },
      TypeError,
      "options.network: unknown option; did you mean 'networks'? Known: networks, seed",
    ],
    ['X3', { networks: 0 }, RangeError, 'networks: expected a whole number ≥ 1, got 0'],
    ['X4', { networks: 1.5 }, RangeError, 'networks: expected a whole number ≥ 1, got 1.5'],
    ['X5', { seed: '1' }, TypeError, "seed: expected a whole number ≥ 0, got '1'"],
  ] as const)('%s refuses %j', async (id, options, Kind, message) => {
    const refused = experiments[id].run(options as never);
    await expect(refused).rejects.toThrow(Kind);
    await expect(refused).rejects.toThrow(message);
  });

  it.each(['X1', 'X2', 'X3', 'X4', 'X5'] as const)(
    '%s tells how far it is, and ends when told to, with nothing if there is nothing',
    async (id) => {
      const small = {
        X1: { networks: 3 },
        X2: {},
        X3: { networks: 3 },
        X4: { networks: 1 },
        X5: { networks: 300 },
      };
      const seen: number[][] = [];
      await experiments[id].run(small[id] as never, {
        onProgress: (done, total) => seen.push([done, total]),
      });
      const total = seen[0]![1]!;
      expect(seen).toEqual(Array.from({ length: total }, (_, i) => [i + 1, total]));

      const controller = new AbortController();
      const ended = experiments[id].run(small[id] as never, {
        signal: controller.signal,
        onProgress: (done) => {
          expect(done).toBe(1);
          controller.abort();
        },
      });
      expect((await ended).interrupted).toBe(total > 1 ? true : undefined);
      const early = await experiments[id].run({}, { signal: AbortSignal.abort() });
      const { title, question, defaults } = experiments[id];
      const empty = { tables: [], comparisons: [], charts: [], notes: [] };
      expect(early).toEqual({
        kind: 'experiment',
        id,
        title,
        question,
        options: defaults,
        ...empty,
        interrupted: true,
      });
    },
  );

  /** Ended at a step, by size and the step. */
  const ends = [
    ['X1', { networks: 5 }, 2],
    ['X2', {}, 3],
    ['X3', { networks: 4 }, 9],
    ['X4', { networks: 1 }, 1],
    ['X5', { networks: 400 }, 5],
  ] as const;
  it.each(ends)(
    '%s %j, ended at step %i, has what it would have had until then',
    async (id, options, step) => {
      const controller = new AbortController();
      const whole = await experiments[id].run(options as never);
      const part = await experiments[id].run(options as never, {
        signal: controller.signal,
        onProgress: (done) => done === step && controller.abort(),
      });
      expect(whole.interrupted).toBeUndefined();
      expect(part.interrupted).toBe(true);
      expect(part.charts.length).toBeGreaterThan(0);
      if (id === 'X1') {
        const { tables } = await experiments.X1.run({ networks: step });
        expect(part.tables).toEqual(tables);
        return;
      }
      const known = new Map(whole.comparisons.map(({ name, ours }) => [name, ours]));
      expect(part.comparisons.length).toBeGreaterThan(0);
      expect(part.comparisons.length).toBeLessThan(whole.comparisons.length);
      for (const { name, ours } of part.comparisons) expect([name, ours]).toEqual([name, known.get(name)]);
    },
  );
});
