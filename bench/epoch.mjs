/** Epochs of MNIST and Fashion-MNIST: the library as a user runs it, from bytes, against PyTorch on floats. */
import { model } from './contestants.mjs';
import { race, rate } from './harness.mjs';
import { prepareNet, scaled } from './nets.mjs';
import { raceTable, significant } from './report.mjs';

const ROUNDS = 7;
const BATCH = 128;
/** Number of the first epoch; the number determines the order of the rows. */
const FIRST_EPOCH = 1;
/** Number of rows of a quick run. */
const FEW = 6400;
/** Tolerance of mean losses after hundreds of steps; each library has its own order of sums. */
const TOLERANCE = 2e-3;
const sets = [
  { id: 'mnist', title: 'MNIST' },
  { id: 'fashion', title: 'Fashion-MNIST' },
];

export async function epoch({ settings, runners, peers, images, print }) {
  const races = [];
  for (const { id, title } of sets) {
    if (!images[id]) continue;
    const { train } = images[id];
    const count = settings.quick ? FEW : train.count;
    const net = await prepareNet({ sizes: [784, 256, 10], rows: BATCH, inputScaling: 'unit', images: train });
    const data = { x: train.x.subarray(0, 784 * count), y: train.y.subarray(0, count) };
    const builds = runners.filter(({ backend }) => backend === 'wasm');
    const entrants = await Promise.all(builds.map((runner) => fitter(runner, net, data)));
    const order = entrants[0].order;
    for (const peer of peers.filter(({ epoch }) => epoch)) {
      const floats = scaled(data.x, 'unit');
      entrants.push(await peer.epoch({ ...net, x: floats, y: data.y, order }));
    }
    const results = await race(entrants, {
      rounds: Math.min(settings.rounds, ROUNDS),
      warmUp: settings.warmUp,
      tolerance: TOLERANCE,
    });
    races.push({ id: `epoch ${id}`, title: `${title}, ${count} images`, results });
    print(`epoch of ${title}: portable ${significant(count * rate(results.get('portable')))} images/s`);
  }
  const what =
    '`fit`, 784-256-10, batches of 128, SGD 0.1, unit scaling, from the same weights each time. PyTorch has all images as floats beforehand and the same order of rows, and gathers its batches. The mean losses of the epoch are compared.';
  return { races, report: ['## Epochs', what, raceTable(races, 'epoch')].join('\n\n') };
}

async function fitter(runner, net, { x, y }) {
  const { model: trained, reset, library } = await model(runner, net);
  let history;
  return {
    name: runner.name,
    units: 1,
    order: new library.Rng(net.seed).split('shuffle').split(FIRST_EPOCH).permutation(y.length),
    prepare: reset,
    async work() {
      history = await trained.fit(x, y, { epochs: 1, initialEpoch: FIRST_EPOCH - 1, batchSize: BATCH });
    },
    output: () => history.loss,
  };
}
