/** Tests that layers count from 1 in all that a person reads, and from 0 where a program needs the index. */
import { beforeAll, describe, expect, it } from 'vitest';
import { diagnose, explainModel, gradientCheck, MLP, Rng, randomNormal } from '../../src/index.js';
import { type Report, toHTML, toSVG, toText } from '../../src/report/index.js';
import { propagate } from '../../src/theory/index.js';

const DEPTH = 4;
const hidden = { units: 6, activation: 'relu', kernelInitializer: randomNormal({ stddev: 1e-3 }) } as const;
const options = { inputSize: 5, layers: [...Array(DEPTH - 1).fill(hidden), { units: 2 }], seed: 1 } as const;
const x = new Rng(1).normal(20 * 5);
const y = new Rng(2).normal(20 * 2);
const numbers = Array.from({ length: DEPTH }, (_, l) => l + 1);

function made(): MLP {
  const model = new MLP(options);
  model.compile({ loss: 'meanSquaredError' });
  return model;
}

describe('a report', () => {
  const reports: Record<string, Report> = {};

  beforeAll(async () => {
    const start = { kernelInitializer: hidden.kernelInitializer, activation: 'relu' } as const;
    Object.assign(reports, {
      diagnosis: diagnose(made(), x, y),
      explanation: explainModel(options),
      'gradient check': gradientCheck(made(), x, y),
      history: await made().fit(x, y, { epochs: 2, diagnostics: { everySteps: 1 } }),
      propagation: propagate({ ...start, width: 6, depth: DEPTH, networks: 3 }),
    });
  });

  it.each(['diagnosis', 'explanation', 'gradient check', 'history', 'propagation'])('%s', (name) => {
    const report = reports[name]!;
    const drawn = name === 'gradient check' ? [] : [toSVG(report)];
    for (const shown of [toText(report), toHTML(report), ...drawn]) {
      expect(shown).not.toMatch(/layers?\[|layer 0|index in layers/);
    }
    const text = toText(report, { columns: 120 });
    // A history draws its layers in pictures only, a propagation numbers the rows of its table.
    const said = name === 'history' ? toHTML(report) : text;
    for (const number of numbers) expect(said).toMatch(new RegExp(`layer ${number}\\b|^ *${number} `, 'm'));
    expect(said).not.toContain(`layer ${DEPTH + 1}`);
  });

  it.each(['diagnosis', 'explanation', 'propagation'])(
    '%s: its axes have the numbers of the layers',
    (name) => {
      const axes = toSVG(reports[name]!).match(/<g[^>]* data-mark="x-axis tick label"[\s\S]*?<\/g>/g) ?? [];
      const byLayer = axes.map((axis) => [...axis.matchAll(/<text[^>]*>([^<]*)</g)].map(([, tick]) => tick));
      const expected = numbers.map(String);
      const counted = byLayer.filter((ticks) => ticks.join() === expected.join());
      expect(counted.length).toBeGreaterThan(0);
      expect(byLayer.filter(([first]) => first === '0')).toEqual([]);
    },
  );
});

describe('sentences', () => {
  it('name the layer by its number in a diagnosis and an explanation', () => {
    const { advice, layers } = diagnose(made(), x, y);
    // Units of size 0.001 · √5 in the first layer are too small already.
    expect(advice[0]).toMatch(/^layer 1: preactivation .*; the kernel of layer 1 has/);
    expect(explainModel(options).notes.join('\n')).toMatch(
      /^layer \d: .* died.* layer \d \('randomNormal'\)/m,
    );
    // Programs look a layer up by its path, as in errors.
    expect(layers[0]!.name).toBe('layers[0]');
    expect(made().layerOutputs(x, layers[2]!.name)).toMatchObject({ name: 'layers[2]' });
  });

  it('name the layer by its number in a summary too', () => {
    const summary = made().summary();
    expect(summary).toMatch(/^layer 1 /m);
    expect(summary).toMatch(/^layers 2 … 3 /m);
    expect(summary).toMatch(/^layer 4 /m);
  });
});
