/** Whole training steps as a user takes them: trainOnBatch, inputs checked and copied in, SGD. */
import { contestants, freshLibrary } from './contestants.mjs';
import { agree, race, rate, ratio, showSpread, significant, spread, table } from './harness.mjs';

const nets = [
  { title: '784-256-10, batch 128', sizes: [784, 256, 10], rows: 128, learningRate: 0.1, steps: 20 },
  { title: '2-16-3, batch 32', sizes: [2, 16, 3], rows: 32, learningRate: 0.1, steps: 2000 },
];

/** Relative distance of the losses after a slice of steps in f32 and f64. */
const TOLERANCE = 1e-3;
const SEED = 2;

export async function trainingStep({ rounds, warmUpMs }, print) {
  const runners = await contestants();
  const races = [];
  for (const net of nets) {
    const data = await draw(net);
    const results = race(await Promise.all(runners.map((runner) => trainer(runner, net, data))), {
      rounds,
      warmUpMs,
    });
    agree([...results.values()], TOLERANCE);
    races.push({ net, results });
    print(`step ${net.title}: portable ${significant(rate(results.get('portable')))} steps/s`);
  }
  return { names: runners.map(({ name }) => name), races };
}

/** Images of noise and labels at random: what they are does not matter for the time. */
async function draw({ sizes, rows }) {
  const { Rng } = await freshLibrary();
  const rng = new Rng(SEED);
  const x = rng.split('x').uniform(rows * sizes[0]);
  return { x, y: Uint8Array.from(rng.split('y').uniform(rows, 0, sizes.at(-1)), Math.floor) };
}

async function trainer({ name, backend, arithmetic }, { sizes, learningRate, steps }, { x, y }) {
  const { MLP, sgd } = await freshLibrary();
  const [inputSize, ...units] = sizes;
  const model = new MLP({
    inputSize,
    layers: units.map((n, l) => ({ units: n, activation: l < units.length - 1 ? 'relu' : 'softmax' })),
    seed: SEED,
    backend,
    arithmetic,
  });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
  const start = model.getWeights();
  const input = backend === 'javascript64' ? Float64Array.from(x) : x;
  let loss = 0;
  return {
    name,
    units: steps,
    // Every slice begins at the same weights: the net that is timed neither saturates nor dies.
    prepare: () => model.setWeights(start),
    work: () => {
      for (let step = 0; step < steps; step++) loss = model.trainOnBatch(input, y).loss;
    },
    checksum: () => loss,
  };
}

/** The part of RESULTS.md. */
export function trainingStepReport({ names, races }) {
  const builds = names.filter((name) => !name.startsWith('javascript'));
  const columns = builds.flatMap((name) => [
    [name, 'javascript'],
    [name, 'javascript64'],
  ]);
  return [
    '## Training steps',
    '`trainOnBatch` with float inputs, cross-entropy, SGD. How many times as fast:',
    table(
      ['net', ...columns.map((pair) => pair.join(' : '))],
      races.map(({ net, results }) => [
        net.title,
        ...columns.map(([name, other]) => significant(ratio(results.get(name), results.get(other)))),
      ]),
    ),
    'Steps a second, the median of the rounds:',
    table(
      ['net', ...names],
      races.map(({ net, results }) => [
        net.title,
        ...names.map((name) => significant(rate(results.get(name)))),
      ]),
    ),
    'Time of one step, µs: lowest, median ± standard deviation. The last column is the loss that every slice ends with.',
    table(
      ['net', ...names, 'loss'],
      races.map(({ net, results }) => [
        net.title,
        ...names.map((name) => showSpread(spread(results.get(name), 1), 1000)),
        `${results.get('portable').checksum.toFixed(6)} after ${net.steps} steps`,
      ]),
    ),
  ].join('\n\n');
}
