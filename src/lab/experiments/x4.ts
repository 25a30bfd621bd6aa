/** Experiment X4: five tanh layers with and without Glorot's variance. Source: talk on Xavier and He, after Glorot & Bengio 2010. */
import { glorotUniform, type Initializer, MLP, Rng, torchLinear } from '../../index.js';
import { expectedX4 } from '../expected/x4.js';
import { histogram, mean, std } from '../measure.js';
import { compared, type Experiment, type HistogramSeries, nothing, Pace, settled } from './experiment.js';

const DEPTH = 5;
const WIDTH = 1000;
const CLASSES = 10;
const LAYERS = [0, 1, 2, 3, 4] as const satisfies { readonly length: typeof DEPTH };
/** Number of inputs per network. */
const ROWS = 200;
/** Relative standard deviation of one network's figures: the largest over layers and starts, from twenty networks. */
const SPREAD = { activation: 0.0035, gradient: 0.0144, ratio: 0.0114 } as const;

/** Options of experiment X4. */
export type X4Options = {
  /** Number of networks per start, ≥ 1; default 2. */
  readonly networks: number;
  /** Seed of the networks; default 1. */
  readonly seed: number;
};

const starts = {
  standard: { title: 'U(±1/√n)', make: torchLinear },
  glorot: { title: 'Glorot uniform', make: glorotUniform },
} as const satisfies Record<string, { title: string; make: () => Initializer }>;
type Start = keyof typeof starts;
const names = /* @__PURE__ */ Object.keys(starts) as Start[];

interface Measured {
  /** Standard deviation of the activations, by network and layer. */
  readonly activations: number[][];
  /** Standard deviation of dL/dz, by network and layer. */
  readonly gradients: number[][];
  /** Histograms of the first network, by layer. */
  readonly histograms: { activation: HistogramSeries[]; gradient: HistogramSeries[] };
}

export const x4: Experiment<X4Options> = {
  id: 'X4',
  title: 'Five tanh layers, with and without Glorot',
  question: 'What does Glorot’s variance change in five tanh layers?',
  summary:
    'Standard deviation of activations and gradients by layer in 5 × 1000 tanh units, from U(±1/√n) and from Glorot uniform.',
  defaults: { networks: 2, seed: 1 },
  async run(given, callbacks = {}) {
    const options = settled(x4.defaults, given, callbacks);
    const pace = new Pace(names.length * options.networks, callbacks);
    const measured = Object.fromEntries(
      names.map((name) => [
        name,
        { activations: [], gradients: [], histograms: { activation: [], gradient: [] } },
      ]),
    ) as unknown as Record<Start, Measured>;
    const layer = new MLP({ inputSize: WIDTH, layers: [{ units: WIDTH, activation: 'tanh' }] });
    for (let network = 0; !pace.over; network++) {
      for (const name of names) {
        if (pace.over) break;
        measure(measured[name], layer, starts[name].make(), options, network);
        await pace.step();
      }
    }
    if (measured.standard.activations.length === 0) return nothing(x4, options);
    return { ...result(options, measured), ...pace.mark };
  },
};

function measure(
  into: Measured,
  layer: MLP,
  kernelInitializer: Initializer,
  { seed }: X4Options,
  network: number,
): void {
  const rng = new Rng(seed).split('X4').split(network);
  const x = rng.split('x').normal(ROWS * WIDTH);
  const y = rng.split('y').integers(ROWS, CLASSES);
  const model = new MLP({
    inputSize: WIDTH,
    layers: [
      ...LAYERS.map(() => ({ units: WIDTH, activation: 'tanh' as const, kernelInitializer })),
      { units: CLASSES, activation: 'softmax', kernelInitializer },
    ],
    seed: `X4 ${seed} ${network}`,
  });
  model.compile({ loss: 'crossEntropy', optimizer: 'sgd' });
  const weights = model.getWeights();
  let values = x;
  const activations = LAYERS.map((l) => {
    layer.setWeights([weights[l]!]);
    values = layer.predict(values);
    return values;
  });
  // These are gradients of the mean loss; multiplied by the number of rows they belong to each row's own loss.
  const gradients = model
    .gradients(x, y)
    .layers.slice(0, DEPTH)
    .map(({ preactivation }) => preactivation.map((value) => value * ROWS));
  into.activations.push(activations.map(std));
  into.gradients.push(gradients.map(std));
  if (network > 0) return;
  const byLayer = (values: Float32Array, l: number) => histogram(`layer ${l + 1}`, values);
  into.histograms.activation.push(...activations.map(byLayer));
  into.histograms.gradient.push(...gradients.map(byLayer));
}

function result(options: X4Options, measured: Record<Start, Measured>) {
  const byLayer = (values: readonly number[][]) => LAYERS.map((l) => mean(values.map((row) => row[l]!)));
  // A start is missing if the experiment ended before its first network.
  const begun = names.filter((name) => measured[name].activations.length > 0);
  const figures = begun.map((name) => {
    const gradient = byLayer(measured[name].gradients);
    const activation = byLayer(measured[name].activations);
    return { name, activation, gradient, ratio: gradient[0]! / gradient[DEPTH - 1]! };
  });
  return {
    kind: 'experiment' as const,
    id: x4.id,
    title: x4.title,
    question: x4.question,
    options: { ...options },
    tables: (['activation', 'gradient'] as const).map((what) => ({
      title: `Standard deviation of ${what === 'activation' ? 'activations' : 'gradients dL/dz'} by layer`,
      columns: [
        'start',
        ...LAYERS.map((l) => `layer ${l + 1}`),
        ...(what === 'gradient' ? ['first / last'] : []),
      ],
      rows: figures.map(({ name, ratio, ...figure }) => [
        starts[name].title,
        ...figure[what],
        ...(what === 'gradient' ? [ratio] : []),
      ]),
    })),
    comparisons: figures.flatMap(({ name, ratio, ...figure }) => {
      const expected = expectedX4[name];
      const { title } = starts[name];
      // Four standard deviations of the difference between our mean and the expected figures of one network.
      const sure = 4 * Math.sqrt(1 / measured[name].activations.length + 1);
      return [
        ...(['activation', 'gradient'] as const).flatMap((what) =>
          LAYERS.map((l) => {
            const value = expected[what][l]!;
            const tolerance = sure * SPREAD[what] * value;
            return compared(`${title}: sd of ${what}, layer ${l + 1}`, figure[what][l], value, tolerance);
          }),
        ),
        compared(
          `${title}: sd of gradient, layer 1 over ${DEPTH}`,
          ratio,
          expected.gradientRatio,
          sure * SPREAD.ratio * expected.gradientRatio,
        ),
      ];
    }),
    charts: (['activation', 'gradient'] as const).map((what) => ({
      kind: 'histograms' as const,
      title: what === 'activation' ? 'Activations by layer' : 'Gradients dL/dz by layer',
      range: 'all' as const,
      panels: begun.map((name) => ({ name: starts[name].title, series: measured[name].histograms[what] })),
    })),
    notes: [
      'U(±1/√n) has a variance of 1/(3n): each layer reduces the standard deviation of both activations and gradients.',
      "Glorot's variance of 1/n keeps both in one range; the remaining loss comes from the saturation of tanh.",
    ],
  };
}
