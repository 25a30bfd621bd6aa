/** Tests that the picture of every kind of report is well-formed, safe and described in words. */
import { describe, expect, it } from 'vitest';
import { explainActivation, explainInitializer, explainModel } from '../../src/index.js';
import { type Report, type Section, toSVG } from '../../src/report/index.js';
import { elements, healthy, vanishing } from '../support/pictures.js';
import { deepRelu, diagnosis, history, propagation, tensor } from '../support/reports.js';
import { descendants, parseXml } from '../support/xml.js';

const reports: readonly { name: string; report: Report }[] = [
  { name: 'a diagnosis', report: vanishing },
  { name: 'a diagnosis of one layer', report: diagnosis({ forward: 1, verdict: 'healthy', depth: 1 }) },
  {
    name: 'a diagnosis without targets',
    report: diagnosis({ forward: 1, verdict: 'healthy', depth: 3, withTargets: false }),
  },
  { name: 'a diagnosis from JSON', report: JSON.parse(JSON.stringify(broken())) },
  { name: 'a diagnosis with values that are not finite', report: broken() },
  { name: 'a propagation', report: propagation({ depth: 50, slope: -3 }) },
  { name: 'a history with records', report: history(7, 3) },
  { name: 'a history', report: history(20) },
  { name: 'a history of one epoch', report: history(1) },
  { name: 'a history without epochs', report: history(0) },
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
    name: 'the explanation of an initializer from JSON',
    report: JSON.parse(JSON.stringify(explainInitializer('torchLinear', [30, 20]))),
  },
  { name: 'the explanation of an activation', report: explainActivation('gelu') },
  {
    name: 'the explanation of an activation from JSON',
    report: JSON.parse(JSON.stringify(explainActivation('relu'))),
  },
  {
    name: 'the explanations of four activations',
    report: {
      labels: ['step', 'tanh', 'leaky', 'square'],
      reports: (['step', 'tanh', 'leakyRelu', 'squaredRelu'] as const).map((name) => explainActivation(name)),
    },
  },
  { name: 'two diagnoses', report: { labels: ['heNormal', 'glorotUniform'], reports: [healthy, vanishing] } },
  { name: 'two histories', report: { labels: ['a', 'b'], reports: [history(9), history(3)] } },
];

/** Makes a diagnosis whose third layer and all gradients overflowed. */
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

describe('every kind of report', () => {
  it.each(reports)(
    '$name: is well-formed, without NaN in its geometry, scripts or references',
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

  it.each(reports)('$name: is described in words', ({ report }) => {
    const svg = parseXml(toSVG(report));
    expect(svg.attributes.role).toBe('img');
    const [title, description] = svg.children;
    expect([title!.name, description!.name]).toEqual(['title', 'desc']);
    expect(title!.text.length).toBeGreaterThan(3);
    expect(description!.text.length).toBeGreaterThan(20);
  });

  it.each(reports)('$name: is the same for the same report, which stays unchanged', ({ report }) => {
    const before = JSON.stringify(report);
    expect(toSVG(report)).toBe(toSVG(report));
    expect(JSON.stringify(report)).toBe(before);
  });

  it.each([240, 500, 800, 1600])('draws nothing outside a width of %i pixels', (width) => {
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

describe('names', () => {
  const evil = '</title></script><img src=x onerror=alert(1)>"\' & <b>\u0000\u0007\ud800';
  it('stay text everywhere', () => {
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
