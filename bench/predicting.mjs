/** The predictor against other runtimes: one row at a time, the start of a program, and the size of a page. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { model } from './contestants.mjs';
import { race, spread, statistics } from './harness.mjs';
import { prepareNet } from './nets.mjs';
import { bundlePage, gzippedSize, kilobytesExactly } from './page.mjs';
import { networkModel } from './peers/onnx-model.mjs';
import { significant, table } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const nets = [
  { sizes: [784, 256, 10], steps: 1000 },
  { sizes: [2, 16, 3], steps: 20_000 },
].map((net) => ({ ...net, name: net.sizes.join('-'), id: `row ${net.sizes.join('-')}`, rows: 1 }));
/** Tolerance of probabilities, relative to the largest. */
const TOLERANCE = 1e-5;
const STARTS = 15;
const AS_FILE = 'predictor, with predictor.wasm as a file';
const PORTABLE = { name: 'MLP.predict', backend: 'wasm', arithmetic: 'portable' };

/**
 * Imports of a page of each contestant, and the binary that the page also downloads. The pages of other libraries import what
 * these layers need.
 */
const pages = {
  predictor: { code: "export { loadPredictor } from '../build/js/predictor.js';" },
  [AS_FILE]: {
    code: "export { loadPredictorWith } from '../build/js/predictor.js';",
    binary: '../build/wasm/predictor.wasm',
  },
  'onnxruntime-web': {
    isPeer: true,
    code: "export { env, InferenceSession, Tensor } from './peers/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';",
    binary: 'peers/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  },
  'tfjs-wasm': {
    isPeer: true,
    code: `
      import './peers/node_modules/@tensorflow/tfjs-backend-wasm';
      export { loadLayersModel, tensor2d } from './peers/node_modules/@tensorflow/tfjs';`,
    binary: 'peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  },
};

export async function predicting({ settings, peers, print }) {
  const races = [];
  for (const described of nets) {
    const net = await prepareNet(described);
    const others = peers.filter(({ predict }) => predict);
    const entrants = [...(await own(net)), ...(await Promise.all(others.map(({ predict }) => predict(net))))];
    const results = await race(entrants, { ...settings, tolerance: TOLERANCE });
    races.push({ id: described.id, title: `${described.name}, one row`, results });
    print(`${described.id}: ${microseconds(results.get('predictor')).median.toFixed(2)} µs`);
  }
  const names = Object.keys(pages).filter(
    (name) => !pages[name].isPeer || peers.some((peer) => peer.name === name),
  );
  const starts = await startUps(
    names.filter((name) => name !== AS_FILE),
    settings.quick ? 3 : STARTS,
  );
  const sizes = new Map();
  for (const name of names) sizes.set(name, await gzipped(pages[name]));
  const values = {
    'predictor gzip': kilobytesExactly(sizes.get('predictor').script),
    'predictor script gzip': kilobytesExactly(sizes.get(AS_FILE).script),
    'predictor start': starts.get('predictor'),
    ...Object.fromEntries(races.map(({ id, results }) => [id, microseconds(results.get('predictor, into'))])),
  };
  return { races, values, report: report(races, starts, sizes) };
}

function microseconds(result) {
  return spread(result, 1000);
}

/** Makes the contestants of this library. They have the same bits. */
async function own(net) {
  const { model: asked, library } = await model(PORTABLE, net);
  const loaded = library.loadPredictor(asked.save());
  const [{ x }] = net.batches;
  const out = new Float32Array(net.sizes.at(-1));
  const contestant = (name, predict) => {
    let y = [];
    return {
      name,
      units: net.steps,
      work: () => {
        for (let step = 0; step < net.steps; step++) y = predict();
      },
      output: () => y,
    };
  };
  return [
    contestant(PORTABLE.name, () => asked.predict(x)),
    contestant('predictor', () => loaded.predict(x)),
    contestant('predictor, into', () => loaded.predictInto(x, out)),
  ];
}

/**
 * Measures the ms from a process's begin to its first answer, by its own clock, beyond those of bare Node, which reads the model's
 * file. @returns a Map from name to { min, median, sd }
 */
async function startUps(names, runs) {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const net = await prepareNet(nets[0]);
    const { model: asked } = await model(PORTABLE, net);
    await writeFile(join(folder, 'safetensors'), asked.save());
    await writeFile(join(folder, 'onnx'), networkModel(net.sizes, net.weights));
    const differences = new Map(names.map((name) => [name, []]));
    // The first round only brings the files into the system's cache.
    for (let run = -1; run < runs; run++) {
      const bare = await firstAnswer('nothing', folder);
      for (const name of names) {
        const { ms, y } = await firstAnswer(name, folder);
        if (!(Math.abs(y.reduce((sum, p) => sum + p, 0) - 1) < TOLERANCE && y.length === 10)) {
          throw new Error(`${name}: its first answer is ${y}`);
        }
        if (run >= 0) differences.get(name).push(ms - bare.ms);
      }
    }
    return new Map([...differences].map(([name, found]) => [name, statistics(found)]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstAnswer(name, folder) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    `${here}children/first-prediction.mjs`,
    name,
    folder,
  ]);
  return JSON.parse(stdout);
}

/** Returns the gzipped bytes of a page's script, bundled and minified, and of its binary. */
async function gzipped({ code, binary }) {
  return {
    // Other libraries cause warnings that nobody here can mend.
    script: gzippedSize(await bundlePage(code, here, 'error')),
    binary: binary ? gzippedSize(await readFile(here + binary)) : 0,
  };
}

function report(races, starts, sizes) {
  const rows = [
    PORTABLE.name,
    'predictor',
    'predictor, into',
    ...[...sizes.keys()].filter((name) => name !== 'predictor'),
  ].map((name) => {
    const size = sizes.get(name);
    const start = starts.get(name);
    return [
      name,
      size ? kilobytes(size.script) : '',
      size?.binary ? kilobytes(size.binary) : '',
      start ? significant(start.median) : '',
      ...races.map(({ results }) =>
        results.has(name) ? significant(microseconds(results.get(name)).median) : '',
      ),
    ];
  });
  const head = ['', 'script', '.wasm', 'start', ...nets.map(({ name }) => `row of ${name}`)];
  return [
    '## Predictor',
    'Sizes are in kB, minified and gzipped. The start is in ms from an import to the first answer of 784-256-10, more than bare Node, median. Rows are in µs, median; `into` is predictInto. onnxruntime-web gets a tensor that was made beforehand, as does tfjs. `MLP.predict` and the predictor have the same bits, which are compared.',
    table(head, rows),
  ].join('\n\n');
}

function kilobytes(bytes) {
  return significant(bytes / 1000);
}
