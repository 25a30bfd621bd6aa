/** Handmade reports of the public types, with known numbers. */
import type {
  Diagnosis,
  Histogram,
  History,
  InitializerName,
  LayerDiagnosis,
  MLPOptions,
  TensorStatistics,
} from '../../src/index.js';
import type { PropagatedLayer, Propagation } from '../../src/theory/index.js';

/** Counts of a normal distribution, one bin for each third of a standard deviation, up to ±3. */
const BELL = [3, 10, 27, 65, 121, 175, 199, 175, 121, 65, 27, 10, 3];

/** Makes the statistics of a tensor around 0 with the given standard deviation; NaN if nothing was finite. */
export function tensor(std: number, given: Partial<TensorStatistics> = {}): TensorStatistics {
  const edge = Number.isFinite(std) ? 3 * std : Number.NaN;
  const histogram: Histogram = { low: -edge, high: edge, counts: BELL };
  return {
    count: 1001,
    mean: 0,
    std,
    min: -edge,
    max: edge,
    quantiles: { q05: -1.645 * std, q25: -0.674 * std, q50: 0, q75: 0.674 * std, q95: 1.645 * std },
    zeroFraction: 0,
    nonFinite: 0,
    histogram,
    ...given,
  };
}

export interface Fall {
  /** Factor of the standard deviation of the preactivations from layer to layer. */
  readonly forward: number;
  readonly verdict: Diagnosis['verdict'];
  readonly depth: number;
  readonly withTargets?: boolean;
  readonly activationName?: (index: number) => string;
}

/** Makes the diagnosis of a ReLU network whose standard deviation changes by a factor per layer, where theory expects 1. */
export function diagnosis({ forward, verdict, depth, withTargets = true, activationName }: Fall): Diagnosis {
  const layers = Array.from({ length: depth }, (_, l): LayerDiagnosis => {
    const std = forward ** l;
    const gradient = 0.1 * forward ** (depth - 1 - l);
    const relu = { low: 0, high: 3 * std, counts: [600, ...BELL.slice(7)] };
    return {
      name: `layers[${l}]`,
      fanIn: l === 0 ? 784 : 100,
      units: l === depth - 1 ? 10 : 100,
      activationName: activationName?.(l) ?? (l === depth - 1 ? 'softmax' : 'relu'),
      preactivation: tensor(std),
      unitStd: 0.8 * std,
      correlation: 1 - 0.64 / (l + 1),
      activation: tensor(0.58 * std, { min: 0, histogram: relu, zeroFraction: 0.5 }),
      kernel: tensor(0.14),
      ...(withTargets && {
        gradient: tensor(gradient),
        kernelGradient: tensor(gradient / 10),
        updateRatio: gradient / 100,
      }),
      predicted: {
        preactivationStd: 1,
        correlation: 1 - 0.7 / (l + 1),
        gradientRatio: 1,
        ...(withTargets && { gradientStd: 0.1 }),
      },
      deadUnits: l === 1 ? [3] : [],
      deadFraction: l === 1 ? 0.01 : 0,
      chanceDeadFraction: 0,
      kernelRatio: forward,
      recommendedInitializer: 'heNormal',
      saturatedFraction: 0,
      symmetricUnits: [],
    };
  });
  const advice =
    verdict === 'healthy'
      ? []
      : [
          `layer ${depth}: preactivation sd ${(forward ** (depth - 1)).toPrecision(3)}, expected 1.0; kernel sd is 0.88 of He's: use heNormal.`,
          'The inputs are not centred: use inputScaling zScore.',
        ];
  return {
    kind: 'diagnosis',
    rows: 128,
    ...(withTargets && { loss: 2.5 }),
    inputs: {
      given: tensor(79),
      scaled: tensor(1),
      constantFeatures: [0, 27],
      unscaledFeatures: [],
      outlyingFeatures: [],
      largeFeatures: [],
    },
    layers,
    verdict,
    advice,
  };
}

/** Makes a propagation whose ln variance drifts by `slope` per layer, forward and backward, and spreads with √depth. */
export function propagation({ depth, slope }: { depth: number; slope: number }): Propagation {
  const layers = Array.from({ length: depth }, (_, l): PropagatedLayer => {
    const at = (steps: number) => ({ mean: slope * steps, std: 0.3 * Math.sqrt(steps + 1) });
    const logs = ({ mean, std }: { mean: number; std: number }) => ({
      mean: mean + 0.1,
      std,
      q05: mean - 1.7 * std,
      q50: mean + 0.1,
      q95: mean + 1.6 * std,
      excluded: 0,
    });
    const [forward, backward] = [at(l + 1), at(depth - l)];
    const theory = {
      forward: forward.mean + 0.05 * l,
      backward: backward.mean + 0.05 * (depth - l),
      forwardMean: forward.mean,
      forwardStd: forward.std,
      backwardMean: backward.mean,
      backwardStd: backward.std,
    };
    return { layer: l + 1, forward: logs(forward), backward: logs(backward), theory };
  });
  return {
    kind: 'propagation',
    depth,
    width: 100,
    networks: 2000,
    seed: 1,
    activationName: 'relu',
    kernelVariance: 0.02,
    layers,
    float32: slope < -1 ? { varianceVanishes: Math.ceil(-87 / slope) } : {},
  };
}

/** Eight ReLU layers before a linear one, all from one initializer. */
export function deepRelu(kernelInitializer: InitializerName): MLPOptions {
  const hidden = { units: 64, activation: 'relu', kernelInitializer } as const;
  return { inputSize: 64, layers: [...Array(8).fill(hidden), { units: 3, kernelInitializer }] };
}

export function history(epochs: number, recordedLayers = 0): History {
  const fall = (from: number, to: number) =>
    Array.from({ length: epochs }, (_, e) => to + (from - to) * 0.7 ** e);
  return {
    kind: 'history',
    loss: fall(2.3, 0.05),
    accuracy: fall(0.1, 0.99),
    validation: { loss: fall(2.2, 0.2).map((loss, e) => loss + 0.01 * e), accuracy: fall(0.15, 0.95) },
    bestEpoch: 9,
    ...(recordedLayers > 0 && {
      diagnostics: fall(1, 0.5).map((std, r) => ({
        step: 1 + 100 * r,
        epoch: 1 + r,
        loss: std,
        layers: Array.from({ length: recordedLayers }, (_, l) => ({
          preactivationStd: std / (l + 1),
          gradientStd: 0.01 * std,
          deadFraction: 0.1 * l,
          updateRatio: 1e-3 * std,
        })),
      })),
    }),
  };
}
