/**
 * `npm run test:consumers`: packs the package, installs it into new folders, and runs one program in each way that users have to
 * import it. consumers.mjs lists them. Run `npm run build` first. `--quick` runs only those without tools of their own; words choose
 * tools.
 */
import { outcomes } from '../support/outcomes.mjs';
import { consumers } from './consumers.mjs';
import { pages } from './pages.mjs';
import { EXPECTED } from './program.mjs';
import { pack, workshop } from './workshop.mjs';

const given = process.argv.slice(2);
const isQuick = given.includes('--quick');
const words = given.filter((word) => !word.startsWith('--'));
const rows = consumers.filter(({ quick, tool }) =>
  words.length > 0 ? words.includes(tool) : quick || !isQuick,
);

/** Names of hosts that other tests test too. */
const names = { node: 'Node', chromium: 'Chromium' };

const { report, finish } = outcomes();
const packed = pack();
const opened = pages();
try {
  const shops = {};
  for (const row of rows) {
    const kind = row.external ? 'tools' : 'plain';
    shops[kind] ??= workshop(packed, { withTools: row.external });
    await check(row, shops[kind]);
  }
} catch (error) {
  report('', 'the run', error.message);
} finally {
  await opened.close();
  packed.remove();
}
finish();

/** Runs a consumer and reports each of its results. */
async function check({ tool, title, files, run }, shop) {
  const name = `${names[tool] ?? tool} ${await versionOf(tool, shop)}`;
  const began = performance.now();
  let results;
  try {
    const result = await run(shop.consumer(`${tool} ${title}`, files), opened);
    results = typeof result === 'object' ? result : { '': result };
  } catch (error) {
    return report(name, title, error.message);
  }
  const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`;
  for (const [part, result] of Object.entries(results)) {
    const problem = result === EXPECTED ? undefined : `expected ${EXPECTED}, got ${result}`;
    report(name, [title, part].filter(Boolean).join(': '), problem, seconds);
  }
}

function versionOf(tool, shop) {
  if (tool === 'node') return process.versions.node;
  return tool === 'chromium' ? opened.version() : shop.version(tool);
}
