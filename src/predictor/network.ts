import { type FoldableLayer, foldBatchNorms } from '../network/fold-batch-norms.js';
import { need, parse, type SavedFile, type Unknown } from './file.js';
import { ELU, IDENTITY, kinds, LEAKY_RELU, PRELU, SOFTMAX } from './kernels.js';
import { beyond, isFloat } from './values.js';

/** Layer of a network, with its batch norm folded in. */
export interface PredictorLayer extends FoldableLayer {
  readonly fanIn: number;
  /** Index in `kinds`. */
  readonly kind: number;
  /** Slopes of leakyRelu and prelu, or alphas of elu: [units]. Zeros for other activations. */
  readonly parameters: Float32Array | Float64Array;
}

/** Scaling of inputs or targets. */
export type Scaling = readonly [
  /** Name of the scaling, or 'given' for given numbers. */
  kind: string,
  /** 'statistics' if the file has them, 'bytes' if bytes are scaled, 'none' if nothing was learned from data. */
  by: string,
  /** Mean and standard deviation of each column; absent without statistics. */
  mean?: Float64Array,
  std?: Float64Array,
];

/** Network of a saved model. */
export type SavedNetwork = readonly [layers: readonly PredictorLayer[], inputs: Scaling, targets: Scaling];

/** Version of the description, as in src/saving. */
const FORMAT = 1;
/** Scalings that can be applied, with what they have learned from. Bytes need no learning. */
const INPUT_SCALINGS =
  /^(none none|(unit|symmetric) (none|bytes)|(given|unit|symmetric|zScore|tabular) statistics)$/;
const TARGET_SCALINGS = /^(none none|(given|unit|zScore) statistics)$/;

/** Reads the network of a file. @throws RangeError that opens with `bytes` and says what is wrong */
export function readNetwork([texts, tensor, rest]: SavedFile): SavedNetwork {
  const text = texts?.evenkeel;
  need(typeof text === 'string', 'the metadata', texts, "the text 'evenkeel' of a saved model");
  const model = parse('evenkeel', text) as Unknown;
  need(model?.format === FORMAT, 'format', model?.format, `${FORMAT}`);
  const {
    inputSize,
    layers: given,
    inputScaling,
    targetScaling,
  } = (model.config ?? {}) as Record<string, unknown>;
  need(isSize(inputSize), 'inputSize', inputSize);
  need(Array.isArray(given) && given.length > 0, 'layers', given);
  let fanIn = inputSize;
  // Modules of PyTorch's nn.Sequential are counted, as in src/saving/module-names.ts.
  let modules = 0;

  // Folding needs doubles. Without it, more copies of the weights would only make loading slower.
  const folds = given.some((layer: Unknown) => layer?.batchNorm);
  const Numbers = folds ? Float64Array : Float32Array;
  /** The kernels work on 32-bit floats, but the backend javascript64 saves doubles. */
  const read = (module: number, name: string, ...shape: readonly number[]) => {
    const values = tensor(`${module}.${name}`, ...shape);
    return !folds && values instanceof Numbers ? values : new Numbers(new Float32Array(values));
  };

  const readLayer = (layer: Unknown, l: number): PredictorLayer => {
    const { units, activation, batchNorm, useBias, dropout } = (layer ?? {}) as Record<string, unknown>;
    const { name, negativeSlope, alpha, shared } = (activation ?? {}) as Record<string, unknown>;
    const { position, epsilon } = (batchNorm || {}) as Record<string, unknown>;
    const hidden = l < given.length - 1;
    const kind = kinds.indexOf(name as string);
    const prelu = kind === PRELU;
    const parameter = kind === LEAKY_RELU ? negativeSlope : kind === ELU ? alpha : 0;
    need(
      isSize(units) &&
        kind >= 0 &&
        !(hidden && kind === SOFTMAX) &&
        isFloat(parameter) &&
        typeof useBias === 'boolean' &&
        // A wrong dropout needs no check: modules are counted by it, so that tensors would be missing or left over.
        (!batchNorm ||
          (isFloat(epsilon) &&
            Math.fround(epsilon) > 0 &&
            (position === 'before' || (position === 'after' && hidden)))),
      `layers[${l}]`,
      layer,
    );
    const linear = modules++;
    let norm = modules;
    if (position === 'before') modules++;
    const slopes = modules;
    if (kind !== IDENTITY) modules++;
    if (position === 'after') norm = modules++;
    if ((dropout as number) > 0) modules++;
    const result = {
      fanIn,
      units,
      kind,
      kernel: read(linear, 'weight', units, fanIn),
      steps: [1, fanIn] as const,
      bias: useBias ? read(linear, 'bias', units) : new Numbers(units),
      parameters:
        prelu && !shared
          ? read(slopes, 'weight', units)
          : new Numbers(units).fill(prelu ? read(slopes, 'weight', 1)[0]! : parameter),
      norm: batchNorm
        ? {
            position: position as 'before' | 'after',
            epsilon: epsilon as number,
            gamma: read(norm, 'weight', units),
            beta: read(norm, 'bias', units),
            mean: read(norm, 'running_mean', units),
            variance: read(norm, 'running_var', units),
          }
        : undefined,
    };
    fanIn = units;
    return result;
  };

  const readScaling = (name: string, scaling: unknown, known: RegExp, columns: number): Scaling => {
    const kind = typeof scaling === 'object' ? ((scaling as Unknown)?.kind ?? 'given') : scaling;
    const by = model[name];
    need(known.test(`${kind} ${by}`), name, [scaling, by], 'a known one that has learned from data');
    if (by !== 'statistics') return [kind as string, by as string];
    const [mean, std] = ['mean', 'std'].map((part) => new Float64Array(tensor(`${name}.${part}`, columns)));
    need(
      std!.every((value) => Math.fround(value) > 0),
      `tensor '${name}.std'`,
      'others',
      'numbers > 0',
    );
    return [kind as string, by, mean!, std!];
  };

  const layers = given.map(readLayer);
  foldBatchNorms(layers);
  layers.forEach(({ kernel, bias }, l) => {
    // A negative variance has no root.
    need(
      !folds || beyond(kernel) + beyond(bias) === -2,
      `layers[${l}]`,
      'others',
      '32-bit floats after its batch norm is folded in',
    );
  });
  const scalings = [
    readScaling('scaling', inputScaling, INPUT_SCALINGS, inputSize),
    readScaling('targetScaling', targetScaling, TARGET_SCALINGS, fanIn),
  ] as const;
  const left = rest().find((name) => !/^(optimizer|epoch)\.|\.num_batches_tracked$/.test(name));
  need(left === undefined, 'the tensors', left, 'only those of the model');
  return [layers, ...scalings];
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
