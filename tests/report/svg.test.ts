/** The pictures of a report: well-formed, complete, to scale, and told in words. */
import { describe, expect, it } from 'vitest';
import { explainInitializer, explainModel } from '../../src/index.js';
import { type Bands, type Histograms, type Report, type Section, toSVG } from '../../src/report/index.js';
import { lineStyles, palettes } from '../../src/report/theme.js';
import { deepRelu, diagnosis, history, propagation, tensor } from '../support/reports.js';
import { descendants, parseXml, type XmlElement } from '../support/xml.js';

const healthy = diagnosis({ forward: 1, verdict: 'healthy', depth: 5 });
const vanishing = diagnosis({ forward: 0.5, verdict: 'vanishing', depth: 5 });
const reports: readonly { name: string; report: Report }[] = [
  { name: 'a diagnosis', report: vanishing },
  { name: 'a diagnosis of one layer', report: diagnosis({ forward: 1, verdict: 'healthy', depth: 1 }) },
  {
    name: 'a diagnosis without targets',
    report: diagnosis({ forward: 1, verdict: 'healthy', depth: 3, withTargets: false }),
  },
  { name: 'a diagnosis out of JSON', report: JSON.parse(JSON.stringify(broken())) },
  { name: 'a diagnosis of what is not finite', report: broken() },
  { name: 'a propagation', report: propagation({ depth: 50, slope: -3 }) },
  { name: 'a history with records', report: history(7, 3) },
  { name: 'a history', report: history(20) },
  { name: 'a history of one epoch', report: history(1) },
  { name: 'a history of none', report: history(0) },
  { name: 'the explanation of a model', report: explainModel(deepRelu('heNormal')) },
  { name: 'the explanation of a model that starts from zeros', report: explainModel(deepRelu('zeros')) },
  {
    name: 'the explanations of two models',
    report: {
      labels: ['He', 'PyTorch'],
      reports: [explainModel(deepRelu('heNormal')), explainModel(deepRelu('torchLinear'))],
    },
  },
  { name: 'the explanation of an initializer', report: explainInitializer('heNormal', [30, 20]) },
  {
    name: 'the explanation of an initializer that draws one value',
    report: explainInitializer('ones', [3, 2]),
  },
  {
    name: 'the explanation of an initializer out of JSON',
    report: JSON.parse(JSON.stringify(explainInitializer('torchLinear', [30, 20]))),
  },
  { name: 'two diagnoses', report: { labels: ['heNormal', 'glorotUniform'], reports: [healthy, vanishing] } },
  { name: 'two histories', report: { labels: ['a', 'b'], reports: [history(9), history(3)] } },
];

/** A diagnosis whose third layer overflowed, and the gradients of all. */
function broken() {
  const report = diagnosis({ forward: 1e18, verdict: 'exploding', depth: 5 });
  const none = tensor(Number.NaN, { nonFinite: 1001 });
  return {
    ...report,
    loss: Number.NaN,
    layers: report.layers.map((layer, l) => ({
      ...layer,
      ...(l >= 2 && { preactivation: none, activation: none }),
      gradient: none,
      kernelGradient: none,
      updateRatio: l === 0 ? Number.POSITIVE_INFINITY : Number.NaN,
    })),
  };
}

function elements(svg: string): XmlElement[] {
  return [...descendants(parseXml(svg))];
}
const texts = (svg: string) => elements(svg).map(({ text }) => text);

function bands(series: Bands['panels'][number]['series'], scale: 'log' | 'ln' | 'linear'): Bands[] {
  return [{ kind: 'bands', x: { label: 'layer' }, y: { label: 'variance', scale }, panels: [{ series }] }];
}

/** Where the labels of the y axis stand, by what they say. */
function tickPlaces(svg: string): Map<string, number> {
  const group = elements(svg).find(({ attributes }) => attributes['aria-label'] === 'y-axis tick label')!;
  return new Map(
    group.children.map(({ text, attributes }) => [
      text,
      Number(/translate\([^,]+,([^)]+)\)/.exec(attributes.transform!)![1]),
    ]),
  );
}

/** The corners of the first path with so many, in pixels. */
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

describe('every kind of report', () => {
  it.each(reports)(
    '$name: well-formed, without NaN in its geometry, without scripts and references',
    ({ report }) => {
      for (const theme of ['light', 'dark', 'auto'] as const) {
        const svg = toSVG(report, { theme });
        const all = elements(svg);
        for (const { name, attributes } of all) {
          expect(['script', 'foreignObject', 'image', 'a', 'use', 'iframe']).not.toContain(name);
          for (const [key, value] of Object.entries(attributes)) {
            expect(`${key}="${value}"`).not.toMatch(/NaN|Infinity|undefined|^on|href|url\(|javascript:/);
          }
        }
        expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toContain('http');
      }
    },
  );

  it.each(reports)('$name: says in words what is seen', ({ report }) => {
    const svg = parseXml(toSVG(report));
    expect(svg.attributes.role).toBe('img');
    const [title, description] = svg.children;
    expect([title!.name, description!.name]).toEqual(['title', 'desc']);
    expect(title!.text.length).toBeGreaterThan(3);
    expect(description!.text.length).toBeGreaterThan(20);
  });

  it.each(reports)('$name: the same for the same report, which it leaves as it was', ({ report }) => {
    const before = JSON.stringify(report);
    expect(toSVG(report)).toBe(toSVG(report));
    expect(JSON.stringify(report)).toBe(before);
  });

  it.each([240, 500, 800, 1600])('%i pixels wide, nothing drawn beyond', (width) => {
    for (const { report } of reports) {
      const svg = parseXml(toSVG(report, { width }));
      expect(svg.attributes.width).toBe(String(width));
      for (const { name, attributes } of descendants(svg)) {
        const [, x] = /^translate\(([-\d.]+)/.exec(attributes.transform ?? '') ?? [];
        if (name === 'g' && x !== undefined) expect(Number(x)).toBeLessThan(width);
        if (name === 'text' && attributes.x) expect(Number(attributes.x)).toBeLessThan(width);
      }
    }
  });
});

describe('what a chart holds', () => {
  it.each([5, 50])('every one of %i layers', (depth) => {
    const svg = toSVG(diagnosis({ forward: 0.9, verdict: 'vanishing', depth }));
    const said = texts(svg);
    for (let l = 0; l < depth; l++) expect(said.filter((text) => text === `layers[${l}]`)).toHaveLength(4);
    expect(corners(svg, depth)).toHaveLength(depth);
  });

  it('a bar for each bin that is not empty, as high as its count', () => {
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
    // To a hundredth of a pixel.
    expect(Math.abs(half! - full! / 2)).toBeLessThan(0.01);
    expect(Math.abs(quarter! - full! / 4)).toBeLessThan(0.01);
  });

  it('a line a recorded layer, of many the first, the last and some between', () => {
    const said = texts(toSVG(history(7, 3)));
    for (const title of ['Preactivations', 'Gradients', 'Update ratio', 'Dead units']) {
      expect(said).toContain(`${title} by step`);
    }
    expect(said.filter((text) => text === 'layers[2]')).toHaveLength(4);
    const ofMany = texts(toSVG(history(7, 41))).filter((text) => text.startsWith('layers['));
    expect([...new Set(ofMany)]).toEqual([0, 10, 20, 30, 40].map((l) => `layers[${l}]`));
  });

  it('two runs on the same axis', () => {
    const svg = toSVG({ labels: ['heNormal', 'glorotUniform'], reports: [healthy, vanishing] });
    const axes = elements(svg)
      .filter(({ attributes }) => attributes['aria-label'] === 'y-axis tick label')
      .map(({ children }) =>
        children.map(({ text, attributes }) => [text, attributes.transform!.split(',')[1]]),
      );
    // Preactivations, dL/dz, dead and saturated, updates: each of both runs.
    expect(axes).toHaveLength(8);
    for (let pair = 0; pair < axes.length; pair += 2) expect(axes[pair]).toEqual(axes[pair + 1]);
    for (const label of ['heNormal', 'glorotUniform']) expect(texts(svg)).toContain(label);
  });
});

describe('logarithmic axes', () => {
  it('have their ticks where the values of that name are drawn', () => {
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
      // On a straight line through what was drawn.
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

  it('mark the range of f32 only where it lies inside', () => {
    expect(texts(toSVG(propagation({ depth: 50, slope: -3 })))).toContain('least normal f32');
    expect(texts(toSVG(propagation({ depth: 50, slope: -3 })))).not.toContain('largest f32');
    expect(texts(toSVG(propagation({ depth: 10, slope: -0.1 }))).join()).not.toContain('f32');
  });
});

describe('what is not finite', () => {
  it('is said where it begins and ends, and whose it is', () => {
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

  it('breaks the line, and a value alone is a point', () => {
    const y = [1, Number.NaN, 2, Number.POSITIVE_INFINITY, 3];
    const svg = elements(toSVG(bands([{ label: 'v', y }], 'linear')));
    const dots = svg.find(({ attributes }) => attributes['aria-label'] === 'dot')!;
    expect(dots.children).toHaveLength(3);
    // Where there are too many for points, the one that is no line stays a point.
    const many = Array.from({ length: 40 }, (_, i) => (i === 7 ? 1 : Number.POSITIVE_INFINITY));
    const lone = elements(toSVG(bands([{ label: 'v', y: many }], 'linear')));
    expect(lone.find(({ attributes }) => attributes['aria-label'] === 'dot')!.children).toHaveLength(1);
    expect(JSON.stringify(svg.map(({ attributes }) => attributes))).not.toMatch(/NaN|Infinity/);
  });

  it('leaves an axis without numbers where nothing is finite', () => {
    const svg = toSVG(bands([{ label: 'v', y: [Number.NaN, Number.NaN] }], 'log'));
    expect(texts(svg)).toContain('NaN (1–2)');
    expect(elements(svg).some(({ attributes }) => attributes['aria-label'] === 'y-axis tick label')).toBe(
      false,
    );
  });
});

describe('names', () => {
  const evil = '</title></script><img src=x onerror=alert(1)>"\' & <b>\u0000\u0007\ud800';
  it('stay text wherever they stand', () => {
    const sections: Section[] = [
      {
        kind: 'curves',
        title: evil,
        note: evil,
        x: { label: evil },
        y: { label: evil },
        panels: [{ label: evil, series: [evil, 'other'].map((label) => ({ label, y: [1, 2] })) }],
        limits: [{ y: 1.5, label: evil }],
      },
      {
        kind: 'histograms',
        panels: [
          {
            label: evil,
            rows: [{ label: evil, caption: evil, histogram: { low: 0, high: 1, counts: [1] } }],
          },
        ],
      },
    ];
    const svg = toSVG({ kind: 'page', title: evil, summary: [evil], sections });
    const names = elements(svg).map(({ name }) => name);
    expect(names).not.toContain('img');
    expect(names).not.toContain('b');
    expect(names).not.toContain('script');
    expect(parseXml(svg).children[0]!.text).toContain('</title></script><img src=x onerror=alert(1)>');
  });
});

describe('colours', () => {
  it('theory has its own beside one line, that of the text beside several, on which it is seen', () => {
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
    '%s: lines 3 : 1 from the background, text 7 : 1 (WCAG 2.2)',
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

describe('refusals', () => {
  it.each([
    [undefined, TypeError, /^report: expected a diagnosis.*got undefined/],
    [7, TypeError, /got 7/],
    [{}, TypeError, /^report: expected a diagnosis.*got an object \(Object\)/],
    [{ kind: 'diagnosis', layers: [] }, TypeError, /^report.layers: expected those of a diagnosis/],
    [{ loss: [1, 2] }, TypeError, /^report: expected a diagnosis.*got an object \(Object\)/],
    [{ kind: 'history' }, TypeError, /^report\.loss: expected those of a history, got undefined/],
    [{ kind: 'modelExplanation', layers: [] }, TypeError, /^report\.layers: .*a model explanation, got none/],
    [{ kind: 'experiment', charts: [] }, TypeError, /^report\.tables: expected those of an experiment/],
    [{ kind: 'comparison' }, TypeError, /^report\.reports: expected an array of reports/],
    [{ kind: 'propagation' }, TypeError, /^report.layers: expected those of a propagation, got undefined/],
    [{ kind: 'portrait' }, TypeError, /got an object of kind 'portrait'/],
    [{ kind: 'diagnosis' }, TypeError, /^report.layers: expected those of a diagnosis, got undefined/],
    [[{ kind: 'pie' }], TypeError, /^report\[0\]\.kind: expected one of prose, table, bands.*got 'pie'/],
    [{ kind: 'page', title: '' }, TypeError, /^report\.sections: expected an array/],
    [
      { labels: ['a'], reports: [healthy, healthy] },
      RangeError,
      /^report\.labels: expected 2, one a report, got 1/,
    ],
    [
      { labels: ['a', 'b'], reports: [healthy, history(1)] },
      TypeError,
      /^report\.reports\[1\]: expected a diagnosis like reports\[0\], got a history/,
    ],
    [
      { labels: 'ab', reports: [healthy, healthy] },
      TypeError,
      /^report\.labels: expected an array of strings, got 'ab'/,
    ],
    [{ labels: [], reports: [] }, TypeError, /^report\.reports/],
    [[{ kind: 'prose', text: ['only words'] }], RangeError, /^report: has no chart to draw/],
  ])('%j', (report, Kind, message) => {
    const call = () => toSVG(report as Report);
    expect(call).toThrow(Kind);
    expect(call).toThrow(message);
  });

  it.each([
    [{ theme: 'drak' }, TypeError, /^theme: unknown name 'drak'; did you mean 'dark'/],
    [{ width: 100 }, RangeError, /^width: expected a whole number ≥ 240, got 100/],
    [{ height: '300' }, TypeError, /^height: /],
    [{ heigth: 300 }, TypeError, /^options\.heigth: unknown option; did you mean 'height'/],
  ])('option %j', (options, Kind, message) => {
    const call = () => toSVG(healthy, options as object);
    expect(call).toThrow(Kind);
    expect(call).toThrow(message);
  });
});
