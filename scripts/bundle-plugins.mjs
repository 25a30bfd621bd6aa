/** Plugins of esbuild for the bundles of the package. The working directory is the root of the project. */
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Packages and modules below Plot, linkedom and cli-table3 whose functions no chart and no table of ours calls: parsers, selectors,
 * HTML, maps, times, legends, tooltips, colour schemes and terminal colours.
 */
const unneeded =
  /[\\/]node_modules[\\/](?:(?:@colors[\\/]colors|htmlparser2|css-select|cssom|d3-geo|d3-scale-chromatic|d3-time|d3-time-format)[\\/]|@observablehq[\\/]plot[\\/]src[\\/](?:legends[\\/](?:ramp|swatches)|marks[\\/]tip|interactions[\\/]pointer)\.js$|linkedom[\\/]esm[\\/]shared[\\/]html-classes\.js$)/;
/** Functions of the unneeded modules that Plot calls while it loads, for a projection that is never used. */
const harmless = ['geoTransform'];

/** Plugin: the worker takes the binaries from the thread that starts it, so that the package holds them once. */
export const binariesFromStarter = {
  name: 'binaries from the starter',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]backend[\\/](fused-)?binary\.ts$/ }, () => ({
      contents: `
        const { workerData } = process.getBuiltinModule('node:worker_threads');
        export const { binaries, fused } = workerData;`,
    }));
  },
};

/**
 * Plugin: resolves Node modules that CommonJS packages load with `require`, which an ES module does not have. linkedom loads one too,
 * but works without it, as it must in a page.
 */
export const nodeModulesForCommonJs = {
  name: "Node's modules for CommonJS",
  setup({ onResolve, onLoad }) {
    const namespace = 'node-for-commonjs';
    onResolve({ filter: /^(node:)?[^.:]+$/ }, ({ path, kind, importer }) => {
      const name = path.replace(/^node:/, '');
      return kind === 'require-call' && builtinModules.includes(name) && !importer.includes('linkedom')
        ? { path: name, namespace }
        : undefined;
    });
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `import whole from 'node:${path}';\nmodule.exports = whole;`,
    }));
  },
};

/** Plugin: replaces the unneeded modules by others of the same names whose functions throw. */
export const withoutUnneeded = {
  name: 'no parsers and maps',
  setup({ onLoad }) {
    onLoad({ filter: unneeded }, async ({ path }) => {
      // From Node 23 on, a CommonJS module also exports 'module.exports'.
      const others = ['default', 'module.exports'];
      const names = Object.keys(await import(pathToFileURL(path))).filter((name) => !others.includes(name));
      const left = `() => { throw new Error(${JSON.stringify(`${basename(path)}: not in this bundle`)}); }`;
      const stubs = names.map(
        (name) => `export const ${name} = ${harmless.includes(name) ? '() => {}' : 'left'};`,
      );
      return { contents: [`const left = ${left};`, ...stubs].join('\n') };
    });
  },
};

/**
 * Returns a plugin: an entry `in node:NAME` is the entry as Node imports it, which loads parts of the library that a page loads itself.
 *
 * @param loaded  name of the function of src/extras that each entry calls
 */
export function entriesInNode(loaded) {
  return {
    name: 'entries in Node',
    setup({ onResolve, onLoad }) {
      const namespace = 'in node';
      onResolve({ filter: /^in node:/ }, ({ path }) => ({ path, namespace }));
      onLoad({ filter: /./, namespace }, ({ path }) => {
        const entry = path.replace('in node:', '');
        const load = loaded[entry];
        const contents = `import { ${load} } from './src/extras/index.js'; export * from './${join('src', entry, 'index.js')}'; ${load}();`;
        return { contents, resolveDir: process.cwd() };
      });
    },
  };
}

/**
 * Paths by which runtimes import a WebAssembly file that they compile before the program starts, by the runtime's condition in
 * package.json. The edge runtime of Vercel and Next.js compiles only files whose import ends with `?module`.
 */
export const compiledByRuntime = {
  workerd: '../wasm/evenkeel.wasm',
  'edge-light': '../wasm/evenkeel.wasm?module',
};

/** Plugin: an entry `in RUNTIME:NAME` starts the library with the module that the runtime compiles from the file in the package. */
export const entriesInRuntimes = {
  name: 'entries in runtimes',
  setup({ onResolve, onLoad }) {
    const namespace = 'in a runtime';
    onResolve({ filter: /^in (workerd|edge-light):/ }, ({ path }) => ({ path, namespace }));
    onResolve({ filter: /^wasm of / }, ({ path }) => ({
      path: compiledByRuntime[path.replace('wasm of ', '')],
      external: true,
    }));
    onLoad({ filter: /./, namespace }, ({ path }) => {
      const [, runtime, entry] = /^in (.*):(.*)$/.exec(path);
      const source = `./${join('src', entry, 'index.js')}`;
      const contents = `import module from 'wasm of ${runtime}'; import { startWith } from './src/backend/index.js'; export * from '${source}'; startWith(module);`;
      return { contents, resolveDir: process.cwd() };
    });
  },
};

/** Plugin: the lessons import the library as a user would, and the bundle takes the sources. */
export const ownEntries = {
  name: 'own entries',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^evenkeel(\/\w+)?$/ }, ({ path, kind }) => {
      const entry = path.replace('evenkeel', './src');
      return resolve(`${entry}/index.ts`, { kind, resolveDir: process.cwd() });
    });
  },
};
