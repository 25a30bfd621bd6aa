/** Whole training steps of this library and of others, from the same weights and batches. */
import { freshLibrary, trainer } from './contestants.mjs';
import { race, rate } from './harness.mjs';
import { denseBatch, prepareNet } from './nets.mjs';
import { raceTable, significant } from './report.mjs';

const mnistNet = [784, 256, 10];
const nets = [
  { id: 'sgd', title: '784-256-10, batch 128, SGD', sizes: mnistNet, rows: 128, steps: 10, withPeaks: true },
  {
    id: 'adam',
    title: '784-256-10, batch 128, Adam',
    sizes: mnistNet,
    rows: 128,
    steps: 10,
    optimizer: 'adam',
    learningRate: 1e-3,
    withPeaks: true,
  },
  ...['unit', 'symmetric'].map((inputScaling) => ({
    id: `mnist ${inputScaling}`,
    title: `784-256-10, batch 128, SGD, MNIST's bytes, ${inputScaling}`,
    sizes: mnistNet,
    rows: 128,
    count: 4,
    steps: 12,
    inputScaling,
    data: 'mnist',
  })),
  {
    id: '50x100',
    title: '100, 50 layers of 100, 10, batch 100, SGD',
    sizes: [100, ...Array(50).fill(100), 10],
    rows: 100,
    steps: 4,
    learningRate: 0.01,
  },
  { id: 'tiny', title: '2-16-3, batch 32, SGD', sizes: [2, 16, 3], rows: 32, steps: 1000 },
];

/** Tolerance of the losses after a slice of steps in f32 and f64; each library has its own order of sums. */
const TOLERANCE = 1e-3;

export async function trainingStep({ settings, runners, peers, peaks, images, print }) {
  const races = [];
  for (const described of nets) {
    if (described.data && !images[described.data]) continue;
    const net = await prepareNet({ ...described, images: images[described.data]?.train });
    const others = peers.filter(({ train }) => train);
    const entrants = [
      ...(await Promise.all(runners.map((runner) => trainer(runner, net)))),
      ...(await Promise.all(others.map(({ train }) => train(net)))),
      ...(net.images ? [await dense(runners[0], net)] : []),
      ...(net.withPeaks ? peaks : []),
    ];
    const results = await race(entrants, { ...settings, tolerance: TOLERANCE });
    races.push({ id: `step ${net.id}`, title: net.title, results });
    print(`step ${net.title}: portable ${significant(rate(results.get('portable')))} steps/s`);
  }
  return { races, report: report(races) };
}

/** Trains the net on inputs without zeros, so that no path for zeros helps. */
async function dense(runner, net) {
  const { Rng } = await freshLibrary();
  const batches = [denseBatch(new Rng(net.seed), net.sizes[0], net.rows, net.sizes.at(-1))];
  const contestant = { batches, name: 'portable, dense', alone: true };
  return trainer(runner, { ...net, inputScaling: 'none' }, contestant);
}

function report(races) {
  return [
    '## Training steps',
    [
      'Cross-entropy, from the same weights and batches for all. This library gets arrays, bytes included, and checks and',
      'copies them at every step (`trainOnBatch`). The others get scaled tensors that were made beforehand.',
      '`portable, dense` is the same net on noise.',
    ].join(' '),
    raceTable(races, 'step'),
    `Losses after the steps of a slice: ${races
      .map(({ title, results }) => `${results.get('portable').output[0].toFixed(6)} (${title})`)
      .join(', ')}.`,
  ].join('\n\n');
}
