/**
 * Compares the results of the built library (build/js) under this Node with the pinned fingerprints and prints the differences as
 * JSON, `{ portable: [], fused: [], … }`. `fused` is missing if the engine lacks relaxed SIMD.
 *
 * `node tests/reproducibility/report.mjs --write` pins the measured values instead. That is a decision rather than a repair: a
 * changed draw or sum is a new major version.
 */
import { readFile, writeFile } from 'node:fs/promises';
import * as library from '../../build/js/index.node.js';
import { differences, fingerprints, hasFused } from './fingerprints.mjs';

const golden = new URL('../golden/fingerprints.json', import.meta.url);

if (process.argv.includes('--write')) {
  await writeFile(golden, `${JSON.stringify(await fingerprints(library), undefined, 2)}\n`);
} else {
  const pinned = JSON.parse(await readFile(golden, 'utf8'));
  const report = {};
  for (const build of ['portable', ...(hasFused(library) ? ['fused'] : []), 'javascript']) {
    report[build] = await differences(library, pinned, build);
  }
  // Draws use WebAssembly if it exists. A second instance of the library is made to believe that it does not.
  globalThis.WebAssembly = undefined;
  const bare = await import('../../build/js/index.node.js?bare');
  report['no WebAssembly'] = await differences(bare, pinned, 'javascript');
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
