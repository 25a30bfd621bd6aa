import type { BackendName } from '../backend/names.js';
import { firstBeyond, LARGEST_F32, NonFiniteError } from '../errors.js';
import { foldBatchNorms } from './fold-batch-norms.js';
import { type MLPConfig, type MLPOptions, undrawnLayers } from './model-options.js';
import type { LayerWeights } from './weights.js';

/** Returns the options of a model without its batch norms; a layer that absorbed one has a bias. */
export function foldedOptions(config: MLPConfig<BackendName>): MLPOptions<BackendName> {
  const layers = undrawnLayers(config.layers).map((layer, l) => ({
    ...layer,
    batchNorm: false,
    useBias: hasBias(config, l),
  }));
  return { ...config, layers };
}

/** Returns true if a layer has a bias once the batch norms are folded: its own, or the shift of one that it absorbed. */
function hasBias(config: MLPConfig<BackendName>, l: number): boolean {
  return position(config, l) === 'before' || position(config, l - 1) === 'after' || config.layers[l]!.useBias;
}

/**
 * Folds every batch norm into the kernel and bias beside it, in f64.
 *
 * @throws NonFiniteError  if a folded value exceeds the numbers of the backend
 */
export function foldedWeights(
  config: MLPConfig<BackendName>,
  weights: readonly LayerWeights<ArrayLike<number>>[],
): LayerWeights<ArrayLike<number>>[] {
  const out = weights.map(({ kernel, bias, slopes, ...rest }, l) => {
    const { units, batchNorm } = config.layers[l]!;
    const { gamma, beta, runningMean, runningVariance } = rest;
    return {
      units,
      kernel: Float64Array.from(kernel),
      steps: [units, 1] as const,
      bias: bias.length > 0 ? Float64Array.from(bias) : new Float64Array(units),
      norm: batchNorm
        ? {
            ...batchNorm,
            gamma: gamma!,
            beta: beta!,
            mean: runningMean!,
            variance: runningVariance!,
          }
        : undefined,
      ...(slopes && { slopes }),
    };
  });
  foldBatchNorms(out);
  for (const [layer, { kernel, bias }] of out.entries()) expectFinite(config, layer, { kernel, bias });
  return out.map(({ kernel, bias, slopes }, l) => ({
    kernel,
    bias: hasBias(config, l) ? bias : new Float64Array(0),
    ...(slopes && { slopes }),
  }));
}

function expectFinite(
  { backend }: MLPConfig<BackendName>,
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

function position(config: MLPConfig<BackendName>, l: number): 'before' | 'after' | undefined {
  const batchNorm = config.layers[l]?.batchNorm;
  return batchNorm ? batchNorm.position : undefined;
}
