import { isObject, knownKeys, show, trueOrFalse, wholeNumber } from '../errors.js';
import type { AnyMLP, BackendName } from '../index.js';
import { CLASS_NAMES, checkClassNames, KEY, keptOf, keptText } from '../interchange/kept.js';
import type { Known } from '../interchange/model.js';
import { byteMappings } from '../network/input-scaler.js';
import type { LayerConfig, MLPConfig } from '../network/model-options.js';
import { scalingKind } from '../network/scaling.js';
import type { LayerWeights } from '../network/weights.js';
import { transposed } from '../network/weights.js';
import type { FileBytes } from '../saving/format.js';
import { moduleNames } from '../saving/module-names.js';
import { GraphBuilder } from './builder.js';
import { formOf, isNothing } from './forms.js';
import { type Message, writeMessage } from './protobuf.js';

/** Options of `toOnnx`. */
export interface ToOnnxOptions {
  /** Version of ONNX's operators, from 11 to 25; default 17. An activation that it lacks is written as several nodes. */
  readonly opset?: number;
  /** True leaves out the softmax or sigmoid at the end, so that the outputs are the logits; default false. */
  readonly logits?: boolean;
  /** True folds every batch norm into the kernel beside it, as `model.folded()` does; default false. */
  readonly foldBatchNorm?: boolean;
  /** Name of the input; default 'input'. */
  readonly inputName?: string;
  /** Name of the output; default 'output'. */
  readonly outputName?: string;
  /** Names of the classes, one per output, or two for one output. They become metadata of the file. Default none. */
  readonly classNames?: readonly string[];
  /** Texts of your own to store in the file, by name. Default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const keys = [
  'opset',
  'logits',
  'foldBatchNorm',
  'inputName',
  'outputName',
  'classNames',
  'metadata',
] as const satisfies readonly (keyof ToOnnxOptions)[];

const OPSETS = [11, 25] as const;
/** Newest opset of each version of the file format; older readers refuse a newer version. */
const irVersions = [
  [18, 8],
  [20, 9],
  [Infinity, 10],
] as const;

/**
 * Writes a model as an ONNX file: scaling of the inputs, layers, scaling of the outputs, with 32-bit floats. The input has the shape
 * [batch, inputSize], the output [batch, units]. {@link fromOnnx} makes a model of the file that predicts the same bits.
 *
 * @param model    any model; with inputScaling 'unit' or 'symmetric' and no learned statistics, the input is bytes from 0 to 255
 * @param options  {@link ToOnnxOptions}
 * @returns  content of the file
 * @throws TypeError, RangeError or ShapeError that names the option at fault
 * @throws StateError      if a scaling has not learned from data
 * @throws NonFiniteError  if a value exceeds 32-bit floats
 */
export function toOnnx(model: AnyMLP, options: ToOnnxOptions = {}): FileBytes {
  const checked = checkOptions(options);
  const { opset, inputName, outputName } = checked;
  const { config, weights } = partsOf(checked.foldBatchNorm ? model.folded() : model, checked.logits);
  const known = keptOf(model, config);
  const units = config.layers[config.layers.length - 1]!.units;
  const metadata = [...textsOf(checked, units), { key: KEY, value: keptText(known) }];
  const builder = new GraphBuilder(opset, inputName);
  scaleInputs(builder, known);
  const specs = config.layers.map((layer) => ({ ...layer, batchNorm: layer.batchNorm || undefined }));
  const names = moduleNames(specs);
  for (const [l, layer] of config.layers.entries()) {
    const fanIn = config.layers[l - 1]?.units ?? config.inputSize;
    addLayer(builder, l, layer, fanIn, weights[l]!, (tensor) => names[l]!.get(tensor as 'kernel')!);
  }
  if (known.outputs !== undefined) {
    builder.scope = 'targetScaling';
    builder.affine('Mul', 'std', known.outputs.std);
    builder.affine('Add', 'mean', known.outputs.mean);
  }
  const file: Message<'Model'> = {
    irVersion: irVersions.find(([newest]) => opset <= newest)![1],
    producer: 'evenkeel',
    graph: {
      ...builder.end(outputName),
      name: 'evenkeel',
      inputs: [rowsOf(inputName, config.inputSize)],
      outputs: [rowsOf(outputName, units)],
    },
    opsets: [{ domain: '', version: opset }],
    metadata,
  };
  return writeMessage('Model', file);
}

/** Returns config and weights of a model. With `logits`, the last activation is left out. */
function partsOf(
  model: AnyMLP,
  logits: boolean,
): { config: MLPConfig<BackendName>; weights: LayerWeights<ArrayLike<number>>[] } {
  const { config } = model;
  const weights = model.getWeights();
  if (!logits) return { config, weights };
  const last = config.layers[config.layers.length - 1]!;
  if (isNothing(last.activation)) return { config, weights };
  if (!formOf(last.activation).hasLogits) {
    throw new RangeError(
      `logits: expected an output layer with softmax or sigmoid, got ${show(last.activation.name)}`,
    );
  }
  if (config.targetScaling !== 'none') {
    throw new RangeError(
      'logits: expected a model without targetScaling, which applies after the activation',
    );
  }
  const layers = [...config.layers.slice(0, -1), { ...last, activation: { name: 'identity' } as const }];
  return { config: { ...config, layers }, weights };
}

/** Writes the input scaling. */
function scaleInputs(builder: GraphBuilder, { config, inputs }: Known): void {
  if (inputs === undefined) return;
  const { inputScaling } = config;
  const kind = scalingKind(inputScaling);
  builder.scope = 'inputScaling';
  if (inputs === 'bytes') {
    const { factor, offset } = byteMappings[kind as keyof typeof byteMappings];
    builder.affine('Mul', 'factor', [factor]);
    if (offset !== 0) builder.affine('Add', 'offset', [offset]);
    return;
  }
  builder.affine('Sub', 'mean', inputs.mean);
  builder.affine('Div', 'std', inputs.std);
  if (kind === 'tabular') builder.node('Clip', [builder.constant(-3), builder.constant(3)]);
}

/** Writes a layer. @param nameOf  name of a tensor, as in PyTorch's nn.Sequential */
function addLayer(
  builder: GraphBuilder,
  l: number,
  { units, activation, batchNorm }: LayerConfig,
  fanIn: number,
  { kernel, bias, slopes, ...norm }: LayerWeights<ArrayLike<number>>,
  nameOf: (tensor: string) => string,
): void {
  builder.scope = `layers.${l}`;
  const tensor = (name: string, values: ArrayLike<number>, dims = [values.length]) =>
    builder.tensor(nameOf(name), dims, values, `layers[${l}]: the ${name}`);
  const normalize = (position: 'before' | 'after') => {
    if (!batchNorm || batchNorm.position !== position) return;
    const { gamma, beta, runningMean, runningVariance } = norm;
    const tensors = { gamma, beta, runningMean, runningVariance };
    builder.node(
      'BatchNormalization',
      Object.entries(tensors).map(([name, values]) => tensor(name, values!)),
      { epsilon: batchNorm.epsilon, momentum: 1 - batchNorm.momentum },
    );
  };
  const matrix = transposed(kernel, fanIn, units, new Float64Array(kernel.length));
  const operands = [
    tensor('kernel', matrix, [units, fanIn]),
    ...(bias.length > 0 ? [tensor('bias', bias)] : []),
  ];
  builder.node('Gemm', operands, {}, { transB: 1 });
  normalize('before');
  builder.activation(activation, slopes && tensor('slopes', slopes));
  normalize('after');
}

/** Describes an input or output of [batch, columns]. */
function rowsOf(name: string, columns: number): Message<'Value'> {
  return {
    name,
    type: { tensor: { element: 1, shape: { dims: [{ symbol: 'batch' }, { size: columns }] } } },
  };
}

function checkOptions(options: ToOnnxOptions) {
  knownKeys('options', options, keys);
  const {
    opset = 17,
    logits = false,
    foldBatchNorm = false,
    inputName = 'input',
    outputName = 'output',
  } = options;
  const { classNames, metadata = {} } = options;
  const [oldest, newest] = OPSETS;
  if (wholeNumber('opset', opset, oldest) > newest) {
    throw new RangeError(`opset: expected ${oldest} to ${newest}, got ${opset}`);
  }
  trueOrFalse('logits', logits);
  trueOrFalse('foldBatchNorm', foldBatchNorm);
  for (const [key, name] of Object.entries({ inputName, outputName })) {
    if (typeof name !== 'string' || name === '')
      throw new TypeError(`${key}: expected a text, got ${show(name)}`);
  }
  if (inputName === outputName)
    throw new RangeError(`outputName: expected another name than the input's, got ${show(outputName)}`);
  return { opset, logits, foldBatchNorm, inputName, outputName, classNames, metadata };
}

/** Checks the texts and returns them as metadata. */
function textsOf(
  { classNames, metadata }: Pick<ReturnType<typeof checkOptions>, 'classNames' | 'metadata'>,
  units: number,
): Message<'Entry'>[] {
  if (!isObject(metadata))
    throw new TypeError(`metadata: expected an object of texts, got ${show(metadata)}`);
  const entries = Object.entries(metadata).map(([key, value]) => {
    if (typeof value !== 'string')
      throw new TypeError(`metadata.${key}: expected a text, got ${show(value)}`);
    if (key === KEY || key === CLASS_NAMES)
      throw new RangeError(`metadata.${key}: the library uses this name for its own metadata`);
    return { key, value };
  });
  if (classNames === undefined) return entries;
  checkClassNames(classNames, units);
  return [...entries, { key: CLASS_NAMES, value: JSON.stringify(classNames) }];
}
