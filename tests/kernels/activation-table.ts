/** Expected values of each elementwise activation: closed formulas, PyTorch's vectors, and the bounds that assembly/ states. */
import { readFileSync } from 'node:fs';
import type { ElementwiseActivation } from '../../src/backend/kernels.js';
import { upperTail } from './normal-reference.js';

interface Vectors {
  value: number[];
  derivative: number[];
  exact_value?: number[];
  exact_derivative?: number[];
}

interface Golden {
  x: number[];
  activations: Record<string, Vectors>;
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as Golden;
const golden = read('activations');
const more = read('more_activations');

export const goldenX = golden.x;

/** Returns reference vectors, from 400 digits or from mpmath if there are such columns: PyTorch's lose tiny x and far tails. */
export function goldenOf(name: string): { value: number[]; derivative: number[] } {
  const vectors = golden.activations[name] ?? more.activations[name];
  if (vectors === undefined) throw new Error(`no reference vectors of '${name}' in tests/golden`);
  return {
    value: vectors.exact_value ?? vectors.value,
    derivative: vectors.exact_derivative ?? vectors.derivative,
  };
}

export interface Activation {
  title: string;
  name: ElementwiseActivation;
  /** Column of the reference vectors. */
  golden: string;
  parameter: number;
  value(x: number): number;
  derivative(x: number): number;
  /** Largest error in ULP that assembly/ states. */
  bound: number;
  /** Limits of the derivative at −∞ and ∞; missing if the derivative has reached them at ±1e4. */
  slopeLimits?: readonly [number, number];
  /** Largest absolute error of the derivative in f32. */
  slopeBound: number;
  /** Relative error that f64 may have at x, which is the rounding of an exponent. */
  loss?(x: number): number;
  /** Below this x the magnitude of the value is at most `tail`, because assembly/ returns 0 there. */
  from: number;
  tail: number;
  /** Points where the derivative jumps. */
  kinks: readonly number[];
  /** Limits at −∞ and ∞, and further pairs of x and the exact value for signs of zero and for values that must not overflow. */
  limits: readonly [number, number];
  points: readonly (readonly [x: number, value: number])[];
}

export const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const cumulative = (x: number) => (x < 0 ? upperTail(-x) : 1 - upperTail(x));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const lambda = 1.0507009873554805;
const alpha = 1.6732632423543772;
/** tanh(ln(1 + e^x)) = n / (n + 2) with n = e^x (e^x + 2); it is 1 beyond 50. */
function mishGate(x: number) {
  const e = Math.exp(Math.min(x, 50));
  const n = e * (e + 2);
  return { value: n / (n + 2), derivative: (4 * e * (e + 1)) / (n + 2) ** 2 };
}
const root = Math.sqrt(2 / Math.PI);
const cubic = (x: number) => 2 * root * (x + 0.044715 * x ** 3);
const hard = (x: number) => Math.max(0, Math.min(6, x + 3)) / 6;
const tiny = 2 ** -149;

/** Limits and points of x times a gate that goes from 0 to 1: −0 on the left, x itself on the right. */
const gated = {
  limits: [-0, Infinity],
  points: [
    [0, 0],
    [-0, -0],
    [100, 100],
    [1e4, 1e4],
    [-1e4, -0],
  ],
} as const;

type Row = Pick<Activation, 'value' | 'derivative' | 'bound' | 'limits' | 'points'> & Partial<Activation>;

const elu = (parameter: number): Row => ({
  title: `elu, alpha ${parameter}`,
  golden: `elu_${parameter}`,
  parameter,
  value: (x) => (x > 0 ? x : parameter * Math.expm1(x)),
  derivative: (x) => (x > 0 ? 1 : parameter * Math.exp(x)),
  bound: 2,
  slopeBound: 2e-7,
  kinks: [0],
  limits: [-parameter, Infinity],
  points: [
    [-0, -0],
    [1e4, 1e4],
    [-1e4, -parameter],
    [-100, -parameter],
  ],
});

/** Rows by kernel; a kernel without a row does not compile. */
export const activationRows = {
  identity: [
    {
      value: (x) => x,
      derivative: () => 1,
      bound: 0,
      slopeBound: 0,
      limits: [-Infinity, Infinity],
      points: [
        [0, 0],
        [-0, -0],
        [tiny, tiny],
      ],
    },
  ],
  relu: [
    {
      value: (x) => Math.max(x, 0),
      derivative: (x) => (x > 0 ? 1 : 0),
      bound: 0,
      slopeBound: 0,
      kinks: [0],
      limits: [0, Infinity],
      points: [
        [0, 0],
        [tiny, tiny],
        [-tiny, 0],
        [-1e4, 0],
        [1e4, 1e4],
      ],
    },
  ],
  leaky_relu: [
    {
      title: 'leaky_relu, slope 0.01',
      golden: 'leaky_relu_0.01',
      parameter: 0.01,
      value: (x) => (x > 0 ? x : 0.01 * x),
      derivative: (x) => (x > 0 ? 1 : 0.01),
      bound: 1,
      kinks: [0],
      limits: [-Infinity, Infinity],
      points: [
        [0, 0],
        [-0, -0],
        [tiny, tiny],
        [1e4, 1e4],
      ],
    },
  ],
  elu: [elu(1), elu(0.1)],
  selu: [
    {
      value: (x) => lambda * (x > 0 ? x : alpha * Math.expm1(x)),
      derivative: (x) => lambda * (x > 0 ? 1 : alpha * Math.exp(x)),
      bound: 2,
      kinks: [0],
      limits: [-lambda * alpha, Infinity],
      points: [
        [0, 0],
        [-0, -0],
      ],
    },
  ],
  sigmoid: [
    {
      value: sigmoid,
      derivative: (x) => sigmoid(x) * sigmoid(-x),
      bound: 2.5,
      from: -88.72,
      tail: 2.95e-39,
      limits: [0, 1],
      points: [
        [0, 0.5],
        [-0, 0.5],
        [tiny, 0.5],
        [-tiny, 0.5],
        [100, 1],
        [1e4, 1],
        [-1e4, 0],
      ],
    },
  ],
  tanh: [
    {
      value: Math.tanh,
      derivative: (x) => 1 / Math.cosh(x) ** 2,
      bound: 6.5,
      slopeBound: 1e-6,
      limits: [-1, 1],
      points: [
        [0, 0],
        [-0, -0],
        [tiny, tiny],
        [-(2 ** -140), -(2 ** -140)],
        [100, 1],
        [-100, -1],
        [1e4, 1],
        [-1e4, -1],
      ],
    },
  ],
  softplus: [
    {
      golden: 'softplus_exact',
      value: softplus,
      derivative: sigmoid,
      bound: 2.5,
      from: -87.3365,
      tail: 1.18e-38,
      limits: [0, Infinity],
      points: [
        [100, 100],
        [1e4, 1e4],
        [-1e4, 0],
      ],
    },
  ],
  softsign: [
    {
      value: (x) => x / (1 + Math.abs(x)),
      derivative: (x) => 1 / (1 + Math.abs(x)) ** 2,
      bound: 1.5,
      limits: [-1, 1],
      points: [
        [0, 0],
        [-0, -0],
        [tiny, tiny],
        [3, 0.75],
        [-1, -0.5],
      ],
    },
  ],
  silu: [
    {
      golden: 'swish',
      value: (x) => x * sigmoid(x),
      derivative: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
      bound: 3.5,
      from: -87.3365,
      tail: 1.03e-36,
      ...gated,
    },
  ],
  mish: [
    {
      value: (x) => x * mishGate(x).value,
      derivative: (x) => mishGate(x).value + x * mishGate(x).derivative,
      bound: 4,
      from: -87.3365,
      tail: 1.03e-36,
      ...gated,
    },
  ],
  gelu: [
    {
      golden: 'gelu_erf',
      value: (x) => x * cumulative(x),
      derivative: (x) => cumulative(x) + x * density(x),
      bound: 8,
      loss: () => 3e-15,
      from: -13.216,
      tail: 4.7e-39,
      ...gated,
      points: [...gated.points, [-100, -0]],
    },
  ],
  gelu_tanh: [
    {
      value: (x) => x * sigmoid(cubic(x)),
      derivative: (x) => sigmoid(cubic(x)) * (1 + x * 2 * root * (1 + 0.134145 * x * x) * sigmoid(-cubic(x))),
      bound: 4.5,
      loss: (x) => 1e-15 + 1e-15 * Math.max(0, -cubic(x)),
      from: -10.001,
      tail: 1.18e-37,
      ...gated,
      points: [...gated.points, [-100, -0]],
    },
  ],
  hard_sigmoid: [
    {
      value: hard,
      derivative: (x) => (x > -3 && x <= 3 ? 1 / 6 : 0),
      bound: 1,
      kinks: [-3, 3],
      limits: [0, 1],
      points: [
        [0, 0.5],
        [3, 1],
        [-3, 0],
        [1e4, 1],
        [-1e4, 0],
      ],
    },
  ],
  hard_swish: [
    {
      value: (x) => x * hard(x),
      derivative: (x) => (x <= -3 ? 0 : x > 3 ? 1 : (2 * x + 3) / 6),
      bound: 2,
      kinks: [-3, 3],
      limits: [-0, Infinity],
      points: [
        [0, 0],
        [-0, -0],
        [3, 3],
        [-3, -0],
        [1e4, 1e4],
        [-1e4, -0],
      ],
    },
  ],
  squared_relu: [
    {
      value: (x) => Math.max(x, 0) ** 2,
      derivative: (x) => 2 * Math.max(x, 0),
      bound: 0.5,
      slopeBound: 0,
      slopeLimits: [0, Infinity],
      kinks: [0],
      limits: [0, Infinity],
      points: [
        [0, 0],
        [-0, 0],
        [tiny, tiny ** 2],
        [-tiny, 0],
        [-1e4, 0],
        [1e4, 1e8],
        [2 ** 100, 2 ** 200],
      ],
    },
  ],
} satisfies Record<ElementwiseActivation, readonly Row[]>;

/** All rows with their defaults: no parameter, no tail, no kink, and a derivative to three in ten million. */
export const activations: readonly Activation[] = Object.entries(activationRows).flatMap(([key, rows]) =>
  rows.map((row: Row) => {
    const name = key as ElementwiseActivation;
    const shared = { title: name, golden: name, parameter: NaN, slopeBound: 3e-7, from: -Infinity, tail: 0 };
    return { name, ...shared, kinks: [], ...row };
  }),
);
