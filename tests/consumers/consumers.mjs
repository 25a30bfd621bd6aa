/**
 * A row for each way to use the package. `run` gets the consumer's folder and the pages, and returns the result of the program, or an
 * object of results. Quick rows run in `.ci/run`. The tools of `external` rows are in this folder's package.json, and other tools are the
 * project's own.
 */
import { next } from './next.mjs';
import { IN_PAGE, imported, PRINT, program } from './program.mjs';
import { typescript } from './typescript.mjs';
import { workerd } from './workerd.mjs';

const inModule = { 'package.json': '{ "private": true, "type": "module" }' };
const inScript = { 'package.json': '{ "private": true }' };

/** A program that prints its result: the last command prints it. */
const printing = (commands) => async (consumer) => {
  let output;
  for (const command of commands) output = await consumer.run(...command);
  return output;
};

/** A page that a command bundles into `dist`. Most bundlers write only the script. */
const bundling =
  (...command) =>
  async (consumer, { openFolder }) => {
    await consumer.run(...command);
    consumer.writeMissing('dist/index.html', '<!doctype html><script src="main.js"></script>');
    return openFolder(consumer.path('dist'));
  };

const pageFiles = {
  ...inModule,
  'main.js': program('import', IN_PAGE),
  'index.html': '<!doctype html><script type="module" src="./main.js"></script>',
};

/** Both module systems must get the same classes, or `instanceof` and loaded parts would fail between them. */
const sameInBoth = `
  const { MLP: imported } = await import('evenkeel');
  if (imported !== MLP) throw new Error('import and require give two classes');`;

const node = [
  {
    title: 'import',
    quick: true,
    files: { 'main.mjs': program('import', PRINT) },
    run: printing([['node', 'main.mjs']]),
  },
  {
    title: 'require',
    quick: true,
    files: {
      'main.cjs': program('require', `(async () => {${sameInBoth}\n})().then(run).then(console.log);`),
    },
    run: printing([['node', 'main.cjs']]),
  },
].map((row) => ({ ...row, tool: 'node' }));

const runtimes = [
  { tool: 'deno', run: printing([['deno', 'run', '--allow-all', '--node-modules-dir=manual', 'main.mjs']]) },
  { tool: 'bun', run: printing([['bun', 'main.mjs']]) },
].map((row) => ({
  ...row,
  title: 'import',
  external: true,
  files: { ...inModule, 'main.mjs': program('import', PRINT) },
}));

/** Test of Jest that writes the result of the program to a file. */
const jestTest = `
import { writeFileSync } from 'node:fs';
test('iris', async () => writeFileSync('result.txt', await run()));
`;

/** Jest with the settings of docs/hosts.md: one compiles the package, the other loads it as modules. */
const jest = [
  {
    title: 'compiled by Babel',
    files: {
      ...inScript,
      'babel.config.js':
        "module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] };",
      'jest.config.js': "module.exports = { transformIgnorePatterns: ['/node_modules/(?!evenkeel/)'] };",
      'iris.test.js': program('import', jestTest),
    },
    run: async (consumer) => {
      await consumer.run('jest');
      return consumer.read('result.txt');
    },
  },
  {
    title: 'modules',
    files: { ...inScript, 'iris.test.mjs': program('import', jestTest) },
    run: async (consumer) => {
      await consumer.run('node', '--experimental-vm-modules', consumer.toolPath('jest/bin/jest.js'));
      return consumer.read('result.txt');
    },
  },
].map((row) => ({ ...row, tool: 'jest', external: true }));

const metroConfig = `
module.exports = {
  watchFolders: [require('node:path').join(__dirname, '..')],
  transformer: { getTransformOptions: async () => ({ transform: { experimentalImportSupport: true } }) },
};
`;

const bundlers = [
  { tool: 'esbuild', quick: true, run: bundling('esbuild', 'main.js', '--bundle', '--outdir=dist') },
  {
    tool: 'rollup',
    quick: true,
    run: bundling('rollup', 'main.js', '--format=iife', '--dir=dist', '--plugin=node-resolve={browser:true}'),
  },
  { tool: 'vite', quick: true, run: bundling('vite', 'build') },
  { tool: 'webpack', external: true, run: bundling('webpack', '--mode=production', '--entry=./main.js') },
  {
    tool: '@rspack/core',
    external: true,
    run: bundling('rspack', 'build', '--mode=production', '--entry=./main.js'),
  },
  {
    tool: 'parcel',
    external: true,
    run: bundling('parcel', 'build', 'index.html', '--no-cache', '--dist-dir=dist'),
  },
  {
    tool: 'metro',
    external: true,
    files: { ...pageFiles, ...inScript, 'metro.config.js': metroConfig, 'dist/.keep': '' },
    run: bundling('metro', 'build', 'main.js', '--out=dist/main.js', '--platform=web'),
  },
].map((row) => ({ title: 'bundled page', files: pageFiles, ...row }));

const vite = [
  {
    title: 'development server',
    quick: true,
    files: pageFiles,
    run: (consumer, { open }) => consumer.whileServing(['vite', '--host=localhost'], open),
  },
  {
    title: 'server-side rendering',
    files: { ...inModule, 'main.js': program('import', PRINT) },
    run: printing([
      ['vite', 'build', '--ssr=main.js'],
      ['node', 'dist/main.js'],
    ]),
  },
  {
    title: 'server-side rendering, all in one file',
    files: {
      ...inModule,
      'main.js': program('import', PRINT),
      'vite.config.js': 'export default { ssr: { noExternal: true } };',
    },
    run: printing([
      ['vite', 'build', '--ssr=main.js'],
      ['node', 'dist/main.js'],
    ]),
  },
].map((row) => ({ ...row, tool: 'vite' }));

const SCRIPT = 'evenkeel/build/script/evenkeel.js';
const importMap = {
  imports: Object.fromEntries(
    Object.keys(imported).map((entry) => [
      entry,
      `/node_modules/evenkeel/build/js/${entry.split('/')[1] ?? 'index'}.js`,
    ]),
  ),
};

/** Pages without a bundler. Their folder has a copy of the package, as a server would. */
const plainPages = [
  {
    title: 'import map',
    files: {
      'index.html': `<!doctype html><script type="importmap">${JSON.stringify(importMap)}</script><script type="module">${program('import', IN_PAGE)}</script>`,
    },
    run: (consumer, { openFolder }) => openFolder(consumer.withPackage()),
  },
  {
    title: 'classic script, from a server and from a file',
    files: {
      'index.html': `<!doctype html><script src="node_modules/${SCRIPT}"></script><script>${program('script', IN_PAGE)}</script>`,
    },
    run: async (consumer, { openFolder, openFile }) => {
      const folder = consumer.withPackage();
      return { server: await openFolder(folder), file: await openFile(consumer.path('index.html')) };
    },
  },
].map((row) => ({ ...row, tool: 'chromium', quick: true }));

export const consumers = [
  ...node,
  ...jest,
  ...runtimes,
  ...bundlers,
  ...vite,
  ...plainPages,
  { tool: 'next', title: 'build', external: true, ...next },
  { tool: 'miniflare', title: 'workerd', external: true, ...workerd },
  ...typescript,
];
