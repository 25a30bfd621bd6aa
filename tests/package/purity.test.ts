/**
 * Importing a module has no effect that a bundler could see. One such statement would keep its module, and everything that the module
 * refers to, in every page.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../src/', import.meta.url));
/** Programs do something when they start, and the script is bundled as a whole; every other module only defines what others call. */
const programs = /^(cli\/|script\/|node\/grid\/worker\.ts$)/;
const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !programs.test(path))
  .sort();

/** Compiles a module as it is published: esbuild rewrites what it knows, such as a function that is called at once. */
async function compiled(path: string): Promise<string> {
  const source = readFileSync(folder + path, 'utf8');
  return (await transform(source, { loader: 'ts', target: 'es2022', minifySyntax: true })).code;
}

/** Returns what remains of a module that a page imports and does not use, in each bundler, without imports and comments. */
async function remainders(code: string) {
  const bundled = await build({
    stdin: { contents: "import 'module';" },
    bundle: true,
    format: 'esm',
    write: false,
    minifySyntax: true,
    plugins: [
      {
        name: 'one module',
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /./ }, ({ path }) =>
            path === 'module'
              ? { path, namespace: 'one', sideEffects: true }
              : { path, external: true, sideEffects: false },
          );
          onLoad({ filter: /./, namespace: 'one' }, () => ({ contents: code }));
        },
      },
    ],
  });
  const rolled = await rollup({
    input: 'page',
    treeshake: { moduleSideEffects: (id) => id === 'page' || id === 'module' },
    // A mark at a wrong place is ignored, and rollup tells every user of it.
    onLog(_, { code, message }) {
      if (code === 'INVALID_ANNOTATION') throw new Error(message);
    },
    plugins: [
      {
        name: 'one module',
        resolveId: (id) =>
          id === 'page' || id === 'module' ? id : { id, external: true, moduleSideEffects: false },
        load: (id) => (id === 'page' ? "import 'module';" : code),
      },
    ],
  });
  const { output } = await rolled.generate({ format: 'es' });
  const stripped = (text: string) =>
    text
      .replace(/^\/\/.*$/gm, '')
      .replace(/^import [^;]*;$/gm, '')
      .trim();
  return { esbuild: stripped(bundled.outputFiles[0]!.text), rollup: stripped(output[0].code) };
}

describe('importing a module that is not used leaves nothing in a page', () => {
  it.each(modules)('%s', async (path) => {
    expect(await remainders(await compiled(path))).toEqual({ esbuild: '', rollup: '' });
  });

  it.each([
    ['a static block', 'let set; export class A { static { set = 1; } }\nexport const get = () => set;'],
    ['a table of names', 'const table = { a: 1 };\nexport const names = Object.keys(table);'],
    ['a copied object', 'import { a } from "a";\nexport const b = { ...a };'],
  ])('notices %s', async (_, code) => {
    const { esbuild, rollup: rolled } = await remainders(code);
    expect(esbuild + rolled).not.toBe('');
  });
});
