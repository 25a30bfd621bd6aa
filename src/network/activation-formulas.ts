/**
 * The activations and their derivatives in f64, from + − × ÷ √ alone. Every engine computes the same bits, and a page that uses them
 * needs no kernels.
 */
import type { ElementwiseActivation } from '../backend/kernels.js';
import { lnOnePlus } from '../numbers/elementary.js';
import { cumulative, density, exp, expm1, tanh } from '../numbers/normal.js';

/** Points of an activation, with room for its values and slopes. */
export interface Points {
  readonly z: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  /** Parameter of the activation; 0 if it has none. */
  readonly parameter: number;
}

/**
 * Computes f and f′ at point i. At a kink f′ is the derivative of the left branch. Formulas write into arrays, since an engine allocates
 * an object for each number that a function returns which it does not inline.
 */
export type Formula = (points: Points, i: number) => void;

/** Constants of Klambauer et al. 2017, with PyTorch's digits. */
const LAMBDA = 1.0507009873554805;
const ALPHA = 1.6732632423543772;
/** 2 √(2/π). ½ (1 + tanh u) equals σ(2u), which keeps its digits for negative z. */
const CUBIC = 1.5957691216057308;

function write({ values, slopes }: Points, i: number, value: number, slope: number): void {
  values[i] = value;
  slopes[i] = slope;
}

/** Writes z · gate, and gate + z · gate′. The gate is 0 or 1 beyond ±1000, and an infinite z times a gate of 0 would be NaN. */
function gated(points: Points, i: number, gate: number, gateSlope: number): void {
  const z = points.z[i]!;
  write(points, i, Math.max(-1000, z) * gate, gate + within(z) * gateSlope);
}
const within = (z: number) => Math.max(-1000, Math.min(1000, z));

/** 1 / (1 + e^−z) through e^−|z|, which cannot overflow. */
function sigmoid(z: number): number {
  const e = exp(-Math.abs(z));
  return (z < 0 ? e : 1) / (1 + e);
}

/** Writes z for z above 0, and below · z otherwise. */
function rectified(points: Points, i: number, below: number): void {
  const z = points.z[i]!;
  const slope = z > 0 ? 1 : below;
  write(points, i, slope * z, slope);
}

function scaledElu(points: Points, i: number, scale: number, alpha: number): void {
  const z = points.z[i]!;
  if (z > 0) {
    write(points, i, scale * z, scale);
    return;
  }
  const e = exp(z);
  // e − 1 would lose digits near 0.
  write(points, i, scale * alpha * (z < -0.3 ? e - 1 : expm1(z)), scale * alpha * e);
}

/** clamp(z / 6 + ½, 0, 1), with all digits near −3. */
const hardSigmoid = (z: number) => Math.min(Math.max(z + 3, 0), 6) / 6;
const hardSlope = (z: number) => (z <= -3 || z > 3 ? 0 : 1 / 6);

/** Formulas by the name of the activation's kernel. */
export const formulas: Readonly<Record<ElementwiseActivation | 'step', Formula>> = {
  identity: (points, i) => rectified(points, i, 1),
  relu: (points, i) => {
    const z = points.z[i]!;
    write(points, i, Math.max(0, z), z > 0 ? 1 : 0);
  },
  leaky_relu: (points, i) => rectified(points, i, points.parameter),
  squared_relu: (points, i) => {
    const positive = Math.max(0, points.z[i]!);
    write(points, i, positive * positive, 2 * positive);
  },
  step: (points, i) => {
    const z = points.z[i]!;
    write(points, i, z < 0 ? 0 : z >= 0 ? 1 : z, 0);
  },
  elu: (points, i) => scaledElu(points, i, 1, points.parameter),
  selu: (points, i) => scaledElu(points, i, LAMBDA, ALPHA),
  sigmoid: (points, i) => {
    const s = sigmoid(points.z[i]!);
    write(points, i, s, s * (1 - s));
  },
  tanh: (points, i) => {
    const t = tanh(points.z[i]!);
    // 1 − t² would lose digits where t² is close to 1.
    write(points, i, t, (1 - t) * (1 + t));
  },
  softplus: (points, i) => {
    const z = points.z[i]!;
    const e = exp(-Math.abs(z));
    write(points, i, Math.max(z, 0) + lnOnePlus(e), (z < 0 ? e : 1) / (1 + e));
  },
  softsign: (points, i) => {
    const z = points.z[i]!;
    const fall = 1 / (1 + Math.abs(z));
    write(points, i, fall === 0 ? Math.sign(z) : z * fall, fall * fall);
  },
  silu: (points, i) => {
    const s = sigmoid(points.z[i]!);
    gated(points, i, s, s * (1 - s));
  },
  mish: (points, i) => {
    // With n = e^z (e^z + 2), tanh(ln(1 + e^z)) is n / (n + 2). Beyond 50 that is 1.
    const e = exp(Math.min(50, points.z[i]!));
    const n = e * (e + 2);
    gated(points, i, n / (n + 2), (4 * e * (e + 1)) / (n + 2) / (n + 2));
  },
  gelu: (points, i) => gated(points, i, cumulative(points.z[i]!), density(points.z[i]!)),
  gelu_tanh: (points, i) => {
    const z = within(points.z[i]!);
    const s = sigmoid(CUBIC * (z + 0.044715 * z * z * z));
    gated(points, i, s, CUBIC * (1 + 3 * 0.044715 * z * z) * s * (1 - s));
  },
  hard_sigmoid: (points, i) => write(points, i, hardSigmoid(points.z[i]!), hardSlope(points.z[i]!)),
  hard_swish: (points, i) => gated(points, i, hardSigmoid(points.z[i]!), hardSlope(points.z[i]!)),
};
