import type { ActivationName } from './activations.js';
import type { Address, Kernels } from './backend/kernels.js';

/** Where a loss finds the output layer and the targets, and where it puts its gradient. */
export interface LossBuffers {
  readonly preactivation: Address;
  readonly activation: Address;
  readonly preactivationGradient: Address;
  readonly activationGradient: Address;
  /** Class indices (u32), or rows of targets, whichever `target` says. */
  readonly labels: Address;
  readonly targets: Address;
  readonly rows: number;
  readonly units: number;
}

interface Loss {
  /** The activation that the output layer must have; the loss works on its logits. */
  readonly output?: ActivationName;
  /** True where y may be class indices. */
  readonly classes: boolean;
  /** True where the kernel reads z and writes a and dL/dz itself, false where it reads a and writes dL/da. */
  readonly takesLogits: boolean;
  /** Writes the gradient of the mean and returns the sum over the batch. */
  readonly run: (kernels: Kernels, buffers: LossBuffers, byClass: boolean) => number;
  /** How many terms of the sum a row brings: what the mean is over. */
  readonly termsPerRow: (units: number) => number;
}

/** The losses. Each mean is over rows or, where said, over all elements, as PyTorch's are. */
export const losses = {
  crossEntropy: {
    output: 'softmax',
    classes: true,
    takesLogits: true,
    run: (kernels, b, byClass) =>
      (byClass ? kernels.softmax_cross_entropy : kernels.softmax_cross_entropy_rows)(
        b.preactivationGradient,
        b.activation,
        b.preactivation,
        byClass ? b.labels : b.targets,
        b.rows,
        b.units,
      ),
    termsPerRow: () => 1,
  },
  meanSquaredError: {
    classes: false,
    takesLogits: false,
    run: (kernels, b) =>
      kernels.mean_squared_error(b.activationGradient, b.activation, b.targets, b.rows * b.units),
    termsPerRow: (units) => units,
  },
} as const satisfies Record<string, Loss>;

export type LossName = keyof typeof losses;
export const lossNames = Object.keys(losses) as LossName[];

/** The row of the table, typed as what all rows have. */
export function loss(name: LossName): Loss {
  return losses[name];
}
