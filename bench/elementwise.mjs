/** Functions over many elements: the kernels against loops over Math and against other libraries. */

import { fileURLToPath } from 'node:url';
import { main as asc } from 'assemblyscript/asc';
import { freshLibrary } from './contestants.mjs';
import { race, rate } from './harness.mjs';
import { raceTable, significant } from './report.mjs';

const SMALL = 4096;
const LARGE = 1 << 20;
/** Number of elements in a slice. */
const SLICE = 1 << 22;
const REACH = 6;
const SEED = 4;
/** Tolerance relative to the largest value, which for exp is e^6. */
const TOLERANCE = 2e-6;

const GELU_FACTOR = Math.sqrt(2 / Math.PI);
const loops = {
  sigmoid: (y, x, n) => {
    for (let i = 0; i < n; i++) y[i] = 1 / (1 + Math.exp(-x[i]));
  },
  tanh: (y, x, n) => {
    for (let i = 0; i < n; i++) y[i] = Math.tanh(x[i]);
  },
  exp: (y, x, n) => {
    for (let i = 0; i < n; i++) y[i] = Math.exp(x[i]);
  },
  gelu: (y, x, n) => {
    for (let i = 0; i < n; i++) {
      const z = x[i];
      y[i] = 0.5 * z * (1 + Math.tanh(GELU_FACTOR * (z + 0.044715 * z * z * z)));
    }
  },
};

export async function elementwise({ settings, runners, peers, print }) {
  const builds = runners.filter(({ backend }) => backend === 'wasm');
  const x = await draw();
  const others = peers.filter((peer) => peer.elementwise);
  const races = [];
  for (const name of Object.keys(loops)) {
    for (const n of [SMALL, LARGE]) {
      const [values, repeats] = [x.subarray(0, n), SLICE / n];
      const entrants = [
        ...(await Promise.all(builds.map((build) => kernel(build, name, values, repeats)))),
        mathLoop(name, values, repeats),
        ...(n === LARGE
          ? await Promise.all(others.map((peer) => peer.elementwise(name, values, repeats)))
          : []),
      ].filter(Boolean);
      const results = await race(entrants, { ...settings, tolerance: TOLERANCE });
      races.push({ id: `${name} ${n}`, title: `${name}, ${n} values`, results });
      print(`${name} over ${n}: portable ${significant(rate(results.get('portable')) / 1e6)} M values/s`);
    }
  }
  const what = [
    `Values from [−${REACH}, ${REACH}), f32. A function reads one array and writes another, because in place it would end at its`,
    'fixed point. gelu is the tanh form (`gelu_tanh`). exp has no kernel of its own; it is the function that the others',
    'use, in a loop like theirs. The other libraries make a new array each time; onnxruntime-web also copies',
    'in and out of its memory.',
  ].join(' ');
  return {
    races,
    report: ['## Element by element', what, raceTable(races, 'million value', 1e6)].join('\n\n'),
  };
}

async function draw() {
  const { Rng } = await freshLibrary();
  return new Rng(SEED).uniform(LARGE, { low: -REACH, high: REACH });
}

async function kernel({ name: build, arithmetic }, name, x, repeats) {
  const { run, memory, base } = await (name === 'exp'
    ? expLoop(arithmetic)
    : activation(name, arithmetic, x));
  const n = x.length;
  const [from, to] = [base, base + 4 * n];
  new Float32Array(memory.buffer, from, n).set(x);
  return {
    name: build,
    units: n * repeats,
    work: () => {
      for (let i = 0; i < repeats; i++) run(to, from, n, 0);
    },
    output: () => new Float32Array(memory.buffer, to, n).slice(),
  };
}

async function activation(name, arithmetic, x) {
  const { createBackend } = await freshLibrary();
  const backend = createBackend('wasm', arithmetic);
  backend.reserve(backend.base + 8 * x.length);
  const run = backend.kernels[`${name === 'gelu' ? 'gelu_tanh' : name}_forward`];
  return { run, memory: backend.elements, base: backend.base };
}

/** Compiles an exp kernel, which the library does not export, from its parts, four vectors at a time like the activations. */
async function expLoop(arithmetic) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const entry = 'assembly/exp-loop.ts';
  const source = `
    import { exp } from './simd/exp';
    export function run(y: usize, x: usize, n: usize, parameter: f32): void {
      for (const end = x + (n << 2); x < end; x += 64, y += 64) {
        const y0 = exp(v128.load(x)), y1 = exp(v128.load(x, 16));
        const y2 = exp(v128.load(x, 32)), y3 = exp(v128.load(x, 48));
        v128.store(y, y0);
        v128.store(y, y1, 16);
        v128.store(y, y2, 32);
        v128.store(y, y3, 48);
      }
    }`;
  let binary;
  const features = ['simd', ...(arithmetic === 'fused' ? ['relaxed-simd'] : [])];
  const options = ['-O3', '--noAssert', '--runtime', 'stub', ...features.flatMap((f) => ['--enable', f])];
  const { error, stderr } = await asc([entry, '--baseDir', root, '--outFile', 'exp.wasm', ...options], {
    readFile: async (name) => (name.endsWith('exp-loop.ts') ? source : readIfThere(`${root}${name}`)),
    writeFile: (_, contents) => {
      binary = contents;
    },
  });
  if (error) throw new Error(`exp: ${stderr}`);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  const { run } = instance.exports;
  const base = memory.buffer.byteLength;
  memory.grow((8 * LARGE) >> 16);
  return { run, memory, base };
}

async function readIfThere(path) {
  const { readFile } = await import('node:fs/promises');
  return readFile(path, 'utf8').catch(() => null);
}

function mathLoop(name, x, repeats) {
  const y = new Float32Array(x.length);
  const loop = loops[name];
  return {
    name: 'Math',
    units: x.length * repeats,
    work: () => {
      for (let i = 0; i < repeats; i++) loop(y, x, x.length);
    },
    output: () => y,
  };
}
