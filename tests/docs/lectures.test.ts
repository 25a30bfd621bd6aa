/** Tests that the figures of docs/lectures.md are those of the runs that it names, and PyTorch's. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { diagnose, gain, MLP } from '../../src/index.js';
import { type ExampleId, exampleIds, examples, experiments } from '../../src/lab/index.js';
import { gaussianMoments, logVariance, meanField, varianceMap } from '../../src/theory/index.js';
import { documentText } from '../support/documents.js';
import { figure, tableBelow } from '../support/tables.js';

const text = documentText('docs/lectures.md');
const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));
const rows = (head: string) => tableBelow(text, head);

/** Formats a value with as many digits as the document gives. */
function expectPrinted(value: number, cell: string): void {
  const digits = cell.replace(/[^\d.e-]/g, '');
  const [mantissa = '', exponent] = digits.split('e');
  const places = mantissa.split('.')[1]?.length ?? 0;
  if (exponent === undefined) expect(figure(cell)).toBe(Number(value.toFixed(places)));
  else expect(figure(cell)).toBe(Number(value.toExponential(places)));
}

describe('commands', () => {
  const named = [...text.matchAll(/\blab ([EX]\d+)/g)].map(([, id]) => id!);

  it('name existing commands, and every example and experiment', () => {
    const known = [...exampleIds, ...Object.keys(experiments), 'X6'];
    expect([...new Set(named)].sort()).toEqual([...new Set(known)].sort());
  });

  it('show the misprints that are in the table', () => {
    const listed = tableBelow(text, 'where').flatMap((row) =>
      [...row.join(' ').matchAll(/`lab (E\d+)`/g)].map(([, id]) => id as ExampleId),
    );
    const wrong = exampleIds.filter((id) =>
      examples[id].run().steps.some(({ status }) => status === 'mismatch'),
    );
    for (const id of wrong) expect(listed).toContain(id);
    for (const id of listed) {
      expect(
        examples[id].run().steps.some(({ note }) => note !== undefined),
        `${id} has a note`,
      ).toBe(true);
    }
  });

  it('E1 says what the sum of slide 15 gives over the places, as the table does', () => {
    const sample = [2, 8, 5, 4, 1, 4];
    const share = (value: number) => sample.filter((other) => other === value).length / sample.length;
    const misprinted = sample.reduce((sum, value) => sum + value * share(value), 0).toFixed(2);
    expect(examples.E1.run().steps.at(-1)!.note).toContain(`32/6 = ${misprinted}`);
    expect(
      tableBelow(text, 'where')
        .find(([where]) => where === 'A 15')!
        .join(),
    ).toContain(misprinted);
    expect(new Set(sample).size).toBe(5);
    expect(text).toContain('over the five different values');
  });
});

describe('experiments', () => {
  it('X1', async () => {
    const { tables } = await experiments.X1.run();
    const printed = rows('σ |');
    expect(printed).toHaveLength(6);
    for (const [i, [stddev, h1, , h2]] of printed.entries()) {
      const row = tables[0]!.rows[i]! as number[];
      expect(figure(stddev!)).toBe(row[0]);
      expect(figure(h1!)).toBe(Number(row[1]!.toPrecision(3)));
      expect(figure(h2!)).toBe(Number(row[4]!.toPrecision(3)));
    }
    for (const [stddev, , one, , two] of printed) {
      expect(figure(one!)).toBeCloseTo(10 * figure(stddev!), 12);
      expect(figure(two!)).toBeCloseTo(100 * figure(stddev!) ** 2, 12);
    }
  });

  it('X3: means within four standard errors of the golden ones, theory to the digit', () => {
    const { by_sigma2: means, forward_0_02: forward } = golden('fig74');
    const sure = (4 * forward.sd_ln_var.at(-1) * Math.sqrt(2 / 2000)) / Math.LN10;
    for (const [variance, factor, mean, theory] of rows('σ² |')) {
      const known = means[variance!] ?? means[Number(variance).toFixed(1)];
      expect(Math.abs(figure(mean!) - known.forward_mean_log10_var['50'])).toBeLessThan(sure + 0.05);
      expect(figure(factor!)).toBeCloseTo(50 * figure(variance!), 12);
      const start = { activation: 'relu', kernelVariance: figure(variance!), width: 100, depth: 50 } as const;
      expectPrinted(logVariance(start).at(-1)!.forward / Math.LN10, theory!);
    }
    const { forwardMean, forwardStd } = logVariance({
      activation: 'relu',
      kernelVariance: 0.02,
      width: 100,
      depth: 50,
    }).at(-1)!;
    expect(text).toContain(`${forwardMean.toFixed(2).replace('-', '−')} ± ${forwardStd.toFixed(2)}`);
  });

  it('X3: where single precision ends, between the first network that it loses and the last', () => {
    const { 1: one, 0.001: thousandth } = Object.fromEntries(
      Object.entries(golden('fig74').float32_100_networks).map(([key, row]) => [Number(key), row as object]),
    ) as Record<number, Record<string, number[]>>;
    const said =
      /overflows at layer (\d+), and they themselves at layer\s(\d+);.*?at layer\s(\d+) and is 0 at layer\s(\d+)/s;
    const layers = said.exec(text.replaceAll('\n', ' '))!.slice(1).map(Number);
    const ranges = [
      one!.float32_variance_overflow,
      one!.preactivation_inf_layer_min_max_count,
      thousandth!.float32_variance_below_normal,
      thousandth!.float32_variance_exact_zero,
    ];
    for (const [i, range] of ranges.entries()) {
      expect(layers[i]).toBeGreaterThanOrEqual(range![0]!);
      expect(layers[i]).toBeLessThanOrEqual(range![1]!);
    }
  });

  it('X4', async () => {
    const { tables } = await experiments.X4.run();
    const ours = tables.flatMap((table) => table.rows.map((row) => row.slice(1, 6) as number[]));
    for (const [i, [, ...cells]] of rows('standard deviation').entries()) {
      for (const [l, cell] of cells.entries()) expectPrinted(ours[i]![l]!, cell);
    }
    const [standard, glorot] = tables[1]!.rows.map((row) => row.at(-1) as number);
    expect(text).toContain(
      `all but ${standard!.toFixed(3)} of the gradient; Glorot's keeps ${glorot!.toFixed(2)}`,
    );
  });

  it('X5', async () => {
    const { tables } = await experiments.X5.run();
    for (const [i, [depth, median, low, high]] of rows('hidden units').entries()) {
      const [known, q05, , q50, , q95] = tables[0]!.rows[i]! as number[];
      expect(Number(depth)).toBe(known);
      for (const [cell, value] of [
        [median, q50],
        [low, q05],
        [high, q95],
      ] as const) {
        expect(figure(cell!)).toBe(Number(value!.toPrecision(2)));
      }
    }
  });
});

describe('theory', () => {
  it('gives the figures of sigmoid layers from 16/n and 1/n', () => {
    const starts = [16, 1].map((scale) => ({
      scale,
      next: varianceMap({ activation: 'sigmoid', scale }),
      q: scale,
    }));
    for (const [layer, ...cells] of rows('layer')) {
      for (const [i, start] of starts.entries()) {
        if (layer === 'in the end')
          start.q = meanField({ activation: 'sigmoid', scale: start.scale }).fixedPoint;
        expectPrinted(start.q, cells[2 * i]!);
        expectPrinted(start.scale * gaussianMoments('sigmoid', start.q).slopeSecond, cells[2 * i + 1]!);
        start.q = start.next(start.q);
      }
    }
  });

  it("gives tanh's gain and ReLU's moments", () => {
    expect(text).toContain(`keeps a variance of 1 is ${gain('tanh').toFixed(2)}`);
    const { mean, second } = gaussianMoments('relu', 1);
    expect(text).toContain(
      `relu(z) is ${(second - mean ** 2).toFixed(2)} · var z, its mean ${mean.toFixed(2)} · σ`,
    );
  });
});

it('five sigmoid layers have the stated verdicts', () => {
  const printed = rows('start');
  expect(printed).toHaveLength(3);
  for (const [name, verdict, ratio] of printed) {
    const kernelInitializer = name!.replaceAll('`', '') as 'torchLinear';
    const hidden = { units: 128, activation: 'sigmoid', kernelInitializer } as const;
    const layers = [...Array(5).fill(hidden), { units: 3, activation: 'softmax' }];
    const model = new MLP({ inputSize: 4, layers, inputScaling: 'zScore', seed: 1 });
    model.compile({ loss: 'crossEntropy' });
    model.adapt(iris.x);
    const report = diagnose(model, iris.x, iris.y);
    expect(report.verdict).toBe(verdict);
    expect(figure(ratio!)).toBe(Number(report.layers[0]!.gradientRatio!.toPrecision(2)));
  }
});

describe("PyTorch's figures", () => {
  interface Run {
    readonly test_acc: number[];
    readonly train_acc: number[];
    readonly first_batch_weight_grad_norms: number[];
  }
  const { runs } = golden('fashion_experiments') as { runs: Record<string, Run> };
  const percent = (share: number | undefined) => (100 * share!).toFixed(1);

  it('are stated for the four scalings', () => {
    for (const [activation, ...cells] of rows('PyTorch, SGD 0.01')) {
      for (const [i, scaling] of ['0_255', '0_1', 'pm1', 'z'].entries()) {
        expect(cells[i]).toBe(percent(runs[`${activation!.toLowerCase()}_256_${scaling}`]!.test_acc[9]));
      }
    }
  });

  it('are stated for units and layers', () => {
    const names = ['relu_64_pm1', 'relu_256_pm1', 'relu_256x2_pm1'];
    for (const [i, [, , ...cells]] of rows('network').entries()) {
      for (const [j, run] of [runs[names[i]!]!, runs[`${names[i]}_60ep`]!].entries()) {
        expect(cells[j]).toBe(`${percent(run.train_acc.at(-1))} / ${percent(run.test_acc.at(-1))}`);
      }
    }
  });

  it.each([
    ['to 73.9', 'sigmoid_128x7_16n'],
    ['reach\n85.9 and', 'tanh_128x7_glorot'],
    ['and 85.6 %', 'relu_128x7_he_sgd'],
    ['In PyTorch it reaches 88.1 %', 'recommended_he'],
    ['and 88.0 % from Glorot', 'recommended_glorot'],
    ['stay at 10.0 %', 'sigmoid_128x5_0_255'],
    ['stay at 10.0 %', 'sigmoid_128x7_0_255'],
  ])('%s is where %s ends', (words, run) => {
    expect(text.replaceAll('\n', ' ')).toContain(words.replaceAll('\n', ' '));
    expect(words).toContain(percent(runs[run]!.test_acc.at(-1)));
  });

  it('are stated for first gradients and dead units', () => {
    const norm = (run: string) => runs[run]!.first_batch_weight_grad_norms[0]!;
    expectPrinted(norm('sigmoid_128x7_0_255'), /gradient of norm (\S+) with seven/.exec(text)![1]!);
    expectPrinted(norm('sigmoid_128x2_0_255'), /and of ([\d.]+) with two/.exec(text)![1]!);
    const [, dead] = /too (\d+) of 256 hidden units are dead after two steps/.exec(
      text.replaceAll('\n', ' '),
    )!;
    expect(Number(dead)).toBe(
      golden('dead_units').runs['0_255 torch'].find(([step]: number[]) => step === 2)[2],
    );
  });
});
