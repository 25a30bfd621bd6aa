/** Matrix products of the kernels alone: WebAssembly against plain JavaScript, and against the peak of the core. */
import { freshLibrary } from './contestants.mjs';
import { bestRatio, race, rate, ratio, spread } from './harness.mjs';
import { showSpread, significant, table } from './report.mjs';

/** Products by kind: nn is A · B, nt is A · Bᵀ, tn is Aᵀ · B. The result is m × n; the sums go over k. */
const products = [
  ...[64, 128, 256, 512, 1024].map((n) => ({ kind: 'nn', m: n, n, k: n, peers: n === 256 })),
  ...[256, 512].flatMap((n) => ['nt', 'tn'].map((kind) => ({ kind, m: n, n, k: n }))),
  { kind: 'nn', m: 128, n: 256, k: 784, note: 'forward, 784-256', peers: true },
  { kind: 'tn', m: 784, n: 256, k: 128, note: 'kernel gradient' },
  { kind: 'nt', m: 128, n: 784, k: 256, note: 'input gradient' },
  { kind: 'nn', m: 1, n: 256, k: 784, note: 'one row' },
  { kind: 'nn', m: 128, n: 10, k: 256, note: 'forward, 256-10' },
];

/** Floating-point operations of a slice: enough for the clock to measure, few enough for many rounds. */
const SLICE_FLOPS = 2e8;
/** Tolerance of the results. The inputs are positive, so that nothing cancels and f32 and f64 differ in a few last bits only. */
const TOLERANCE = 1e-5;
const SEED = 1;

/**
 * Measures the products.
 *
 * @param context  `peaks` are contestants that shares are relative to, `peers` libraries with a matrix product
 */
export async function gemm({ settings, runners, peaks, peers, print }) {
  const races = [];
  for (const product of products.filter(({ m }) => !settings.quick || m <= 256)) {
    const inputs = await draw(product);
    const multipliers = await Promise.all(runners.map((runner) => multiplier(runner, product, inputs)));
    const others = product.peers ? peers.filter(({ multiply }) => multiply) : [];
    const results = await race(
      [
        ...multipliers,
        ...(await Promise.all(others.map(({ multiply }) => multiply(product, inputs, repeats(product))))),
        ...peaks,
      ],
      { ...settings, tolerance: TOLERANCE },
    );
    races.push({ id: `gemm ${code(product)}`, title: title(product), product, results });
    print(`gemm ${title(product)}: portable ${gigaflops(results.get('portable'))} GFLOP/s`);
  }
  return { races, report: gemmReport({ names: runners.map(({ name }) => name), peaks, races }) };
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
  const times = repeats(product);
  return {
    name,
    units: times * flops(product),
    // The product must overwrite every element.
    prepare: () => backend.elements.fill(Number.NaN, at(c), at(c) + m * n),
    work: () => {
      for (let i = 0; i < times; i++) multiply(c, a, b, m, n, k, scratch);
    },
    output: () => backend.elements.slice(at(c), at(c) + m * n),
  };
}

/** Returns the share that a build reaches of the peak of its own instructions, the best round of each. */
function shareOfPeak(results, name) {
  const peak = results.get(name === 'fused' ? 'peak, multiply-add' : 'peak, mul + add');
  return peak ? `${(100 * bestRatio(results.get(name), peak)).toFixed(0)} %` : '';
}

/** Writes the part of RESULTS.md about products. */
function gemmReport({ names, peaks, races }) {
  const builds = names.filter((name) => !name.startsWith('javascript'));
  const columns = builds.flatMap((name) => [
    [name, 'javascript'],
    [name, 'javascript64'],
  ]);
  const times = (results, [name, other]) => significant(ratio(results.get(name), results.get(other)));
  const measuredPeaks = peaks.length > 0 ? builds : [];
  const peakNames = peaks.map(({ name }) => name);
  const against = races.filter(({ results }) => results.size > names.length + peaks.length);
  return [
    '## Matrix products',
    'The kernels alone, in f32 (`javascript64`: f64). The columns say how many times as fast one is as another, and which share of the peak of the core it reaches, best round against best round:',
    table(
      [
        'product',
        ...columns.map((pair) => pair.join(' : ')),
        ...measuredPeaks.map((name) => `${name}, of peak`),
      ],
      races.map(({ product, results }) => [
        title(product),
        ...columns.map((pair) => times(results, pair)),
        ...measuredPeaks.map((name) => shareOfPeak(results, name)),
      ]),
    ),
    'GFLOP/s: the median of the rounds, and the best round in brackets:',
    table(
      ['product', ...names, ...peakNames],
      races.map(({ product, results }) => [
        title(product),
        ...[...names, ...peakNames].map((name) => medianAndBest(results.get(name))),
      ]),
    ),
    'Time of one product, µs: lowest, median ± standard deviation. The last column is the sum over the result.',
    table(
      ['product', ...names, 'ΣC'],
      races.map(({ product, results }) => [
        title(product),
        ...names.map((name) => showSpread(spread(results.get(name), flops(product)), 1000)),
        results
          .get('portable')
          .output.reduce((sum, value) => sum + value, 0)
          .toPrecision(7),
      ]),
    ),
    ...(against.length > 0
      ? [
          'GFLOP/s of other libraries, and how many times as fast `portable` is:',
          table(
            ['product', 'who', 'GFLOP/s', 'portable is faster'],
            against.flatMap(({ title, results }) =>
              [...results.values()]
                .filter(({ name }) => !names.includes(name) && !peakNames.includes(name))
                .map((result) => [
                  title,
                  result.name,
                  medianAndBest(result),
                  `${times(results, ['portable', result.name])} ×`,
                ]),
            ),
          ),
        ]
      : []),
  ].join('\n\n');
}

function repeats(product) {
  return Math.max(1, Math.round(SLICE_FLOPS / flops(product)));
}

function code({ kind, m, n, k }) {
  return `${kind} ${m} ${k} ${n}`;
}

function title({ kind, m, n, k, note }) {
  return `${kind} ${m}×${k} · ${k}×${n}${note ? ` (${note})` : ''}`;
}

function flops({ m, n, k }) {
  return 2 * m * n * k;
}

function medianAndBest(result) {
  return `${gigaflops(result)} (${significant(result.units / Math.min(...result.times) / 1e6)})`;
}

function gigaflops(result) {
  return significant(rate(result) / 1e9);
}
