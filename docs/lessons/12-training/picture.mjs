/** Paths of ten optimizers in a valley, and what batch norm does to a start. */
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  diagnose,
  MLP,
  nadam,
  Rng,
  randomNormal,
  rmsprop,
  sgd,
} from 'evenkeel';
import { iris } from 'evenkeel/data';
import { statistics } from 'evenkeel/theory';

const STEPS = 40;
/** Rows whose squared error from 0 is the valley (w1² + 25 w2²) / 2. */
const x = [
  [1, 0],
  [0, 5],
];
const y = [[0], [0]];
const families = [
  {
    label: 'one rate for all weights',
    optimizers: {
      momentum: sgd({ learningRate: 0.07, momentum: 0.7 }),
      NAG: sgd({ learningRate: 0.03, momentum: 0.7, nesterov: true }),
    },
  },
  {
    label: 'a rate for each weight',
    optimizers: {
      Adagrad: adagrad({ learningRate: 1 }),
      RMSprop: rmsprop({ learningRate: 0.1 }),
      Adadelta: adadelta({ learningRate: 100 }),
    },
  },
  {
    label: 'Adam and its kin',
    optimizers: {
      Adam: adam({ learningRate: 0.3 }),
      AdaMax: adamax({ learningRate: 0.3 }),
      Nadam: nadam({ learningRate: 0.3 }),
      AMSGrad: adam({ learningRate: 0.3, amsgrad: true }),
    },
  },
];

/** Weights after every step, taken by the library's own optimizer. */
function pathOf(optimizer) {
  const model = new MLP({ inputSize: 2, layers: [{ units: 1, useBias: false }] });
  model.setWeights([{ kernel: [-4, 1] }]);
  model.compile({ loss: 'squaredError', optimizer });
  const path = [[-4, 1]];
  for (let step = 0; step < STEPS; step++) {
    model.trainOnBatch(x, y);
    path.push([...model.getWeights()[0].kernel]);
  }
  return path;
}

const known = new Map();

/** Measures a spread once; a picture that moves asks for the same ones again. */
function spreadOf(factor, batchNorm) {
  const key = `${factor} ${batchNorm}`;
  if (!known.has(key)) known.set(key, measure(factor, batchNorm));
  return known.get(key);
}

/** Standard deviation in the fifth layer from kernels `factor` times as large as He's, with and without batch norm. */
function measure(factor, batchNorm) {
  const kernelInitializer = randomNormal({ stddev: factor * Math.sqrt(2 / 64) });
  const hidden = { units: 64, activation: 'relu', kernelInitializer, batchNorm };
  const model = new MLP({ inputSize: 64, layers: [...Array(5).fill(hidden), { units: 1 }], seed: 1 });
  return diagnose(model, new Rng(12).normal(200 * 64), undefined, { bins: 4 }).layers[4].activation.std;
}

/** Maps of a column of numbers, as input scalings have them. */
function scalings(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [mean, std] = [statistics.mean(values), statistics.standardDeviation(values)];
  return {
    'as measured': values,
    'to [0, 1]': values.map((value) => (value - low) / (high - low)),
    'to [−1, 1]': values.map((value) => (2 * (value - low)) / (high - low) - 1),
    'z-score': values.map((value) => (value - mean) / std),
  };
}

/** Counts values between −3 and 8, which hold all of them. */
function histogramOf(values) {
  const counts = new Array(44).fill(0);
  for (const value of values) counts[Math.floor((value + 3) * 4)]++;
  return { low: -3, high: 8, counts };
}

/** Third column of the iris flowers. */
const petals = Array.from({ length: 150 }, (_, row) => iris.x[4 * row + 2]);

const lossAt = ([w1, w2]) => (w1 ** 2 + 25 * w2 ** 2) / 2;

/** @param rate, factor  learning rate of SGD, and size of the largest kernels beside He's */
export function picture({ rate = 0.07, factor: most = 10 } = {}) {
  const paths = families.map(({ label, optimizers }, f) => ({
    label,
    series: Object.entries(f === 0 ? { SGD: sgd({ learningRate: rate }), ...optimizers } : optimizers).map(
      ([name, optimizer]) => ({
        label: name,
        path: pathOf(optimizer),
      }),
    ),
  }));
  return {
    kind: 'page',
    title: 'Ways down a valley',
    sections: [
      {
        kind: 'curves',
        only: 'picture',
        title: 'Forty steps in a valley that is steep in one direction',
        note: 'The lowest point is in the middle of the right edge, at w1 = 0 and w2 = 0.',
        x: { label: 'w1' },
        y: { label: 'w2', domain: [-1, 1] },
        panels: paths.map(({ label, series }) => ({
          label,
          series: series.map(({ label, path }) => ({
            label,
            x: path.map(([w1]) => w1),
            y: path.map(([, w2]) => w2),
          })),
        })),
      },
      {
        kind: 'table',
        title: 'Loss after steps in the valley',
        columns: ['optimizer', 'at first', '10', '20', '40'],
        rows: paths.flatMap(({ series }) =>
          series.map(({ label, path }) => [label, ...[0, 10, 20, 40].map((step) => lossAt(path[step]))]),
        ),
      },
      {
        kind: 'histograms',
        title: 'Petal lengths of 150 iris flowers, scaled in three ways',
        note: 'All share one axis; σ is the standard deviation.',
        range: 'all',
        panels: [
          {
            rows: Object.entries(scalings(petals)).map(([label, values]) => ({
              label,
              histogram: histogramOf(values),
              caption: `σ ${statistics.standardDeviation(values).toFixed(2)}`,
            })),
          },
        ],
      },
      {
        kind: 'table',
        title: 'Standard deviation in layer 5, by the size of the kernels',
        columns: ["times He's size", 'without batch norm', 'with batch norm'],
        rows: [0.1, 1, most].map((factor) => [factor, spreadOf(factor, false), spreadOf(factor, true)]),
      },
    ],
  };
}
