/** Models of brain.js, from the JSON of its NeuralNetwork. */
import type { BackendName, DefaultBackend } from '../backend/names.js';
import { isArray, ShapeError, show } from '../errors.js';
import type { MLP } from '../index.js';
import { type Activation, leakyRelu } from '../network/activations.js';
import { chainOf } from './chain.js';
import { finite, JsonObject, jsonOf, matrixOf, place } from './json-values.js';
import { modelOf } from './model.js';
import { checkImport, type ImportOptions } from './options.js';
import type { DenseStep, Step } from './steps.js';

/** Facts about a network of brain.js that its model does not hold. */
export interface BrainInfo {
  /** Names of the inputs by their columns; absent if the network was trained on arrays. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs by their columns; absent if the network was trained on arrays. */
  readonly outputNames?: readonly string[];
}

/** Network after all checks. */
interface Brain extends BrainInfo {
  readonly layers: readonly Omit<DenseStep, 'kind'>[];
  readonly activation: Activation;
}

const activations = { sigmoid: 'sigmoid', relu: 'relu', tanh: 'tanh' } as const;

/**
 * Makes a model of a NeuralNetwork of brain.js, version 1 or 2. All its layers have the same activation, the output layer too. The JSON
 * need not be trusted.
 *
 * @param json     result of `net.toJSON()`, or its text
 * @param options  backend, arithmetic and threads; all have defaults
 * @returns  the model. If the network takes objects, {@link brainInfo} has the names of the columns; brain.js takes 0 for a missing one
 * @throws TypeError, RangeError, ShapeError or NonFiniteError that opens with `json` and the place in it
 */
export function fromBrain<B extends BackendName = DefaultBackend>(
  json: unknown,
  options: ImportOptions<B> = {},
): MLP<B> {
  checkImport(options, []);
  const { layers, activation } = brainOf(json);
  const steps = layers.flatMap((layer): Step[] => [
    { kind: 'dense', ...layer },
    { kind: 'activation', activation, from: layer.from },
  ]);
  return modelOf('json', chainOf('json', steps), options);
}

/**
 * Returns the names of the inputs and outputs of a network of brain.js.
 *
 * @param json  result of `net.toJSON()`, or its text
 * @throws TypeError, RangeError, ShapeError or NonFiniteError that opens with `json` and the place in it
 */
export function brainInfo(json: unknown): BrainInfo {
  const { inputNames, outputNames } = brainOf(json);
  return { ...(inputNames && { inputNames }), ...(outputNames && { outputNames }) };
}

function brainOf(json: unknown): Brain {
  const file = new JsonObject('json', jsonOf(json));
  const layers = file.list('layers').map((layer, l) => new JsonObject(`json.layers[${l}]`, layer));
  if (layers.length < 2) {
    throw new ShapeError(`json.layers: expected at least two layers, got ${layers.length}`, {
      argument: 'json',
    });
  }
  return isArray(layers[1]!.get('weights')) ? second(file, layers) : first(file, layers);
}

/** Reads the JSON of version 1, in which layers and weights are objects by name or index. */
function first(file: JsonObject, layers: readonly JsonObject[]): Brain {
  if (file.get('activation') === 'leaky-relu') {
    throw new RangeError(
      "json.activation: 'leaky-relu' of brain.js 1 is 0 below 0 and a multiple of the input above, and the file does not hold the factor; train with brain.js 2, or with 'relu'",
    );
  }
  const dense = layers.slice(1).map((layer, l) => {
    const inputs = layers[l]!.keys();
    const nodes = layer.keys().map((key) => layer.object(key));
    const kernel = new Float64Array(inputs.length * nodes.length);
    const bias = Float64Array.from(nodes, (node) => finite(`${node.at}.bias`, node.get('bias')));
    for (const [unit, node] of nodes.entries()) {
      const weights = node.object('weights');
      if (weights.keys().length !== inputs.length) {
        throw new ShapeError(
          `${weights.at}: expected ${inputs.length} weights, got ${weights.keys().length}`,
          { argument: 'json' },
        );
      }
      for (const [n, name] of inputs.entries()) {
        kernel[n * nodes.length + unit] = finite(place(weights.at, name), weights.get(name));
      }
    }
    return { fanIn: inputs.length, units: nodes.length, kernel, bias, from: layer.at };
  });
  return {
    layers: dense,
    activation: file.choice('activation', activations),
    ...(file.get('inputLookup') === true && { inputNames: layers[0]!.keys() }),
    ...(file.get('outputLookup') === true && { outputNames: layers[layers.length - 1]!.keys() }),
  };
}

/** Reads the JSON of version 2, in which layers have lists of weights and biases. */
function second(file: JsonObject, layers: readonly JsonObject[]): Brain {
  file.choice('type', { NeuralNetwork: true, NeuralNetworkGPU: true });
  const dense = layers.slice(1).map((layer) => {
    const { rows: units, columns: fanIn, values } = matrixOf(`${layer.at}.weights`, layer.get('weights'));
    const bias = layer.numbers('biases', units);
    const kernel = new Float64Array(values.length);
    for (let unit = 0, i = 0; unit < units; unit++) {
      for (let n = 0; n < fanIn; n++, i++) kernel[n * units + unit] = values[i]!;
    }
    return { fanIn, units, kernel, bias, from: layer.at };
  });
  const train = file.object('trainOpts');
  const inputNames = lookup(file, 'inputLookup', dense[0]!.fanIn);
  const outputNames = lookup(file, 'outputLookup', dense[dense.length - 1]!.units);
  return {
    layers: dense,
    activation:
      train.get('activation') === 'leaky-relu'
        ? leakyRelu({ negativeSlope: slopeOf(train) })
        : train.choice('activation', { ...activations, 'leaky-relu': 'relu' as const }),
    ...(inputNames && { inputNames }),
    ...(outputNames && { outputNames }),
  };
}

/** Returns the slope of leaky-relu, which is max(z, slope · z) and so needs a slope below 1. */
function slopeOf(train: JsonObject): number {
  const slope = finite(`${train.at}.leakyReluAlpha`, train.get('leakyReluAlpha'));
  if (slope >= 0 && slope < 1) return slope;
  throw new RangeError(`${train.at}.leakyReluAlpha: expected a number from 0 to 1, got ${slope}`);
}

/** Returns the names of columns; undefined if the network takes arrays. @throws RangeError if a column has no name, or two */
function lookup(file: JsonObject, key: string, columns: number): string[] | undefined {
  if (file.get(key) === undefined || file.get(key) === false) return undefined;
  const table = file.object(key);
  const names = new Array<string>(columns).fill('');
  const seen = new Set<unknown>();
  for (const name of table.keys()) {
    const column = table.get(name);
    const isColumn =
      typeof column === 'number' && Number.isInteger(column) && column >= 0 && column < columns;
    if (!isColumn || seen.has(column)) {
      throw new RangeError(
        `${place(table.at, name)}: expected a column below ${columns} of its own, got ${show(column)}`,
      );
    }
    seen.add(column);
    names[column] = name;
  }
  if (seen.size === columns) return names;
  throw new ShapeError(`${table.at}: expected ${columns} names, got ${seen.size}`, { argument: 'json' });
}
