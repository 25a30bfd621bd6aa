/** Fits of networks with few and many neurons to fifteen noisy points of a curve. */
import { adam, MLP, Rng } from 'evenkeel';

const POINTS = 15;
const NOISE = 0.3;
const SIZES = [1, 2, 4, 8, 16, 32, 64];

const curve = (x) => Math.sin(3 * x);
const grid = Array.from({ length: 81 }, (_, i) => -1 + i / 40);

/** Draws points of the curve, shifted by chance. */
function noisy(name, count) {
  const rng = new Rng(3).split(name);
  const noise = rng.split('noise').normal(count, { std: NOISE });
  const x = Array.from(rng.split('x').uniform(count, { low: -1, high: 1 }), (value) => [value]);
  return { x, y: x.map(([value], i) => [curve(value) + noise[i]]) };
}

const known = new Map();

/** Trains a network once; a picture that moves asks for the same networks again. */
function fitOf(units) {
  if (!known.has(units)) known.set(units, train(units));
  return known.get(units);
}

async function train(units) {
  const training = noisy('training', POINTS);
  const hidden = {
    units,
    activation: 'tanh',
    kernelInitializer: { name: 'randomNormal', stddev: 3 },
    biasInitializer: { name: 'randomNormal', stddev: 2 },
  };
  const model = new MLP({ inputSize: 1, layers: [hidden, { units: 1 }], seed: 1 });
  model.compile({ loss: 'meanSquaredError', optimizer: adam({ learningRate: 0.02 }) });
  await model.fit(training.x, training.y, { epochs: 1500, batchSize: POINTS });
  const errorOn = ({ x, y }) => Math.sqrt(model.evaluate(x, y).loss);
  const y = Array.from(model.predict(grid.map((x) => [x])));
  return { units, y, training: errorOn(training), test: errorOn(noisy('test', 500)) };
}

/** @param neurons  neurons of the middle network */
export async function picture({ neurons = 4 } = {}) {
  const sizes = [...new Set([...SIZES, neurons])].sort((a, b) => a - b);
  const shown = [1, neurons, 64];
  const fits = [];
  for (const units of sizes) fits.push(await fitOf(units));
  const doublings = sizes.map((units) => Math.log2(units));
  return {
    kind: 'page',
    title: 'Too few and too many neurons',
    sections: [
      {
        kind: 'curves',
        title: 'What the networks learned',
        note: 'The points are from the true curve, shifted by chance.',
        x: { label: 'input' },
        y: { label: 'output', domain: [-1.5, 1.5] },
        panels: [
          {
            x: grid,
            series: [
              ...fits
                .filter(({ units }) => shown.includes(units))
                .map(({ units, y }) => ({ label: units === 1 ? '1 neuron' : `${units} neurons`, y })),
              { label: 'true curve', role: 'reference', y: grid.map(curve) },
            ],
          },
        ],
      },
      {
        kind: 'curves',
        title: 'Typical error by number of neurons',
        note: 'Each step to the right doubles the neurons: 1, 2, 4, 8, 16, 32, 64.',
        x: { label: 'doublings' },
        y: { label: 'error', domain: [0, 0.3] },
        panels: [
          {
            x: doublings,
            series: [
              { label: 'training data', y: fits.map((fit) => fit.training) },
              { label: 'test data', y: fits.map((fit) => fit.test) },
            ],
          },
        ],
      },
      {
        kind: 'table',
        title: 'The errors',
        columns: ['neurons', 'parameters', 'training data', 'test data'],
        rows: fits.map((fit) => [fit.units, 3 * fit.units + 1, fit.training, fit.test]),
      },
    ],
  };
}
