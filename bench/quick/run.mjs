/**
 * Runs `npm run bench:quick`: compares the speed of the working tree with that of the last tag, or of the commit that is given, and
 * prints what changed beyond noise. `npm run bench:quick -- v0.1.0`, `npm run bench:quick -- HEAD~3 --only predict`.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run, stopSignal } from '../../scripts/stopping.mjs';
import { processor } from '../machine.mjs';
import { significant, table } from '../report.mjs';
import { buildCommit, bundleWorkingTree, findBase } from './builds.mjs';
import { compare, PROCESSES } from './noise.mjs';
import { entriesOf, rows } from './rows.mjs';

const print = (line) => process.stdout.write(`${line}\n`);
const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const chosen = rows.filter(({ name }) => name.includes(values.only ?? ''));
if (chosen.length === 0) {
  throw new TypeError(
    `--only: no row has '${values.only}' in its name; known: ${rows.map(({ name }) => name).join('; ')}`,
  );
}

const signal = stopSignal();
const began = performance.now();
const base = findBase(positionals[0]);
print(`Comparing the working tree with ${base.name} (${base.hash}) in ${PROCESSES} processes.`);
const entries = entriesOf(chosen);
let folders;
const runs = [];
try {
  folders = [await buildCommit(base.hash, entries, { signal }), await bundleWorkingTree(entries)];
  for (let turn = 0; turn < PROCESSES; turn++) {
    runs.push(await measure(turn));
    print(`${turn + 1} of ${PROCESSES} after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  print(`\n${report()}`);
} catch (error) {
  if (!signal.aborted) throw error;
  print(signal.reason.message);
}

/**
 * Measures all rows in a process of its own. Each process warns if the engine has no fused arithmetic; the report says so once.
 */
async function measure(turn) {
  const child = fileURLToPath(new URL('child.mjs', import.meta.url));
  const args = [child, ...folders, String(turn), ...chosen.map(({ name }) => name)];
  const printed = await run(process.execPath, [...process.execArgv, ...args], { signal });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function report() {
  const found = chosen.map(({ name }, r) => {
    const measured = runs.map((run) => run[r]);
    const missing = measured.find((one) => one.missing)?.missing;
    if (missing) return { name, missing };
    const mean = (key) => measured.reduce((sum, one) => sum + one[key], 0) / PROCESSES;
    return {
      name,
      before: mean('before'),
      now: mean('now'),
      bits: measured.every(({ bits }) => bits),
      ...compare(
        measured.map(({ change }) => change),
        measured.map(({ control }) => control),
      ),
    };
  });
  const compared = found.filter(({ missing }) => !missing);
  const changed = compared.filter((row) => row.changed);
  const lines = compared.map((row) => [
    row.name,
    significant(row.before),
    significant(row.now),
    percent(row.change - 1),
    `± ${(100 * row.noise).toFixed(1)} %`,
    [row.changed ? (row.change < 1 ? '**faster**' : '**slower**') : '', row.bits ? '' : 'other bits']
      .filter(Boolean)
      .join(', '),
  ]);
  return [
    `${processor()}, Node ${process.versions.node}; time of a slice, against ${base.name} (${base.hash}):`,
    ...(lines.length > 0 ? [table(['', 'ms before', 'ms now', 'change of time', 'noise', ''], lines)] : []),
    ...found
      .filter(({ missing }) => missing)
      .map(({ name, missing }) => `Not compared: ${name} (${missing}).`),
    changed.length === 0
      ? 'Nothing changed beyond noise.'
      : `Changed beyond noise: ${changed.map(({ name, change }) => `${name} ${percent(change - 1)}`).join('; ')}.`,
  ].join('\n\n');
}

function percent(share) {
  return `${share < 0 ? '−' : '+'}${(100 * Math.abs(share)).toFixed(1)} %`;
}
