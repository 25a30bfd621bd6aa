/** Steps of nets that have gone wrong against steps of a healthy net; they would be slow if denormals got through. */
import { model, trainer } from './contestants.mjs';
import { race } from './harness.mjs';
import { prepareNet } from './nets.mjs';
import { raceTable } from './report.mjs';

const SIZES = [256, 128, 10];
/** Learning rate that is small enough for a net to stay in its state. */
const LEARNING_RATE = 1e-7;

/** Changes to the healthy net: to its kernels and biases, its inputs or its labels. */
const states = [
  { name: 'healthy' },
  { name: 'confident and right', kernelFactor: [1, 200], labels: 'as predicted' },
  { name: 'confident and wrong', kernelFactor: [1, 200] },
  { name: 'nearly saturated', kernelFactor: [1, 30], labels: 'as predicted' },
  { name: 'hidden layer dead', hiddenBias: -1e3 },
  { name: 'tiny kernels', kernelFactor: [1e-19, 1e-19] },
];
/** Optimizers. If a gradient becomes 0, Adam's averages of it decay into the denormals after some 800 steps. */
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
  const what = `${SIZES.join('-')}, batch 64, portable. After 1500 steps Adam's averages of a gradient of 0 have decayed completely.`;
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
  // The state is reached once and then kept.
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
    // The loss changes slowly; only the time counts here.
    output: () => [0],
  };
}

/** Returns the batches with the classes that the net predicts already. */
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
