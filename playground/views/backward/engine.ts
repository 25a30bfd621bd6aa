/** The gradient on its way back: its size at each layer, and the factors of weights and slope that lead to it. */
import { meanSquare, probe } from '../../engine/measure.js';
import type { Runner } from '../../engine/runner.js';
import { expectedSignals } from '../../engine/theory.js';
import type { ViewEngine } from '../../engine/view.js';

/** Sizes are root mean squares over the units and rows of a layer. The last layer is the output. */
export interface Backward {
  /** Size of dL/dz by layer. */
  readonly sizes: Float64Array;
  /** Factor of the weights above: the size of dL/da divided by that of dL/dz in the layer above. NaN at the output. */
  readonly weights: Float64Array;
  /** Factor of the activation's slope: the size of dL/dz divided by that of dL/da. NaN at the output. */
  readonly slopes: Float64Array;
}

/** Gradient of one network; `measured` is absent if a number is not finite. */
export interface BackwardFrame {
  readonly measured?: Backward;
  /** ln of the size that theory expects, relative to the output, by layer. */
  readonly expected: Float64Array;
}

export type Frame = readonly BackwardFrame[];

export const engine: ViewEngine<Frame> = {
  frame: ({ runners, state, data }) =>
    runners.map((runner) => {
      const measured = goBack(runner);
      // Theory gives mean squares; a size is a root.
      const expected = expectedSignals(state, runner.options, data).backward.map((log) => log / 2);
      return { expected, ...(measured && { measured }) };
    }),
};

/** Measures the gradient of the first training rows; undefined if a number is not finite. */
function goBack(runner: Runner): Backward | undefined {
  const { x, y } = probe(runner);
  // At the start, the running statistics of a batch norm have seen no rows. Training uses the statistics of the batch.
  const training = runner.options.batchNorm !== 'none';
  try {
    const { layers } = runner.model.gradients(x, y, { training });
    const sizes = Float64Array.from(layers, ({ preactivation }) => Math.sqrt(meanSquare(preactivation)));
    if (!sizes.every(Number.isFinite)) return undefined;
    const before = Float64Array.from(layers, ({ activation }) => Math.sqrt(meanSquare(activation)));
    const isOutput = (l: number) => l === layers.length - 1;
    return {
      sizes,
      weights: sizes.map((_, l) => (isOutput(l) ? Number.NaN : before[l]! / sizes[l + 1]!)),
      slopes: sizes.map((size, l) => (isOutput(l) ? Number.NaN : size / before[l]!)),
    };
  } catch {
    return undefined;
  }
}
