/** Speed-up by a second thread: whole fits with one thread and with two. */
import { freshLibrary } from './contestants.mjs';
import { race } from './harness.mjs';
import { denseBatch, prepareNet } from './nets.mjs';
import { raceTable } from './report.mjs';

const ROWS = 128;
const STEPS = 40;
const nets = [
  { id: '784-256-10', sizes: [784, 256, 10] },
  { id: '784-256x3-10', sizes: [784, 256, 256, 256, 10] },
];

export async function threads({ settings, print }) {
  const races = [];
  for (const { id, sizes } of nets) {
    const net = await prepareNet({ sizes, rows: ROWS });
    const entrants = await Promise.all([1, 2].map((count) => fits(net, count)));
    // The bits must be equal.
    const results = await race(entrants, { ...settings, tolerance: 0 });
    for (const { close } of entrants) close();
    races.push({ id: `threads ${id}`, title: `${sizes.join('-')}, batch ${ROWS}, SGD`, results });
    print(`threads ${id}: done`);
  }
  const what =
    '`fit` over noise, forty steps per slice, portable. A time is the smaller of elapsed time and processor time of the process; the second thread needs a core of its own.';
  return { races, report: ['## Threads', what, raceTable(races, 'step')].join('\n\n') };
}

async function fits(net, threads) {
  const { MLP, Rng, sgd } = await freshLibrary();
  const [inputSize, ...units] = net.sizes;
  const model = new MLP({
    inputSize,
    layers: units.map((n, l) => ({
      units: n,
      activation: l < units.length - 1 ? 'relu' : 'softmax',
    })),
    threads,
  });
  const { x, y } = denseBatch(new Rng(net.seed), inputSize, ROWS * STEPS, net.sizes.at(-1));
  const reset = () => {
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.01 }) });
    model.setWeights(net.weights);
  };
  reset();
  // Workers need a moment to start, and until then one thread does all the work.
  await model.predictAsync(x.subarray(0, inputSize));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  let loss = 0;
  return {
    name: threads === 1 ? 'one thread' : `${threads} threads`,
    units: STEPS,
    prepare: reset,
    work: async () => {
      const history = await model.fit(x, y, { batchSize: ROWS, shuffle: false });
      loss = history.loss[0];
    },
    output: () => [loss],
    close: () => model.close(),
  };
}
