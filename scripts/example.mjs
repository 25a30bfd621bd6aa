/** Runs examples/name.ts for `npm run example -- name`: bundles it, since Node 20 cannot read it, and uses the built library. */
import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { closestMatch } from 'leven';

const USAGE = 2;
const root = new URL('..', import.meta.url);
const files = await readdir(new URL('examples', root));
const names = files.flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : [])).sort();
const [name] = process.argv.slice(2);

if (names.includes(name)) {
  await run(name);
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
async function run(name) {
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
