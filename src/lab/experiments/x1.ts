/** Experiment X1: outputs of hidden layers by the standard deviation of their kernels. Source: MXDL-8-01. */
import { MLP, Rng, randomNormal } from '../../index.js';
import { DRAWS_X1, expectedX1, printedX1 } from '../expected/x1.js';
import { column, histogram, mean, std } from '../measure.js';
import { compared, type Experiment, type HistogramSeries, nothing, Pace, settled } from './experiment.js';

const ROWS = 1000;
const SIZE = 100;
const ZEROS = /* @__PURE__ */ new Float32Array(SIZE);

/** Options of experiment X1. */
export type X1Options = {
  /** Number of draws per standard deviation, ≥ 1; default 30. */
  readonly networks: number;
  /** Seed of the draws; default 1. */
  readonly seed: number;
};

interface Measured {
  readonly h1: number[];
  readonly h2: number[];
  readonly histograms: { h1: HistogramSeries; h2: HistogramSeries }[];
}

export const x1: Experiment<X1Options> = {
  id: 'X1',
  title: 'Hidden outputs by the standard deviation of the kernels',
  question:
    'How far do the outputs of hidden layers spread if the weights are drawn with another standard deviation?',
  summary:
    'Standard deviation of one hidden unit in two linear layers of 100, for kernels N(0, σ²) with six values of σ.',
  defaults: { networks: 30, seed: 1 },
  async run(given, callbacks = {}) {
    const options = settled(x1.defaults, given, callbacks);
    const pace = new Pace(options.networks, callbacks);
    const measured = await measure(options, pace);
    const draws = measured[0]!.h1.length;
    if (draws === 0) return nothing(x1, options);
    const sure = 4 * Math.sqrt(1 / draws + 1 / DRAWS_X1);
    return {
      kind: 'experiment',
      id: x1.id,
      title: x1.title,
      question: x1.question,
      options: { ...options },
      ...pace.mark,
      tables: [
        {
          title: `Standard deviation of the first unit over ${ROWS} rows, mean of ${draws} draws`,
          columns: ['σ', 'h1', 'expected', '10σ', 'h2', 'expected', '100σ²', 'h2 / h1'],
          rows: expectedX1.map(({ stddev, h1, h2 }, i) => {
            const [s1, s2] = [mean(measured[i]!.h1), mean(measured[i]!.h2)];
            return [stddev, s1, h1.mean, 10 * stddev, s2, h2.mean, 100 * stddev * stddev, s2 / s1];
          }),
        },
      ],
      comparisons: expectedX1.flatMap(({ stddev, ...expected }, i) =>
        (['h1', 'h2'] as const).map((h) => {
          const ours = mean(measured[i]![h]);
          const printed = stddev === 1 ? printedX1[h] : undefined;
          return compared(`${h}, σ = ${stddev}`, ours, expected[h].mean, sure * expected[h].sd, printed);
        }),
      ),
      charts: [
        {
          kind: 'histograms',
          title: 'Unit 0 of both layers over the rows of the first draw',
          panels: (['h1', 'h2'] as const).map((h) => ({
            name: h,
            series: measured.map(({ histograms }) => histograms[0]![h]),
          })),
        },
      ],
      notes: [
        'A layer of 100 multiplies the standard deviation by 10σ. At σ = 0.1 both layers have the same one; at σ = 1 the second layer has ten times that of the first.',
        'All six σ use the same draws, so their histograms differ only in width. The bars of the standard deviations show it, on one logarithmic axis.',
        'The printed 9.059 and 77.747 come from one unseeded draw; one draw in twenty is more than 2 standard deviations from the mean.',
      ],
    };
  },
};

/** Measures the first unit of both layers for each σ, one value per draw, until the pace is over. */
async function measure({ seed }: X1Options, pace: Pace): Promise<Measured[]> {
  const layer = new MLP({ inputSize: SIZE, layers: [{ units: SIZE, activation: 'identity' }] });
  const measured = expectedX1.map((): Measured => ({ h1: [], h2: [], histograms: [] }));
  for (let draw = 0; !pace.over; draw++) {
    const rng = new Rng(seed).split('X1').split(draw);
    const x = rng.split('x').normal(ROWS * SIZE);
    for (const [i, { stddev }] of expectedX1.entries()) {
      const through = (inputs: Float32Array, label: string) => {
        const kernel = randomNormal({ stddev })([SIZE, SIZE], rng.split(label));
        layer.setWeights([{ kernel, bias: ZEROS }]);
        return layer.predict(inputs);
      };
      const h1 = through(x, 'h1');
      const [u1, u2] = [h1, through(h1, 'h2')].map((h) => column(h, SIZE, 0)) as [Float64Array, Float64Array];
      measured[i]!.h1.push(std(u1));
      measured[i]!.h2.push(std(u2));
      if (draw === 0) {
        const name = `σ = ${stddev}`;
        measured[i]!.histograms.push({ h1: histogram(name, u1), h2: histogram(name, u2) });
      }
    }
    await pace.step();
  }
  return measured;
}
