/** Facts about a model that `show` prints, as plain data. */
import { valueNames } from '../../data/csv/columns.js';
import type { BackendName } from '../../index.js';
import type { MLPConfig } from '../../network/model-options.js';
import { scalingKind } from '../../network/scaling.js';
import { internalsOf } from '../../training/internals.js';
import type { ModelKind, OpenedModel } from './opened.js';
import { columnsOf } from './table.js';

export interface LayerFacts {
  readonly units: number;
  /** Operations behind the kernel, in words. */
  readonly activation: string;
  readonly parameters: number;
  readonly kernel: {
    readonly std: number;
    /** Standard deviation that He et al. recommend. */
    readonly he: number;
    /** Standard deviation that Glorot and Bengio recommend. */
    readonly glorot: number;
    readonly byHe: number;
    readonly byGlorot: number;
  };
}

export interface ScalingFacts {
  readonly kind: string;
  /** Absent if the scaling has learned nothing. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

export interface ModelFacts {
  readonly file: string;
  readonly kind: ModelKind;
  readonly described: string;
  readonly inputSize: number;
  readonly parameters: number;
  readonly layers: readonly LayerFacts[];
  readonly inputScaling: ScalingFacts;
  readonly targetScaling: ScalingFacts;
  readonly classNames?: readonly string[];
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** Names of other texts of the file. */
  readonly texts: readonly string[];
  /** What the file has besides the model, in words. */
  readonly notes: readonly string[];
}

export function factsOf(file: string, opened: OpenedModel): ModelFacts {
  const { model, kind, described, trained, classNames, outputNames, left, training } = opened;
  const { task: _, columns: __, ...texts } = opened.texts;
  const own = trained === undefined ? opened.texts : texts;
  const config: MLPConfig<BackendName> = model.config;
  const layers = layersOf(opened);
  const inputNames = columnsOf(opened)?.features.flatMap(valueNames);
  const { scaler, targetScaler } = internalsOf(model);
  return {
    file,
    kind,
    described,
    inputSize: config.inputSize,
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    layers,
    inputScaling: scalingOf(config.inputScaling, scaler.statistics),
    targetScaling: scalingOf(config.targetScaling, targetScaler.statistics),
    ...(classNames && { classNames }),
    ...(inputNames && { inputNames }),
    ...(outputNames && { outputNames }),
    texts: Object.keys(own),
    notes: [
      ...training.map((part) => `The file has ${part}.`),
      ...left.map((part) => `The file has parts that a model does not need: ${part}.`),
    ],
  };
}

function layersOf({ model }: OpenedModel): LayerFacts[] {
  const { inputSize, layers } = model.config;
  return model.getWeights().map(({ kernel, ...others }, l) => {
    const layer = layers[l]!;
    const { units, batchNorm, dropout } = layer;
    const fanIn = layers[l - 1]?.units ?? inputSize;
    const { runningMean: _, runningVariance: __, ...trained } = others;
    const std = deviation(kernel);
    const he = Math.sqrt(2 / fanIn);
    const glorot = Math.sqrt(2 / (fanIn + units));
    return {
      units,
      activation: [
        layer.activation.name,
        ...(batchNorm ? [`batch norm ${batchNorm.position} it`] : []),
        ...(dropout > 0 ? [`dropout ${dropout}`] : []),
      ].join(', '),
      parameters: Object.values(trained).reduce((sum, values) => sum + values.length, kernel.length),
      kernel: { std, he, glorot, byHe: std / he, byGlorot: std / glorot },
    };
  });
}

/** Returns the standard deviation around the mean, over all values. */
function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / all.length);
}

function scalingOf(
  scaling: MLPConfig<BackendName>['inputScaling'] | MLPConfig<BackendName>['targetScaling'],
  statistics: { readonly mean: ArrayLike<number>; readonly std: ArrayLike<number> } | undefined,
): ScalingFacts {
  const kind = scalingKind(scaling);
  if (statistics === undefined) return { kind };
  return { kind, mean: Array.from(statistics.mean), std: Array.from(statistics.std) };
}
