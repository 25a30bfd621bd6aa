/**
 * Compares the results of the built library (build/js) under this Node with the pinned fingerprints and prints the differences as
 * JSON, `{ portable: [], fused: [], … }`. `fused` is missing if the engine lacks relaxed SIMD.
 *
 * 'no WebAssembly' runs in a process of its own, which removes WebAssembly before it loads the library. A second import into the same
 * process would share chunks, and with them the kernels, with the first.
 *
 * `node tests/reproducibility/report.mjs --write` pins the measured values instead. That is a decision rather than a repair: a
 * changed draw or sum is a new major version.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { differences, fingerprints, hasFused } from './fingerprints.mjs';

const WITHOUT = '--without-webassembly';
const golden = new URL('../golden/fingerprints.json', import.meta.url);
const pinned = JSON.parse(await readFile(golden, 'utf8'));

if (process.argv.includes(WITHOUT)) delete globalThis.WebAssembly;
const library = await import('../../build/js/index.node.js');

if (process.argv.includes('--write')) {
  await writeFile(golden, `${JSON.stringify(await fingerprints(library), undefined, 2)}\n`);
} else {
  process.stdout.write(`${JSON.stringify(process.argv.includes(WITHOUT) ? await bare() : await all())}\n`);
}

async function all() {
  const report = {};
  for (const build of ['portable', ...(hasFused(library) ? ['fused'] : []), 'javascript']) {
    report[build] = await differences(library, pinned, build);
  }
  const args = [...process.execArgv, fileURLToPath(import.meta.url), WITHOUT];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return { ...report, ...JSON.parse(stdout) };
}

async function bare() {
  return { 'no WebAssembly': await differences(library, pinned, 'no WebAssembly') };
}
