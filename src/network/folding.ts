import { firstBeyond, LARGEST_F32, NonFiniteError } from '../errors.js';
import { type MLPConfig, type MLPOptions, undrawnLayers } from './model-options.js';
import type { LayerWeights } from './weights.js';

/** Returns the options of a model without its batch norms; a layer that absorbed one has a bias. */
export function foldedOptions(config: MLPConfig): MLPOptions {
  const layers = undrawnLayers(config.layers).map((layer, l) => ({
    ...layer,
    batchNorm: false,
    useBias: hasBias(config, l),
  }));
  return { ...config, layers };
}

/** Returns true if a layer has a bias once the batch norms are folded: its own, or the shift of one that it absorbed. */
function hasBias(config: MLPConfig, l: number): boolean {
  return position(config, l) === 'before' || position(config, l - 1) === 'after' || config.layers[l]!.useBias;
}

/**
 * Folds every batch norm into the kernel and bias beside it, in f64.
 *
 * @throws NonFiniteError  if a folded value exceeds the numbers of the backend
 */
export function foldedWeights(
  config: MLPConfig,
  weights: readonly LayerWeights<ArrayLike<number>>[],
): LayerWeights<ArrayLike<number>>[] {
  const out = weights.map(({ kernel, bias, slopes }, l) => {
    const { units } = config.layers[l]!;
    return {
      kernel: Float64Array.from(kernel),
      bias: bias.length > 0 ? Float64Array.from(bias) : new Float64Array(units),
      ...(slopes && { slopes }),
    };
  });
  weights.forEach((given, l) => {
    const where = position(config, l);
    if (where === undefined) return;
    const { scale, shift } = affine(config, l, given);
    const { units } = config.layers[l]!;
    const { kernel, bias } = out[l]!;
    if (where === 'before') {
      // (x·W + b)·s + t = x·(W s) + (b s + t)
      for (let i = 0; i < kernel.length; i++) kernel[i]! *= scale[i % units]!;
      for (let c = 0; c < units; c++) bias[c] = bias[c]! * scale[c]! + shift[c]!;
      return;
    }
    // (a s + t)·W + b = a·(s W) + (b + t·W), in the layer above
    const above = out[l + 1]!;
    const { units: width } = config.layers[l + 1]!;
    for (let r = 0; r < units; r++) {
      for (let c = 0; c < width; c++) {
        above.bias[c]! += shift[r]! * above.kernel[r * width + c]!;
        above.kernel[r * width + c]! *= scale[r]!;
      }
    }
  });
  for (const [layer, { kernel, bias }] of out.entries()) expectFinite(config, layer, { kernel, bias });
  return out.map(({ bias, ...rest }, l) => ({
    ...rest,
    bias: hasBias(config, l) ? bias : new Float64Array(0),
  }));
}

function expectFinite(
  { backend }: MLPConfig,
  layer: number,
  tensors: Readonly<Record<'kernel' | 'bias', Float64Array>>,
): void {
  const bound = backend === 'javascript64' ? Number.MAX_VALUE : LARGEST_F32;
  for (const [name, values] of Object.entries(tensors)) {
    const index = firstBeyond(values, bound);
    if (index < 0) continue;
    const value = values[index]!;
    const message = `layers[${layer}]: with its batchNorm folded in, value ${index} of the ${name} is ${value}, beyond the numbers of backend '${backend}'`;
    throw new NonFiniteError(message, { layer, index, value });
  }
}

function position(config: MLPConfig, l: number): 'before' | 'after' | undefined {
  const batchNorm = config.layers[l]?.batchNorm;
  return batchNorm ? batchNorm.position : undefined;
}

/** Returns scale and shift of a batch norm in evaluation: x ↦ scale · x + shift. */
function affine(config: MLPConfig, l: number, weights: LayerWeights<ArrayLike<number>>) {
  const { gamma, beta, runningMean, runningVariance } = weights;
  const { epsilon } = config.layers[l]!.batchNorm as { epsilon: number };
  const scale = Float64Array.from(gamma!, (g, c) => g / Math.sqrt(runningVariance![c]! + epsilon));
  const shift = Float64Array.from(beta!, (b, c) => b - runningMean![c]! * scale[c]!);
  return { scale, shift };
}
