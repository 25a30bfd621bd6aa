/** Experiment X5: chains of single sigmoid units, and the small gradient that reaches their first unit. */
import { useJavascript } from '../../extras/index.js';
import { MLP, Rng } from '../../index.js';
import { expectedX5 } from '../expected/x5.js';
import { quantile } from '../measure.js';
import {
  type CurveChart,
  compared,
  type Experiment,
  type ExperimentComparison,
  nothing,
  Pace,
  settled,
} from './experiment.js';

const X = 2.4;
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];
/** Number of chains between two progress reports. */
const CHUNK = 200;
/** Standard errors of a normal sample's quantiles at these shares, in units of sd / √n: √(p(1 − p)) / φ(Φ⁻¹(p)). */
const ERRORS = [2.1132, 1.3626, 1.2533, 1.3626, 2.1132];
/** Factor of the standard error at 5 %, where ln |dL/db| has a longer left tail than a normal and so fewer values nearby. */
const TAIL = 2;

/** Options of experiment X5. */
export type X5Options = {
  /** Number of chains per depth, ≥ 1; default 10 000. */
  readonly networks: number;
  /** Seed of the weights; default 1. */
  readonly seed: number;
};

export const x5: Experiment<X5Options> = {
  id: 'X5',
  title: 'Chains of sigmoid units: derivatives by depth',
  question: 'How much of the gradient is left at the first unit of a chain of sigmoid units?',
  summary:
    'Quantiles of |dL/db| at each unit in chains of 1, 4, 5, 7 and 8 sigmoid units with weights N(0, 1), x = 2.4.',
  defaults: { networks: 10_000, seed: 1 },
  async run(given, callbacks = {}) {
    const options = settled(x5.defaults, given, callbacks);
    const chunks = Math.ceil(options.networks / CHUNK);
    const pace = new Pace(expectedX5.length * chunks, callbacks);
    const measured: number[][][] = [];
    for (const { depth } of expectedX5) {
      const sizes = await gradientSizes(depth, options, pace);
      if (sizes === undefined) break;
      measured.push(sizes.map((values) => SHARES.map((share) => quantile(values.sort(), share))));
    }
    if (measured.length === 0) return nothing(x5, options);
    const finished = expectedX5.slice(0, measured.length);
    return {
      kind: 'experiment',
      id: x5.id,
      title: x5.title,
      question: x5.question,
      options: { ...options },
      ...pace.mark,
      tables: [
        {
          title: '|dL/db| of the first hidden unit',
          columns: ['hidden units', ...SHARES.map((share) => `${100 * share} %`), 'median expected'],
          rows: finished.map(({ depth, quantiles }, i) => [depth, ...measured[i]![0]!, quantiles[0]![2]!]),
        },
      ],
      comparisons: finished.flatMap(({ depth, quantiles }, i) =>
        quantiles.flatMap((expected, unit) =>
          comparisonsOf(`${depth} hidden, unit ${unit + 1}`, measured[i]![unit]!, expected, options.networks),
        ),
      ),
      charts: [chart(measured)],
      notes: [
        "A sigmoid's slope is at most ¼: each further unit away from the output reduces the gradient by a factor of about eight.",
        'Biases are 0; the output is a softmax of two classes, and the first class is right. The figures are computed in f64.',
      ],
    };
  },
};

/** @param measured  quantiles of |dL/db| by depth, unit and share */
function chart(measured: readonly number[][][]): CurveChart {
  return {
    kind: 'curves',
    title: '|dL/db| by unit',
    x: 'hidden unit',
    y: '|dL/db|: median; for the longest chain 5 % to 95 %',
    scale: 'log',
    series: measured.map((units, i) => {
      const column = (share: number) => units.map((values) => values[share]!);
      return {
        name: `${expectedX5[i]!.depth} hidden`,
        x: units.map((_, unit) => unit + 1),
        y: column(2),
        // Bands of all five chains would hide the lines.
        ...(i === measured.length - 1 && { low: column(0), high: column(4) }),
      };
    }),
  };
}

/** Returns |dL/db| by hidden unit, one value per chain, or undefined if the experiment ended before the last chain. */
async function gradientSizes(
  depth: number,
  { networks, seed }: X5Options,
  pace: Pace,
): Promise<Float64Array[] | undefined> {
  const hidden = Array.from({ length: depth }, () => ({ units: 1, activation: 'sigmoid' as const }));
  useJavascript();
  const model = new MLP({
    inputSize: 1,
    layers: [...hidden, { units: 2, activation: 'softmax' }],
    backend: 'javascript64',
  });
  model.compile({ loss: 'crossEntropy', optimizer: 'sgd' });
  const rng = new Rng(seed).split('X5').split(depth);
  const sizes = hidden.map(() => new Float64Array(networks));
  for (let chain = 0; chain < networks; chain++) {
    if (pace.over) return undefined;
    const weights = rng.normal(depth + 2, { offset: chain * (depth + 2) });
    model.setWeights([
      ...hidden.map((_, l) => ({ kernel: [weights[l]!], bias: [0] })),
      { kernel: weights.slice(depth), bias: [0, 0] },
    ]);
    const { layers } = model.gradients([[X]], [0]);
    for (let l = 0; l < depth; l++) sizes[l]![chain] = Math.abs(layers[l]!.bias[0]!);
    if ((chain + 1) % CHUNK === 0 || chain + 1 === networks) await pace.step();
  }
  return sizes;
}

/** Compares log₁₀ of the quantiles, which lie decades apart. The tolerance is four standard errors of the difference of two equal samples. */
function comparisonsOf(
  name: string,
  ours: readonly number[],
  expected: readonly number[],
  networks: number,
): ExperimentComparison[] {
  const logs = expected.map(Math.log10);
  const deviation = (logs[3]! - logs[1]!) / 1.349;
  return SHARES.map((share, i) => {
    const tail = i === 2 ? 1 : TAIL;
    const tolerance = (4 * Math.SQRT2 * ERRORS[i]! * tail * deviation) / Math.sqrt(networks);
    return compared(`${name}: log₁₀ |dL/db|, ${100 * share} %`, Math.log10(ours[i]!), logs[i]!, tolerance);
  });
}
