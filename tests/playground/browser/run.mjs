/**
 * Drives the built playground in Chromium as a visitor would. Each file of this folder besides the shared ones exports `checks`, a
 * table of functions that take a `Visit`. Run `npm run build:playground` first. `run.mjs race` runs the checks of race.mjs alone.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { serveFolder } from '../../../playground/vite/serve.mjs';
import { launch } from '../../browser/chromium.mjs';
import { endNodeLab } from './node-lab.mjs';
import { Visit } from './visit.mjs';

const CHECK_TIMEOUT_MS = 60_000;
const shared = ['run.mjs', 'visit.mjs', 'node-lab.mjs', 'kept.mjs'];

const folder = fileURLToPath(new URL('../../../build/playground', import.meta.url));
if (!existsSync(folder)) throw new Error(`${folder}: no such folder; run npm run build:playground first`);
const wanted = process.argv.slice(2);
const files = (await readdir(new URL('.', import.meta.url))).filter(
  (name) =>
    name.endsWith('.mjs') &&
    !shared.includes(name) &&
    (wanted.length === 0 || wanted.includes(name.slice(0, -4))),
);
const counts = { passed: 0, failed: 0 };
// A wrong relative address may work at the root, so the tests use a sub-path.
const server = await serveFolder(folder, '/some/place/');
const isolated = await serveFolder(folder, '/some/place/', { isolated: true });
const browser = await launch();
try {
  for (const file of files.sort()) {
    const { checks } = await import(new URL(file, import.meta.url));
    for (const [name, check] of Object.entries(checks)) await run(`${file.slice(0, -4)}: ${name}`, check);
  }
} finally {
  await browser.close();
  server.close();
  isolated.close();
  await endNodeLab();
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/** Runs a check on new pages. It fails if it throws, takes too long, or an error is in the console. */
async function run(name, check) {
  const visit = new Visit(browser, server.address, isolated.address);
  const began = performance.now();
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end in ${CHECK_TIMEOUT_MS / 1000} s`)), CHECK_TIMEOUT_MS);
    });
    await Promise.race([check(visit), late]);
    if (visit.complaints.length > 0) throw new Error(`console: ${visit.complaints.join('; ')}`);
    counts.passed += 1;
    process.stdout.write(`ok      ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
  } catch (error) {
    counts.failed += 1;
    process.stdout.write(`failed  ${name}\n        ${error.message.split('\n').join('\n        ')}\n`);
  } finally {
    clearTimeout(timer);
    await visit.end();
  }
}
