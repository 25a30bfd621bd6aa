/** Which test files could notice a change to a source. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Rooms whose tests run the built command or package; for the others the unit tests have to do. */
const testedThroughBuild = /^src\/(cli|node|lab|report|data)\//;

/**
 * Reads the imports of all tests.
 *
 * @returns a function from a source's path to the test files that reach it, the most specific first
 */
export async function testFinder() {
  const files = readdirSync('tests', { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('tests', file));
  const { metafile } = await build({
    entryPoints: files,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'build',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    external: ['node:*', '*.mjs', '*.json'],
    logLevel: 'error',
  });
  const tests = files.map((file) => {
    const sources = reached(metafile.inputs, file);
    const runsBuild = [...sources].some(
      (path) => path.startsWith('tests/') && readFileSync(path, 'utf8').includes('build/'),
    );
    return { file, sources, runsBuild };
  });
  return (source) => {
    const throughBuild = testedThroughBuild.test(source);
    const distance = ({ file, sources }) => (isNamesake(file, source) ? 0 : sources.size);
    return tests
      .filter(({ sources, runsBuild }) => sources.has(source) || (throughBuild && runsBuild))
      .sort((a, b) => distance(a) - distance(b))
      .map(({ file }) => file);
  };
}

function reached(inputs, file, seen = new Set()) {
  if (seen.has(file) || inputs[file] === undefined) return seen;
  seen.add(file);
  for (const { path, external } of inputs[file].imports) if (!external) reached(inputs, path, seen);
  return seen;
}

function isNamesake(test, source) {
  const name = basename(source, '.ts');
  return name !== 'index' && basename(test).startsWith(name);
}
