/** Fate of a gradient on its way back, and the factor that is to blame. */
import type { Backward } from './engine.js';

/** Relative to the output, a gradient counts as dead below the first number and as exploded above the second, as in `diagnose`. */
const DEAD = 0.01;
const EXPLODED = 100;
/** A factor is not blamed if the logarithm of its effect is less than this share of the other's. */
const PART = 0.5;

export interface Fate {
  readonly kind: 'keeps' | 'dies' | 'explodes';
  /** Index of the first layer, on the way back, at which it is dead or exploded; layer 0 if it keeps its size. */
  readonly layer: number;
  /** Size of the gradient at that layer, relative to the output. */
  readonly ratio: number;
  /** Geometric means of the factors from the output to that layer. */
  readonly weights: number;
  readonly slope: number;
  /** Factors that made the gradient die or explode. */
  readonly blame: 'weights' | 'slope' | 'both';
}

/** Returns the fate of a gradient from its sizes and factors. */
export function fateOf({ sizes, weights, slopes }: Backward): Fate {
  const last = sizes.length - 1;
  const ratios = sizes.map((size) => size / sizes[last]!);
  const lost = ratios.findLastIndex((ratio) => !(ratio >= DEAD && ratio <= EXPLODED));
  const layer = Math.max(0, lost);
  const ratio = ratios[layer]!;
  const kind = lost < 0 ? 'keeps' : ratio > EXPLODED ? 'explodes' : 'dies';
  const [ofWeights, ofSlope] = [weights, slopes].map((factors) => {
    const logs = [...factors.subarray(layer, last)].map((factor) => Math.log(factor));
    // Below a gradient of 0, the factors are 0 / 0. They are to blame for nothing.
    const known = logs.filter((log) => !Number.isNaN(log));
    return { total: sum(known), mean: Math.exp(sum(known) / known.length) };
  }) as [Effect, Effect];
  const sign = kind === 'explodes' ? 1 : -1;
  return {
    kind,
    layer,
    ratio,
    weights: ofWeights.mean,
    slope: ofSlope.mean,
    blame: blamed(sign * ofWeights.total, sign * ofSlope.total),
  };
}

/** Effect of a factor over several layers. */
interface Effect {
  /** Sum of the logarithms. */
  readonly total: number;
  /** Geometric mean. */
  readonly mean: number;
}

/** Compares two effects, given as logarithms that are positive in the direction of the fate. */
function blamed(weights: number, slope: number): Fate['blame'] {
  if (weights === slope) return 'both';
  const [less, more] = [Math.min(weights, slope), Math.max(weights, slope)];
  if (less > PART * more) return 'both';
  return weights > slope ? 'weights' : 'slope';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
