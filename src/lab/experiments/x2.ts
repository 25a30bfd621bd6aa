/** Experiment X2: Glorot's and He's kernels in a 50-80-100 network. Sources: MXDL-8-02, MXDL-8-03. */
import {
  explainInitializer,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type InitializerExplanation,
  MLP,
  Rng,
} from '../../index.js';
import { expectedX2 } from '../expected/x2.js';
import { histogram } from '../measure.js';
import {
  compared,
  type Experiment,
  type ExperimentComparison,
  type ExperimentHistogramPanel,
  nothing,
  Pace,
  settled,
} from './experiment.js';

const ROWS = 1000;
const shapes = [
  [50, 80],
  [80, 100],
] as const;

/** Standard deviation of N(0, 1) cut at ±2. Truncated schemes divide by it. */
const TRUNCATED_SD = 0.87962566103423978;

/**
 * Figures for the tolerances. Four standard errors of a drawn standard deviation follow from the kurtosis, which is below a
 * normal's 3 for a truncated normal. The distance of the extreme of n values from the bound is nearly exponential;
 * `edge` · bound / n is ten times its mean.
 */
const distributions = {
  normal: { kurtosis: 3, edge: 88 },
  uniform: { kurtosis: 1.8, edge: 20 },
} as const;

const schemes = [
  {
    name: 'glorotNormal',
    make: glorotNormal,
    expected: 'glorot',
    activation: 'tanh',
    distribution: 'normal',
  },
  {
    name: 'glorotUniform',
    make: glorotUniform,
    expected: 'glorot',
    activation: 'tanh',
    distribution: 'uniform',
  },
  { name: 'heNormal', make: heNormal, expected: 'he', activation: 'relu', distribution: 'normal' },
  { name: 'heUniform', make: heUniform, expected: 'he', activation: 'relu', distribution: 'uniform' },
] as const;
type Scheme = (typeof schemes)[number];

/** Options of experiment X2. */
export type X2Options = {
  /** Seed of the draws; default 1. */
  readonly seed: number;
};

export const x2: Experiment<X2Options> = {
  id: 'X2',
  title: 'Glorot and He in a 50-80-100 network',
  question:
    'Do the kernels that Glorot and He draw have the deviations and bounds of their formulas, and what do they make of the signal?',
  summary:
    'Standard deviation and bounds of both kernels, by formula and as drawn, and the outputs of the hidden layers.',
  defaults: { seed: 1 },
  async run(given, callbacks = {}) {
    const options = settled(x2.defaults, given, callbacks);
    const pace = new Pace(schemes.length, callbacks);
    const rows: (string | number)[][] = [];
    const comparisons: ExperimentComparison[] = [];
    const panels: ExperimentHistogramPanel[] = [];
    for (const scheme of schemes) {
      if (pace.over) break;
      const rng = new Rng(options.seed).split('X2').split(scheme.name);
      const kernels = shapes.map((shape, l) =>
        explainInitializer(scheme.make(), shape, { rng: rng.split(l) }),
      );
      for (const [l, kernel] of kernels.entries()) {
        const { expected, drawn } = kernel;
        const [stddev, drawnStddev] = [expected!.variance, drawn.variance].map(Math.sqrt) as [number, number];
        rows.push([scheme.name, `w${l + 1}`, stddev, drawnStddev, expected!.limit, drawn.min, drawn.max]);
        comparisons.push(...comparisonsOf(scheme, l, kernel));
      }
      panels.push(outputs(scheme, kernels, rng));
      await pace.step();
    }
    if (rows.length === 0) return nothing(x2, options);
    const columns = [
      'initializer',
      'kernel',
      'σ by formula',
      'σ drawn',
      'bound by formula',
      'smallest',
      'largest',
    ];
    return {
      kind: 'experiment',
      id: x2.id,
      title: x2.title,
      question: x2.question,
      options: { ...options },
      ...pace.mark,
      tables: [{ title: 'Kernels by formula and as drawn', columns, rows }],
      comparisons,
      charts: [{ kind: 'histograms', title: 'Inputs, and outputs of the layers', panels }],
      notes: [
        'The normal schemes cut at 2σ and then widen, so that the result has the σ of the formula: their bound is 2.27σ.',
        'The figures that the lecture prints as drawn come from one unseeded draw of Keras.',
      ],
    };
  },
};

function comparisonsOf(
  scheme: Scheme,
  l: number,
  { expected, drawn }: InitializerExplanation,
): ExperimentComparison[] {
  const { stddev, limit, drawnStddev, drawnSmallest, drawnLargest } = expectedX2[scheme.expected];
  const { kurtosis, edge } = distributions[scheme.distribution];
  const uniform = scheme.distribution === 'uniform';
  const [sigma, bound] = [stddev[l]!, limit[l]!];
  const widest = uniform ? bound.formula : (2 * sigma.formula) / TRUNCATED_SD;
  const sure = 4 * sigma.formula * Math.sqrt((kurtosis - 1) / (4 * drawn.n));
  const near = (edge * widest) / drawn.n;
  // The listings print the deviation of normal draws, and the extremes of uniform ones.
  const [printedDrawn, printedBound, least, most] = uniform
    ? [undefined, bound.printed, drawnSmallest[l]!, drawnLargest[l]!]
    : [drawnStddev[l]!, undefined, undefined, undefined];
  const rows = [
    ['σ by formula', Math.sqrt(expected!.variance), sigma.formula, 1e-12, sigma.printed],
    ['σ drawn', Math.sqrt(drawn.variance), sigma.formula, sure, printedDrawn],
    ['bound by formula', expected!.limit, widest, 1e-12, printedBound],
    ['smallest', drawn.min, -widest, near, least],
    ['largest', drawn.max, widest, near, most],
  ] as const;
  return rows.map(([name, ours, known, tolerance, printed]) =>
    compared(`${scheme.name} w${l + 1}: ${name}`, ours, known, tolerance, printed),
  );
}

/** Returns histograms of the inputs, which are rows of N(0, 1), and of the values of the hidden layers and the sigmoid output. */
function outputs(
  { name, make, activation }: Scheme,
  kernels: readonly InitializerExplanation[],
  rng: Rng,
): ExperimentHistogramPanel {
  const x = rng.split('x').normal(ROWS * shapes[0][0]);
  let values = x;
  const layers = [
    ...kernels.map(({ shape, values: kernel }) => ({ size: shape[0], units: shape[1]!, activation, kernel })),
    { size: 100, units: 1, activation: 'sigmoid' as const, kernel: make()([100, 1], rng.split('output')) },
  ];
  const series = layers.map(({ size, units, activation, kernel }, l) => {
    const model = new MLP({ inputSize: size, layers: [{ units, activation }] });
    model.setWeights([{ kernel, bias: new Float32Array(units) }]);
    values = model.predict(values);
    return histogram(l < 2 ? `h${l + 1}` : 'output', values);
  });
  return { name: `${name}, ${activation}`, series: [histogram('x', x), ...series] };
}
