import { positiveNumber } from '../errors.js';
import type { Activation } from '../network/activations.js';
import { ln } from '../numbers/elementary.js';
import { density } from '../numbers/normal.js';
import { type Pointwise, type PointwiseActivation, pointwise } from './pointwise.js';

/** Where N(0, 1) is cut: what lies beyond weighs 1e-33. */
const REACH = 12;
/** Width of a panel; five-point Gauss–Legendre on each. */
const PANEL = 1 / 8;
/** Towards 0 panels narrow by this factor, so that a curve as narrow as 1e-8 of the normal has its own. */
const NARROWING = 1.4;
const EVEN_FROM = 3;
const NARROWEST = 1e-9;
/** A central difference spans this share of half its panel, so that it leaves it for no node. */
const DIFFERENCE = 1e-3;

/**
 * Beyond these variances a function goes on as the power of z that it is there, such as a line or a constant. Nodes at
 * 1e-9 of a deviation stay normal numbers of f32, and those at its 12-fold finite.
 */
export const LEAST_VARIANCE = 1e-20;
export const MOST_VARIANCE = 1e20;
/** The power is measured between an end and this share of the way to it, in variance. */
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
  /** Of the panels as they were before kinks divided them. */
  readonly borders: readonly number[];
  readonly nodes: Float64Array;
  /** With the density of N(0, 1) in them. */
  readonly weights: Float64Array;
  /** Of each node's panel, half. */
  readonly halves: Float64Array;
}
let unbroken: Quadrature | undefined;

/** Of an activation f under z ~ N(0, variance). */
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
 * Moments of an activation and of its derivative under z ~ N(0, variance), by Gauss–Legendre quadrature: to 1e-7 for the
 * library's own, which are computed in f32, and to 1e-9 for a smooth function of one's own, whose derivative, where none is
 * given, is by central differences. Kinks have a panel's border: 0, those of the library's own, and what `kinks` names. The
 * derivative of 'step' is 0.
 *
 * @param activation  a name, what leakyRelu() and its like return, a function of one number, or { value, derivative, kinks }
 * @param variance    of z, > 0; default 1
 * @throws TypeError  if activation is none of these, or its name is unknown
 * @throws RangeError if the variance is not a finite number > 0
 */
export function gaussianMoments(activation: PointwiseActivation, variance = 1): GaussianMoments {
  const f = pointwise(activation);
  return momentsAt(f, positiveNumber('variance', variance));
}

/** Moments of a checked activation; at a variance of 0 their limit. */
export function momentsAt(f: Pointwise, variance: number): GaussianMoments {
  const inner = withinReach(f, variance);
  const within = integrate(f, inner);
  if (inner === variance) return within;
  const degree = degreeAt(f, inner, within.second);
  // What is constant there keeps the slope that it has.
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

/** The variance at which moments are integrated: for a power of z, any will do. */
export function withinReach({ degree }: Pointwise, variance: number): number {
  return degree === undefined ? Math.min(MOST_VARIANCE, Math.max(LEAST_VARIANCE, variance)) : 1;
}

/**
 * The k for which f goes as |z|^k beyond an end of reach, in quarters: 1 for a line, 0 for a constant.
 *
 * @param variance  one of the ends, or any for a power of z
 * @param second    E[f²] there
 */
export function degreeAt(f: Pointwise, variance: number, second: number): number {
  if (f.degree !== undefined) return f.degree;
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
 * The factor on the standard deviation of a kernel that keeps a signal's second moment through an activation:
 * 1/√E[f(z)²], z ~ N(0, 1). Computed, not stored: √2 for relu, 1.5925 for tanh.
 *
 * @param activation  a name, what leakyRelu() and its like return, or any function of one number
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
  const { nodes, weights, halves } = quadrature(f.kinks.map((kink) => kink / deviation));
  const z = nodes.map((x) => x * deviation);
  const { values, slopes } = f.at(
    z,
    halves.map((half) => half * deviation * DIFFERENCE),
  );
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
  return Object.freeze({ mean, second, fourth, slopeSecond, slopeFourth, mixed });
}

/** @param kinks  in deviations; those at 0 or out of reach change nothing */
function quadrature(kinks: readonly number[]): Quadrature {
  unbroken ??= panels(standardBorders());
  // Each once, and none within the panels beside 0: a panel without width has no difference to take.
  const inside = [...new Set(kinks)]
    .filter((kink) => Math.abs(kink) > NARROWEST && Math.abs(kink) < REACH)
    .sort((a, b) => a - b);
  return inside.length === 0 ? unbroken : broken(unbroken, inside);
}

function standardBorders(): number[] {
  const side: number[] = [];
  for (let k = REACH / PANEL; k >= EVEN_FROM; k--) side.push(k * PANEL);
  for (let x = (EVEN_FROM * PANEL) / NARROWING; x > NARROWEST; x /= NARROWING) side.push(x);
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

/** The same with the panels divided that have a kink inside; the densities of all others need no second exp. */
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
