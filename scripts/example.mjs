/**
 * Runs an example for `npm run example -- name`. A file, examples/name.ts, is bundled, since Node 20 cannot read it, and uses the built
 * library. A folder, examples/name, is installed from the packed library and started.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { closestMatch } from 'leven';
import { installExample } from './install-example.mjs';
import { npm } from './npm.mjs';
import { packInto } from './pack.mjs';

const USAGE = 2;
const root = new URL('..', import.meta.url);
const entries = await readdir(new URL('examples', root));
const files = entries.flatMap((entry) => (entry.endsWith('.ts') ? [entry.slice(0, -3)] : []));
const folders = entries.filter((entry) => existsSync(new URL(`examples/${entry}/package.json`, root)));
const names = [...files, ...folders].sort();
const [name] = process.argv.slice(2);

if (files.includes(name)) {
  await runFile(name);
} else if (folders.includes(name)) {
  process.exitCode = startFolder(name);
} else {
  const known = `Known: ${names.join(', ')}`;
  const problem =
    name === undefined
      ? 'example: expected a name, got none.'
      : `example: unknown name '${name}'; did you mean '${closestMatch(name, names)}'?`;
  process.stderr.write(`${problem} ${known}\n`);
  process.exitCode = USAGE;
}

/** Runs the example from within the package's folder, where the package's own name resolves to its `exports`. */
async function runFile(name) {
  const source = fileURLToPath(new URL(`examples/${name}.ts`, root));
  const outfile = fileURLToPath(new URL(`build/examples/${name}.js`, root));
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    // The example finds files beside its source, not beside the bundle.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(source).href) },
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile).href);
}

/** Installs the example in a folder of its own and runs `npm start` there. Returns the exit status. */
function startFolder(name) {
  const place = fileURLToPath(new URL('build/examples', root));
  const folder = join(place, name);
  mkdirSync(place, { recursive: true });
  installExample(name, folder, packInto(place));
  return npm(['start'], { cwd: folder, stdio: 'inherit' }).status ?? 1;
}
