/** A page bundles only what it uses: at import the package runs only code that is marked as pure. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function page(contents: string) {
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return { text: outputFiles[0]!.text, warnings };
}

describe('a page', () => {
  it.each([
    [
      'splits data',
      "import { oneHot } from 'evenkeel/data'; globalThis.used = oneHot;",
      ['setosa', 'windows-1252'],
    ],
    [
      'only trains',
      "import { MLP } from 'evenkeel'; globalThis.used = MLP;",
      // The last is of draws in JavaScript: models draw in WebAssembly.
      ['maclaurin', 'fixedPoint', 'advice', 'a JavaScript backend can address'],
    ],
    [
      'predicts by theory',
      "import { gain } from 'evenkeel'; import { meanField } from 'evenkeel/theory'; globalThis.used = [gain, meanField];",
      ['gemm_nn', 'a JavaScript backend can address'],
    ],
    [
      'reads a table',
      "import { readCsv } from 'evenkeel/data'; globalThis.used = readCsv;",
      ['setosa', 'gemm_nn'],
    ],
    [
      'counts the errors of a classifier',
      "import { confusionMatrix } from 'evenkeel/metrics'; globalThis.used = confusionMatrix;",
      ['setosa', 'gemm_nn', 'windows-1252', 'of at least 2 values', 'needs two classes'],
    ],
    [
      'makes a schedule',
      "import { cosineDecay } from 'evenkeel'; globalThis.used = cosineDecay;",
      ['setosa', 'gemm_nn', 'windows-1252', 'maclaurin', 'other than a warm-up'],
    ],
    [
      'shows a report as text',
      "import { toText } from 'evenkeel/report'; globalThis.used = toText;",
      ['setosa', 'gemm_nn', 'windows-1252', 'plot-d6a7b5', '_intern', 'SVGElement', 'image/svg+xml'],
    ],
  ])('gets nothing else, and its bundler gives no warning, if it %s', async (_, code, absent) => {
    const { text, warnings } = await page(code);
    expect(warnings).toEqual([]);
    for (const word of absent) expect(text).not.toContain(word);
  });

  it('contains these words if it uses more, which shows that the search works', async () => {
    const code = `
      import { diagnose, Rng, warmup } from 'evenkeel';
      import { meanField, statistics } from 'evenkeel/theory';
      import { iris, readCsv } from 'evenkeel/data';
      import { f1, topKAccuracy } from 'evenkeel/metrics';
      import { toSVG } from 'evenkeel/report';
      globalThis.used = [diagnose, Rng, warmup, meanField, statistics, iris, readCsv, f1, topKAccuracy, toSVG];`;
    const { text } = await page(code);
    const words = ['setosa', 'maclaurin', 'fixedPoint', 'advice', 'gemm_nn', 'windows-1252'];
    const messages = ['of at least 2 values', 'needs two classes', 'other than a warm-up'];
    const pictures = ['plot-d6a7b5', '_intern', 'SVGElement', 'image/svg+xml'];
    for (const word of [...words, ...messages, ...pictures, 'a JavaScript backend can address'])
      expect(text).toContain(word);
  });

  it('gets no names of other libraries if it reads a table from the sources', async () => {
    const bundled = (name: string) =>
      page(`import { ${name} } from './src/data/index.js'; globalThis.used = ${name};`);
    const alias = 'random_state';
    expect((await bundled('readCsv')).text).not.toContain(alias);
    const { text } = await page(
      "import { useHints } from './src/extras/index.js'; globalThis.used = useHints;",
    );
    expect(text).toContain(alias);
  });
});
