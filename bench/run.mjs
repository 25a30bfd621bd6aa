/**
 * Runs `npm run bench`, which writes RESULTS.md and the charts. After a build, `node bench/run.mjs --quick` prints a shorter run
 * instead, `--only steps,epochs` some of it; `--fashion DIR` names the folder of Fashion-MNIST. Close other programs that keep
 * the processor busy: they affect absolute figures, but hardly the ratios.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleLibrary } from './bundle.mjs';
import { drawCharts } from './charts.mjs';
import { contestants } from './contestants.mjs';
import { csv } from './csv.mjs';
import { elementwise } from './elementwise.mjs';
import { epoch } from './epoch.mjs';
import { footprint } from './footprint.mjs';
import { gemm } from './gemm.mjs';
import { openImages } from './images.mjs';
import { inference } from './inference.mjs';
import { initializers } from './initializers.mjs';
import { online } from './online.mjs';
import { peak } from './peak.mjs';
import { openPeers } from './peers.mjs';
import { saturation } from './saturation.mjs';
import { scaling } from './scaling.mjs';
import { BRIEF_WARM_UP, WARM_UP } from './settling.mjs';
import { targetReport } from './targets.mjs';
import { threads } from './threads.mjs';
import { trainingStep } from './training-step.mjs';

/** Subjects by name, in the order of the report. */
const subjects = {
  gemm,
  steps: trainingStep,
  online,
  inference,
  epochs: epoch,
  initializers,
  elementwise,
  footprint,
  csv,
  saturation,
  scaling,
  threads,
};

const { quick, only, fashion } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, fashion: { type: 'string' } },
}).values;
const chosen = only?.split(',') ?? Object.keys(subjects);
for (const name of chosen) {
  if (!(name in subjects)) throw new TypeError(`--only: unknown ${name}; known: ${Object.keys(subjects)}`);
}
const settings = quick
  ? { rounds: 3, warmUp: BRIEF_WARM_UP, quick }
  : { rounds: 15, warmUp: WARM_UP, quick };
const print = (line) => process.stdout.write(`${line}\n`);

const began = performance.now();
const load = loadavg()[0];
await bundleLibrary();
const context = await prepare();
const { peers, missing, runners } = context;
const [races, values, reports] = [new Map(), new Map(), []];
let lines = [];
for (const name of chosen) {
  const measured = await subjects[name](context);
  for (const race of measured.races ?? []) races.set(race.id, race.results);
  for (const [key, value] of Object.entries(measured.values ?? {})) values.set(key, value);
  if (measured.report) reports.push(measured.report);
  lines = measured.lines ?? lines;
}
for (const { close } of peers) close?.();
const report = [head(), targetReport({ races, values }), ...reports, method()].join('\n\n');
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

/** Writes the results. A short or partial run replaces no file. */
async function write() {
  const whole = !quick && only === undefined;
  const charts = whole ? 'docs' : 'build/bench';
  const root = new URL('..', import.meta.url);
  await mkdir(new URL(charts, root), { recursive: true });
  for (const [name, svg] of Object.entries(drawCharts({ races, lines }))) {
    await writeFile(new URL(`${charts}/${name}.svg`, root), `${svg}\n`);
  }
  if (!whole) return print(`\n${report}\n\nCharts are in ${charts}.`);
  const path = new URL('RESULTS.md', import.meta.url);
  await writeFile(path, `${report}\n`);
  print(`written to ${fileURLToPath(path)}`);
}

function head() {
  const { node, v8 } = process.versions;
  const processors = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const { images } = context;
  return [
    '# Benchmarks',
    [
      `- engine: Node ${node}, V8 ${v8}, one thread`,
      `- processor: ${processors[0].model.trim()}, ${processors.length} cores seen, load ${load.toFixed(2)} at the start`,
      `- date: ${date}`,
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
  ].join('\n\n');
}

function method() {
  return `## How it was measured

- Contestants run in turn, each with a slice of the same work; another one begins each round. A ratio is taken within a
  round, and the median of the rounds is shown. A busy neighbour changes the absolute figures, but hardly the ratios.
- A time is the smaller of elapsed time and processor time of the process. It excludes both waiting for a core and the work
  of the engine's helper threads. PyTorch runs in a process of its own in the same rounds and times itself in the same way.
- Each contestant of this library has a module instance of its own for each product and net. If f32 and f64 run
  through one instance, V8's typed arrays become polymorphic and the JavaScript backends lose a fifth of their speed.
- The inputs are seeded and the same for all. Before each slice the result is filled with NaN, or the weights are reset.
  Outputs or losses are compared before anything is timed, and again after each slice; a difference ends the run.
- The peak is a loop of independent chains of 128-bit multiplications and additions in registers, as many as the
  engine keeps there (10 to 13), in WebAssembly, in the same rounds.
- \`javascript\` stores f32 and sums in f64, \`javascript64\` stores f64; both are the library's own backends without WebAssembly.`;
}
