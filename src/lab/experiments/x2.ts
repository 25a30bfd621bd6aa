/** X2: Glorot's and He's kernels in a 50-80-100 network. MXDL-8-02, MXDL-8-03. */
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

/** Of N(0, 1) cut at ±2; what is left is widened by its inverse. */
const TRUNCATED_SD = 0.87962566103423978;

/**
 * Four standard errors of a drawn deviation follow from the kurtosis (that of a cut normal is below a normal's 3). The distance of
 * the extreme of n values to the bound is all but exponential; `edge` · bound / n is ten times its mean.
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

export type X2Options = {
  readonly seed: number;
};

export const x2: Experiment<X2Options> = {
  id: 'X2',
  title: 'Glorot and He in a 50-80-100 network',
  summary:
    'Deviation and bounds of both kernels, by formula and as drawn, and what the hidden layers make of them.',
  defaults: { seed: 1 },
  async run(given, callbacks = {}) {
    const options = settled(x2.defaults, given);
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
      'least',
      'largest',
    ];
    return {
      kind: 'experiment',
      id: x2.id,
      title: x2.title,
      options: { ...options },
      ...pace.mark,
      tables: [{ title: 'Kernels by formula and as drawn', columns, rows }],
      comparisons,
      charts: [{ kind: 'histograms', title: 'Outputs of the layers', panels }],
      notes: [
        'The normal schemes are cut at 2σ and widened, so that what is left has the σ of the formula: their bound is 2.27σ.',
        'What the lecture prints as drawn is one draw of Keras without a seed.',
      ],
    };
  },
};

function comparisonsOf(
  scheme: Scheme,
  l: number,
  { expected, drawn }: InitializerExplanation,
): ExperimentComparison[] {
  const { stddev, limit, drawnStddev } = expectedX2[scheme.expected];
  const { kurtosis, edge } = distributions[scheme.distribution];
  const uniform = scheme.distribution === 'uniform';
  const [sigma, bound] = [stddev[l]!, limit[l]!];
  const widest = uniform ? bound.formula : (2 * sigma.formula) / TRUNCATED_SD;
  const sure = 4 * sigma.formula * Math.sqrt((kurtosis - 1) / (4 * drawn.n));
  const near = (edge * widest) / drawn.n;
  const [printedDrawn, printedBound] = uniform ? [undefined, bound.printed] : [drawnStddev[l]!, undefined];
  const rows = [
    ['σ by formula', Math.sqrt(expected!.variance), sigma.formula, 1e-12, sigma.printed],
    ['σ drawn', Math.sqrt(drawn.variance), sigma.formula, sure, printedDrawn],
    ['bound by formula', expected!.limit, widest, 1e-12, printedBound],
    ['least', drawn.min, -widest, near, undefined],
    ['largest', drawn.max, widest, near, undefined],
  ] as const;
  return rows.map(([name, ours, known, tolerance, printed]) =>
    compared(`${scheme.name} w${l + 1}: ${name}`, ours, known, tolerance, printed),
  );
}

/** What the hidden layers and the output, a sigmoid, come to on rows of N(0, 1). */
function outputs(
  { name, make, activation }: Scheme,
  kernels: readonly InitializerExplanation[],
  rng: Rng,
): ExperimentHistogramPanel {
  let values = rng.split('x').normal(ROWS * shapes[0][0]);
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
  return { name: `${name}, ${activation}`, series };
}
