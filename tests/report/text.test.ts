/** Tests reports as text: their width, their content, and that no name can control the terminal. */
import { afterEach, describe, expect, it } from 'vitest';
import { explainActivation } from '../../src/index.js';
import { type Bands, type Report, type Section, toText } from '../../src/report/index.js';
import { diagnosis, history, propagation, tensor } from '../support/reports.js';

const healthy = diagnosis({ forward: 1, verdict: 'healthy', depth: 5 });
const vanishing = diagnosis({ forward: 0.5, verdict: 'vanishing', depth: 5 });
const wide = diagnosis({
  forward: 0.9,
  verdict: 'dead',
  depth: 4,
  activationName: (l) => `隠れ層の名前はとても長い🧠${l}é`,
});
const reports: readonly { name: string; report: Report }[] = [
  { name: 'a diagnosis', report: vanishing },
  { name: 'fifty layers', report: diagnosis({ forward: 0.8, verdict: 'vanishing', depth: 50 }) },
  { name: 'wide names', report: wide },
  { name: 'a propagation', report: propagation({ depth: 50, slope: -3 }) },
  { name: 'a history with records', report: history(7, 3) },
  { name: 'a history', report: history(300) },
  { name: 'a history without epochs', report: history(0) },
  { name: 'an activation', report: explainActivation('geluTanh') },
  {
    name: 'two activations',
    report: { labels: ['名前', 'tanh'], reports: [explainActivation('prelu'), explainActivation('tanh')] },
  },
  { name: 'two diagnoses', report: { labels: ['heNormal', '名前'], reports: [healthy, wide] } },
  {
    name: 'three propagations',
    report: {
      labels: ['a', 'b', '名前'.repeat(30)],
      reports: [1, 2, 3].map((slope) => propagation({ depth: 9, slope })),
    },
  },
  {
    name: 'a table of many columns, one of long text',
    report: [
      {
        kind: 'table',
        title: 'long '.repeat(40),
        columns: [
          'what',
          ...Array.from({ length: 12 }, (_, c) => `column ${c}`),
          'Donaudampfschifffahrtsgesellschaftskapitän',
        ],
        rows: [['word '.repeat(30), ...Array.from({ length: 12 }, (_, c) => c / 7), 'x'.repeat(200)]],
      },
    ],
  },
];

/**
 * East_Asian_Width W and F according to EastAsianWidth.txt, for the blocks that occur here. Combining marks take no column.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]/u;
const columnsOf = (line: string) =>
  [...line].reduce((sum, c) => sum + (/\p{Mn}/u.test(c) ? 0 : WIDE.test(c) ? 2 : 1), 0);
const lines = (report: Report, options?: object) => toText(report, options).slice(0, -1).split('\n');

describe('width', () => {
  it.each(reports)('$name: stays within `columns`', ({ report }) => {
    for (const columns of [20, 33, 40, 80, 120, 200]) {
      for (const line of lines(report, { columns })) {
        expect(columnsOf(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
        expect(line).toBe(line.trimEnd());
        // Bars are drawn to fit, not cut.
        if (columns >= 40) expect(line).not.toMatch(/[█░ ]…$/);
      }
    }
    expect(toText(report)).toBe(toText(report, { columns: 80 }));
  });

  it('keeps columns aligned despite wide names', () => {
    // The kernel's shape begins in the same column in every row.
    const rows = lines(wide).filter((line) => /\d→\d/.test(line));
    expect(new Set(rows.map((line) => columnsOf(line.slice(0, line.search(/\d+→/))))).size).toBe(1);
    expect(rows).toHaveLength(4);
  });

  it('has a line per layer, even for fifty layers', () => {
    const text = lines(diagnosis({ forward: 0.8, verdict: 'vanishing', depth: 50 }));
    for (let l = 0; l < 50; l++) {
      // Each layer is named in both tables and beside two pairs of histograms; bars have its number.
      expect(text.filter((line) => line.startsWith(`layer ${l + 1} `))).toHaveLength(4);
      expect(text.some((line) => new RegExp(`^ *${l + 1} +[\\d.e-]+ █`).test(line))).toBe(true);
    }
  });
});

describe('content', () => {
  it('has verdict, advice and a table by layer, with measured beside predicted values', () => {
    const text = lines(vanishing);
    expect(text[1]).toMatch(/^vanishing \(5 layers on 128 rows, loss 2\.50\)/);
    expect(text.join(' ')).toContain("kernel sd is 0.88 of He's: use   heNormal.");
    const row = text.find((line) => line.startsWith('layer 2 '))!;
    expect(row.split(/ +/)).toEqual([
      'layer',
      '2',
      '100→100',
      'relu',
      '0.5',
      '1',
      '0.0125',
      '0.1',
      '1',
      '%',
      '0',
      '%',
      '1.3e-4',
    ]);
  });

  it('has a table of how far layers tell inputs apart', () => {
    const text = lines(vanishing);
    const rows = text.slice(text.indexOf('Inputs told apart')).filter((line) => /^layer \d/.test(line));
    expect(rows[1]!.split(/ +/)).toEqual(['layer', '2', '0.5', '0.4', '0.680', '0.650']);
  });

  it('has bars with logarithmic lengths, so that each halving shortens them equally', () => {
    const text = lines(vanishing);
    const start = text.indexOf('Standard deviation by layer');
    const lengths = text.slice(start + 2, start + 7).map((line) => /█+/.exec(line)?.[0].length ?? 0);
    const steps = lengths.slice(1).map((length, i) => lengths[i]! - length);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(1);
    expect(Math.min(...steps)).toBeGreaterThan(3);
  });

  it('has histograms of blocks as high as the counts', () => {
    const counts = Array.from({ length: 24 }, (_, i) => Math.floor(i / 3));
    const section: Section = {
      kind: 'histograms',
      panels: [{ rows: [{ label: 'h', histogram: { low: -1, high: 1, counts } }] }],
    };
    expect(lines([section]).at(-1)).toBe('h     ▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇███');
  });

  it('has labels of histograms in full, in several lines where a third of the line is too narrow', () => {
    const histogram = { low: -1, high: 1, counts: [1, 2, 1] };
    const rows = ['weights of layer 1 before', 'weights of layer 1 after training with a large rate'].map(
      (label) => ({ label, histogram }),
    );
    const section: Section = { kind: 'histograms', panels: [{ rows }] };
    const shown = lines([section], { columns: 80 });
    expect(shown.find((line) => line.startsWith('weights of layer 1 before'))).toMatch(/[▁-█]$/);
    for (const columns of [40, 80]) {
      const text = lines([section], { columns });
      expect(Math.max(...text.map((line) => line.length))).toBeLessThanOrEqual(columns);
      const words = text.map((line) => line.replace(/[▁-█ ]+$/, '')).join(' ');
      for (const { label } of rows) expect(words).toContain(label);
    }
  });

  it('has histograms on one range if runs are compared: half the deviation takes half the columns', () => {
    const filled = (std: number) => {
      const layers = healthy.layers.map((layer) => ({
        ...layer,
        preactivation: tensor(std, { histogram: { low: -3 * std, high: 3 * std, counts: [1, 1, 1, 1] } }),
      }));
      // Here a histogram has fourteen columns, which two halves fill.
      return (
        lines({ labels: ['a', 'b'], reports: [healthy, { ...healthy, layers }] }, { columns: 78 })
          .find((line) => line.startsWith('layer 1 ') && /[▁-█]/.test(line))!
          // Blocks that a standard deviation follows: the second ones belong to the second run.
          .match(/[▁-█]+(?= +[\d.]+ )/g)![1]!.length
      );
    };
    expect(filled(1)).toBe(14);
    expect(filled(0.5)).toBe(7);
  });

  it('has curves of blocks from the smallest to the largest value', () => {
    const section: Section = {
      kind: 'curves',
      x: { label: 'epoch' },
      y: { label: 'loss', domain: [0, 8] },
      panels: [{ series: [{ label: 'up', y: [0, 1, 2, 3, 4, 5, 6, 7] }] }],
    };
    expect(lines([section]).at(-1)).toBe('up  ▁▂▃▄▅▆▇█  0 → 7.00');
  });

  it('shows theory and references alone as strokes, beside what is measured or not', () => {
    const alone = [
      { label: 'expected', role: 'theory', y: [1, 3] },
      { label: 'limit', role: 'reference', y: [2, 2] },
    ] as const;
    const bands = (...panels: Bands['panels']): Bands => ({
      kind: 'bands',
      x: { label: 'layer' },
      y: { label: 'sd', domain: [0, 4] },
      panels,
    });
    expect(toText([bands({ series: alone.slice(0, 1) })], { columns: 40 })).toMatch(
      /\n +expected\n1 +1\.00 +┃\n2 +3\.00 +┃\n.*0.*\n┃ theory\n$/,
    );
    const both = toText([
      bands({ label: 'a', series: [{ label: 'm', y: [1, 2] }] }, { label: 'b', series: alone }),
    ]);
    expect(both).toMatch(/^ +a +b, expected +b, limit$/m);
    expect(both).toMatch(/^1 +1\.00 █+▊ +1\.00 +┃ +2\.00 +┆$/m);
    expect(both).toContain('█ measured   ┃ theory   ┆ reference');
    expect(toText([bands({ series: [] })])).toBe('Report\n\nnothing measured\n');
  });

  const long = 'weights of a standard deviation that takes many words to name at the head of a chart';
  const axes = { x: { label: 'layer' }, y: { label: 'variance' } };
  const panels = [1, 2].map((end) => ({ label: `${long} ${end}`, series: [{ label: 'a', y: [1, 2] }] }));
  const rows = [{ label: 'n', histogram: { low: -1, high: 1, counts: [1, 2, 1] } }];
  it.each<[string, Section]>([
    ['bands', { kind: 'bands', ...axes, panels }],
    ['curves', { kind: 'curves', ...axes, panels }],
    ['histograms', { kind: 'histograms', panels: panels.map(({ label }) => ({ label, rows })) }],
  ])('has every word of the long labels of %s, within the columns', (_, section) => {
    for (const columns of [40, 80, 120]) {
      const text = toText([section], { columns, colour: false });
      expect(text).not.toContain('…');
      for (const word of long.split(' ')) expect(text.split(word).length - 1, word).toBeGreaterThanOrEqual(2);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it('shows variances beyond the range of f64', () => {
    const text = toText(propagation({ depth: 400, slope: -3 }));
    // e^(−3 · 400 + 0.1) is 10^−521.11…
    expect(text).toMatch(/^400 +7\.8e-522 /m);
  });

  it('names values that are not finite', () => {
    const none = tensor(Number.NaN, { nonFinite: 1001 });
    const layers = healthy.layers.map((layer, l) =>
      l < 3 ? layer : { ...layer, preactivation: none, updateRatio: Number.POSITIVE_INFINITY },
    );
    const text = lines({ ...healthy, loss: Number.NaN, layers });
    expect(text.find((line) => line.startsWith('layer 5 '))).toMatch(/NaN.*∞/);
    expect(text.join('\n')).toContain('none finite');
    expect(text[1]).toContain('loss NaN');
  });
});

describe('colour', () => {
  const stdout = process.stdout as { isTTY?: boolean };
  const { isTTY } = stdout;
  const { NO_COLOR, TERM } = process.env;
  afterEach(() => {
    stdout.isTTY = isTTY!;
    Object.assign(process.env, { NO_COLOR, TERM });
    if (NO_COLOR === undefined) delete process.env.NO_COLOR;
    if (TERM === undefined) delete process.env.TERM;
  });
  const coloured = (options?: object) => toText(vanishing, options).includes('\u001b');

  it('is used on request, or automatically in a terminal', () => {
    delete process.env.NO_COLOR;
    process.env.TERM = 'xterm';
    stdout.isTTY = true;
    expect([undefined, { colour: false }, { colour: 'auto' }, { colour: true }].map(coloured)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    stdout.isTTY = false;
    expect(coloured({ colour: 'auto' })).toBe(false);
  });

  it('is not used if the terminal or its user refuses it', () => {
    stdout.isTTY = true;
    process.env.TERM = 'dumb';
    expect(coloured({ colour: 'auto' })).toBe(false);
    process.env.TERM = 'xterm';
    process.env.NO_COLOR = '1';
    expect(coloured({ colour: 'auto' })).toBe(false);
  });

  it('adds only colour codes', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR sequences open with ESC
    expect(toText(vanishing, { colour: true }).replace(/\u001b\[\d+m/g, '')).toBe(toText(vanishing));
  });
});

describe('names', () => {
  it('are shown without control characters', () => {
    const name = 'a\u001b[31mred\u001b]0;title\u0007\r\nnew\u009b2J\u202e';
    const report = {
      ...diagnosis({ forward: 1, verdict: 'healthy', depth: 2, activationName: () => name }),
      advice: [name, name],
    };
    const text = toText({ labels: [name, name], reports: [report, report] });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
  });
});

it('says in words that no network has a variance left', () => {
  const whole = propagation({ depth: 3, slope: 0 });
  const none = { ...whole.layers[2]!.forward, q50: Number.NaN };
  const layers = [...whole.layers.slice(0, 2), { ...whole.layers[2]!, forward: none }];
  const text = toText({ ...whole, layers }).replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'the variance of layer 3 is 0 or not finite in every network; backward, that of layer 1 is ',
  );
  expect(toText(whole)).not.toContain('not finite in every network');
});

describe('toText refuses', () => {
  it.each([
    [{ columns: 19 }, RangeError, /^columns: expected a whole number ≥ 20, got 19/],
    [{ columns: '80' }, TypeError, /^columns: /],
    [{ colour: 'always' }, TypeError, /^colour: unknown name 'always'/],
    [{ color: true }, TypeError, /^options\.color: unknown option; did you mean 'colour'/],
  ])('the option %j', (options, Kind, message) => {
    const call = () => toText(healthy, options as object);
    expect(call).toThrow(Kind);
    expect(call).toThrow(message);
  });

  it('a value that is not a report', () => {
    expect(() => toText('report' as never)).toThrow(/^report: expected a diagnosis.*got 'report'/);
    expect(() => toText(null as never)).toThrow(TypeError);
  });
});

it('names the number of batches after which the last epoch was stopped', () => {
  const partial = (batches: number) => ({
    ...history(4),
    partial: { epoch: 4, batches, samples: 32 * batches },
  });
  expect(toText(partial(3), { columns: 200 })).toContain(
    '4 epochs, the last one stopped after 3 batches; final loss',
  );
  expect(toText(partial(1), { columns: 200 })).toContain(
    '4 epochs, the last one stopped after 1 batch; final loss',
  );
  expect(toText(history(4), { columns: 200 })).toContain('4 epochs; final loss');
});
