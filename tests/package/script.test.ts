/** The library as one script. tests/browser runs it in a page without a server. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as extras from '../../src/extras/index.js';
import * as evenkeel from '../../src/index.js';
import * as metrics from '../../src/metrics/index.js';
import pinned from '../golden/fingerprints.json' with { type: 'json' };

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('build/script/evenkeel.js', root), 'utf8');

type Page = Record<string, unknown> & { evenkeel: typeof globalThis.evenkeel };

/** Runs the script as a page does, with few of the page's globals. */
function page(globals: Record<string, unknown> = {}): Page {
  const host = { console, setTimeout, TextDecoder, TextEncoder, ...globals };
  const context = createContext(host) as Page;
  runInContext(text, context);
  return context;
}

describe('the script', () => {
  it('defines one global variable with the exports of the root, metrics and extras, and few of data', () => {
    const own = Object.keys(page());
    expect(own.filter((name) => !(name in { console, setTimeout, TextDecoder, TextEncoder }))).toEqual([
      'evenkeel',
    ]);
    const names = [evenkeel, metrics, extras].flatMap((entry) => Object.keys(entry));
    const data = ['iris', 'kFold', 'oneHot', 'take', 'trainTestSplit'];
    expect(Object.keys(page().evenkeel).sort()).toEqual([...names, ...data].sort());
  });

  it('has the pinned bits', async () => {
    const fingerprints = await build({
      entryPoints: [fileURLToPath(new URL('tests/reproducibility/fingerprints.mjs', root))],
      bundle: true,
      globalName: 'fingerprints',
      write: false,
    });
    const context = page({ pinned });
    runInContext(fingerprints.outputFiles[0]!.text, context);
    const found = runInContext("fingerprints.differences(evenkeel, pinned, 'portable')", context);
    expect(await found).toEqual([]);
  });

  it('has every part loaded: saving, metrics by name, both backends, fused', async () => {
    const { MLP, iris } = page().evenkeel;
    const options = { inputSize: 4, layers: [{ units: 3, activation: 'softmax' }] } as const;
    for (const more of [{}, { backend: 'javascript' }, { arithmetic: 'fused' }] as const) {
      const model = new MLP({ ...options, ...more });
      model.compile({ loss: 'crossEntropy', metrics: ['f1'] });
      await model.fit(iris.x, iris.y, { epochs: 2 });
      expect(Array.from(MLP.load(model.save()).predict(iris.x))).toHaveLength(450);
    }
  });

  it('runs in JavaScript where WebAssembly is unavailable, with one warning', () => {
    const warnings: string[] = [];
    const { MLP } = page({
      WebAssembly: undefined,
      console: { warn: (line: string) => warnings.push(line) },
    }).evenkeel;
    expect(new MLP({ inputSize: 1, layers: [{ units: 1 }] }).backend).toBe('javascript');
    expect(warnings).toHaveLength(1);
  });

  it('has the size that the README states', () => {
    const [, stated] =
      /script[^\n]*\((\d+) kB gzipped\)/.exec(readFileSync(new URL('README.md', root), 'utf8')) ?? [];
    expect(Math.abs(gzipSync(text, { level: 9 }).length / 1000 - Number(stated))).toBeLessThan(2);
  });
});
