/** Writes the declarations of the package. The working directory is the root of the project. */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

const require = createRequire(import.meta.url);

/** Removes the comments of a declaration file. */
function withoutComments(text) {
  return text.replace(/^[ \t]*\/\*\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\n/gm, '').replace(/^[ \t]*\/\/.*\n/gm, '');
}

/** Returns the declarations that the entries lead to, directly or not, through what the pattern finds in their texts. */
async function reachedFrom(entries, textOf, pattern) {
  const reached = new Set(entries.map((path) => join(path)));
  for (const path of reached) {
    for (const [, source] of (await textOf(path)).matchAll(pattern)) {
      reached.add(join(dirname(path), `${source}.d.ts`));
    }
  }
  return reached;
}

/**
 * Writes the declarations of the entries and of everything that they refer to. The compiler writes those of all sources,
 * including the coefficients in assembly/, which no declaration refers to. A user needs neither these nor the folder level src/.
 * Comments stay in the files from which an entry exports names, since an editor shows only those.
 */
export async function declare() {
  const all = 'build/declarations';
  const tsc = require.resolve('typescript/package.json').replace('package.json', 'bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`declarations:\n${stdout}`);
  // The constant is the class itself, which no type of a constant says. An editor then shows it as a class.
  await writeFile(join(all, 'src/numbers/rng.d.ts'), "export { Rng } from './random.js';\n");
  const { exports } = JSON.parse(await readFile('package.json', 'utf8'));
  const entries = Object.values(exports).flatMap(({ types }) => types ?? []);
  const textOf = (path) => readFile(join(all, 'src', relative('build/types', path)), 'utf8');
  const shown = await reachedFrom(entries, textOf, /export [^;]*? from '([^']+)\.js'/g);
  for (const path of await reachedFrom(entries, textOf, /(?:from |import\()['"](\.[^'"]+)\.js['"]/g)) {
    const text = await textOf(path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, shown.has(path) ? text : withoutComments(text));
  }
  await rm(all, { recursive: true });
}
