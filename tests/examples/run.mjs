/**
 * `npm run test:examples`: installs every folder of examples/ from the packed library and checks what it does, in Chromium or in its
 * host. `-- react vue` checks these alone. NAME.mjs in this folder has the checks of the example NAME: `checks`, a table of functions
 * that take the installed example, and optionally `prepare`, which is called before the build. `--quick` leaves out what installs
 * hundreds of megabytes. Run `npm run build` first.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installExample } from '../../scripts/install-example.mjs';
import { npm } from '../../scripts/npm.mjs';
import { packInto } from '../../scripts/pack.mjs';
import { launch } from '../browser/chromium.mjs';
import { outcomes } from '../support/outcomes.mjs';
import { Example } from './example.mjs';

const CHECK_TIMEOUT_MS = 120_000;
/** Examples whose tools take 200 MB. */
const heavy = ['edge-worker'];

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const known = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'package.json')));
const given = process.argv.slice(2);
const wanted = given.filter((word) => word !== '--quick');
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0)
  throw new Error(`unknown examples: ${unknown.join(', ')}; known: ${known.join(', ')}`);

const chosen =
  wanted.length > 0 ? wanted : known.filter((name) => !given.includes('--quick') || !heavy.includes(name));
const { report, finish } = outcomes();
const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-examples-'));
let browser;
const openBrowser = async () => {
  browser ??= await launch();
  return browser;
};
try {
  const tarball = packInto(scratch);
  for (const name of chosen) {
    const { checks, prepare } = await import(new URL(`${name}.mjs`, import.meta.url));
    const folder = join(scratch, name);
    const ready = await run(name, 'installs and builds', async () => {
      installExample(name, folder, tarball);
      prepare?.(folder);
      const { status, stdout, stderr } = npm(['run', 'build', '--if-present'], {
        cwd: folder,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`npm run build failed\n${stdout}\n${stderr}`);
    });
    if (!ready) continue;
    for (const [what, check] of Object.entries(checks)) {
      await run(name, what, async () => {
        const example = new Example(folder, openBrowser);
        try {
          await check(example);
        } catch (error) {
          throw new Error([error.message, ...example.complaints].join('\nconsole: '));
        } finally {
          await example.end();
        }
        if (example.complaints.length > 0) throw new Error(`console: ${example.complaints.join('; ')}`);
      });
    }
  }
} finally {
  await browser?.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
finish();

/** Runs a step and reports its outcome. Returns true if it did not throw and ended in time. */
async function run(name, what, step) {
  const began = performance.now();
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end in ${CHECK_TIMEOUT_MS / 1000} s`)), CHECK_TIMEOUT_MS);
    });
    await Promise.race([step(), late]);
    report(`examples/${name}`, what, undefined, `${((performance.now() - began) / 1000).toFixed(1)} s`);
    return true;
  } catch (error) {
    report(`examples/${name}`, what, error.message);
    return false;
  } finally {
    clearTimeout(timer);
  }
}
