/** Targets of the library, one row per claim, each a ratio taken in one run. */
import { bestRatio, ratio } from './harness.mjs';
import { keyOf, range } from './history.mjs';
import { significant, table } from './report.mjs';

/**
 * Floating-point operations of the main part of a step of 784-256-10: forward and kernel gradient of the first layer, 128 rows.
 */
const STEP_FLOPS = 4 * 128 * 784 * 256;
const JAVASCRIPT = ['javascript', 'javascript64'];
const PEAK = { portable: 'peak, mul + add', fused: 'peak, multiply-add' };

/**
 * Claims that `who` is at least `least` times as fast as the fastest of `others` in a race. Without `least`, the row compares and
 * claims nothing.
 */
function faster(work, race, who, others, least) {
  const names = [others].flat();
  const against = others === JAVASCRIPT ? 'the faster JavaScript backend' : names.join(', ');
  return {
    work: `${work}, ${who}`,
    against,
    target: least === undefined ? `${against}, for comparison` : `≥ ${least} × ${against}`,
    met: least === undefined ? undefined : (value) => value >= least,
    measure: ({ races }, compare) => {
      const results = races.get(race);
      const present = names.filter((name) => results?.has(name));
      if (!results?.has(who) || present.length === 0) return undefined;
      return Math.min(...present.map((name) => compare(results.get(who), results.get(name))));
    },
  };
}

/**
 * Claims that a gemm reaches at least this share of the peak of its own instructions. The best rounds decide, because a peak is
 * what the core can do at best.
 */
function ofPeak(work, code, who, least) {
  return {
    ...faster(work, `gemm ${code}`, who, PEAK[who], least),
    target: `≥ ${least} of ${PEAK[who]}`,
    decisive: 'best',
  };
}

/** Claims that a step takes at most `most` times the time of its operations at the peak. */
function ofBound(work, race, who, most) {
  const { measure } = faster(work, race, who, PEAK[who], 0);
  return {
    work: `${work}, ${who}`,
    against: `the operations at the peak`,
    decisive: 'best',
    target: `≤ ${most} × ${(STEP_FLOPS / 1e6).toFixed(1)} MFLOP at the peak`,
    met: (value) => value <= most,
    measure: (measured, compare) => {
      const share = measure(measured, compare);
      return share === undefined ? undefined : 1 / (share * STEP_FLOPS);
    },
  };
}

/** Claims that a single figure is at most `most`. */
function atMost(work, name, most, unit) {
  return {
    work,
    unit,
    target: `≤ ${most} ${unit}`,
    met: (value) => value <= most,
    measure: ({ values }, compare) => values.get(name)?.[compare === ratio ? 'median' : 'min'],
  };
}

const builds = ['portable', 'fused'];
const cubes = [256, 512];
const shapes = [
  ['NN, 128×784 · 784×256', 'nn 128 784 256', 0.9],
  ['NT, 128×256 · 256×784', 'nt 128 256 784', 0.88],
  ['TN, 784×128 · 128×256', 'tn 784 128 256', 0.85],
];
const steps = [
  ['step 784-256-10, batch 128, SGD', 'step sgd'],
  ['step 784-256-10, batch 128, Adam', 'step adam'],
];
const functions = ['sigmoid', 'tanh', 'exp', 'gelu'];
const PEERS = ['jax-js', 'tfjs-wasm', 'onnxruntime-web', 'numpy-ts'];

const targets = [
  ...builds.flatMap((who) => cubes.map((n) => ofPeak(`GEMM ${n}³`, `nn ${n} ${n} ${n}`, who, 0.93))),
  ...shapes.map(([title, code, least]) => ofPeak(`GEMM ${title}`, code, 'portable', least)),
  ofPeak('GEMM 128×256 · 256×10', 'nn 128 256 10', 'portable', 0.5),
  faster('inference 784-256-10, batch 1', 'inference 1', 'portable', 'onnxruntime-web', 1.5),
  faster('inference 784-256-10, batch 1000', 'inference 1000', 'portable', 'onnxruntime-web', 1.2),
  faster('inference 784-256-10, batch 1000', 'inference 1000', 'fused', 'onnxruntime-web', 1.5),
  ...[1, 1000].flatMap((rows) =>
    builds.map((who) =>
      faster(`inference 784-256-10, batch ${rows}`, `inference ${rows}`, who, 'onnxruntime-node'),
    ),
  ),
  ...[
    ['784-256-10', 12],
    ['2-16-3', 0.25],
  ].flatMap(([net, most]) => [
    atMost(`predictInto of a row of ${net}`, `row ${net}`, most, 'µs'),
    faster(`row of ${net}`, `row ${net}`, 'predictor', 'MLP.predict', 1),
    faster(`row of ${net}`, `row ${net}`, 'predictor', 'onnxruntime-web'),
    faster(`row of ${net}`, `row ${net}`, 'predictor', 'tfjs-wasm'),
  ]),
  atMost('import and first answer of the predictor, more than bare Node', 'predictor start', 8, 'ms'),
  atMost('gzip of the predictor, including its wasm', 'predictor gzip', 9, 'kB'),
  atMost('gzip of the predictor without its wasm', 'predictor script gzip', 4, 'kB'),
  ...builds.map((who) => faster('GEMM 256³', 'gemm nn 256 256 256', who, 'numpy-ts')),
  ...steps.flatMap(([title, race]) => [
    faster(title, race, 'portable', 'jax-js', 1.3),
    faster(title, race, 'fused', 'jax-js', 1.7),
    faster(title, race, 'portable', 'tfjs-wasm', 8),
    faster(title, race, 'portable', JAVASCRIPT, 6),
    ofBound(title, race, 'portable', 1.25),
    ofBound(title, race, 'fused', 1.22),
  ]),
  ...steps.flatMap(([title, race]) => builds.map((who) => faster(title, race, who, 'PyTorch'))),
  ...['unit', 'symmetric'].flatMap((scaling) => {
    const [title, race] = [`step on MNIST rows, ${scaling}`, `step mnist ${scaling}`];
    return [
      faster(title, race, 'portable', 'portable, dense', 2.3),
      faster(title, race, 'portable', 'jax-js', 3),
      faster(title, race, 'portable', 'tfjs-wasm', 20),
    ];
  }),
  faster('step 50×100, batch 100', 'step 50x100', 'portable', 'jax-js', 2.2),
  faster('step 2-16-3, batch 32', 'step tiny', 'portable', JAVASCRIPT, 3.5),
  faster('step 2-16-3, batch 32', 'step tiny', 'portable', 'jax-js', 60),
  faster('step 2-16-3, batch 32', 'step tiny', 'portable', 'tfjs-wasm', 140),
  faster('epoch of MNIST', 'epoch mnist', 'portable', 'PyTorch', 1.1),
  faster('epoch of Fashion-MNIST', 'epoch fashion', 'fused', 'PyTorch', 0.6),
  faster('step 784-256-10', 'threads 784-256-10', '2 threads', 'one thread', 1.3),
  faster('step 784-256-256-256-10', 'threads 784-256x3-10', '2 threads', 'one thread', 1.5),
  faster('kaimingNormal 4096²', 'draw normal', 'portable', 'Math.random', 10),
  faster('kaimingNormal 4096²', 'draw normal', 'portable', 'PyTorch', 1.3),
  faster('truncated normal 4096²', 'draw truncated', 'portable', 'PyTorch', 14),
  faster('orthogonal 512²', 'draw orthogonal', 'portable', 'tfjs-wasm', 100),
  faster('orthogonal 512²', 'draw orthogonal', 'portable', 'PyTorch', 1),
  ...functions.map((name) => faster(`${name} over 4096`, `${name} 4096`, 'portable', 'Math', 9)),
  ...functions.map((name) =>
    faster(`${name} over 1 M`, `${name} 1048576`, 'portable', PEERS, name === 'sigmoid' ? 1.2 : 3),
  ),
  ...[
    'confident and right',
    'confident and wrong',
    'nearly saturated',
    'hidden layer dead',
    'tiny kernels',
  ].flatMap((state) => ['sgd', 'adam', 'adam, after 1500 steps'].map((race) => slower(state, race))),
  atMost('gzip of a page that trains, including the wasm', 'gzip', 52, 'kB'),
  atMost('import and first step, more than bare Node', 'start', 25, 'ms'),
  faster('reading a table of numbers', 'csv', 'readCsv', 'papaparse', 0.4),
  atMost(
    'peak memory of reading 500 000 × 50, including its 187 MB of text',
    'csv memory',
    3,
    '× the numbers',
  ),
  atMost('peak memory of an epoch, more than Fashion-MNIST as floats', 'memory', 60, 'MB'),
];

/** Claims that a net in a bad state takes at most 1.2 times as long as the healthy net. */
function slower(state, race) {
  const most = 1.2;
  const { measure } = faster('', `health ${race}`, 'healthy', state, 0);
  return {
    work: `${state}, ${race}`,
    against: 'healthy',
    target: `≤ ${most} × healthy`,
    met: (value) => value <= most,
    measure,
  };
}

/**
 * Returns all rows with their figures.
 *
 * @param measured  `races`, a Map from id to results, and `values`, a Map from name to { min, median, sd }
 * @returns rows, each with `median` and `best`, which are undefined if the row was not measured
 */
export function measuredRows(measured) {
  return targets.map(({ measure, ...row }) => ({
    ...row,
    median: measure(measured, ratio),
    best: measure(measured, bestRatio),
  }));
}

/**
 * Writes the first table of RESULTS.md.
 *
 * @param rows     measured rows
 * @param earlier  ranges over all runs of this commit on this machine, from history.mjs
 * @param runs     number of these runs
 */
export function targetReport(rows, earlier, runs) {
  const verdicts = rows.map(verdict);
  const count = (what) => verdicts.filter((one) => one === what).length;
  const cells = rows.map((row, r) => {
    const { work, target, median, best } = row;
    if (median === undefined) return [work, target, '', '', '', verdicts[r]];
    const { low, high } = earlier.get(keyOf({ ...row, row: work })) ?? { low: median, high: median };
    return [work, target, significant(median), significant(best), range(low, high, significant), verdicts[r]];
  });
  return [
    '## Targets',
    `${count('met')} met, ${count('**missed**')} missed, ${count('not measured')} not measured. The median of the rounds decides. Shares of the peak are decided by the best rounds. The range is that of the medians over ${runs === 1 ? 'one run' : `${runs} runs`} of this commit on this machine.`,
    table(['', 'target', 'median', 'best against best', 'range', ''], cells),
  ].join('\n\n');
}

function verdict({ median, best, met, decisive = 'median' }) {
  if (median === undefined) return 'not measured';
  if (met === undefined) return '';
  return met(decisive === 'best' ? best : median) ? 'met' : '**missed**';
}
