/** The end of a graph: its one output, or the labels and probabilities of scikit-learn's classifiers. */
import { show } from '../errors.js';
import { attribute, type Graph, type Node, opOf, refusal } from './graph.js';

/** Output that a model computes. */
export interface Tail {
  /** Name of the graph's output. */
  readonly output: string;
  /** Name of the value that the model computes: the output, or the value from which a map of names or a label is made. */
  readonly value: string;
  readonly classNames: readonly string[] | undefined;
}

/** Finds the output. @throws RangeError if there is none, or two that are not labels and probabilities of the same classes */
export function tailOf(graph: Graph): Tail {
  const { outputs } = graph;
  const [first, second] = outputs;
  if (first === undefined) throw new RangeError('bytes: expected an output, got none');
  if (second === undefined) {
    const label = labelOf(graph, first);
    const { value, classNames } = probabilitiesOf(graph, label?.of ?? first);
    return { output: first, value, classNames: label?.classNames ?? classNames };
  }
  for (const [label, output] of [outputs, [second, first]] as [string, string][]) {
    const labels = labelOf(graph, label);
    if (outputs.length > 2 || labels === undefined) continue;
    const { value, classNames } = probabilitiesOf(graph, output);
    // A label is the likeliest class, or for several labels each probability above one half.
    if (probabilitiesOf(graph, labels.of).value !== value) continue;
    return { output, value, classNames: labels.classNames ?? classNames };
  }
  const names = outputs.map(show).join(', ');
  throw new RangeError(`bytes: expected one output, or a label and its probabilities, got ${names}`);
}

interface Label {
  /** Name of the probabilities. */
  readonly of: string;
  readonly classNames: string[] | undefined;
}

/** Returns the value from which a label is made; undefined if the value is no label. */
function labelOf(graph: Graph, name: string): Label | undefined {
  let node = nodeBehind(graph, name);
  if (node && opOf(node) === 'ai.onnx.ml.Binarizer')
    return { of: graph.needed(node, 0), classNames: undefined };
  let classNames: string[] | undefined;
  if (node && opOf(node) === 'ai.onnx.ml.ArrayFeatureExtractor') {
    classNames = graph.texts(graph.input(node, 0));
    node = nodeBehind(graph, graph.needed(node, 1));
  }
  if (node === undefined || opOf(node) !== 'ArgMax') return undefined;
  return { of: graph.needed(node, 0), classNames };
}

/** Returns the node that makes a value, skipping nodes that change only its form. */
function nodeBehind(graph: Graph, name: string): Node | undefined {
  let node = graph.node(name);
  for (
    let left = 8;
    node && left > 0 && ['Cast', 'Identity', 'Reshape', 'Squeeze'].includes(opOf(node));
    left--
  ) {
    node = graph.node(graph.needed(node, 0));
  }
  return node;
}

/** Returns the value from which a map of names, or the pair 1 − p and p, is made. */
function probabilitiesOf(graph: Graph, name: string): { value: string; classNames: string[] | undefined } {
  let value = graph.source(name);
  let classNames: string[] | undefined;
  const map = graph.node(value);
  if (map && opOf(map) === 'ai.onnx.ml.ZipMap') {
    const names = attribute(map, 'classlabels_strings')?.strings;
    const numbers = attribute(map, 'classlabels_int64s')?.ints;
    classNames = names ? [...names] : numbers && Array.from(numbers, String);
    if (classNames === undefined) throw refusal(map, 'the names of its classes');
    value = graph.source(graph.needed(map, 0));
  }
  const pair = graph.node(value);
  if (pair && opOf(pair) === 'Concat' && pair.inputs?.length === 2) {
    const [rest, p] = [graph.source(pair.inputs[0]!), graph.source(pair.inputs[1]!)];
    const minus = graph.node(rest);
    const isRest =
      minus &&
      opOf(minus) === 'Sub' &&
      graph.scalar(minus.inputs?.[0]) === 1 &&
      graph.source(minus.inputs?.[1] ?? '') === p;
    if (isRest) value = p;
  }
  return { value, classNames };
}
