/** X2: Glorot's and He's kernels in a 50-80-100 network. MXDL-8-02, MXDL-8-03. */
import {
  explain,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type InitializerExplanation,
  MLP,
  Rng,
} from '../../index.js';
import { expectedX2 } from '../expected/x2.js';
import {
  type Comparison,
  compared,
  type Experiment,
  type HistogramChart,
  Pace,
  settled,
} from './experiment.js';
import { histogram } from './measure.js';

const ROWS = 1000;
const shapes = [
  [50, 80],
  [80, 100],
] as const;

/** Kurtosis is what the uncertainty of a drawn deviation follows from; that of a cut normal is below a normal's 3. */
const schemes = [
  { name: 'glorotNormal', make: glorotNormal, expected: 'glorot', activation: 'tanh', kurtosis: 3 },
  { name: 'glorotUniform', make: glorotUniform, expected: 'glorot', activation: 'tanh', kurtosis: 1.8 },
  { name: 'heNormal', make: heNormal, expected: 'he', activation: 'relu', kurtosis: 3 },
  { name: 'heUniform', make: heUniform, expected: 'he', activation: 'relu', kurtosis: 1.8 },
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
    const comparisons: Comparison[] = [];
    const charts: HistogramChart[] = [];
    for (const scheme of schemes) {
      const rng = new Rng(options.seed).split('X2').split(scheme.name);
      const kernels = shapes.map((shape, l) => explain(scheme.make(), shape, { rng: rng.split(l) }));
      for (const [l, kernel] of kernels.entries()) {
        const { expected, drawn } = kernel;
        const [stddev, drawnStddev] = [expected!.variance, drawn.variance].map(Math.sqrt) as [number, number];
        rows.push([scheme.name, `w${l + 1}`, stddev, drawnStddev, expected!.limit, drawn.min, drawn.max]);
        comparisons.push(...comparisonsOf(scheme, l, kernel));
      }
      charts.push(outputs(scheme, kernels, rng));
      await pace.step();
    }
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
      id: x2.id,
      title: x2.title,
      options: { ...options },
      tables: [{ title: 'Kernels by formula and as drawn', columns, rows }],
      comparisons,
      charts,
      notes: [
        'The normal schemes are cut at 2σ and widened, so that what is left has the σ of the formula: their bound is 2.27σ.',
        'What the lecture prints as drawn is one draw of Keras without a seed.',
      ],
    };
  },
};

function comparisonsOf(scheme: Scheme, l: number, { expected, drawn }: InitializerExplanation): Comparison[] {
  const { stddev, limit, drawnStddev } = expectedX2[scheme.expected];
  const uniform = scheme.kurtosis < 3;
  const label = `${scheme.name} w${l + 1}`;
  const sigma = stddev[l]!;
  // Four standard errors of a deviation: lecture_examples.json, E9.
  const sure = 4 * sigma.formula * Math.sqrt((scheme.kurtosis - 1) / (4 * drawn.n));
  const result = [
    compared(`${label}: σ by formula`, Math.sqrt(expected!.variance), sigma.formula, 1e-12, sigma.printed),
    compared(
      `${label}: σ drawn`,
      Math.sqrt(drawn.variance),
      sigma.formula,
      sure,
      uniform ? undefined : drawnStddev[l]!,
    ),
  ];
  if (!uniform) return result;
  const bound = limit[l]!;
  // The distance of the extreme of n to the bound is exponential, of mean 2 bound / n: one in e¹⁰ is ten times as far.
  const near = (20 * bound.formula) / drawn.n;
  result.push(
    compared(`${label}: bound by formula`, expected!.limit, bound.formula, 1e-12, bound.printed),
    compared(`${label}: least`, drawn.min, -bound.formula, near),
    compared(`${label}: largest`, drawn.max, bound.formula, near),
  );
  return result;
}

/** What the hidden layers and the output, a sigmoid, come to on rows of N(0, 1). */
function outputs(
  { name, make, activation }: Scheme,
  kernels: readonly InitializerExplanation[],
  rng: Rng,
): HistogramChart {
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
  return { kind: 'histograms', title: `${name}: outputs of the layers, ${activation}`, x: 'output', series };
}
