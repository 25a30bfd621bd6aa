import { computed } from '../computed.js';
import {
  activationDerivative,
  activationValue,
  type ScalarActivation,
} from '../network/activation-values.js';
import {
  type Activation,
  checkActivation,
  checkPointwise,
  homogeneity,
  kinksOf,
  rangeOf,
} from '../network/activations.js';
import { powerOfTwo } from '../numbers/exponents.js';
import { type ActivationFacts, activationFacts } from './activation-facts.js';
import { gain, gaussianMoments } from './gaussian.js';

/** Fixed point of a variance map: a variance that a layer passes on unchanged. */
export interface FixedPoint {
  /** Variance of the preactivations. */
  readonly variance: number;
  /** True if variances near it come nearer from layer to layer, false if they move away. */
  readonly stable: boolean;
}

/** Points of the curves of f and f′. */
export interface ActivationCurves {
  /** Points, in ascending order. */
  readonly z: readonly number[];
  /** f at each point. */
  readonly value: readonly number[];
  /** f′ at each point. */
  readonly derivative: readonly number[];
}

/** Explanation of an activation, as plain data. */
export interface ActivationExplanation extends ActivationFacts {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'activationExplanation';
  /** Name of the activation, without aliases. */
  readonly name: string;
  /** The activation with all its options, as plain data. */
  readonly activation: Activation;
  /** Infimum and supremum of f. */
  readonly range: readonly [lowest: number, highest: number];
  /** Points at which f′ or f″ jumps. */
  readonly kinks: readonly number[];
  /**
   * Places where f is flat: |f′| is less than a hundredth of its largest value at every z below `below` and above `above`. A
   * side on which it is not flat is absent.
   */
  readonly saturation: {
    /** Point below which f is flat. */
    readonly below?: number;
    /** Point above which f is flat. */
    readonly above?: number;
  };
  /** Factor on a kernel's standard deviation that keeps E[f²] at 1, for z ~ N(0, 1): 1/√E[f²]. */
  readonly gain: number;
  /** Factor per layer on the variance of gradients with that gain: gain² · E[f′²] for z ~ N(0, 1). */
  readonly chi: number;
  /** Fixed points of the variance map q ↦ gain² · E[f(√q z)²], in ascending order; 'all' if it keeps every variance. */
  readonly fixedPoints: readonly FixedPoint[] | 'all';
  /** Curves of f and f′ around 0, for a picture. */
  readonly curves: ActivationCurves;
}

/** Share of its largest value below which a derivative counts as flat, as in a diagnosis. */
const FLAT = 0.01;
/** Points beyond which every activation follows its limits: softsign, the slowest, has slope 2e-5 there. */
const FAR = 200;
const SCAN = 0.05;
/** Half the width of the picture; squares grow so fast that they get less. */
const REACH = { line: 5, square: 2.5 };
const STEPS = 100;
/** Distance from a kink at which a jump is drawn. */
const BESIDE = 1e-9;
const BISECTIONS = 40;
/** Fixed points are searched between variances of 2^±20.5. 1 is the geometric mean of two neighbouring places. */
const DOUBLINGS = 41;
const LEAST = /* @__PURE__ */ computed(() => powerOfTwo(-20) * Math.SQRT1_2);
/** A fixed point this near to 1 is 1. */
const NEAR_ONE = 1e-4;

/**
 * Explains an activation: its formula, derivative and origin, where it saturates, its gain, what the gain makes of variances and
 * gradients, and its curves.
 *
 * @param activation  a name, or the result of leakyRelu(), elu() or prelu(); not softmax, which works on whole rows
 * @throws TypeError   if it is no activation of one number
 * @throws RangeError  if an option of the activation is out of range
 */
export function explainActivation(activation: ScalarActivation): ActivationExplanation {
  const checked = checkActivation('activation', activation);
  checkPointwise('activation', checked);
  const f = checked as ScalarActivation;
  const name = checked.name as keyof typeof activationFacts;
  const factor = gain(f);
  return {
    kind: 'activationExplanation',
    name,
    activation: checked,
    ...activationFacts[name],
    range: rangeOf(checked),
    kinks: kinksOf(checked),
    saturation: saturationOf(f),
    gain: factor,
    chi: factor * factor * gaussianMoments(f).slopeSecond,
    fixedPoints: homogeneity(checked)?.degree === 1 ? 'all' : fixedPoints(f, factor * factor),
    curves: curvesOf(f),
  };
}

function saturationOf(f: ScalarActivation): { below?: number; above?: number } {
  const growth = homogeneity(checkActivation('activation', f));
  if (growth !== undefined) {
    // Below 0 the slope is `below` times that on the other side.
    const below = Math.abs(growth.below);
    const limit = FLAT * Math.max(1, below);
    return { ...(below < limit && { below: 0 }), ...(1 < limit && { above: 0 }) };
  }
  const z = Array.from({ length: (2 * FAR) / SCAN + 1 }, (_, i) => i * SCAN - FAR);
  const slopes = activationDerivative(f, z).map(Math.abs);
  const limit = FLAT * slopes.reduce((most, slope) => Math.max(most, slope), 0);
  const steep = z.filter((_, i) => slopes[i]! > 0 && slopes[i]! >= limit);
  const [first, last] = [steep[0], steep.at(-1)];
  if (first === undefined || last === undefined) return { below: 0, above: 0 };
  const edge = (flat: number, rising: number) =>
    bisected(flat, rising, mean, (at) => Math.abs(activationDerivative(f, at)) < limit);
  return {
    ...(first > -FAR && { below: edge(first - SCAN, first) }),
    ...(last < FAR && { above: edge(last + SCAN, last) }),
  };
}

const mean = (a: number, b: number) => (a + b) / 2;
const geometricMean = (a: number, b: number) => Math.sqrt(a * b);

/** Returns the place between two at which a condition that holds at the first ends. */
function bisected(
  from: number,
  to: number,
  middle: (a: number, b: number) => number,
  holds: (at: number) => boolean,
): number {
  for (let i = 0; i < BISECTIONS; i++) {
    const at = middle(from, to);
    if (holds(at)) from = at;
    else to = at;
  }
  return middle(from, to);
}

function fixedPoints(f: ScalarActivation, scale: number): FixedPoint[] {
  const grows = (variance: number) => scale * gaussianMoments(f, variance).second > variance;
  const places = Array.from({ length: DOUBLINGS + 1 }, (_, i) => LEAST * powerOfTwo(i));
  const found = places.slice(1).flatMap((high, i): FixedPoint[] => {
    const low = places[i]!;
    const stable = grows(low);
    if (stable === grows(high)) return [];
    const at = bisected(low, high, geometricMean, (variance) => grows(variance) === stable);
    return [{ variance: Math.abs(at - 1) < NEAR_ONE ? 1 : at, stable }];
  });
  const zero = activationValue(f, 0) === 0 ? [{ variance: 0, stable: !grows(places[0]!) }] : [];
  return [...zero, ...found];
}

function curvesOf(f: ScalarActivation): ActivationCurves {
  const checked = checkActivation('activation', f);
  const reach = homogeneity(checked)?.degree === 2 ? REACH.square : REACH.line;
  const even = Array.from({ length: STEPS + 1 }, (_, i) => ((2 * i - STEPS) * reach) / STEPS);
  const kinks = kinksOf(checked).flatMap((kink) => [kink - BESIDE, kink + BESIDE]);
  const z = [...even, ...kinks].sort((a, b) => a - b);
  return { z, value: [...activationValue(f, z)], derivative: [...activationDerivative(f, z)] };
}
