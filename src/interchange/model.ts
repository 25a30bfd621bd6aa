/** Makes a model from a chain of dense layers. */
import type { BackendName, DefaultBackend } from '../backend/names.js';
import { messageOf, NonFiniteError, ShapeError } from '../errors.js';
import { MLP } from '../index.js';
import { checkActivation, defaultInitializer } from '../network/activations.js';
import type { ColumnStatistics } from '../network/column-statistics.js';
import {
  type LayerConfig,
  type MLPConfig,
  type MLPOptions,
  undrawnLayers,
} from '../network/model-options.js';
import type { LayerWeights } from '../network/weights.js';
import { internalsOf } from '../training/internals.js';
import type { Chain, ChainLayer } from './chain.js';
import type { ImportOptions } from './options.js';

/** Parts of an exported model that a chain cannot express. */
export interface Known {
  readonly config: MLPConfig<BackendName>;
  /** Statistics of the input scaling; 'bytes' for the mapping of bytes. */
  readonly inputs: ColumnStatistics | 'bytes' | undefined;
  /** Statistics of the target scaling. */
  readonly outputs: ColumnStatistics | undefined;
}

/**
 * Makes a model from a chain.
 *
 * @param from   first word of messages about values that a model cannot have, such as `bytes`
 * @param known  parts that the chain lacks, from a model with the same layers
 */
export function modelOf<B extends BackendName = DefaultBackend>(
  from: string,
  chain: Chain,
  options: ImportOptions<B>,
  known?: Known,
): MLP<B> {
  const { inputSize, inputScaling, targetScaling } = chain;
  const given = (scaling: { mean: number[]; std: number[] } | undefined) =>
    scaling && { mean: scaling.mean, std: scaling.std };
  const config: Omit<MLPOptions, 'backend'> = known
    ? { ...known.config, layers: undrawnLayers(known.config.layers) }
    : {
        inputSize,
        layers: undrawnLayers(chain.layers.map(configOf)),
        inputScaling: inputScaling?.clipped ? 'tabular' : (given(inputScaling) ?? 'none'),
        targetScaling: given(targetScaling) ?? 'none',
      };
  const { backend: _, ...rest } = config as MLPOptions<BackendName>;
  const model = inMessages(from, () => new MLP<B>({ ...rest, ...options }));
  inMessages(from, () => model.setWeights(chain.layers.map(weightsOf)));
  const { scaler, targetScaler } = internalsOf(model);
  const inputs = known ? known.inputs : inputScaling?.clipped ? statistics(inputScaling) : undefined;
  if (inputs === 'bytes') scaler.fitToBytes();
  else if (inputs !== undefined) scaler.set(inputs);
  if (known?.outputs !== undefined) targetScaler.set(known.outputs);
  return model;
}

function statistics({ mean, std }: { mean: number[]; std: number[] }): ColumnStatistics {
  return { mean: Float64Array.from(mean), std: Float64Array.from(std) };
}

function configOf({ units, bias, norm, activation = 'identity', dropout }: ChainLayer): LayerConfig {
  const checked = checkActivation('activation', activation);
  return {
    units,
    activation: checked,
    useBias: bias !== undefined,
    dropout,
    batchNorm: norm ? { momentum: norm.momentum, epsilon: norm.epsilon, position: norm.position } : false,
    kernelInitializer: { name: defaultInitializer(checked) },
    ...(bias && { biasInitializer: { name: 'zeros' } }),
  };
}

function weightsOf({ kernel, bias, norm, slopes }: ChainLayer): Partial<LayerWeights<ArrayLike<number>>> {
  return {
    kernel,
    ...(bias && { bias }),
    ...(norm && {
      gamma: norm.gamma,
      beta: norm.beta,
      runningMean: norm.mean,
      runningVariance: norm.variance,
    }),
    ...(slopes && { slopes }),
  };
}

/** Runs a step and opens the message of its error with the argument that the values came from. */
export function inMessages<T>(from: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const Kind = [ShapeError, NonFiniteError, TypeError].find((kind) => error instanceof kind) ?? RangeError;
    throw new Kind(`${from}: ${messageOf(error)}`, { cause: error } as object);
  }
}
