/** Steps of nets that have gone wrong against those of a healthy one: denormals, if any get through, are slow. */
import { model, trainer } from './contestants.mjs';
import { race } from './harness.mjs';
import { prepareNet } from './nets.mjs';
import { raceTable } from './report.mjs';

const SIZES = [256, 128, 10];
/** So small that the state is the same all along. */
const LEARNING_RATE = 1e-7;

/** What is done to the healthy net: to its kernels and biases, its inputs or its labels. */
const states = [
  { name: 'healthy' },
  { name: 'confident and right', kernelFactor: [1, 200], labels: 'as predicted' },
  { name: 'confident and wrong', kernelFactor: [1, 200] },
  { name: 'nearly saturated', kernelFactor: [1, 30], labels: 'as predicted' },
  { name: 'hidden layer dead', hiddenBias: -1e3 },
  { name: 'tiny kernels', kernelFactor: [1e-19, 1e-19] },
];
/** Adam's averages of a gradient that has stopped decay, into the denormals after some 800 steps. */
const optimizers = [
  { optimizer: 'sgd', steps: 100, before: 0 },
  { optimizer: 'adam', steps: 100, before: 0 },
  { optimizer: 'adam', steps: 100, before: 1500 },
];

export async function saturation({ settings, runners, print }) {
  const races = [];
  const [runner] = runners;
  for (const { optimizer, steps, before } of optimizers) {
    const healthy = await prepareNet({
      sizes: SIZES,
      rows: 64,
      steps: settings.quick ? steps / 5 : steps,
      optimizer,
      learningRate: LEARNING_RATE,
    });
    const entrants = await Promise.all(states.map((state) => entrant(runner, healthy, state, before)));
    const results = await race(entrants, settings);
    const after = before ? `, after ${before} steps` : '';
    races.push({ id: `health ${optimizer}${after}`, title: `${optimizer}${after}`, results });
    print(`saturation, ${optimizer}${after}: done`);
  }
  const what = `${SIZES.join('-')}, batch 64, portable. After 1500 steps Adam's averages of a gradient that is 0 have decayed as far as they go.`;
  return { races, names: states.map(({ name }) => name), report: report(races, what) };
}

async function entrant(runner, healthy, { name, kernelFactor = [1, 1], hiddenBias = 0, labels }, before) {
  const weights = healthy.weights.map(({ kernel, bias }, l) => ({
    kernel: kernel.map((value) => value * kernelFactor[l]),
    bias: l === 0 ? bias.map(() => hiddenBias) : bias,
  }));
  const net = { ...healthy, weights };
  if (labels) net.batches = await relabelled(runner, net);
  const contestant = await trainer(runner, net, { name, alone: true });
  if (before === 0) return contestant;
  // The state is reached once and then only carried on.
  const { prepare, work, ...rest } = contestant;
  let reached = false;
  return {
    ...rest,
    prepare: () => {
      if (reached) return;
      prepare();
      for (let step = 0; step < before; step += net.steps) work();
      reached = true;
    },
    work,
    // The loss creeps on; what counts here is the time.
    output: () => [0],
  };
}

/** The batches with the classes that the net already predicts. */
async function relabelled(runner, net) {
  const { model: asked } = await model(runner, net);
  return net.batches.map(({ x, ...batch }) => {
    const probabilities = asked.predict(x);
    const classes = net.sizes.at(-1);
    const y = batch.y.map((_, r) => {
      const row = probabilities.subarray(r * classes, (r + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
    return { ...batch, x, y };
  });
}

function report(races, what) {
  return ['## Saturated and dead', what, raceTable(races, 'step', 1, ['healthy'])].join('\n\n');
}
