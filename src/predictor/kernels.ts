/** Interface between the predictor and its kernels: assembly/predictor.ts, and `javascript/` in plain JavaScript. */

/** Exports of predictor.wasm. The JavaScript of `evenkeel/predictor/javascript` has the same. */
export interface PredictorKernels {
  /** Memory in which plans lie. */
  readonly memory: {
    /** Bytes of the memory; another object after it grew. */
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KB. @throws if there are none left */
    grow(pages: number): unknown;
  };
  /** Version of the plan that `forward` reads. */
  version(): number;
  /** Address of the first byte that a plan may use. */
  heap_base(): number;
  /** Writes columns of a kernel, `[columns, fanIn]` at `from`, as the first columns of a panel at `to`. Addresses are in bytes. */
  pack_panel(to: number, from: number, columns: number, fanIn: number, panel: number): void;
  /**
   * Runs rows through the network of a plan. `wide` scales the inputs in doubles before they are rounded.
   *
   * @returns  0; or n if the n-th input, and −n if the n-th result, is the first that is not finite
   */
  forward(plan: number, rows: number, wide: boolean): number;
}

export const PLAN_VERSION = 2;

/** Number of words in the head of a plan, and in its description of a layer. */
export const HEAD_WORDS = 12;
export const LAYER_WORDS = 8;
/** Number of columns in a panel of a kernel, and in the last panel if no more are left. */
export const WIDE = 32;
export const NARROW = 16;

/** Activations as a plan numbers them, in the order of `Kind` in assembly/predictor.ts. */
export const kinds = /* @__PURE__ */ (
  'identity step sigmoid tanh softplus relu squaredRelu leakyRelu prelu elu selu silu gelu geluTanh mish ' +
  'softsign hardSigmoid hardSwish softmax'
).split(' ');
/** Places in `kinds`. */
export const IDENTITY = 0;
export const SIGMOID = 2;
export const LEAKY_RELU = 7;
export const PRELU = 8;
export const ELU = 9;
export const SOFTMAX = 18;
