/**
 * `npm run bench` writes RESULTS.md; `node bench/run.mjs --quick` (after a build) prints a shorter run instead.
 * Close what else keeps the processor busy: ratios stand it, absolute figures do not.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bestRatio, ratio, significant, table } from './harness.mjs';

const quick = process.argv.includes('--quick');
const settings = quick ? { rounds: 5, warmUpMs: 100, quick } : { rounds: 15, warmUpMs: 300, quick };
const print = (line) => process.stdout.write(`${line}\n`);

const began = performance.now();
const load = loadavg()[0];
await bundle();
// Only now is there a bundle that they can import.
const { gemm, gemmReport, shareOfPeak, speedup } = await import('./gemm.mjs');
const { trainingStep, trainingStepReport } = await import('./training-step.mjs');
const products = await gemm(settings, print);
const steps = await trainingStep(settings, print);
const report = [head(), targets(), gemmReport(products), trainingStepReport(steps), method()].join('\n\n');

if (quick) print(`\n${report}`);
else {
  const path = new URL('RESULTS.md', import.meta.url);
  await writeFile(path, `${report}\n`);
  print(`written to ${fileURLToPath(path)}`);
}

/** One file with the library and what it keeps to itself: a chunk shared between entries would be one instance for all. */
async function bundle() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({
    stdin: {
      contents: `
        export * from './src/index.ts';
        export { createBackend } from './src/backend/index.ts';
        export { hasRelaxedSimd } from './src/backend/wasm.ts';
        export { Arena } from './src/backend/arena.ts';`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    outfile: `${root}build/bench/library.js`,
    logLevel: 'warning',
  });
}

function head() {
  const { node, v8 } = process.versions;
  const processors = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return [
    '# Benchmarks',
    [
      `- engine: Node ${node}, V8 ${v8}, one thread`,
      `- processor: ${processors[0].model.trim()}, ${processors.length} cores seen, load ${load.toFixed(2)} at the start`,
      `- date: ${date}`,
      `- ${settings.rounds} rounds after ${settings.warmUpMs} ms of warm-up each, ${((performance.now() - began) / 1000).toFixed(0)} s in all`,
      ...(products.names.includes('fused') ? [] : ['- `fused` is left out: this engine has no relaxed SIMD']),
      '- `npm run bench` writes this file',
    ].join('\n'),
  ].join('\n\n');
}

/** Against the faster of the two JavaScript backends. */
function targets() {
  const square = products.races.find(
    ({ product: { kind, m, n, k } }) => kind === 'nn' && m === 256 && n === m && k === m,
  );
  const [large, tiny] = steps.races;
  const rows = [
    ['nn 256³, times as fast as JavaScript', 7, square, speedup],
    // 25 of the 34 GFLOP/s that a native loop reached where the target was set.
    ['nn 256³, share of the mul + add peak', 0.74, square, shareOfPeak],
    ['step of 784-256-10, times as fast as JavaScript', 5, large, speedup],
    ['step of 2-16-3, times as fast as JavaScript', 2, tiny, speedup],
  ].map(([what, target, { results }, measure]) => {
    const reached = measure(results, 'portable', ratio);
    const best = measure(results, 'portable', bestRatio);
    const verdict = reached >= target ? 'met' : '**missed**';
    return [what, `≥ ${target}`, significant(reached), significant(best), verdict];
  });
  return [
    '## Targets',
    'WebAssembly, portable, against the faster of the two JavaScript backends; the median of the rounds decides:',
    table(['', 'target', 'median', 'best against best', ''], rows),
  ].join('\n\n');
}

function method() {
  return `## How it was measured

- Contestants run in turn, a slice of the same work each, within one process; another one begins each round. A ratio
  is taken within a round, and what is shown is the median of the rounds: a busy neighbour moves the absolute
  figures, hardly the ratios.
- A time is the lesser of the clock's and of the process's processor time: waiting for a core is not counted, nor
  what the engine's helper threads do beside it.
- Each contestant has a module instance of its own, for each product and net. Where f32 and f64 run through one
  instance, V8's typed arrays become polymorphic and the JavaScript backends lose a fifth of their speed.
- The inputs are seeded and the same for all. Before each slice the result is filled with NaN, or the weights are put
  back to the start; after it the sum of the result, or the loss, is compared: within a contestant to the last bit,
  between contestants to 1e-5 (products) and 1e-3 (losses after the steps).
- The peak is a loop of independent chains of 128-bit multiplications and additions in registers, as many as the
  engine keeps there (10 to 13), in WebAssembly, in the same rounds.
- \`javascript\` keeps f32 and sums in f64, \`javascript64\` keeps f64.`;
}
