/**
 * Runs `npm run bench`, which writes RESULTS.md, the charts, a run of history.jsonl and the figures of the documents. After a build, `node bench/run.mjs --quick` prints a shorter run
 * instead, `--only steps,epochs` some of it; `--fashion DIR` names the folder of Fashion-MNIST. Close other programs that keep
 * the processor busy: they affect absolute figures, but hardly the ratios.
 */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleLibrary } from './bundle.mjs';
import { drawCharts } from './charts.mjs';
import { contestants } from './contestants.mjs';
import { formatHistory, groups, parseHistory, ranges, recordsOf, runsOf } from './history.mjs';
import { openImages } from './images.mjs';
import { machine } from './machine.mjs';
import { peak } from './peak.mjs';
import { openPeers } from './peers.mjs';
import { publish } from './publish.mjs';
import { captioned, restless } from './report.mjs';
import { BRIEF_WARM_UP, WARM_UP } from './settling.mjs';
import { subjects } from './subjects.mjs';
import { measuredRows, targetReport } from './targets.mjs';

const { quick, only, fashion } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, fashion: { type: 'string' } },
}).values;
const chosen = only?.split(',') ?? Object.keys(subjects);
for (const name of chosen) {
  if (!(name in subjects)) throw new TypeError(`--only: unknown ${name}; known: ${Object.keys(subjects)}`);
}
const settings = quick ? { rounds: 3, warmUp: BRIEF_WARM_UP, quick } : { rounds: 15, warmUp: WARM_UP, quick };
const print = (line) => process.stdout.write(`${line}\n`);
const history = new URL('history.jsonl', import.meta.url);
const whole = !quick && only === undefined;

const [began, date, load] = [performance.now(), new Date().toISOString().slice(0, 16), loadavg()[0]];
const host = machine();
await bundleLibrary();
const context = await prepare();
const { peers, missing, runners } = context;
const versions = Object.fromEntries(peers.map(({ name, version }) => [name, version]));
const [races, values, reports] = [new Map(), new Map(), []];
let lines = [];
for (const name of chosen) {
  const measured = await subjects[name](context);
  for (const race of measured.races ?? []) races.set(race.id, race.results);
  for (const [key, value] of Object.entries(measured.values ?? {})) values.set(key, value);
  Object.assign(versions, measured.versions);
  if (measured.report) reports.push(section(measured));
  lines = measured.lines ?? lines;
}
for (const { close } of peers) close?.();
const rows = measuredRows({ races, values }).filter(({ median }) => whole || median !== undefined);
const runs = await withEarlierRuns(recordsOf({ date, ...host }, rows, versions));
const report = [
  head(),
  captioned(
    targetReport(rows, ranges(runs), runsOf(runs).length),
    host,
    [...races.values()].flatMap((results) => [...results.values()]).map(({ name }) => ({ name })),
    versions,
  ),
  ...reports,
  method(),
].join('\n\n');
await write();

async function prepare() {
  const runners = await contestants();
  const fused = runners.some(({ name }) => name === 'fused');
  return {
    settings,
    print,
    runners,
    peaks: await Promise.all(['mul + add', ...(fused ? ['multiply-add'] : [])].map(peak)),
    images: await openImages({ fashion }),
    ...(await openPeers()),
  };
}

/** Writes the part of a subject, with machine and versions. */
function section({ report, races = [] }) {
  const results = races.flatMap(({ results }) => [...results.values()]);
  return [captioned(report, host, results, versions), restless(races)].filter(Boolean).join('\n\n');
}

/**
 * Returns the records of all runs of this commit on this machine. A whole run is added to the history, unless the sources differ
 * from the commit that the record would name.
 */
async function withEarlierRuns(records) {
  if (!whole) return records;
  if (host.changed) {
    print('The sources differ from the commit; the history does not get this run.');
    return records;
  }
  await appendFile(history, formatHistory(records));
  return groups(parseHistory(await readFile(history, 'utf8'))).at(-1);
}

/** Writes the results. A short or partial run replaces no file. */
async function write() {
  const charts = whole ? 'docs' : 'build/bench';
  const root = new URL('..', import.meta.url);
  await mkdir(new URL(charts, root), { recursive: true });
  const records = parseHistory(await readFile(history, 'utf8'));
  for (const [name, svg] of Object.entries(drawCharts({ races, lines, records }))) {
    await writeFile(new URL(`${charts}/${name}.svg`, root), `${svg}\n`);
  }
  if (!whole) return print(`\n${report}\n\nCharts are in ${charts}.`);
  const path = new URL('RESULTS.md', import.meta.url);
  await writeFile(path, `${report}\n`);
  print(`written to ${fileURLToPath(path)}`);
  await publish(print);
}

function head() {
  const { node, v8, processor, cores, commit, changed } = host;
  const { images } = context;
  return [
    '# Benchmarks',
    [
      `- engine: Node ${node}, V8 ${v8}, one thread`,
      `- processor: ${processor}, ${cores} cores seen, load ${load.toFixed(2)} at the start`,
      `- commit: ${commit ?? 'unknown'}${changed ? ', with changes' : ''}; ${date}`,
      `- ${settings.rounds} rounds, fewer where it says so, after a warm-up of ${settings.warmUp.leastMs} to ${settings.warmUp.mostMs} ms each, ${((performance.now() - began) / 1000).toFixed(0)} s in all`,
      `- against ${peers.map(({ name, version }) => `${name} ${version}`).join('; ') || 'no other library'}`,
      ...missing.map(({ name, reason }) => `- without ${name}: ${reason}`),
      ...(quick
        ? ['- **a quick run**: with smaller matrices and shorter epochs than the titles of the targets say']
        : []),
      ...(images.fashion ? [] : ['- without Fashion-MNIST: `--fashion DIR` names its folder']),
      ...(runners.some(({ name }) => name === 'fused')
        ? []
        : ['- without `fused`: this engine has no relaxed SIMD']),
      '- `npm run bench` writes this file, `npm run bench:peers` installs the other libraries first; README.md explains both',
    ].join('\n'),
    '![How long others take, as multiples of this library](../docs/bench-peers.svg)',
    '![Ratios by commit](../docs/bench-history.svg)',
  ].join('\n\n');
}

function method() {
  return `## How it was measured

- Each contestant warms up until its time is stable: the median of the last ${settings.warmUp.windowMs} ms and of at least ${settings.warmUp.slices} slices differs by
  less than ${100 * settings.warmUp.change} % from that of the window before, after ${settings.warmUp.leastMs} ms at least and ${settings.warmUp.mostMs} ms at most. A line below a table names those
  whose times were not stable.
- Contestants run in turn, each with a slice of the same work; another one begins each round. A ratio is taken within a
  round, and the median of the rounds is shown. A busy neighbour changes the absolute figures, but hardly the ratios.
- A time is the smaller of elapsed time and processor time of the process. It excludes both waiting for a core and the work
  of the engine's helper threads.
- PyTorch runs in a process of its own and times itself in the same way, in one long run before the rounds; its ratio is that
  of the medians. All settings of its numeric libraries are removed from its environment, except for one thread, so that they
  choose their kernels themselves. The line with the versions names these kernels.
- A library with several settings warms up with each and enters with the fastest, which the line with the versions names.
- Each contestant of this library has a module instance of its own for each product and net. If f32 and f64 run
  through one instance, V8's typed arrays become polymorphic and the JavaScript backends lose a fifth of their speed.
- The inputs are seeded and the same for all. Before each slice the result is filled with NaN, or the weights are reset.
  Outputs or losses are compared before anything is timed, and again after each slice; a difference ends the run.
- The peak is a loop of independent chains of 128-bit multiplications and additions in registers, as many as the
  engine keeps there (10 to 13), in WebAssembly, in the same rounds. Shares of it compare the best rounds.
- \`javascript\` stores f32 and sums in f64, \`javascript64\` stores f64; both are the library's own backends without WebAssembly.`;
}
