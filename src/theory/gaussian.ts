import { positiveNumber } from '../errors.js';
import type { Activation } from '../network/activations.js';
import { ln } from '../numbers/elementary.js';
import { density } from '../numbers/normal.js';
import { type Pointwise, type PointwiseActivation, pointwise } from './pointwise.js';

/** Cut-off of N(0, 1) for the quadrature. The tails beyond weigh 1e-33. */
const REACH = 12;
/** Factor by which panels narrow towards 0, so that a feature 1e-8 of a deviation wide gets panels of its own. */
const NARROWING = 1.4;
/** Panels narrow within this many panel widths of 0. */
const EVEN_FROM = 3;
/** Borders nearer to 0 than this are left out. */
const NARROWEST = 1e-9;

/** Extent of quadrature panels in standard deviations. Each panel has five Gauss–Legendre nodes. */
interface Grid {
  /** Width of a panel. */
  readonly panel: number;
  /** Panel border nearest to 0. */
  readonly narrowest: number;
}
/** Grid for any function. */
const ANY: Grid = { panel: 0.125, narrowest: NARROWEST };
/**
 * Grids for the library's activations, each up to a standard deviation of z. These activations change over distances of about 1 in z,
 * so they need no narrower panels. With fewer nodes, an integral takes a third to half of the time.
 */
const SMOOTH: readonly (readonly [deviation: number, grid: Grid])[] = [
  [1, { panel: 0.25, narrowest: 0.05 }],
  [1e3, { panel: 0.25, narrowest: 5e-5 }],
  [Infinity, { panel: 0.25, narrowest: NARROWEST }],
];
/** Step of a central difference as a share of half the panel, so small that no difference leaves its panel. */
const DIFFERENCE = 1e-3;

/**
 * Smallest and largest variance that is integrated. Beyond them a function continues as the power of z by which it grows
 * there, such as a line or a constant.
 */
export const LEAST_VARIANCE = 1e-20;
const MOST_VARIANCE = 1e20;
/** Ratio of the two variances between which the power is measured: an end of the range, and one inside it. */
const TOWARDS_END = 16;

/** Nodes and weights of Gauss–Legendre on [−1, 1], five points: exact to degree 9. */
const legendre: readonly (readonly [node: number, weight: number])[] = /* @__PURE__ */ gaussLegendre();

function gaussLegendre(): [number, number][] {
  const places = [1, -1].flatMap((side): [number, number][] => [
    [(side * Math.sqrt(5 - 2 * Math.sqrt(10 / 7))) / 3, (322 + 13 * Math.sqrt(70)) / 900],
    [(side * Math.sqrt(5 + 2 * Math.sqrt(10 / 7))) / 3, (322 - 13 * Math.sqrt(70)) / 900],
  ]);
  return [[0, 128 / 225], ...places];
}

interface Quadrature {
  /** Borders of the panels before kinks divide them. */
  readonly borders: readonly number[];
  readonly nodes: Float64Array;
  /** Weights, multiplied by the density of N(0, 1). */
  readonly weights: Float64Array;
  /** Half the width of each node's panel. */
  readonly halves: Float64Array;
}
/** Quadratures without kinks, made on first use. */
const unbroken = /* @__PURE__ */ new Map<Grid, Quadrature>();

/** Moments of an activation f and its derivative f′ under z ~ N(0, variance). */
export interface GaussianMoments {
  /** E[f] */
  readonly mean: number;
  /** E[f²] */
  readonly second: number;
  /** E[f⁴] */
  readonly fourth: number;
  /** E[f′²] */
  readonly slopeSecond: number;
  /** E[f′⁴] */
  readonly slopeFourth: number;
  /** E[f² f′²] */
  readonly mixed: number;
}

/**
 * Computes the moments of an activation and its derivative under z ~ N(0, variance), by Gauss–Legendre quadrature.
 *
 * Moments of the library's own activations and of your own smooth functions are exact to 1e-9. A function without `derivative` is
 * differentiated by central differences. The quadrature has panel borders at 0, at the kinks of the library's own activations and at
 * those that `kinks` names. The derivative of 'step' is 0.
 *
 * @param activation  a name, the result of leakyRelu() and the like, a function of one number, or
 *                    { value, derivative, kinks }
 * @param variance    variance of z, > 0; default 1
 * @throws TypeError   if activation is none of these, or its name is unknown
 * @throws RangeError  if the variance is not a finite number > 0
 */
export function gaussianMoments(activation: PointwiseActivation, variance = 1): GaussianMoments {
  const f = pointwise(activation);
  return momentsAt(f, positiveNumber('variance', variance));
}

/** Moments of a checked activation; at a variance of 0, their limit. */
export function momentsAt(f: Pointwise, variance: number): GaussianMoments {
  const inner = withinReach(f, variance);
  const within = f.homogeneous === undefined ? integrate(f, inner) : standardMoments(f);
  if (inner === variance) return within;
  const degree = degreeAt(f, inner, within.second);
  // If the function is constant beyond the range, its slope keeps its moments.
  const slopeDegree = degree === 0 ? 0 : degree - 1;
  const factor = variance / inner;
  return Object.freeze({
    mean: within.mean * power(factor, degree / 2),
    second: within.second * power(factor, degree),
    fourth: within.fourth * power(factor, 2 * degree),
    slopeSecond: within.slopeSecond * power(factor, slopeDegree),
    slopeFourth: within.slopeFourth * power(factor, 2 * slopeDegree),
    mixed: within.mixed * power(factor, degree + slopeDegree),
  });
}

const standard = new WeakMap<Pointwise, GaussianMoments>();

/** Moments of a power of z at variance 1, from which those at other variances follow. They are integrated once per function. */
function standardMoments(f: Pointwise): GaussianMoments {
  const moments = standard.get(f) ?? integrate(f, 1);
  standard.set(f, moments);
  return moments;
}

/** Variance at which moments are integrated; for a power of z any will do. */
export function withinReach({ homogeneous }: Pointwise, variance: number): number {
  return homogeneous === undefined ? Math.min(MOST_VARIANCE, Math.max(LEAST_VARIANCE, variance)) : 1;
}

/**
 * Returns the k for which f grows as |z|^k beyond an end of the range, in quarters: 1 for a line, 0 for a constant.
 *
 * @param variance  one of the ends, or any for a power of z
 * @param second    E[f²] at that variance
 */
export function degreeAt(f: Pointwise, variance: number, second: number): number {
  if (f.homogeneous !== undefined) return f.homogeneous.degree;
  const nearer = variance > 1 ? variance / TOWARDS_END : variance * TOWARDS_END;
  const measured = ln(second / integrate(f, nearer).second) / ln(variance / nearer);
  return Number.isFinite(measured) ? Math.round(4 * measured) / 4 : 0;
}

/** x^k for an x ≥ 0 and a k in eighths, by multiplications and roots. */
function power(x: number, k: number): number {
  if (k < 0) return 1 / power(x, -k);
  let result = 1;
  for (let whole = 1; whole <= k; whole++) result *= x;
  let root = x;
  for (let share = 1 / 2; share >= 1 / 8; share /= 2) {
    root = Math.sqrt(root);
    if ((k / share) % 2 >= 1) result *= root;
  }
  return result;
}

/**
 * Computes the gain of an activation: the factor on a kernel's standard deviation that keeps a signal's second moment,
 * 1/√E[f(z)²] for z ~ N(0, 1). It is √2 for relu and 1.5925 for tanh.
 *
 * @param activation  a name, the result of leakyRelu() and the like, or any function of one number
 * @throws TypeError   if it is neither, or the name is unknown
 * @throws RangeError  if E[f(z)²] is 0 or not finite
 */
export function gain(activation: Exclude<Activation, 'softmax'> | ((z: number) => number)): number {
  const f = pointwise(activation);
  const { second } = integrate(f, 1);
  if (!(second > 0) || !Number.isFinite(second)) {
    throw new RangeError(`activation: expected E[f(z)²] > 0 and finite, got ${second} for ${f.shown}`);
  }
  return 1 / Math.sqrt(second);
}

function integrate(f: Pointwise, variance: number): GaussianMoments {
  const deviation = Math.sqrt(variance);
  const { nodes, weights, halves } = quadrature(
    gridOf(f, deviation),
    f.kinks.map((kink) => kink / deviation),
  );
  const scratch = borrow(nodes.length);
  const { z, steps } = scratch;
  for (let i = 0; i < z.length; i++) z[i] = nodes[i]! * deviation;
  if (f.byDifferences) {
    for (let i = 0; i < z.length; i++) steps[i] = halves[i]! * deviation * DIFFERENCE;
  }
  const { values, slopes } = f.at(z, steps);
  let mean = 0;
  let second = 0;
  let fourth = 0;
  let slopeSecond = 0;
  let slopeFourth = 0;
  let mixed = 0;
  for (let i = 0; i < nodes.length; i++) {
    const weight = weights[i]!;
    const value = values[i]!;
    const square = value * value;
    const slopeSquare = slopes[i]! * slopes[i]!;
    mean += weight * value;
    second += weight * square;
    fourth += weight * square * square;
    slopeSecond += weight * slopeSquare;
    slopeFourth += weight * slopeSquare * slopeSquare;
    mixed += weight * square * slopeSquare;
  }
  kept = scratch;
  return Object.freeze({ mean, second, fourth, slopeSecond, slopeFourth, mixed });
}

/** Arrays for the points of an integral. */
interface Scratch {
  readonly z: Float64Array;
  readonly steps: Float64Array;
}
let kept: Scratch | undefined;

/**
 * Returns arrays of n values, reused from the last integral of as many points. Chromium spends most of the time of an integral on
 * allocating them. While in use they are not kept for reuse, because a user's function may compute
 * integrals itself.
 */
function borrow(n: number): Scratch {
  const found = kept?.z.length === n ? kept : { z: new Float64Array(n), steps: new Float64Array(n) };
  kept = undefined;
  return found;
}

/**
 * Returns nodes and weights with panel borders at the kinks.
 *
 * @param kinks  in standard deviations; kinks at 0 or beyond the cut-off change nothing
 */
function quadrature(grid: Grid, kinks: readonly number[]): Quadrature {
  const whole = unbroken.get(grid) ?? panels(standardBorders(grid));
  unbroken.set(grid, whole);
  // Each kink counts once. One within the panels beside 0 is left out, since a panel without width has no difference to take.
  const inside = [...new Set(kinks)]
    .filter((kink) => Math.abs(kink) > NARROWEST && Math.abs(kink) < REACH)
    .sort((a, b) => a - b);
  return inside.length === 0 ? whole : broken(whole, inside);
}

function gridOf({ isKnown }: Pointwise, deviation: number): Grid {
  return isKnown ? SMOOTH.find(([most]) => deviation <= most)![1] : ANY;
}

function standardBorders({ panel, narrowest }: Grid): number[] {
  const side: number[] = [];
  for (let k = REACH / panel; k >= EVEN_FROM; k--) side.push(k * panel);
  for (let x = (EVEN_FROM * panel) / NARROWING; x > narrowest; x /= NARROWING) side.push(x);
  return [...side.map((x) => -x), 0, ...side.reverse()];
}

function panels(borders: readonly number[]): Quadrature {
  const n = (borders.length - 1) * legendre.length;
  const [nodes, weights, halves] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let i = 0;
  for (let b = 1; b < borders.length; b++) {
    const half = (borders[b]! - borders[b - 1]!) / 2;
    const centre = borders[b - 1]! + half;
    for (const [node, weight] of legendre) {
      nodes[i] = centre + half * node;
      weights[i] = half * weight * density(nodes[i]!);
      halves[i++] = half;
    }
  }
  return { borders, nodes, weights, halves };
}

/**
 * Divides the panels that have a kink inside. All other panels keep their weights, so that their densities need no second
 * exp.
 */
function broken({ borders, ...whole }: Quadrature, kinks: readonly number[]): Quadrature {
  const pieces: Omit<Quadrature, 'borders'>[] = [];
  let copied = 0;
  const copyUpTo = (panel: number) => {
    const part = (all: Float64Array) => all.subarray(copied * legendre.length, panel * legendre.length);
    pieces.push({ nodes: part(whole.nodes), weights: part(whole.weights), halves: part(whole.halves) });
    copied = panel + 1;
  };
  for (let panel = 0; panel < borders.length - 1; panel++) {
    const [left, right] = [borders[panel]!, borders[panel + 1]!];
    const inside = kinks.filter((kink) => kink > left && kink < right);
    if (inside.length === 0) continue;
    copyUpTo(panel);
    pieces.push(panels([left, ...inside, right]));
  }
  copyUpTo(borders.length - 1);
  return {
    borders,
    nodes: joined(pieces.map(({ nodes }) => nodes)),
    weights: joined(pieces.map(({ weights }) => weights)),
    halves: joined(pieces.map(({ halves }) => halves)),
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
