/**
 * Checks that every Node gives the same bits for a seed. It runs the built library under this Node and under those of the
 * package.json in this folder, and compares each with the pinned fingerprints. Run `npm run build` first.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { npm } from '../../scripts/npm.mjs';
import { outcomes, print } from '../support/outcomes.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const library = fileURLToPath(new URL('../../build/js/index.node.js', import.meta.url));
const reporter = fileURLToPath(new URL('../reproducibility/report.mjs', import.meta.url));
/** Builds that report.mjs compares. All these engines have all of them; a missing one is an error. */
const BUILDS = ['portable', 'fused', 'javascript', 'no WebAssembly'];
const TIMEOUT_MS = 120_000;

const { report, finish } = outcomes();
try {
  if (!existsSync(library)) throw new Error(`${library}: no such file; run npm run build first`);
  for (const engine of [process.execPath, ...(await installed())]) await check(engine);
} catch (error) {
  report('', 'the run', error.message);
}
finish();

/** Returns the paths of the Node versions in package.json that are not this one; none if the platform has no such binaries. */
async function installed() {
  const { dependencies } = JSON.parse(await readFile(`${here}package.json`, 'utf8'));
  const own = `node${process.versions.node.split('.')[0]}`;
  const names = Object.keys(dependencies).filter((name) => name !== own);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    print(`${names.join(', ')}: skipped, because these are binaries for Linux on x64`);
    return [];
  }
  const { status, stderr, error } = npm(['ci', '--ignore-scripts'], {
    cwd: here,
    encoding: 'utf8',
    timeout: 5 * TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`npm ci in tests/engines failed\n${stderr || error}`);
  return names.map((name) => `${here}node_modules/${name}/bin/node`);
}

/** Compares the results of each build in an engine with the pinned ones. */
async function check(engine) {
  const run = promisify(execFile);
  const began = performance.now();
  let name = engine;
  try {
    const versions = JSON.parse((await run(engine, ['-p', 'JSON.stringify(process.versions)'])).stdout);
    name = `Node ${versions.node}`;
    // Node 20 has relaxed SIMD behind a flag, which later versions may not know.
    const flags = Number.parseInt(versions.node, 10) < 22 ? ['--experimental-wasm-relaxed-simd'] : [];
    const { stdout } = await run(engine, [...flags, reporter], { timeout: TIMEOUT_MS });
    const differences = JSON.parse(stdout);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    for (const build of BUILDS) {
      const found = differences[build] ?? ['missing'];
      report(
        name,
        build,
        found.length > 0 ? found.join('\n') : undefined,
        `V8 ${versions.v8}, ${seconds} s for all`,
      );
    }
  } catch (error) {
    report(name, 'all builds', error.stderr || error.message);
  }
}
