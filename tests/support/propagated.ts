/** Computes the results of `propagate` for a few networks in plain f64 loops and with the host's functions. */
import { type Initializer, Rng } from '../../src/index.js';
import type { PropagateOptions } from '../../src/theory/index.js';
import { type Activation, activations } from '../kernels/activation-table.js';

interface Pointwise {
  readonly value: (z: number) => number;
  readonly slope: (z: number) => number;
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const [LAMBDA, ALPHA] = [1.0507009873554805, 1.6732632423543772];

function ofTable(name: Activation['name']): Pointwise {
  const { value, derivative } = activations.find((row) => row.name === name)!;
  return { value, slope: derivative };
}

export const pointwise = {
  identity: { value: (z) => z, slope: () => 1 },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  leakyRelu: { value: (z) => (z > 0 ? z : 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01) },
  prelu: { value: (z) => (z > 0 ? z : 0.25 * z), slope: (z) => (z > 0 ? 1 : 0.25) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * sigmoid(-z) },
  softplus: { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid },
  elu: { value: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  selu: {
    value: (z) => LAMBDA * (z > 0 ? z : ALPHA * Math.expm1(z)),
    slope: (z) => LAMBDA * (z > 0 ? 1 : ALPHA * Math.exp(z)),
  },
  silu: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)) },
  softsign: { value: (z) => z / (1 + Math.abs(z)), slope: (z) => 1 / (1 + Math.abs(z)) ** 2 },
  hardSwish: {
    value: (z) => (z * Math.min(Math.max(z + 3, 0), 6)) / 6,
    slope: (z) => (z <= -3 ? 0 : z > 3 ? 1 : (2 * z + 3) / 6),
  },
  gelu: ofTable('gelu'),
  geluTanh: ofTable('gelu_tanh'),
  mish: ofTable('mish'),
  hardSigmoid: ofTable('hard_sigmoid'),
  squaredRelu: { value: (z) => (z > 0 ? z * z : 0), slope: (z) => (z > 0 ? 2 * z : 0) },
} as const satisfies Record<KnownActivation, Pointwise>;

/** Names of activations without aliases; an activation without an entry above does not compile. */
export type KnownActivation = Exclude<Extract<PropagateOptions['activation'], string>, 'linear' | 'swish'>;

type Options = Omit<PropagateOptions, 'activation' | 'kernelInitializer'> & {
  readonly activation: KnownActivation;
  readonly kernelInitializer?: Initializer;
};

/** Returns ln variance of z and of dL/dz at each layer of network number `network`. */
export function propagated(options: Options, network: number): { forward: number[]; backward: number[] } {
  const { depth, width, seed = 0, kernelVariance = 1, biasVariance = 0, inputVariance = 1 } = options;
  const { value, slope } = pointwise[options.activation];
  const rng = new Rng(seed).split('propagate').split(network);
  const draws = rng.split('kernels');
  const kernel = (layer: number, columns: number): Float64Array => {
    if (options.kernelInitializer) {
      return Float64Array.from(options.kernelInitializer([width, columns], draws.split(layer)));
    }
    const values = draws.normal(width * columns, { offset: layer * width * width });
    const scaled = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) scaled[i] = values[i]! * Math.sqrt(kernelVariance);
    return scaled;
  };
  const biases = rng.split('biases').normal(depth * width);
  let a = Array.from(rng.split('input').normal(width), (x) => x * Math.sqrt(inputVariance));
  const kernels: Float64Array[] = [];
  const z: number[][] = [];
  for (let l = 0; l < depth; l++) {
    const w = kernel(l, width);
    kernels.push(w);
    const row = Array.from({ length: width }, (_, j) => biases[l * width + j]! * Math.sqrt(biasVariance));
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) row[j]! += a[i]! * w[i * width + j]!;
    }
    z.push(row);
    a = z[l]!.map(value);
  }
  let da = Array.from(kernel(depth, 1));
  const backward: number[] = [];
  for (let l = depth - 1; l >= 0; l--) {
    const dz = da.map((d, i) => d * slope(z[l]![i]!));
    backward.unshift(lnVariance(dz));
    da = dz.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += dz[j]! * kernels[l]![i * width + j]!;
      return sum;
    });
  }
  return { forward: z.map(lnVariance), backward };
}

function lnVariance(values: readonly number[]): number {
  // The squares of numbers such as 1e-200 would be 0.
  const size = Math.max(...values.map(Math.abs));
  const mean = values.reduce((sum, v) => sum + v / size, 0) / values.length;
  return (
    Math.log(values.reduce((sum, v) => sum + (v / size - mean) ** 2, 0) / values.length) + 2 * Math.log(size)
  );
}
