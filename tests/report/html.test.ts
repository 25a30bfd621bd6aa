/** Tests reports as HTML: one file that requests nothing and runs nothing. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { explainInitializer, explainModel } from '../../src/index.js';
import { type Report, type Section, toHTML } from '../../src/report/index.js';
import { deepRelu, diagnosis, history, propagation } from '../support/reports.js';

const vanishing = diagnosis({ forward: 0.5, verdict: 'vanishing', depth: 5 });
const reports: readonly { name: string; report: Report }[] = [
  { name: 'a diagnosis', report: vanishing },
  { name: 'a propagation', report: propagation({ depth: 50, slope: -3 }) },
  { name: 'a history with records', report: history(7, 3) },
  { name: 'a history', report: history(20) },
  { name: 'two histories', report: { labels: ['a', 'b'], reports: [history(9), history(3)] } },
  { name: 'the explanation of a model', report: explainModel(deepRelu('torchLinear')) },
  { name: 'the explanation of an initializer', report: explainInitializer('heNormal', [30, 20]) },
  { name: 'prose alone', report: [{ kind: 'prose', text: ['Nothing to draw.'] }] },
];
const evil = '</script></title></style></svg><img src=x onerror=alert(1)><svg onload=alert(1)>"\'&';

describe.each(reports)('$name', ({ report }) => {
  const html = toHTML(report);
  const { document } = parseHTML(html);

  it('requests no external resources and runs nothing', () => {
    expect(
      document.querySelectorAll('script,link,iframe,object,embed,img,base,form,foreignObject'),
    ).toHaveLength(0);
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|^(src|href|srcset|action|style|xlink:href)$/);
        if (name !== 'content') expect(value).not.toMatch(/url\(|javascript:/);
      }
    }
    expect(html).not.toMatch(/@import|url\(/);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\/\//);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')!;
    expect(policy.getAttribute('content')).toBe("default-src 'none'; style-src 'unsafe-inline'");
  });

  it('describes each picture in words, and has one heading', () => {
    expect(document.querySelectorAll('h1')).toHaveLength(1);
    for (const svg of document.querySelectorAll('svg')) {
      if (svg.getAttribute('aria-hidden') === 'true') continue;
      expect(svg.getAttribute('role')).toBe('img');
      expect(svg.querySelector('title')!.textContent.length).toBeGreaterThan(3);
      expect(svg.querySelector('desc')!.textContent.length).toBeGreaterThan(20);
      // ARIA allows no names within an image.
      expect(svg.querySelectorAll('[aria-label]')).toHaveLength(0);
    }
  });
});

describe('content', () => {
  it('has a row per layer with measured and expected values', () => {
    const { document } = parseHTML(toHTML(vanishing));
    const rows = [...document.querySelector('table')!.querySelectorAll('tbody tr')];
    expect(rows).toHaveLength(5);
    expect([...rows[2]!.querySelectorAll('td')].map((cell) => cell.textContent).slice(0, 7)).toEqual([
      'layer 3',
      '100→100',
      'relu',
      '0.25',
      '1',
      '0.025',
      '0.1',
    ]);
  });

  it('folds long tables and keeps all their rows', () => {
    const { document } = parseHTML(toHTML(diagnosis({ forward: 1, verdict: 'healthy', depth: 50 })));
    expect(document.querySelectorAll('details tbody tr')).toHaveLength(2 * 50);
  });

  it.each(['light', 'dark', 'auto'] as const)('theme %s', (theme) => {
    expect(parseHTML(toHTML(vanishing, { theme })).document.documentElement.getAttribute('data-theme')).toBe(
      theme,
    );
  });

  it('shows sections of any kind, as experiments have', () => {
    const sections: Section[] = [
      { kind: 'prose', title: 'What it is', text: ['One.', 'Two.'] },
      {
        kind: 'table',
        title: 'Figures',
        columns: ['σ', { label: 'share', format: 'share' }, { label: 'exact', format: 'exact' }],
        rows: [
          [0.1, 0.5, 0.123456789],
          [null, undefined, true],
        ],
      },
      {
        kind: 'curves',
        title: 'Loss',
        x: { label: 'epoch' },
        y: { label: 'loss' },
        panels: [{ series: [{ label: 'He', y: [3, 2, 1] }] }],
      },
    ];
    const { document } = parseHTML(toHTML({ kind: 'page', title: 'X1', summary: ['In short.'], sections }));
    expect([...document.querySelectorAll('h2')].map((heading) => heading.textContent)).toEqual([
      'What it is',
      'Figures',
      'Loss',
    ]);
    expect([...document.querySelectorAll('td')].map((cell) => cell.textContent)).toEqual([
      '0.1',
      '50 %',
      '0.123456789',
      '–',
      '–',
      'yes',
    ]);
  });
});

describe('names', () => {
  it('stay text everywhere', () => {
    const named = diagnosis({ forward: 1, verdict: 'healthy', depth: 2, activationName: () => evil });
    const report = { ...named, advice: [evil] };
    const html = toHTML({ labels: [evil, evil], reports: [report, report] }, { title: evil });
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('img,script,[onload],[onerror]')).toHaveLength(0);
    expect(html).not.toMatch(/<img|<\/script|<svg onload/i);
    expect(document.querySelector('h1')!.textContent).toBe(evil);
    expect(document.querySelector('title')!.textContent).toBe(evil);
    expect([...document.querySelectorAll('td')].map(({ textContent }) => textContent)).toContain(evil);
  });
});

describe('toHTML refuses', () => {
  it.each([
    [{ title: 7 }, /^title: expected a string, got 7/],
    [{ theme: null }, /^theme: expected one of light, dark, auto/],
    [{ titel: '' }, /^options\.titel: unknown option; did you mean 'title'/],
  ])('the option %j', (options, message) => {
    const call = () => toHTML(vanishing, options as object);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  it('a value that is not a report', () => {
    expect(() => toHTML({ kind: 'pie' } as never)).toThrow(/got an object of kind 'pie'/);
  });
});
