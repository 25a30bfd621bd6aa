/** Experiment X3: fifty ReLU layers from five kernel variances. Source: Prince 2023, Figure 7.4. */
import {
  type Float32Limits,
  type LogStatistics,
  type Propagation,
  propagateAsync,
} from '../../theory/index.js';
import { expectedFloat32X3, expectedX3 } from '../expected/x3.js';
import {
  type CurveChart,
  compared,
  type Experiment,
  type ExperimentComparison,
  nothing,
  settled,
} from './experiment.js';

const [DEPTH, WIDTH] = [50, 100];
/** Layers in the tables and comparisons; the charts show all. */
const SHOWN = [1, 2, 5, 10, 20, 30, 40, 50];

/** Options of experiment X3. */
export type X3Options = {
  /** Number of networks per kernel variance, ≥ 1; default 2000. */
  readonly networks: number;
  /** Seed of the networks; default 1. */
  readonly seed: number;
};

export const x3: Experiment<X3Options> = {
  id: 'X3',
  title: 'Figure 7.4: fifty ReLU layers from five kernel variances',
  question: 'Which variance of the weights carries signal and gradient through fifty ReLU layers?',
  summary:
    'Logarithm of the variance of preactivations and gradients by layer, over many networks of 50 × 100.',
  defaults: { networks: 2000, seed: 1 },
  async run(given, callbacks = {}) {
    const options = settled(x3.defaults, given, callbacks);
    const { onProgress, signal } = callbacks;
    const variances = expectedFloat32X3.map(({ kernelVariance }) => kernelVariance);
    const results: Propagation[] = [];
    try {
      for (const [i, kernelVariance] of variances.entries()) {
        results.push(
          await propagateAsync({
            depth: DEPTH,
            width: WIDTH,
            activation: 'relu',
            kernelVariance,
            ...options,
            onProgress: (done, networks) => onProgress?.(i * networks + done, variances.length * networks),
            ...(signal && { signal }),
          }),
        );
      }
    } catch (error) {
      // Kernel variances that are complete stay in the result.
      if (!signal?.aborted) throw error;
    }
    if (results.length === 0) return nothing(x3, options);
    return {
      kind: 'experiment',
      id: x3.id,
      title: x3.title,
      question: x3.question,
      options: { ...options },
      ...(results.length < variances.length && { interrupted: true }),
      tables: [table('forward', results), table('backward', results), float32Table(results)],
      comparisons: results.flatMap((result, i) => [
        ...comparisonsOf(result),
        ...float32Comparisons(result, expectedFloat32X3[i]!),
      ]),
      charts: [chart('forward', results), chart('backward', results)],
      notes: [
        'At σ² = 0.02 = 2/100 the mean variance keeps its size; the typical network loses about 5/(2n) of ln variance per layer, and the variance of ln variance grows by 5/n.',
        'Without biases a ReLU network is homogeneous: another σ² shifts ln variance at layer k by exactly k · ln(σ² / 0.02).',
        'The first preactivations have a variance of 100 σ², because the input is not rectified.',
      ],
    };
  },
};

type Side = 'forward' | 'backward';

function at(result: Propagation, side: Side, layer: number): LogStatistics {
  return result.layers[layer - 1]![side];
}

/** Returns the shift of ln variance for a kernel variance that differs from the expected values'. */
function law(side: Side, layer: number, kernelVariance: number): number {
  const kernels = side === 'forward' ? layer : DEPTH + 1 - layer;
  return kernels * Math.log(kernelVariance / expectedX3.kernelVariance);
}

/** Returns four standard errors of the difference between the mean of our networks and the expected mean. */
function sure(sd: number, networks: number): number {
  return 4 * sd * Math.sqrt(1 / networks + 1 / expectedX3.networks);
}

function comparisonsOf(result: Propagation): ExperimentComparison[] {
  const { kernelVariance, networks } = result;
  const name = `σ² = ${kernelVariance}`;
  return SHOWN.flatMap((layer) => {
    const both = (['forward', 'backward'] as const).map((side) => {
      const { mean, sd } = expectedX3[side];
      const expected = mean[layer - 1]! + law(side, layer, kernelVariance);
      const tolerance = sure(sd[layer - 1]!, networks);
      return compared(
        `${name}, layer ${layer}: ln ${side} variance`,
        at(result, side, layer).mean,
        expected,
        tolerance,
      );
    });
    if (layer === DEPTH) return both;
    const { mean, sd } = expectedX3.backwardRatio;
    const ours = at(result, 'backward', layer).mean - at(result, 'backward', DEPTH).mean;
    const expected =
      mean[layer - 1]! + law('backward', layer, kernelVariance) - law('backward', DEPTH, kernelVariance);
    return [
      ...both,
      compared(
        `${name}: ln gradient variance, layer ${layer} over ${DEPTH}`,
        ours,
        expected,
        sure(sd[layer - 1]!, networks),
      ),
    ];
  });
}

const limits = {
  overflow: 'f32 preactivations overflow',
  varianceOverflow: 'f32 variance overflows',
  varianceVanishes: 'f32 variance becomes subnormal',
  varianceZero: 'f32 variance is 0',
} as const satisfies { [Limit in keyof Float32Limits]?: string };
type Limit = keyof typeof limits;
const limitNames = /* @__PURE__ */ Object.keys(limits) as Limit[];

/** Compares the layer at which half of our networks are lost with the range from the first loss to the last. */
function float32Comparisons(
  { float32, kernelVariance }: Propagation,
  expected: (typeof expectedFloat32X3)[number],
) {
  return limitNames.map((limit) => {
    const range = expected[limit];
    const middle = range && (range[0] + range[1]) / 2;
    const tolerance = range ? (range[1] - range[0]) / 2 : 0;
    return compared(
      `σ² = ${kernelVariance}: layer at which ${limits[limit]}`,
      float32[limit],
      middle,
      tolerance,
    );
  });
}

function float32Table(results: readonly Propagation[]) {
  return {
    title: 'The layer at which half of the networks are lost in f32',
    columns: ['σ²', ...Object.values(limits)],
    rows: results.map(({ kernelVariance, float32 }) => [
      kernelVariance,
      ...limitNames.map((limit) => float32[limit] ?? '–'),
    ]),
  };
}

function table(side: Side, results: readonly Propagation[]) {
  const log10 = (value: number) => (value / Math.LN10).toFixed(2).replace('-', '−');
  const what = side === 'forward' ? 'preactivations' : 'dL/dz';
  return {
    title: `Mean log₁₀ of the variance of ${what}; in brackets the value at infinite width`,
    columns: ['layer', ...results.map(({ kernelVariance }) => `σ² = ${kernelVariance}`)],
    rows: SHOWN.map((layer) => [
      layer,
      ...results.map((result) => {
        const theory = result.layers[layer - 1]!.theory[side];
        return `${log10(at(result, side, layer).mean)} (${log10(theory)})`;
      }),
    ]),
  };
}

function chart(side: Side, results: readonly Propagation[]): CurveChart {
  return {
    kind: 'curves',
    title: side === 'forward' ? 'Variance of the preactivations' : 'Variance of the gradients dL/dz',
    x: 'layer',
    y: 'variance: median, 5 % to 95 %',
    scale: 'ln',
    series: results.map(({ kernelVariance, layers }) => ({
      name: `σ² = ${kernelVariance}`,
      x: layers.map(({ layer }) => layer),
      y: layers.map((layer) => layer[side].q50),
      low: layers.map((layer) => layer[side].q05),
      high: layers.map((layer) => layer[side].q95),
      theory: layers.map(({ theory }) => theory[side]),
    })),
  };
}
