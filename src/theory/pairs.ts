/** Moments of f at two jointly normal points, by quadrature over the plane. */
import { density } from '../numbers/normal.js';
import { arcCosineMeanSquare, arcCosineMoments, type PairMoments } from './arc-cosine.js';
import { momentsAt } from './gaussian.js';
import type { Pointwise } from './pointwise.js';

/**
 * Computes the moments of f(u) and f(v) for u and v ~ N(0, variance) with correlation c. Powers of z are computed in closed form.
 *
 * For all others, u = √variance (a p + b m) and v = √variance (a p − b m) with independent p and m ~ N(0, 1), a² = (1 + c) / 2 and
 * b² = (1 − c) / 2. Gauss–Legendre panels meet where u or v is 0 or at a kink, and are narrower near there. The result is exact
 * to 1e-6 for variances up to 1e3 and 1 − c ≥ 1e-6.
 *
 * @param variance  > 0, within the range that moments are integrated in
 * @param c         correlation, −1 to 1
 * @param grid      default FINE; COARSE is exact to 1e-4 of E[f²]
 */
export function pairMoments(f: Pointwise, variance: number, c: number, grid: Grid = FINE): PairMoments {
  if (f.homogeneous !== undefined) {
    const { difference, slope } = arcCosineMoments(f.homogeneous, c);
    const size = f.homogeneous.degree === 1 ? variance : variance * variance;
    return { difference: difference * size, slope: slope * size };
  }
  if (c >= 1) return { difference: 0, slope: variance * momentsAt(f, variance).slopeSecond };
  return integrate(f, Math.sqrt(variance), c, grid);
}

/** E[f²] under N(0, variance), by the same method as the moments of a pair. */
export function meanSquare(f: Pointwise, variance: number): number {
  if (f.homogeneous === undefined) return momentsAt(f, variance).second;
  return arcCosineMeanSquare(f.homogeneous) * (f.homogeneous.degree === 1 ? variance : variance * variance);
}

/** Extent and spacing of the points of an integral. */
interface Grid {
  /** Cut-off of N(0, 1). */
  readonly reach: number;
  /** Largest width of a panel in standard deviations. */
  readonly panel: number;
}

/** Largest cut-off. The tail beyond weighs 1e-15. */
const REACH = 8;
const FINE: Grid = { reach: REACH, panel: 1 };
/** Grid for a live page, with a quarter of the points. The tail beyond weighs 7e-6. */
export const COARSE: Grid = { reach: 4.5, panel: 1.5 };
/** Smallest width of a panel that ends at a kink. */
const NARROWEST = 1e-9;
/** Number of points at which f is evaluated at once. */
const BATCH = 2048;

/** Nodes and weights of Gauss–Legendre on [−1, 1], five points. */
const NODES = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664] as const;
const WEIGHTS = [
  0.23692688505618908, 0.47862867049936647, 0.5688888888888889, 0.47862867049936647, 0.23692688505618908,
] as const;

function integrate(f: Pointwise, deviation: number, c: number, { reach, panel }: Grid): PairMoments {
  const [a, b] = [Math.sqrt((1 + c) / 2), Math.sqrt((1 - c) / 2)];
  const features = [0, ...f.kinks].map((kink) => kink / deviation);
  const sum = new PairSum(f, c, deviation * a, deviation * b);
  // The integral over m blurs a kink over a width of b / a of p.
  const ofP = a === 0 ? [] : features.map((feature) => feature / a);
  const outer = panelBorders(-reach, reach, ofP, a === 0 ? panel : b / a / 2, panel);
  // A smooth f changes over about 1 of z, which is 1 / (deviation · b) of m.
  const sharpness = 1 / (2 * deviation * b);
  for (let i = 1; i < outer.length; i++) {
    const half = (outer[i]! - outer[i - 1]!) / 2;
    for (let n = 0; n < NODES.length; n++) {
      const p = outer[i - 1]! + half * (1 + NODES[n]!);
      const ofM = features.map((feature) => Math.abs(a * p - feature) / b);
      // The integrand is even in m, so half the plane counts twice.
      sum.addLine(p, 2 * half * WEIGHTS[n]!, panelBorders(0, reach, ofM, sharpness, panel));
    }
  }
  return sum.result();
}

/**
 * Returns the borders of panels that meet at the features. A panel at a feature is at most `finest` wide, and its neighbours
 * double in width up to `widest`.
 */
function panelBorders(
  from: number,
  to: number,
  features: readonly number[],
  finest: number,
  widest: number,
): number[] {
  const ends = features.filter((feature) => feature > from && feature < to).sort((x, y) => x - y);
  const startsAtFeature = features.includes(from);
  const narrow = Math.max(NARROWEST, finest);
  const borders = [from];
  for (let e = 0; e <= ends.length; e++) {
    const [start, end] = [e === 0 ? from : ends[e - 1]!, e === ends.length ? to : ends[e]!];
    for (let left = start; left < end; ) {
      const rest = end - left;
      let width = widest;
      if (e > 0 || startsAtFeature) width = Math.min(width, Math.max(narrow, left - start));
      if (e < ends.length) width = Math.min(width, Math.max(narrow, rest / 2));
      left = rest < 1.25 * width ? end : left + width;
      borders.push(left);
    }
  }
  return borders;
}

/** Arrays that a sum fills and empties batch by batch. */
interface Buffers {
  readonly points: Float64Array;
  /** Steps for differences of f, whose slopes are not used. */
  readonly steps: Float64Array;
  readonly weights: Float64Array;
  readonly scores: Float64Array;
}
let spare: Buffers | undefined;

function newBuffers(): Buffers {
  const [points, steps] = [new Float64Array(2 * BATCH), new Float64Array(2 * BATCH)];
  return { points, steps, weights: new Float64Array(BATCH), scores: new Float64Array(BATCH) };
}

/** Sum over points of the plane. It evaluates f at many of them at once. */
class PairSum {
  readonly #f: Pointwise;
  readonly #c: number;
  readonly #alongP: number;
  readonly #alongM: number;
  /** All u, then all v. */
  readonly #points: Float64Array;
  readonly #weights: Float64Array;
  /** Weight times the derivative of the logarithm of the density by c. */
  readonly #scores: Float64Array;
  readonly #buffers: Buffers;
  #filled = 0;
  #difference = 0;
  #slope = 0;

  constructor(f: Pointwise, c: number, alongP: number, alongM: number) {
    this.#f = f;
    this.#c = c;
    this.#alongP = alongP;
    this.#alongM = alongM;
    // Out of reach while in use, since a function of the user's may call for integrals of its own.
    this.#buffers = spare ?? newBuffers();
    spare = undefined;
    this.#points = this.#buffers.points;
    this.#weights = this.#buffers.weights;
    this.#scores = this.#buffers.scores;
  }

  /** Adds the line over m at one p. */
  addLine(p: number, weight: number, borders: readonly number[]): void {
    const [middle, ofP] = [this.#alongP * p, (p * p - 1) / (1 + this.#c)];
    const outer = weight * tabulatedDensity(Math.abs(p));
    for (let j = 1; j < borders.length; j++) {
      const half = (borders[j]! - borders[j - 1]!) / 2;
      for (let n = 0; n < NODES.length; n++) {
        const m = borders[j - 1]! + half * (1 + NODES[n]!);
        const i = this.#filled++;
        this.#points[i] = middle + this.#alongM * m;
        this.#points[BATCH + i] = middle - this.#alongM * m;
        const inner = outer * half * WEIGHTS[n]! * tabulatedDensity(m);
        this.#weights[i] = inner;
        this.#scores[i] = (inner * (ofP - (m * m - 1) / (1 - this.#c))) / 2;
        if (this.#filled === BATCH) this.#evaluate();
      }
    }
  }

  result(): PairMoments {
    this.#evaluate();
    spare = this.#buffers;
    return { difference: this.#difference, slope: this.#slope };
  }

  #evaluate(): void {
    const { values } = this.#f.at(this.#points, this.#buffers.steps);
    for (let i = 0; i < this.#filled; i++) {
      const gap = values[i]! - values[BATCH + i]!;
      this.#difference += (this.#weights[i]! * gap * gap) / 2;
      this.#slope -= (this.#scores[i]! * gap * gap) / 2;
    }
    this.#filled = 0;
  }
}

/** Number of tabulated densities per standard deviation. */
const PER_UNIT = 32;
let densities: Float64Array | undefined;

/**
 * φ(x) for 0 ≤ x ≤ REACH with a relative error of 1e-9, by a Taylor series around the nearest tabulated point. It is five times
 * as fast as `density`, which would take most of the time of an integral.
 */
function tabulatedDensity(x: number): number {
  densities ??= Float64Array.from({ length: REACH * PER_UNIT + 2 }, (_, i) => density(i / PER_UNIT));
  const i = Math.round(x * PER_UNIT);
  const near = i / PER_UNIT;
  const t = (near - x) * ((near + x) / 2);
  return (
    densities[i]! * (1 + t * (1 + (t / 2) * (1 + (t / 3) * (1 + (t / 4) * (1 + (t / 5) * (1 + t / 6))))))
  );
}
