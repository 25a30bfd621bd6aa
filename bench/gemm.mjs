/** Matrix products, the kernels alone: WebAssembly against plain JavaScript, and against the peak of the core. */
import { contestants, freshLibrary } from './contestants.mjs';
import { agree, race, rate, ratio, showSpread, significant, spread, table } from './harness.mjs';
import { peak } from './peak.mjs';

/** nn: A · B, nt: A · Bᵀ, tn: Aᵀ · B; the result is m × n, k is summed over. */
const products = [
  ...[64, 128, 256, 512, 1024].map((n) => ({ kind: 'nn', m: n, n, k: n })),
  ...[256, 512].flatMap((n) => ['nt', 'tn'].map((kind) => ({ kind, m: n, n, k: n }))),
  { kind: 'nn', m: 128, n: 256, k: 784, note: 'forward, 784-256' },
  { kind: 'tn', m: 784, n: 256, k: 128, note: 'kernel gradient' },
  { kind: 'nt', m: 128, n: 784, k: 256, note: 'input gradient' },
  { kind: 'nn', m: 1, n: 256, k: 784, note: 'one row' },
  { kind: 'nn', m: 128, n: 10, k: 256, note: 'forward, 256-10' },
];

/** Work of one slice: enough for the clock, little enough for many rounds. */
const SLICE_FLOPS = 2e8;
/** The inputs are positive, so that nothing cancels: f32 and f64 agree to a few last bits. */
const TOLERANCE = 1e-5;
const SEED = 1;

export async function gemm({ rounds, warmUpMs, quick }, print) {
  const runners = await contestants();
  const names = runners.map(({ name }) => name);
  const peaks = await Promise.all([
    peak('mul + add'),
    ...(names.includes('fused') ? [peak('multiply-add')] : []),
  ]);
  const races = [];
  for (const product of products.filter(({ m }) => !quick || m <= 256)) {
    const inputs = await draw(product);
    const multipliers = await Promise.all(runners.map((runner) => multiplier(runner, product, inputs)));
    const results = race([...multipliers, ...peaks], { rounds, warmUpMs });
    agree(
      names.map((name) => results.get(name)),
      TOLERANCE,
    );
    races.push({ product, results });
    print(`gemm ${title(product)}: portable ${gigaflops(results.get('portable'))} GFLOP/s`);
  }
  return { names, races };
}

async function draw({ m, n, k }) {
  const { Rng } = await freshLibrary();
  const rng = new Rng(SEED);
  return { a: rng.split('a').uniform(m * k), b: rng.split('b').uniform(k * n) };
}

async function multiplier({ name, backend: kind, arithmetic }, product, inputs) {
  const { createBackend, Arena } = await freshLibrary();
  const backend = createBackend(kind, arithmetic);
  const { m, n, k } = product;
  const arena = new Arena(backend, backend.base);
  const [a, b, c] = [arena.elements(m * k), arena.elements(k * n), arena.elements(m * n)];
  const scratch = arena.bytes(backend.kernels.gemm_scratch());
  arena.commit();
  const at = (address) => address / backend.elementBytes;
  backend.elements.set(inputs.a, at(a));
  backend.elements.set(inputs.b, at(b));
  const multiply = backend.kernels[`gemm_${product.kind}`];
  const repeats = Math.max(1, Math.round(SLICE_FLOPS / flops(product)));
  return {
    name,
    units: repeats * flops(product),
    // The product must write every element, whatever was there.
    prepare: () => backend.elements.fill(Number.NaN, at(c), at(c) + m * n),
    work: () => {
      for (let i = 0; i < repeats; i++) multiply(c, a, b, m, n, k, scratch);
    },
    checksum: () => backend.elements.subarray(at(c), at(c) + m * n).reduce((sum, value) => sum + value, 0),
  };
}

/** How many times as fast as the faster of the two JavaScript backends, by a way to compare two results. */
export function speedup(results, name, compare) {
  const others = ['javascript', 'javascript64'];
  return Math.min(...others.map((other) => compare(results.get(name), results.get(other))));
}

/** The share that a build reaches of the peak of its own instructions. */
export function shareOfPeak(results, name, compare) {
  const peakName = name === 'fused' ? 'peak, multiply-add' : 'peak, mul + add';
  return compare(results.get(name), results.get(peakName));
}

/** The part of RESULTS.md. */
export function gemmReport({ names, races }) {
  const builds = names.filter((name) => !name.startsWith('javascript'));
  const columns = builds.flatMap((name) => [
    [name, 'javascript'],
    [name, 'javascript64'],
  ]);
  const times = (results, [name, other]) => significant(ratio(results.get(name), results.get(other)));
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  const peaks = [...races[0].results.keys()].filter((name) => name.startsWith('peak'));
  return [
    '## Matrix products',
    'The kernels alone, f32 (`javascript64`: f64). How many times as fast, and the share of the peak of the core:',
    table(
      ['product', ...columns.map((pair) => pair.join(' : ')), ...builds.map((name) => `${name}, of peak`)],
      races.map(({ product, results }) => [
        title(product),
        ...columns.map((pair) => times(results, pair)),
        ...builds.map((name) => percent(shareOfPeak(results, name, ratio))),
      ]),
    ),
    'GFLOP/s, the median of the rounds:',
    table(
      ['product', ...names, ...peaks],
      races.map(({ product, results }) => [
        title(product),
        ...[...names, ...peaks].map((name) => gigaflops(results.get(name))),
      ]),
    ),
    'Time of one product, µs: lowest, median ± standard deviation. The last column is the sum over the result.',
    table(
      ['product', ...names, 'ΣC'],
      races.map(({ product, results }) => [
        title(product),
        ...names.map((name) => showSpread(spread(results.get(name), flops(product)), 1000)),
        results.get('portable').checksum.toPrecision(7),
      ]),
    ),
  ].join('\n\n');
}

function title({ kind, m, n, k, note }) {
  return `${kind} ${m}×${k} · ${k}×${n}${note ? ` (${note})` : ''}`;
}

function flops({ m, n, k }) {
  return 2 * m * n * k;
}

function gigaflops(result) {
  return significant(rate(result) / 1e9);
}
