/** Tests that docs/speed.md and the README give the figures of bench/history.jsonl and no others. */
import { describe, expect, it } from 'vitest';
import pages from '../../.size-limit.json' with { type: 'json' };
import { parseHistory, published } from '../../bench/history.mjs';
import { documents, figuresOf } from '../../bench/publish.mjs';
import { documentText } from '../support/documents.js';
import { tableBelow } from '../support/tables.js';

const records = parseHistory(documentText('bench/history.jsonl'));

describe.each(Object.entries(documents))('%s', (name, write) => {
  const text = documentText(name);

  it('has the figures that node bench/publish.mjs writes', () => {
    expect(figuresOf(text)).toBe(write(records));
  });

  it('claims no other ratio, share or time', () => {
    const section = name === 'README.md' ? text.split('\n## Speed\n')[1]!.split('\n## ')[0]! : text;
    const rest = section.replace(figuresOf(section)!, '');
    expect(rest).not.toMatch(/\d (?:times|to \d)|\d ?[×%]|\d (?:ms|µs|KB|MB)\b/);
  });
});

it('docs/speed.md gives the sizes that npm run sizes holds pages to', () => {
  const limit = (page: string) => pages.find(({ name }) => name === page)!.limit;
  const text = documentText('docs/speed.md').replaceAll('\n', ' ');
  expect(text).toContain(`trains with Adam has at most ${limit('a page that trains')} kB gzipped`);
  expect(text).toMatch(new RegExp(`the predictor at most ${limit('predictor')}\\.`));
});

/**
 * The same comparison by its words in the table and by those of the history. Written out here, so that it does not depend on the
 * code that writes the table.
 */
const measured: Readonly<Record<string, string>> = {
  'training step of 784-256-10, batch 128, SGD': 'step 784-256-10, batch 128, SGD',
  "training step on MNIST's rows, inputs in [−1, 1]": 'step on MNIST rows, symmetric',
  'training step of 2-16-3, batch 32': 'step 2-16-3, batch 32',
  '1000 predictions of 784-256-10': 'inference 784-256-10, batch 1000',
  'product of 256×256 matrices': 'GEMM 256³',
  'epoch of MNIST': 'epoch of MNIST',
  'epoch of Fashion-MNIST': 'epoch of Fashion-MNIST',
  'kaimingNormal of 4096²': 'kaimingNormal 4096²',
};
const contestants: Readonly<Record<string, string>> = {
  'TF.js (WebAssembly)': 'tfjs-wasm',
  "evenkeel's plain JavaScript": 'the faster JavaScript backend',
  'onnxruntime-node (native)': 'onnxruntime-node',
  'PyTorch (native)': 'PyTorch',
};

describe('the table of docs/speed.md', () => {
  let what = '';
  const rows = tableBelow(documentText('docs/speed.md'), 'what').flatMap(([name, against, ...figures]) => {
    // A row without a name continues the one above.
    what = name || what;
    return ['portable', 'fused'].flatMap((build, i) =>
      figures[i] ? [{ what, against: against!, build, figure: figures[i] }] : [],
    );
  });

  it.each(rows)('$what against $against, $build: $figure is not better than measured', (row) => {
    const against = contestants[row.against] ?? row.against;
    const ratios = published(records)
      .filter((record) => record.row === `${measured[row.what]}, ${row.build}` && record.against === against)
      .map(({ ratio }) => ratio);
    const ends = row.figure.split(' to ').map(Number);
    expect(ends[0]).toBeLessThanOrEqual(Math.min(...ratios));
    expect(ends.at(-1)).toBeLessThanOrEqual(Math.max(...ratios));
    expect(ends.at(-1)).toBeGreaterThan(0.9 * Math.max(...ratios));
  });
});
