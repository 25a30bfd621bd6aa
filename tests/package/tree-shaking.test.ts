/** What a page bundles is what it uses: nothing of the package runs at import but what is marked as pure. */
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
      ['maclaurin', 'fixedPoint', 'advice'],
    ],
    [
      'reads a table',
      "import { readCsv } from 'evenkeel/data'; globalThis.used = readCsv;",
      ['setosa', 'gemm_nn'],
    ],
  ])('that %s gets no more, and its bundler has nothing to warn of', async (_, code, absent) => {
    const { text, warnings } = await page(code);
    expect(warnings).toEqual([]);
    for (const word of absent) expect(text).not.toContain(word);
  });

  it('would be noticed to get more: what is looked for is there where it is used', async () => {
    const code = `
      import { diagnose } from 'evenkeel';
      import { meanField, statistics } from 'evenkeel/theory';
      import { iris, readCsv } from 'evenkeel/data';
      globalThis.used = [diagnose, meanField, statistics, iris, readCsv];`;
    const { text } = await page(code);
    for (const word of ['setosa', 'maclaurin', 'fixedPoint', 'advice', 'gemm_nn', 'windows-1252'])
      expect(text).toContain(word);
  });
});
