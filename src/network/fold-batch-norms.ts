/** Batch norm in evaluation: its trained tensors, [units] each, and its running statistics. */
export interface NormToFold {
  readonly position: 'before' | 'after';
  readonly epsilon: number;
  readonly gamma: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

/** Layer whose kernel and bias take in a batch norm. */
export interface FoldableLayer {
  readonly units: number;
  readonly kernel: Float32Array | Float64Array;
  /** Distance in the kernel from one input to the next, and from one unit to the next. */
  readonly steps: readonly [input: number, unit: number];
  readonly bias: Float32Array | Float64Array;
  readonly norm: NormToFold | undefined;
}

/** Folds every batch norm into the kernel and bias beside it: in f64, in place, from the first layer to the last. */
export function foldBatchNorms(layers: readonly FoldableLayer[]): void {
  layers.forEach(({ units, kernel, steps, bias, norm }, l) => {
    for (let unit = 0; norm !== undefined && unit < units; unit++) {
      const scale = norm.gamma[unit]! / Math.sqrt(norm.variance[unit]! + norm.epsilon);
      const shift = norm.beta[unit]! - norm.mean[unit]! * scale;
      if (norm.position === 'before') {
        // (x·W + b)·s + t = x·(W s) + (b s + t)
        for (let n = kernel.length / units, i = unit * steps[1]; n > 0; n--, i += steps[0])
          kernel[i]! *= scale;
        bias[unit] = bias[unit]! * scale + shift;
        continue;
      }
      // (a s + t)·W + b = a·(s W) + (b + t·W), in the layer above, whose input this unit is
      const above = layers[l + 1]!;
      for (let to = 0, i = unit * above.steps[0]; to < above.units; to++, i += above.steps[1]) {
        above.bias[to]! += shift * above.kernel[i]!;
        above.kernel[i]! *= scale;
      }
    }
  });
}
