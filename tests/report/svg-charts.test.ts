/** Tests that charts are complete, to scale and in colours of enough contrast. */
import { describe, expect, it } from 'vitest';
import { type Bands, type Histograms, toSVG } from '../../src/report/index.js';
import { lineStyles, palettes } from '../../src/report/theme.js';
import { bands, elements, healthy, texts, vanishing } from '../support/pictures.js';
import { diagnosis, history, propagation } from '../support/reports.js';

/** Positions of the y axis labels, by their text. */
function tickPlaces(svg: string): Map<string, number> {
  const group = elements(svg).find(({ attributes }) => attributes['data-mark'] === 'y-axis tick label')!;
  return new Map(
    group.children.map(({ text, attributes }) => [
      text,
      Number(/translate\([^,]+,([^)]+)\)/.exec(attributes.transform!)![1]),
    ]),
  );
}

/** Corners of the first path that has `count` of them, in pixels. */
function corners(svg: string, count: number): [number, number][] {
  const paths = elements(svg).flatMap(({ name, attributes }) => (name === 'path' ? [attributes.d!] : []));
  const found = paths
    .map((d) =>
      [...d.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]): [number, number] => [
        Number(x),
        Number(y),
      ]),
    )
    .find(({ length }) => length === count);
  return found!;
}

describe('a chart', () => {
  it.each([5, 50])('shows each of %i layers', (depth) => {
    const svg = toSVG(diagnosis({ forward: 0.9, verdict: 'vanishing', depth }));
    const said = texts(svg);
    for (let l = 0; l < depth; l++) expect(said.filter((text) => text === `layer ${l + 1}`)).toHaveLength(4);
    expect(corners(svg, depth)).toHaveLength(depth);
  });

  it('has a bar for each bin that is not empty, as high as its count', () => {
    const counts = [4, 0, 2, 1];
    const section: Histograms = {
      kind: 'histograms',
      panels: [{ rows: [{ label: 'x', histogram: { low: 0, high: 4, counts } }] }],
    };
    const bars = elements(toSVG([section])).filter(
      ({ name, attributes }) => name === 'rect' && attributes.class !== 'background',
    );
    const [full, half, quarter] = bars.map(({ attributes }) => Number(attributes.height));
    expect(bars).toHaveLength(3);
    // Coordinates are rounded to a hundredth of a pixel.
    expect(Math.abs(half! - full! / 2)).toBeLessThan(0.01);
    expect(Math.abs(quarter! - full! / 4)).toBeLessThan(0.01);
  });

  it('has a line per recorded layer; if there are many, the first, the last and some between', () => {
    const said = texts(toSVG(history(7, 3)));
    for (const title of ['Preactivations', 'Gradients', 'Update ratio', 'Dead units']) {
      expect(said).toContain(`${title} by step`);
    }
    expect(said.filter((text) => text === 'layer 3')).toHaveLength(4);
    const ofMany = texts(toSVG(history(7, 41))).filter((text) => /^layer \d/.test(text));
    expect([...new Set(ofMany)]).toEqual([0, 10, 20, 30, 40].map((l) => `layer ${l + 1}`));
  });

  it('shows two runs on the same axis', () => {
    const svg = toSVG({ labels: ['heNormal', 'glorotUniform'], reports: [healthy, vanishing] });
    const axes = elements(svg)
      .filter(({ attributes }) => attributes['data-mark'] === 'y-axis tick label')
      .map(({ children }) =>
        children.map(({ text, attributes }) => [text, attributes.transform!.split(',')[1]]),
      );
    // Preactivations, dL/dz, cosines, dead and saturated units, and updates: each for both runs.
    expect(axes).toHaveLength(10);
    for (let pair = 0; pair < axes.length; pair += 2) expect(axes[pair]).toEqual(axes[pair + 1]);
    for (const label of ['heNormal', 'glorotUniform']) expect(texts(svg)).toContain(label);
  });
});

describe('logarithmic axes', () => {
  it('have ticks at the positions of their values', () => {
    const values = [1e-60, 1e-40, 1e-20, 1];
    const svg = toSVG(bands([{ label: 'v', y: values }], 'log'));
    const places = tickPlaces(svg);
    const drawn = corners(svg, values.length);
    for (const [i, label] of ['1e-60', '1e-40', '1e-20', '1'].entries()) {
      expect(places.get(label)).toBeCloseTo(drawn[i]![1], 2);
    }
  });

  it('show natural logarithms as powers of ten, from 1e-65 to 1e+85', () => {
    const svg = toSVG(bands([{ label: 'v', y: [-65, 0, 85].map((power) => power * Math.LN10) }], 'ln'));
    const places = [...tickPlaces(svg)];
    for (const [label] of places) expect(label).toMatch(/^(1|1e-?\d0)$/);
    const drawn = corners(svg, 3);
    for (const [label, y] of places) {
      // Labels lie on a straight line through the drawn values.
      const power = Math.round(Math.log10(Number(label)));
      expect(y).toBeCloseTo(drawn[1]![1] + ((drawn[2]![1] - drawn[1]![1]) * power) / 85, 1);
    }
    expect(places.length).toBeGreaterThan(4);
  });

  it.each([
    [
      [1, 3],
      ['1', '2'],
    ],
    [
      [0.9, 40],
      ['1', '2', '5', '10', '20'],
    ],
    [
      [0.0012, 0.06],
      ['0.002', '0.005', '0.01', '0.02', '0.05'],
    ],
    [
      [0.98, 1.06],
      ['0.98', '1', '1.02', '1.04', '1.06'],
    ],
    [
      [1e-7, 1e3],
      ['1e-6', '1e-4', '0.01', '1', '100'],
    ],
  ])('%j: %j', (values, expected) => {
    const places = tickPlaces(toSVG(bands([{ label: 'v', y: values }], 'log')));
    expect([...places.keys()]).toEqual(expect.arrayContaining(expected));
  });

  it('mark the limits of f32 only if they lie inside', () => {
    expect(texts(toSVG(propagation({ depth: 50, slope: -3 })))).toContain('least normal f32');
    expect(texts(toSVG(propagation({ depth: 50, slope: -3 })))).not.toContain('largest f32');
    expect(texts(toSVG(propagation({ depth: 10, slope: -0.1 }))).join()).not.toContain('f32');
  });
});

describe('a value that is not finite', () => {
  it('is named where it begins and ends, with its series', () => {
    const y = [1, 10, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN, 0, 5];
    const said = texts(toSVG(bands([{ label: 'v', y }], 'log')));
    expect(said).toEqual(expect.arrayContaining(['∞', 'NaN (4–5)', '0']));
    const two = texts(
      toSVG(
        bands(
          [
            { label: 'v', y },
            { label: 'w', y: [1, 2] },
          ],
          'log',
        ),
      ),
    );
    expect(two).toContain('v: NaN (4–5)');
  });

  it('breaks the line, and leaves a single value between as a point', () => {
    const y = [1, Number.NaN, 2, Number.POSITIVE_INFINITY, 3];
    const svg = elements(toSVG(bands([{ label: 'v', y }], 'linear')));
    const dots = svg.find(({ attributes }) => attributes['data-mark'] === 'dot')!;
    expect(dots.children).toHaveLength(3);
    // With too many values for markers, a single value that makes no line still is a point.
    const many = Array.from({ length: 40 }, (_, i) => (i === 7 ? 1 : Number.POSITIVE_INFINITY));
    const lone = elements(toSVG(bands([{ label: 'v', y: many }], 'linear')));
    expect(lone.find(({ attributes }) => attributes['data-mark'] === 'dot')!.children).toHaveLength(1);
    expect(JSON.stringify(svg.map(({ attributes }) => attributes))).not.toMatch(/NaN|Infinity/);
  });

  it('leaves an axis without numbers if no value is finite', () => {
    const svg = toSVG(bands([{ label: 'v', y: [Number.NaN, Number.NaN] }], 'log'));
    expect(texts(svg)).toContain('NaN (1–2)');
    expect(elements(svg).some(({ attributes }) => attributes['data-mark'] === 'y-axis tick label')).toBe(
      false,
    );
  });
});

describe('colours', () => {
  it('give theory its own colour beside one line, and that of the text beside several', () => {
    const measured = ['a', 'b'].map((label) => ({ label, y: [1, 2] }));
    const theory = { label: 'theory', role: 'theory', y: [1, 2] } as const;
    const dashed = (series: Bands['panels'][number]['series']) =>
      elements(toSVG(bands(series, 'linear')))
        .filter(({ attributes }) => attributes['stroke-dasharray'] === '4 4')
        .map(({ attributes }) => attributes.stroke);
    const [own, beside] = [dashed([measured[0]!, theory]), dashed([...measured, theory])];
    expect(new Set(own)).toEqual(new Set([palettes.light.series[1]]));
    expect(new Set(beside)).toEqual(new Set(['currentColor']));
  });

  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high! + 0.05) / (low! + 0.05);
  };

  it.each(Object.entries(palettes))(
    '%s: lines have a contrast of 3 : 1 with the background, text 7 : 1 (WCAG 2.2)',
    (_, palette) => {
      for (const colour of palette.series) expect(contrast(colour, palette.background)).toBeGreaterThan(3);
      expect(contrast(palette.text, palette.background)).toBeGreaterThan(7);
    },
  );

  it('are not needed to tell series apart', () => {
    for (const { series } of Object.values(palettes)) expect(series).toHaveLength(lineStyles.length);
    expect(new Set(lineStyles.map(({ dash }) => dash)).size).toBe(lineStyles.length);
    expect(new Set(lineStyles.map(({ symbol }) => symbol)).size).toBe(lineStyles.length);
  });

  it("follow the theme, and with 'auto' the reader's", () => {
    const style = (theme: 'light' | 'dark' | 'auto') =>
      elements(toSVG(history(3), { theme })).find(({ name }) => name === 'style')?.text;
    expect(style('light')).toBeUndefined();
    expect(style('dark')).toContain(palettes.dark.background);
    expect(style('dark')).not.toContain('@media');
    expect(style('auto')).toMatch(/@media \(prefers-color-scheme:dark\)\{[^@]*#0d1117/);
  });
});
