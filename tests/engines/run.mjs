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

const here = fileURLToPath(new URL('.', import.meta.url));
const library = fileURLToPath(new URL('../../build/js/index.node.js', import.meta.url));
const report = fileURLToPath(new URL('../reproducibility/report.mjs', import.meta.url));
/** Builds that report.mjs compares. All these engines have all of them; a missing one is an error. */
const BUILDS = ['portable', 'fused', 'javascript', 'no WebAssembly'];
const TIMEOUT_MS = 120_000;

const print = (line) => process.stdout.write(`${line}\n`);

if (!existsSync(library)) fail(`${library}: no such file; run npm run build first`);
const engines = [process.execPath, ...(await installed())];
let failed = 0;
for (const engine of engines) if (!(await passes(engine))) failed += 1;
print(`${engines.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Returns the paths of the Node versions in package.json; none if the platform has no such binaries. */
async function installed() {
  const { dependencies } = JSON.parse(await readFile(`${here}package.json`, 'utf8'));
  const names = Object.keys(dependencies);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    print(`${names.join(', ')}: skipped, because these are binaries for Linux on x64`);
    return [];
  }
  const { status, stderr, error } = npm(['ci', '--ignore-scripts'], {
    cwd: here,
    encoding: 'utf8',
    timeout: 5 * TIMEOUT_MS,
  });
  if (status !== 0) fail(`npm ci in tests/engines failed\n${stderr || error}`);
  return names.map((name) => `${here}node_modules/${name}/bin/node`);
}

/** Prints the line of an engine and the differences below it. */
async function passes(engine) {
  const run = promisify(execFile);
  const began = performance.now();
  let name = engine;
  try {
    const versions = JSON.parse((await run(engine, ['-p', 'JSON.stringify(process.versions)'])).stdout);
    name = `Node ${versions.node}, V8 ${versions.v8}`;
    // Node 20 has relaxed SIMD behind a flag, which later versions may not know.
    const flags = Number.parseInt(versions.node, 10) < 22 ? ['--experimental-wasm-relaxed-simd'] : [];
    const { stdout } = await run(engine, [...flags, report], { timeout: TIMEOUT_MS });
    const differences = JSON.parse(stdout);
    const builds = BUILDS.map((build) => `${build} ${verdict(differences[build])}`);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    print(`${name}: ${builds.join(', ')} (${seconds} s)`);
    for (const [build, found] of Object.entries(differences)) {
      for (const difference of found) print(`  ${build}: ${difference}`);
    }
    return BUILDS.every((build) => differences[build]?.length === 0);
  } catch (error) {
    print(`${name}: failed\n  ${error.stderr || error.message}`);
    return false;
  }
}

function verdict(differences) {
  if (differences === undefined) return 'missing';
  return differences.length === 0 ? 'equal' : `${differences.length} different`;
}

function fail(message) {
  print(message);
  print('0 passed, 1 failed');
  process.exit(1);
}
