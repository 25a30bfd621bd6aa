/**
 * Parts of a model that a file of another tool cannot hold: seed, initializers, dropout, and kinds and f64 statistics of scalings.
 * Exporters write them into the metadata of their files. Metadata that disagree with the network, because another program changed
 * the file, are ignored.
 */
import type { BackendName } from '../backend/names.js';
import { isArray, ShapeError, StateError, show } from '../errors.js';
import type { AnyMLP } from '../index.js';
import { checkActivation, hasModule } from '../network/activations.js';
import type { ColumnStatistics } from '../network/column-statistics.js';
import { byteMappings } from '../network/input-scaler.js';
import type { LayerConfig, MLPConfig } from '../network/model-options.js';
import { scalingKind } from '../network/scaling.js';
import { internalsOf } from '../training/internals.js';
import type { Chain, ChainLayer } from './chain.js';
import type { Known } from './model.js';

/** Name of the metadata that hold the names of the classes. */
export const CLASS_NAMES = 'classNames';
/** Name of the library's own text in the metadata. */
export const KEY = 'evenkeel';
const FORMAT = 1;

/**
 * Returns the parts of a model that its file cannot hold.
 *
 * @param config  config of the layers that the file holds
 * @throws StateError if a scaling has not learned from data
 */
export function keptOf(model: AnyMLP, config: MLPConfig<BackendName> = model.config): Known {
  const { scaler, targetScaler } = internalsOf(model);
  targetScaler.check();
  return { config, inputs: inputsOf(config, scaler), outputs: targetScaler.statistics };
}

/** Returns the statistics of the input scaling, or 'bytes' if it maps bytes. @throws StateError if it has not learned from data */
function inputsOf(
  { inputScaling }: Pick<MLPConfig, 'inputScaling'>,
  { statistics: learned }: { readonly statistics: ColumnStatistics | undefined },
): Known['inputs'] {
  if (learned !== undefined) return learned;
  const kind = scalingKind(inputScaling);
  if (kind === 'none') return undefined;
  if (kind === 'unit' || kind === 'symmetric') return 'bytes';
  throw new StateError(
    `model: inputScaling ${show(kind)} depends on the training data; call model.adapt(x) or model.fit first`,
  );
}

/** Returns the names of classes that metadata hold; undefined if they are none. */
export function namesIn(value: unknown): string[] | undefined {
  return isArray(value) && value.every((name) => typeof name === 'string') ? [...value] : undefined;
}

/** Checks names of classes: one per output, or two for one output. @throws TypeError or ShapeError */
export function checkClassNames(classNames: unknown, units: number): void {
  if (namesIn(classNames) === undefined) {
    throw new TypeError(`classNames: expected an array of texts, got ${show(classNames)}`);
  }
  const { length } = classNames as string[];
  const expected = units === 1 ? 2 : units;
  if (length !== expected) {
    throw new ShapeError(`classNames: expected ${expected} names, got ${length}`, { argument: 'classNames' });
  }
}

interface Lists {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Returns the text of the metadata that keep the parts of a model. */
export function keptText({ config, inputs, outputs }: Known): string {
  const lists = (statistics: ColumnStatistics | undefined): Lists | undefined =>
    statistics && { mean: Array.from(statistics.mean), std: Array.from(statistics.std) };
  return JSON.stringify({
    format: FORMAT,
    config,
    inputs: inputs === 'bytes' ? inputs : lists(inputs),
    outputs: lists(outputs),
  });
}

/**
 * Returns the parts of a model that the metadata of a file keep; undefined if there are none, or they are not of this chain.
 *
 * @param text       text that `keptText` wrote
 * @param tolerance  relative difference of statistics that the format of the file rounds; default 0
 */
export function knownOf(text: unknown, chain: Chain, tolerance = 0): Known | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const { format, config, inputs, outputs } = JSON.parse(text) as {
      format: unknown;
      config: MLPConfig<BackendName>;
      inputs: Lists | 'bytes' | undefined;
      outputs: Lists | undefined;
    };
    if (format !== FORMAT || config.inputSize !== chain.inputSize || !sameLayers(config, chain))
      return undefined;
    const units = chain.layers[chain.layers.length - 1]!.units;
    if (!canHave(config.inputScaling, inputs, chain.inputSize)) return undefined;
    if (!canHave(config.targetScaling, outputs, units)) return undefined;
    const scaled = inputs === 'bytes' ? bytesAsLists(config) : inputs;
    const { inputScaling, targetScaling } = chain;
    const isClipped = inputs !== 'bytes' && scalingKind(config.inputScaling) === 'tabular';
    if ((inputScaling?.clipped ?? false) !== isClipped) return undefined;
    if (!sameScaling(inputScaling, scaled, inputs === 'bytes' ? 1e-6 : tolerance)) return undefined;
    if (!sameScaling(targetScaling, outputs, tolerance)) return undefined;
    return { config, inputs: inputs === 'bytes' ? inputs : statistics(inputs), outputs: statistics(outputs) };
  } catch {
    return undefined;
  }
}

function statistics(lists: Lists | undefined): ColumnStatistics | undefined {
  return lists && { mean: Float64Array.from(lists.mean), std: Float64Array.from(lists.std) };
}

/** Returns true if a scaling can have learned these statistics: one pair per column, or none if there is no scaling. */
function canHave(
  scaling: MLPConfig['inputScaling'],
  learned: Lists | 'bytes' | undefined,
  columns: number,
): boolean {
  if (scaling === 'none' || learned === undefined) return scaling === 'none' && learned === undefined;
  const kind = scalingKind(scaling);
  if (learned === 'bytes') return kind === 'unit' || kind === 'symmetric';
  if (kind === 'none') return false;
  const { mean, std } = learned;
  return (
    [mean, std].every(
      (list) => Array.isArray(list) && list.length === columns && list.every(Number.isFinite),
    ) && std.every((value) => Math.fround(value) > 0)
  );
}

/** Returns the mapping of bytes as mean and std. */
function bytesAsLists(config: MLPConfig<BackendName>): Lists {
  const { factor, offset } = byteMappings[scalingKind(config.inputScaling) as keyof typeof byteMappings];
  return { mean: [-offset / factor], std: [1 / factor] };
}

function sameLayers({ layers }: MLPConfig<BackendName>, chain: Chain): boolean {
  return (
    layers.length === chain.layers.length && layers.every((layer, l) => sameLayer(layer, chain.layers[l]!))
  );
}

function sameLayer({ units, useBias, activation, batchNorm }: LayerConfig, layer: ChainLayer): boolean {
  const { norm, bias } = layer;
  const position = batchNorm ? batchNorm.position : undefined;
  return (
    units === layer.units &&
    useBias === (bias !== undefined) &&
    // A batch norm before identity, which is no module, is the same as one after it.
    (!hasModule(activation) ? !position === !norm : position === norm?.position) &&
    (!batchNorm || Math.fround(batchNorm.epsilon) === Math.fround(norm!.epsilon)) &&
    sameActivation(
      checkActivation('activation', activation),
      checkActivation('activation', layer.activation ?? 'identity'),
    )
  );
}

/** Compares options as 32-bit floats, which a graph has. The slopes of prelu are weights and are not compared. */
function sameActivation(a: object, b: object): boolean {
  const text = (activation: object) =>
    JSON.stringify(activation, (key, value: unknown) =>
      key === 'initialSlope' || key === 'shared'
        ? undefined
        : typeof value === 'number'
          ? Math.fround(value)
          : value,
    );
  return text(a) === text(b);
}

/** Compares statistics as 32-bit floats. A graph has none where all means are 0 and all deviations 1. */
function sameScaling(chain: Lists | undefined, kept: Lists | undefined, tolerance: number): boolean {
  const { mean, std } = kept ?? { mean: [0], std: [1] };
  const found = chain ?? { mean: [0], std: [1] };
  const same = (a: readonly number[], b: readonly number[]) =>
    Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).every((i) => {
      const [x, y] = [a[a.length === 1 ? 0 : i]!, b[b.length === 1 ? 0 : i]!].map(Math.fround) as [
        number,
        number,
      ];
      return Math.abs(x - y) <= tolerance * Math.abs(y);
    });
  return same(found.mean, mean) && same(found.std, std);
}
