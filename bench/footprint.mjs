/** Costs of the library besides time: bytes in a page, milliseconds to the first step, memory beyond the data. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { statistics } from './harness.mjs';
import { scaled } from './nets.mjs';
import { bundlePage, gzippedSize, kilobytesExactly } from './page.mjs';
import { showSpread, significant, table } from './report.mjs';

const MB = 1e6;
const STARTS = 15;
const MEMORY_RUNS = 3;

/** Source of a page that trains: what a user writes, and no more. */
const page = `
  import { adam, MLP } from './build/js/index.js';
  const model = new MLP({
    inputSize: 784,
    layers: [{ units: 256, activation: 'relu' }, { units: 10, activation: 'softmax' }],
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam() });
  globalThis.train = (x, y) => model.fit(x, y);`;

export async function footprint({ settings, images, print }) {
  const size = await gzipped();
  const starts = await startUp(settings.quick ? 3 : STARTS);
  const memory = images.fashion && (await peakMemory(images.fashion.train, settings.quick ? 1 : MEMORY_RUNS));
  print(`page ${significant(size.gzip / 1000)} kB, start-up ${significant(starts.median)} ms`);
  const values = {
    gzip: kilobytesExactly(size.gzip),
    start: starts,
    ...(memory ? { memory: memory.beyond } : {}),
  };
  return { values, report: report(size, starts, memory) };
}

async function gzipped() {
  const script = await bundlePage(page, fileURLToPath(new URL('..', import.meta.url)));
  return { bytes: script.length, gzip: gzippedSize(script) };
}

/**
 * Measures start-up. Each process prints the ms since it began, by its own clock; starting and ending a process is not counted.
 */
async function startUp(runs) {
  const differences = [];
  // The first pair of processes only brings the files into the system's cache.
  for (let run = -1; run < runs; run++) {
    const bare = Number(await child('nothing.mjs'));
    const full = Number(await child('first-step.mjs'));
    if (run >= 0) differences.push(full - bare);
  }
  return statistics(differences);
}

/** Compares a process that trains on the floats with one that only holds them. */
async function peakMemory({ x, y }, runs) {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const [images, labels] = [join(folder, 'images'), join(folder, 'labels')];
    const floats = scaled(x, 'unit');
    await writeFile(images, floats);
    await writeFile(labels, y);
    const differences = [];
    for (let run = 0; run < runs; run++) {
      const held = JSON.parse(await child('hold-floats.mjs', images));
      const trained = JSON.parse(await child('epoch.mjs', images, labels));
      if (held.last !== trained.last) throw new Error('memory: the two processes read different images');
      differences.push((trained.peak - held.peak) / MB);
    }
    return { beyond: statistics(differences), data: floats.byteLength };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function child(file, ...given) {
  const path = fileURLToPath(new URL(`children/${file}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...given]);
  return stdout;
}

function report(size, starts, memory) {
  return [
    '## Size, start-up, memory',
    table(
      ['', 'figure'],
      [
        ['page that trains with Adam, esbuild, minified, including the wasm', `${size.bytes} bytes`],
        ['that page with gzip -9', `${size.gzip} bytes`],
        [
          'import and first step of 784-256-10, ms more than bare Node with the batch: lowest, median ± sd',
          showSpread(starts),
        ],
        ...(memory
          ? [
              [
                `epoch of Fashion-MNIST, MB of peak memory more than a process that only holds its ${significant(memory.data / MB)} MB of floats`,
                showSpread(memory.beyond),
              ],
            ]
          : []),
      ],
    ),
  ].join('\n\n');
}
