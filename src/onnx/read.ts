import { bytesOf } from '../arrays.js';
import type { BackendName, DefaultBackend } from '../backend/names.js';
import { isObject, show } from '../errors.js';
import type { MLP } from '../index.js';
import { chainOf } from '../interchange/chain.js';
import { CLASS_NAMES, KEY, knownOf, namesIn } from '../interchange/kept.js';
import { modelOf } from '../interchange/model.js';
import { checkImport, type ImportOptions } from '../interchange/options.js';
import type { Step } from '../interchange/steps.js';
import type { ExternalFiles } from './external-files.js';
import { Graph, nodeAt, opOf } from './graph.js';
import { linkOf } from './operators.js';
import { type GraphStep, inRows } from './rows.js';
import { tailOf } from './tail.js';
import { isFloat, sizeOf } from './tensors.js';

/** Options of `fromOnnx`. */
export interface FromOnnxOptions<B extends BackendName = DefaultBackend> extends ImportOptions<B> {
  /**
   * Contents of the files beside the ONNX file, by the names that it gives them, such as `model.onnx.data`. PyTorch puts larger
   * tensors there. Default none.
   */
  readonly external?: ExternalFiles;
}

/** Facts about an ONNX file that its model does not hold. */
export interface OnnxInfo {
  /** Name and version of the program that wrote the file. */
  readonly producer: string;
  /** Version of the operators. */
  readonly opset: number;
  /** Names of the classes by the index of their output, or of the two classes of a single output; absent if the file has none. */
  readonly classNames?: readonly string[];
  /** Name of the input. */
  readonly inputName: string;
  /** Name of the output that the model computes. */
  readonly outputName: string;
  /** Texts of the file by their names. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Makes a model of an ONNX file whose graph is a chain of dense layers: weights, activations, batch norms, input scaling, target
 * scaling, softmax or sigmoid. The forms that PyTorch, Keras, TensorFlow and scikit-learn write are
 * recognized. A map that a model has no place for is multiplied into the kernel beside it. The file may come from an untrusted
 * source.
 *
 * @param bytes    content of the file
 * @param options  files with external tensors, backend, arithmetic and threads; all have defaults
 * @returns  the model. For a classifier of scikit-learn, it predicts the probabilities of the classes, and for two classes only that of
 *           the second. {@link onnxInfo} has the names of the classes.
 * @throws RangeError, TypeError, ShapeError or NonFiniteError that opens with `bytes`, names the node that has no place in a chain
 *         of dense layers, and says what would be needed
 */
export function fromOnnx<B extends BackendName = DefaultBackend>(
  bytes: Uint8Array | ArrayBuffer,
  options: FromOnnxOptions<B> = {},
): MLP<B> {
  checkImport(options, ['external']);
  const { external = {}, ...rest } = options;
  if (!isObject(external))
    throw new TypeError(`external: expected an object of bytes, got ${show(external)}`);
  const graph = new Graph(bytesOf('bytes', bytes), external);
  const input = inputOf(graph);
  const chain = chainOf('bytes', rowsOf(input, stepsOf(graph, tailOf(graph).value, input.name)));
  const kept = graph.model.metadata?.find(({ key }) => key === KEY)?.value;
  return modelOf('bytes', chain, rest as ImportOptions<B>, knownOf(kept, chain));
}

/**
 * Returns what an ONNX file says beside its model: producer, opset, names of classes, input and output, and its own texts.
 *
 * @param bytes  content of the file
 * @throws RangeError or TypeError that opens with `bytes`, if they are not an ONNX file with one input and one output
 */
export function onnxInfo(bytes: Uint8Array | ArrayBuffer): OnnxInfo {
  const graph = new Graph(bytesOf('bytes', bytes), {});
  const { producer = '', producerVersion = '', metadata = [] } = graph.model;
  const { output, classNames } = tailOf(graph);
  const texts = Object.fromEntries(metadata.map(({ key = '', value = '' }) => [key, value]));
  const names = classNames ?? namesOf(texts[CLASS_NAMES]);
  return {
    producer: `${producer} ${producerVersion}`.trim(),
    opset: graph.opset,
    ...(names && { classNames: names }),
    inputName: inputOf(graph).name,
    outputName: output,
    metadata: texts,
  };
}

function namesOf(text: string | undefined): string[] | undefined {
  try {
    return namesIn(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

interface Input {
  readonly name: string;
  /** Sizes of a sample, undefined for those that the file leaves open; undefined if it leaves their number open. */
  readonly sizes: readonly (number | undefined)[] | undefined;
}

/** Returns the input of the graph. @throws RangeError if there is none, more than one, or one without floating-point numbers */
function inputOf({ inputs }: Graph): Input {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    const names = inputs.map(({ name }) => show(name)).join(', ');
    throw new RangeError(`bytes: expected one input, got ${inputs.length}${names && `: ${names}`}`);
  }
  const { name = '', type: { tensor } = {} } = input;
  if (tensor?.element && !isFloat(tensor.element)) {
    throw new RangeError(
      `bytes: input ${show(name)}: has data type ${tensor.element}, and a model needs floating-point numbers`,
    );
  }
  const sizes = tensor?.shape?.dims?.slice(1).map(({ size }) => (size! > 0 ? size : undefined));
  return { name, sizes: sizes?.length ? sizes : undefined };
}

/** Returns the steps for rows. @throws RangeError if the sizes of the input do not fit, or are open where they matter */
function rowsOf({ name, sizes }: Input, steps: readonly GraphStep[]): Step[] {
  const from = `bytes: input ${show(name)}`;
  const first = steps.find((step) => step.kind === 'dense');
  if (sizes === undefined || first === undefined) return inRows(steps, [first?.fanIn ?? 1]);
  const known = sizeOf(sizes.map((size) => size ?? 1));
  const open = sizes.filter((size) => size === undefined).length;
  const rest = open === 1 ? first.fanIn / known : 1;
  if (open > 1 || !Number.isInteger(rest)) {
    throw new RangeError(
      `${from}: needs a shape that fits ${first.fanIn} values, got [batch, ${sizes.map((size) => size ?? '?').join(', ')}]`,
    );
  }
  const dims = sizes.map((size) => size ?? rest);
  return [{ kind: 'width', width: known * rest, from }, ...inRows(steps, dims)];
}

/** Follows the graph backward from an output to the input, and returns the steps in the order of the computation. */
function stepsOf(graph: Graph, output: string, input: string): GraphStep[] {
  const links: (readonly GraphStep[])[] = [];
  // A last Reshape keeps the order of the values, whatever it makes of their shape.
  let value = graph.source(output, ['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);
  while (value !== input) {
    const node = graph.node(value);
    if (node === undefined) throw new RangeError(`bytes: value ${show(value)}: needs a node that makes it`);
    if ((node.outputs?.indexOf(value) ?? 0) > 0) {
      throw new RangeError(
        `${nodeAt(node)}: needs its first output to be used, but ${show(value)} is another output of ${opOf(node)}`,
      );
    }
    const link = linkOf(graph, node, value);
    links.push(link.steps);
    value = graph.source(link.x);
  }
  return links.reverse().flat();
}
