/** Backpropagation broken on purpose, one kernel at a time: gradientCheck notices each. */
import { describe, expect, it, vi } from 'vitest';
import type { Backend, Kernels } from '../../src/backend/kernels.js';
import { useEverything } from '../../src/extras/index.js';
import { type Activation, type BatchNormOptions, gradientCheck, type Loss, MLP } from '../../src/index.js';
import { normalInputs } from '../support/networks.js';

type Kernel = (...numbers: number[]) => unknown;
/** Function that replaces a kernel; `write` multiplies n elements at an address. */
type Mutation = (
  kernel: Kernel,
  numbers: number[],
  write: (at: number, n: number, factor: number) => void,
) => unknown;

const broken = vi.hoisted(() => ({ name: '', mutation: undefined as unknown, calls: 0 }));

// The set-up of all tests loaded the module that is replaced here.
vi.hoisted(() => vi.resetModules());
vi.mock('../../src/backend/javascript/index.js', async (original) => {
  const real = await original<typeof import('../../src/backend/javascript/index.js')>();
  return {
    ...real,
    createJavascriptBackend(name: 'javascript' | 'javascript64'): Backend {
      const backend = real.createJavascriptBackend(name);
      const mutation = broken.mutation as Mutation | undefined;
      if (mutation === undefined) return backend;
      const kernel = backend.kernels[broken.name as keyof Kernels] as Kernel;
      const write = (at: number, n: number, factor: number) => {
        const { elements, elementBytes } = backend;
        for (let i = at / elementBytes; i < at / elementBytes + n; i++) elements[i]! *= factor;
      };
      const mutant = (...numbers: number[]) => {
        broken.calls++;
        return mutation(kernel, numbers, write);
      };
      (backend.kernels as unknown as Record<string, unknown>)[broken.name] = mutant;
      return backend;
    },
  };
});
useEverything();

/** Factor of a number that is wrong by a hundredth. */
const OFF = 1.01;
/** Multiplies the output, the first operand, of as many elements as the numbers say. */
const output =
  (size: (numbers: number[]) => number, operand = 0): Mutation =>
  (kernel, numbers, write) => {
    const result = kernel(...numbers);
    write(numbers[operand]!, size(numbers), OFF);
    return result;
  };
const number =
  (index: number, change: (value: number) => number): Mutation =>
  (kernel, numbers) =>
    kernel(...numbers.map((value, i) => (i === index ? change(value) : value)));

interface Mutant {
  readonly kernel: keyof Kernels;
  readonly what: string;
  readonly mutation: Mutation;
  readonly activation?: Activation;
  readonly batchNorm?: BatchNormOptions;
  readonly training?: boolean;
  readonly loss?: Loss;
  /** Factor of the mutation. */
  readonly inputs?: number;
}

const mutants: Mutant[] = [
  { kernel: 'gemm_tn', what: 'kernel gradients', mutation: output(([, , , m, n]) => m! * n!) },
  { kernel: 'gemm_nt', what: 'what is handed down', mutation: output(([, , , m, n]) => m! * n!) },
  { kernel: 'bias_gradient', what: 'bias gradients', mutation: output(([, , , columns]) => columns!) },
  ...(['tanh', 'gelu', 'relu', 'leaky_relu', 'hard_swish'] as const).map((name) => ({
    kernel: `${name}_backward` as const,
    what: 'a derivative',
    mutation: output(([, , , , n]) => n!),
    activation: ({ leaky_relu: 'leakyRelu', hard_swish: 'hardSwish' } as const)[name as 'leaky_relu'] ?? name,
  })),
  {
    kernel: 'leaky_relu_backward',
    what: 'the slope of another leakyRelu',
    mutation: number(5, (slope) => slope + 0.05),
    activation: 'leakyRelu',
  },
  {
    kernel: 'prelu_backward',
    what: 'slope gradients',
    mutation: output(([, , , , , , units]) => units!, 1),
    activation: 'prelu',
  },
  {
    kernel: 'batch_norm_gradients',
    what: 'gamma gradients under running statistics',
    mutation: output(([, , , , , , , columns]) => columns!),
    batchNorm: {},
  },
  {
    kernel: 'batch_norm_gradients',
    what: 'beta gradients under running statistics',
    mutation: output(([, , , , , , , columns]) => columns!, 1),
    batchNorm: {},
  },
  {
    kernel: 'batch_norm_gradients',
    what: 'gamma gradients beside a batch variance of 10⁴',
    mutation: output(([, , , , , , , columns]) => columns!),
    batchNorm: {},
    training: true,
    inputs: 100,
  },
  {
    kernel: 'batch_norm_backward',
    what: 'the share of the batch’s statistics, forgotten',
    mutation: number(10, () => 0),
    batchNorm: {},
    training: true,
  },
  {
    kernel: 'batch_norm_backward',
    what: 'that share as if of one row more',
    mutation: number(10, (share) => 1 / (1 / share + 1)),
    batchNorm: { position: 'after' },
    training: true,
  },
  {
    kernel: 'softmax_cross_entropy',
    what: 'a sum where a mean is due',
    mutation: number(7, () => 1),
  },
  {
    kernel: 'squared_error',
    what: '½ d² with the gradient of d²',
    mutation: (kernel, numbers) => (kernel(...numbers) as number) / 2,
    loss: 'meanSquaredError',
  },
  {
    kernel: 'gemm_tn',
    what: 'a single NaN',
    mutation(kernel, numbers, write) {
      kernel(...numbers);
      write(numbers[0]!, 1, Number.NaN);
    },
  },
];

const ROWS = 6;
const x = normalInputs(ROWS, 4);

function check(mutant: Partial<Mutant>) {
  const { activation = 'tanh', batchNorm, training = false, loss = 'crossEntropy', inputs = 1 } = mutant;
  const classes = loss === 'crossEntropy';
  const model = new MLP({
    inputSize: 4,
    layers: [
      { units: 5, activation, batchNorm: batchNorm ?? false },
      { units: 4, activation },
      { units: 3, activation: classes ? 'softmax' : 'identity' },
    ],
  });
  model.compile({ loss });
  const y = classes ? [0, 1, 2, 0, 1, 1] : normalInputs(ROWS, 3, 13);
  const scaled = x.map((value) => value * inputs);
  return gradientCheck(model, scaled, y, { training }).worst;
}

describe.each(mutants)('$kernel: $what', ({ kernel, mutation, ...rest }) => {
  it('is noticed', () => {
    expect(check(rest)).toBeLessThan(5e-7);
    Object.assign(broken, { name: kernel, mutation, calls: 0 });
    try {
      const worst = check(rest);
      expect(broken.calls).toBeGreaterThan(0);
      // NaN does not pass the comparison.
      expect(worst < 1e-3, `worst is ${worst}`).toBe(false);
    } finally {
      broken.mutation = undefined;
    }
  });
});
