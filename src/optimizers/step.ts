import type { Address, Kernels } from '../backend/kernels.js';
import { computed } from '../computed.js';
import { exp } from '../numbers/normal.js';
import type { Schedule } from '../schedules/index.js';

export const decayScopes = ['kernels', 'all'] as const;

/**
 * Options that every optimizer takes. A step applies them in this order: it adds the penalties l1 and l2 to the gradient, clips it
 * by clipValue and then by clipNorm, applies weightDecay, and steps. All are off by default, except AdamW's weightDecay.
 */
export interface OptimizerOptions {
  /** Learning rate > 0, or a schedule. */
  readonly learningRate: number | Schedule;
  /**
   * Weight decay ≥ 0: g += weightDecay · w, as PyTorch's weight_decay; in adamw and lion w *= 1 − learningRate · weightDecay.
   * Default 0, in adamw 0.004.
   */
  readonly weightDecay: number;
  /**
   * Factor ≥ 0 of the penalty l1 · Σ|w|, as Keras's L1: g += l1 · sign(w). Reported as `penalty`, apart from the loss. Default 0.
   */
  readonly l1: number;
  /**
   * Factor ≥ 0 of the penalty l2 · Σw², as Keras's L2: g += 2 · l2 · w. Reported as `penalty`, apart from the loss. Default 0.
   */
  readonly l2: number;
  /** Parameters to which weightDecay, l1 and l2 apply: 'kernels' (default), or 'all', as in PyTorch. */
  readonly decay: (typeof decayScopes)[number];
  /**
   * Largest L2 norm of all gradients together, as PyTorch's clip_grad_norm_: above it g *= clipNorm / (norm + 1e-6). Default
   * null, which means no limit.
   */
  readonly clipNorm: number | null;
  /** Largest magnitude of a gradient, as Keras's clipvalue and PyTorch's clip_grad_value_. Default null, which means no limit. */
  readonly clipValue: number | null;
}

/** Memory on which an optimizer works. Its kernels are the first `kernelCount` of its `count` parameters. */
export interface OptimizerBlock {
  readonly parameters: Address;
  /** Gradients in the order of the parameters. A step may overwrite them. */
  readonly gradients: Address;
  readonly count: number;
  readonly kernelCount: number;
  /** One block of `count` elements for each of `stateNames`; all are zero before the first step. */
  readonly states: readonly Address[];
}

/** State of an optimizer beside its blocks: plain data, saved with the model. */
export interface OptimizerState {
  /** Number of steps taken. */
  step: number;
  /** Running products such as βᵗ, so that no power is ever computed. */
  scalars: number[];
}

/** Kind of values in a block. 'sizes' are squares or magnitudes, which are never negative. */
type StateKind = 'signed' | 'sizes';

/** Definition of one optimizer. `Own` are its own options, with the learning rate and any common default that differs. */
interface Row<Own extends object> {
  readonly defaults: Own;
  /**
   * Names of the blocks that it keeps with these options, in the order of `OptimizerBlock.states`, and the kind of their values.
   */
  readonly states: (options: Own) => Readonly<Record<string, StateKind>>;
  /** Running products before the first step. */
  readonly scalars: readonly number[];
  /** True if weight decay shrinks the parameters instead of adding to the gradient. */
  readonly decoupled?: boolean;
  /**
   * Root mean square of what the learning rate multiplies: that of the gradient, or a number if the optimizer divides by the
   * gradient's size. Adadelta's number is the one at its start.
   */
  readonly stepsBy: 'gradient' | number | ((options: Own) => number);
  readonly step: (
    kernels: Kernels,
    options: Own,
    block: OptimizerBlock,
    scalars: number[],
    learningRate: number,
  ) => void;
}

/** Types a row: the functions take options of the same type as the defaults. */
const row = <Own extends object>(row: Row<Own>): Row<Own> => row;

const adamRow = /* @__PURE__ */ row({
  // Defaults of Keras 3 and the paper; PyTorch's epsilon.
  defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, amsgrad: false },
  states: ({ amsgrad }) => ({
    firstMoment: 'signed',
    secondMoment: 'sizes',
    ...(amsgrad && { largestSecondMoment: 'sizes' }),
  }),
  stepsBy: 1,
  scalars: [1, 1],
  step(kernels, { beta1, beta2, epsilon, amsgrad }, { parameters, gradients, count, states }, scalars, rate) {
    scalars[0]! *= beta1;
    scalars[1]! *= beta2;
    // √(v / c) + ε = (√v + ε √c) / √c, so the kernel needs no correction of its own.
    const root = Math.sqrt(1 - scalars[1]!);
    const forMoment = (rate * root) / (1 - scalars[0]!);
    const [first, second, largest] = states as [Address, Address, Address];
    if (amsgrad) {
      kernels.amsgrad(
        parameters,
        gradients,
        first,
        second,
        largest,
        count,
        beta1,
        beta2,
        forMoment,
        epsilon * root,
      );
    } else {
      kernels.adam(parameters, gradients, first, second, count, beta1, beta2, forMoment, 0, epsilon * root);
    }
  },
});

/** Constant of NAdam's momentum schedule, ln 0.96. */
const LN_096 = -0.040821994520255166;

/** Table of the optimizers. Learning rates and hyperparameters are those of Keras 3, epsilons those of PyTorch. */
export const rows = {
  sgd: /* @__PURE__ */ row({
    defaults: { learningRate: 0.01, momentum: 0, nesterov: false },
    states: ({ momentum }) => (momentum > 0 ? { momentum: 'signed' } : {}),
    stepsBy: 'gradient',
    scalars: [],
    step(kernels, { momentum, nesterov }, { parameters, gradients, count, states }, _, learningRate) {
      const [velocity] = states;
      if (velocity === undefined) kernels.sgd(parameters, gradients, count, learningRate);
      else {
        const kernel = nesterov ? kernels.sgd_nesterov : kernels.sgd_momentum;
        kernel(parameters, gradients, velocity, count, learningRate, momentum);
      }
    },
  }),
  adagrad: /* @__PURE__ */ row({
    defaults: { learningRate: 0.001, epsilon: 1e-10 },
    states: () => ({ squareSum: 'sizes' }),
    stepsBy: 1,
    scalars: [],
    step(kernels, { epsilon }, { parameters, gradients, count, states }, _, learningRate) {
      kernels.divide_by_rms(gradients, states[0]!, count, 1, 1, epsilon);
      kernels.sgd(parameters, gradients, count, learningRate);
    },
  }),
  rmsprop: /* @__PURE__ */ row({
    defaults: { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-8, centered: false },
    states: ({ momentum, centered }) => ({
      meanSquare: 'sizes',
      ...(centered && { mean: 'signed' }),
      ...(momentum > 0 && { momentum: 'signed' }),
    }),
    stepsBy: 1,
    scalars: [],
    step(kernels, options, { parameters, gradients, count, states }, _, learningRate) {
      const { rho, momentum, epsilon, centered } = options;
      const [square, mean] = states as [Address, Address];
      if (centered) kernels.divide_by_deviation(gradients, square, mean, count, rho, 1 - rho, epsilon);
      else kernels.divide_by_rms(gradients, square, count, rho, 1 - rho, epsilon);
      const velocity = states[centered ? 2 : 1];
      if (velocity === undefined) kernels.sgd(parameters, gradients, count, learningRate);
      else kernels.sgd_momentum(parameters, gradients, velocity, count, learningRate, momentum);
    },
  }),
  adadelta: /* @__PURE__ */ row({
    // PyTorch's defaults. With Keras's rate of 0.001 a step is a thousandth of the paper's.
    defaults: { learningRate: 1, rho: 0.9, epsilon: 1e-6 },
    states: () => ({ meanSquare: 'sizes', meanSquareChange: 'sizes' }),
    stepsBy: ({ epsilon }) => Math.sqrt(epsilon),
    scalars: [],
    step(kernels, { rho, epsilon }, { parameters, gradients, count, states }, _, learningRate) {
      const [square, change] = states as [Address, Address];
      kernels.adadelta(gradients, square, change, count, rho, 1 - rho, epsilon);
      kernels.sgd(parameters, gradients, count, learningRate);
    },
  }),
  adam: adamRow,
  adamax: /* @__PURE__ */ row({
    // Defaults of the paper and of PyTorch.
    defaults: { learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    states: () => ({ firstMoment: 'signed', largestGradient: 'sizes' }),
    stepsBy: 1,
    // The scalar is β1ᵗ.
    scalars: [1],
    step(kernels, options, { parameters, gradients, count, states }, scalars, learningRate) {
      const { beta1, beta2, epsilon } = options;
      scalars[0]! *= beta1;
      const forMoment = learningRate / (1 - scalars[0]!);
      const [first, largest] = states as [Address, Address];
      kernels.adamax(parameters, gradients, first, largest, count, beta1, beta2, forMoment, epsilon);
    },
  }),
  adamw: /* @__PURE__ */ computed(() =>
    row({ ...adamRow, defaults: { ...adamRow.defaults, weightDecay: 0.004 }, decoupled: true }),
  ),
  nadam: /* @__PURE__ */ row({
    // PyTorch's momentumDecay; Keras fixes it at 1.
    defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentumDecay: 0.004 },
    states: () => ({ firstMoment: 'signed', secondMoment: 'sizes' }),
    stepsBy: 1,
    // The scalars are 0.96^(momentumDecay · t), Πμ up to t, and β2ᵗ.
    scalars: [1, 1, 1],
    step(kernels, options, { parameters, gradients, count, states }, scalars, learningRate) {
      const { beta1, beta2, epsilon, momentumDecay } = options;
      const cooling = exp(LN_096 * momentumDecay);
      scalars[0]! *= cooling;
      const momentum = beta1 * (1 - 0.5 * scalars[0]!);
      const nextMomentum = beta1 * (1 - 0.5 * scalars[0]! * cooling);
      scalars[1]! *= momentum;
      scalars[2]! *= beta2;
      const root = Math.sqrt(1 - scalars[2]!);
      const forMoment = (learningRate * nextMomentum * root) / (1 - scalars[1]! * nextMomentum);
      const forGradient = (learningRate * (1 - momentum) * root) / (1 - scalars[1]!);
      const [first, second] = states as [Address, Address];
      kernels.adam(
        parameters,
        gradients,
        first,
        second,
        count,
        beta1,
        beta2,
        forMoment,
        forGradient,
        epsilon * root,
      );
    },
  }),
  lion: /* @__PURE__ */ row({
    defaults: { learningRate: 0.001, beta1: 0.9, beta2: 0.99 },
    states: () => ({ momentum: 'signed' }),
    stepsBy: 1,
    scalars: [],
    decoupled: true,
    step(kernels, { beta1, beta2 }, { parameters, gradients, count, states }, _, learningRate) {
      kernels.lion(parameters, gradients, states[0]!, count, learningRate, beta1, beta2);
    },
  }),
};

/** Defaults of the options that every optimizer takes. */
export const commonDefaults = {
  weightDecay: 0,
  l1: 0,
  l2: 0,
  decay: 'kernels',
  clipNorm: null,
  clipValue: null,
};

/** Name of an optimizer. */
export type OptimizerName = keyof typeof rows;

export type Defaults<Name extends OptimizerName> = (typeof rows)[Name]['defaults'];
/** Optimizer of one kind, with all its options, as plain frozen data. */
export type OptimizerOf<Name extends OptimizerName> = OptimizerOptions & {
  /** Name of the optimizer. */
  readonly name: Name;
} & {
  readonly [Key in Exclude<
    keyof (typeof rows)[Name]['defaults'],
    keyof OptimizerOptions
  >]: (typeof rows)[Name]['defaults'][Key];
};
/** Optimizer with all its options, as plain frozen data. It survives a JSON round trip. */
export type Optimizer = { [Name in OptimizerName]: OptimizerOf<Name> }[OptimizerName];

/** Returns the names of the blocks that the optimizer keeps, in the order of `OptimizerBlock.states`. */
export function stateNames(optimizer: Optimizer): readonly string[] {
  return Object.keys(rowOf(optimizer).states(optimizer));
}

/** Returns true for a block of squares or magnitudes, which are never negative. */
export function holdsSizes(optimizer: Optimizer, state: string): boolean {
  return rowOf(optimizer).states(optimizer)[state] === 'sizes';
}

/**
 * Returns the size of a step without momentum, as a root mean square.
 *
 * @param gradient  root mean square of the gradient
 */
export function stepSize(optimizer: Optimizer, learningRate: number, gradient: number): number {
  const { stepsBy } = rowOf(optimizer);
  if (stepsBy === 'gradient') return learningRate * gradient;
  return learningRate * (typeof stepsBy === 'function' ? stepsBy(optimizer) : stepsBy);
}

/** Returns the state before the first step. */
export function initialState(optimizer: Optimizer): OptimizerState {
  return { step: 0, scalars: [...rowOf(optimizer).scalars] };
}

/** Returns true if the optimizer has penalties. */
export function isPenalized({ l1, l2 }: Optimizer): boolean {
  return l1 > 0 || l2 > 0;
}

/** Returns the number of parameters to which penalties and decay apply: the kernels, which come first, or all. */
function decayedCount({ decay }: Optimizer, { count, kernelCount }: OptimizerBlock): number {
  return decay === 'all' ? count : kernelCount;
}

/** Returns l1 · Σ|w| + l2 · Σw² for the current parameters. */
export function penaltyOf(kernels: Kernels, optimizer: Optimizer, block: OptimizerBlock): number {
  const { l1, l2 } = optimizer;
  const n = decayedCount(optimizer, block);
  return (
    (l1 > 0 ? l1 * kernels.sum_of_magnitudes(block.parameters, n) : 0) +
    (l2 > 0 ? l2 * kernels.sum_of_squares(block.parameters, n) : 0)
  );
}

/** Takes one step over the whole block, in the order that `OptimizerOptions` describes, and advances `state`. */
export function step(
  kernels: Kernels,
  optimizer: Optimizer,
  block: OptimizerBlock,
  state: OptimizerState,
  learningRate: number,
): void {
  const { weightDecay, l1, l2, clipNorm, clipValue } = optimizer;
  const { parameters, gradients, count } = block;
  const row = rowOf(optimizer);
  const decayed = decayedCount(optimizer, block);
  if (isPenalized(optimizer)) kernels.penalize(gradients, parameters, decayed, l1, 2 * l2);
  if (clipValue !== null) kernels.clip(gradients, count, clipValue);
  if (clipNorm !== null) {
    const factor = clipNorm / (Math.sqrt(kernels.sum_of_squares(gradients, count)) + 1e-6);
    if (factor < 1) kernels.scale(gradients, gradients, count, factor);
  }
  if (weightDecay > 0) {
    if (row.decoupled) kernels.scale(parameters, parameters, decayed, 1 - learningRate * weightDecay);
    else kernels.penalize(gradients, parameters, decayed, 0, weightDecay);
  }
  row.step(kernels, optimizer, block, state.scalars, learningRate);
  state.step++;
}

/** Returns the row of an optimizer. It takes the options of its own kind, which the name ensures. */
function rowOf({ name }: Optimizer): Row<Optimizer> {
  return rows[name] as unknown as Row<Optimizer>;
}
