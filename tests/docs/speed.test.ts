/** Tests that docs/speed.md and the README give the figures of bench/RESULTS.md. */
import { describe, expect, it } from 'vitest';
import { documentText } from '../support/documents.js';
import { tableBelow } from '../support/tables.js';

/** Medians of the first table of RESULTS.md, by measurement and contestant. */
function medians(): Map<string, number> {
  const section = documentText('bench/RESULTS.md').split('\n## Targets\n')[1]!.split('\n## ')[0]!;
  return new Map(
    tableBelow(section, ' ').map(([what, target, median]) => [
      `${what} | ${target!.replace(/^[≤≥] [\d.]+ (× )?/, '')}`,
      Number(median),
    ]),
  );
}

/** Measurement that each row of docs/speed.md names. */
const measured: Readonly<Record<string, string>> = {
  'training step of 784-256-10, batch 128, SGD': 'step 784-256-10, batch 128, SGD',
  "training step on MNIST's rows, inputs in [−1, 1]": 'step on MNIST rows, symmetric',
  'training step of 2-16-3, batch 32': 'step 2-16-3, batch 32',
  '1000 predictions of 784-256-10': 'inference 784-256-10, batch 1000',
  'epoch of MNIST': 'epoch of MNIST',
  'epoch of Fashion-MNIST': 'epoch of Fashion-MNIST',
  'kaimingNormal of 4096²': 'kaimingNormal 4096²',
};
const contestants: Readonly<Record<string, string>> = {
  'jax-js': 'jax-js',
  'TF.js (WebAssembly)': 'tfjs-wasm',
  "evenkeel's plain JavaScript": 'the faster JavaScript backend',
  'onnxruntime-web': 'onnxruntime-web',
  'PyTorch 1.13, one thread': 'PyTorch',
};

describe('docs/speed.md', () => {
  const known = medians();
  let what = '';
  const rows = tableBelow(documentText('docs/speed.md'), 'what').map(([name, against, ...figures]) => {
    // A row without a name continues the one above.
    what = name || what;
    return { what, against: against!, figures };
  });

  it.each(rows)('$what against $against', ({ what, against, figures }) => {
    const said = figures.filter((figure) => figure !== '');
    expect(said.length).toBeGreaterThan(0);
    for (const [i, arithmetic] of ['portable', 'fused'].entries()) {
      if (figures[i] === '') continue;
      const median = known.get(`${measured[what]}, ${arithmetic} | ${contestants[against]}`);
      expect(median).toBeDefined();
      expect(Number(figures[i])).toBe(Number(median!.toFixed(figures[i]!.split('.')[1]?.length ?? 0)));
    }
  });

  it('the README gives some of them', () => {
    const row = (name: string, contestant: string) =>
      rows.find(({ what, against }) => what.startsWith(name) && against.startsWith(contestant))!.figures[0];
    const text = documentText('README.md');
    expect(text).toContain(`is ${row('training step of 784', 'jax')} times as fast as in jax-js`);
    expect(text).toContain(`and ${row('training step of 784', 'TF.js')} times as fast as in TF.js`);
    expect(text).toContain(
      `An epoch of MNIST is ${row('epoch of MNIST', 'PyTorch')} times as fast as in PyTorch`,
    );
  });
});
