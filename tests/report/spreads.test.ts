/** Tests that histograms on axes of their own are told apart by a bar and a number for their standard deviations. */
import { describe, expect, it } from 'vitest';
import { experiments } from '../../src/lab/index.js';
import { type Histograms, toHTML, toSVG, toText } from '../../src/report/index.js';
import { diagnosis } from '../support/reports.js';

const histogram = (size: number) => ({ low: -3 * size, high: 3 * size, counts: [1, 5, 9, 5, 1] });
const row = (label: string, std: number) => ({ label, histogram: histogram(std), std, caption: `sd ${std}` });
const chart = (panels: Histograms['panels'], more: Partial<Histograms> = {}): Histograms[] => [
  { kind: 'histograms', title: 'Values', panels, ...more },
];

/** Widths of the bars, in order; the track below each bar has the full width. */
function bars(svg: string): number[] {
  const drawn = [...svg.matchAll(/<g[^>]*fill="#d55e00"[^>]*>([\s\S]*?)<\/g>/g)].map(([, inside]) => inside!);
  const rects = drawn.flatMap((inside) => [...inside.matchAll(/<rect[^>]* width="([\d.]+)"/g)]);
  return rects.map(([, width]) => Number(width));
}

/** Lengths of the bars in text, in eighths of a column. */
function textBars(text: string): number[] {
  const found = [...text.matchAll(/ [\d.e-]+ (█*[▏▎▍▌▋▊▉]?) *$/gm)];
  return found.map(
    ([, bar]) => 8 * (bar!.match(/█/g) ?? []).length + ' ▏▎▍▌▋▊▉'.indexOf(/[▏▎▍▌▋▊▉]/.exec(bar!)?.[0] ?? ' '),
  );
}

const decades = [{ rows: [row('a', 1e-3), row('b', 1e-2), row('c', 1e-1), row('d', 1)] }];

describe('bars of standard deviations', () => {
  it('are equally far apart for equal factors, in a picture and in text', () => {
    const widths = bars(toSVG(chart(decades)));
    expect(widths).toHaveLength(4);
    const steps = widths.slice(1).map((width, i) => width - widths[i]!);
    for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 0);
    expect(steps[0]).toBeGreaterThan(10);
    const lengths = textBars(toText(chart(decades)));
    expect(lengths).toHaveLength(4);
    for (const [i, length] of lengths.entries())
      expect(length).toBeCloseTo(((i + 1) / 4) * lengths[3]!, -0.5);
  });

  it('share their axis between panels, or not', () => {
    const bare = (std: number) => ({ rows: [{ label: 'a', histogram: histogram(std), std }] });
    const panels = [bare(1), bare(1e-6)];
    const [wide, narrow] = bars(toSVG(chart(panels))) as [number, number];
    expect(wide).toBeGreaterThan(4 * narrow);
    const own = bars(toSVG(chart(panels, { sameScale: false })));
    expect(own[0]).toBeCloseTo(own[1]!, 0);
  });

  it('have an axis with the powers of ten', () => {
    const picture = toSVG(chart(decades));
    for (const tick of ['0.001', '0.1', '1']) expect(picture).toContain(`>${tick}</text>`);
    expect(picture).toContain('standard deviation (bars)');
    expect(toText(chart(decades))).toContain('logarithmic: 1e-4 to 1');
  });

  it('are left out where there is no standard deviation, and for one that is 0 or not finite', () => {
    const plain = [{ rows: [{ label: 'a', histogram: histogram(1), caption: 'sd 1' }] }];
    expect(bars(toSVG(chart(plain)))).toEqual([]);
    expect(toText(chart(plain))).toContain('sd 1');
    const odd = [{ rows: [row('a', 1), row('b', 0), row('c', Number.NaN)] }];
    expect(bars(toSVG(chart(odd)))).toHaveLength(1);
    expect(toText(chart(odd))).toMatch(/^b .* 0$/m);
  });

  it.each([20, 30, 50, 80, 120])('fit into %d columns', (columns) => {
    const panels = Array.from({ length: 4 }, (_, p) => ({ label: `panel ${p}`, ...decades[0]! }));
    const text = toText(chart(panels), { columns });
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(columns);
    if (columns >= 50) expect(text).toContain('█');
  });
});

describe('experiment X1', async () => {
  const result = await experiments.X1.run({ networks: 1 });

  it('shows h1 at its widest for σ = 1, and each width as a number', () => {
    const picture = bars(toSVG(result));
    expect(picture).toHaveLength(12);
    for (const widths of [picture.slice(0, 6), picture.slice(6)]) {
      expect(widths).toEqual([...widths].sort((a, b) => b - a));
      expect(widths[0]! - widths[5]!).toBeGreaterThan(30);
    }
    // At σ = 1 the second layer is wider, at 0.01 the first, and at 0.1 both are alike.
    expect(picture[6]! - picture[0]!).toBeGreaterThan(10);
    expect(picture[5]! - picture[11]!).toBeGreaterThan(10);
    expect(Math.abs(picture[3]! - picture[9]!)).toBeLessThan(3);
    const text = toText(result);
    expect(text).toMatch(/^σ = 1 .* 9\.51 █.* 93\.9 █/m);
    expect(text).toMatch(/^σ = 0\.01 .* 0\.0951 █.* 0\.00939 █/m);
  });
});

it('a diagnosis tells gradients of 6e-8 from those of 3e-3', () => {
  const vanishing = diagnosis({ forward: 0.05, verdict: 'vanishing', depth: 5 });
  const text = toText(vanishing, { columns: 120 });
  const gradients = vanishing.layers.map(({ gradient }) => gradient!.std);
  expect(Math.max(...gradients) / Math.min(...gradients)).toBeGreaterThan(100);
  const widths = bars(toSVG(vanishing));
  // Preactivations, activations, gradients and kernel gradients of five layers.
  expect(widths).toHaveLength(20);
  const ofGradients = widths.slice(10, 15);
  expect(Math.max(...ofGradients) - Math.min(...ofGradients)).toBeGreaterThan(30);
  expect(text).toMatch(/sd 1e-\d+ to/);
});

it('an experiment opens with its question, and its charts come before its tables', async () => {
  const result = await experiments.X1.run({ networks: 1 });
  const text = toText(result);
  const [title, ...rest] = text.split('\n');
  expect(title).toContain('X1');
  expect(rest.join(' ')).toMatch(new RegExp(`^${result.question.slice(0, 40)}`));
  expect(text.indexOf('Unit 0 of both layers')).toBeLessThan(text.indexOf('mean of 1 draws'));
  const page = toHTML(result);
  expect(page.indexOf('<p>How far')).toBeGreaterThan(0);
  expect(page.indexOf('<p>How far')).toBeLessThan(page.indexOf('<svg'));
  // Agreement stands beside the figures, once.
  for (const shown of [text, page]) {
    expect(shown.split('figures agree with what is expected')).toHaveLength(2);
    expect(shown.indexOf('figures agree')).toBeGreaterThan(shown.indexOf('Figures beside the expected ones'));
  }
  // A figure that disagrees is said at once, too.
  const [first, ...others] = result.comparisons;
  const off = { ...result, comparisons: [{ ...first!, agrees: false }, ...others] };
  const said = `${others.length} of ${others.length + 1} figures agree with what is expected`;
  for (const shown of [toText(off), toHTML(off)]) {
    expect(shown.indexOf(said)).toBeGreaterThan(0);
    expect(shown.indexOf(said)).toBeLessThan(shown.indexOf('Unit 0 of both layers'));
  }
});

it('pages of an experiment and a diagnosis have letters of 9 pixels or more on a telephone of 390', async () => {
  const reports = [
    await experiments.X1.run({ networks: 1 }),
    await experiments.X4.run({ networks: 1 }),
    diagnosis({ forward: 0.05, verdict: 'vanishing', depth: 5 }),
  ];
  for (const page of reports.map((report) => toHTML(report))) {
    // A panel is as wide as the page without its margins, so that it is not made smaller there.
    const widths = [...page.matchAll(/<svg[^>]* width="(\d+)"/g)].map(([, width]) => Number(width));
    expect(Math.max(...widths)).toBeLessThanOrEqual(390 - 2 * 16);
    const sizes = [...page.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(9);
  }
});
