/** Order of the layers of a Keras or TF.js model: Sequential, or a functional model that is a chain; either may contain others. */
import { isArray, isObject, show } from '../errors.js';
import { Layer, own, textIn } from './fields.js';

/** Deepest nesting of models. */
const MOST_NESTED = 16;

const functional = ['Functional', 'Model'];

/**
 * Returns the layers of a model in the order of the computation.
 *
 * @param argument  argument that holds the topology, such as `modelJson`
 * @param topology  { class_name, config } of the model
 * @throws RangeError if they are no chain
 */
export function layersOf(argument: string, topology: unknown): Layer[] {
  return modelLayers(argument, topology, [], 0);
}

function modelLayers(argument: string, topology: unknown, scope: readonly string[], level: number): Layer[] {
  const className = textIn(topology, 'class_name');
  const config = own(topology, 'config');
  if (className !== 'Sequential' && !functional.includes(className ?? '')) {
    throw new RangeError(
      `${argument}: expected a Sequential or functional model, got ${className === undefined ? 'no class_name' : show(className)}`,
    );
  }
  if (level >= MOST_NESTED) {
    throw new RangeError(`${argument}: needs at most ${MOST_NESTED} models within each other`);
  }
  // Early versions of Keras wrote the list of layers as the config.
  const list = isArray(config) ? config : own(config, 'layers');
  if (!isArray(list)) throw new RangeError(`${argument}: expected a list of layers, got ${show(list)}`);
  const name = textIn(config, 'name');
  const inside = name === undefined ? scope : [...scope, name];
  const entries = list.map((entry, i) => entryOf(argument, entry, i));
  const ordered = className === 'Sequential' ? entries : chainOf(argument, entries, config);
  return ordered.flatMap(({ name, className, entry }) =>
    className === 'Sequential' || functional.includes(className)
      ? modelLayers(argument, entry, inside, level + 1)
      : [new Layer(argument, name, className, own(entry, 'config'), inside)],
  );
}

interface Entry {
  readonly name: string;
  readonly className: string;
  readonly entry: object;
}

function entryOf(argument: string, entry: unknown, i: number): Entry {
  const className = textIn(entry, 'class_name');
  if (!isObject(entry) || className === undefined) {
    throw new RangeError(`${argument}: expected a class_name for layer ${i}, got ${show(entry)}`);
  }
  const name = textIn(entry, 'name') ?? textIn(own(entry, 'config'), 'name') ?? '';
  return { name, className, entry };
}

/** Follows a functional model backward from its output to its input. */
function chainOf(argument: string, entries: readonly Entry[], config: unknown): Entry[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const inputs = referencesIn(own(config, 'input_layers'));
  const outputs = referencesIn(own(config, 'output_layers'));
  for (const [kind, found] of Object.entries({ input: inputs, output: outputs })) {
    if (found.length === 1) continue;
    const names = found.map(show).join(', ');
    throw new RangeError(
      `${argument}: expected one ${kind}, got ${found.length}${names && `: ${names.slice(0, 200)}`}`,
    );
  }
  const ordered: Entry[] = [];
  const left = new Set(entries);
  let reference = outputs[0];
  while (reference !== undefined) {
    const entry = byName.get(reference);
    if (entry === undefined) {
      throw new RangeError(`${argument}: expected a layer ${show(reference)}, which another one names`);
    }
    const layer = new Layer(argument, entry.name, entry.className, undefined, []);
    if (!left.delete(entry)) throw layer.needs('inputs that do not depend on its own output');
    ordered.push(entry);
    if (isInput(entry)) break;
    const nodes = own(entry.entry, 'inbound_nodes');
    const uses = isArray(nodes) ? nodes.length : 0;
    const before = referencesIn(nodes);
    // A list of nodes has one entry per use. Some versions of Keras leave out the list if there is one use.
    if (before.length !== 1) {
      throw layer.needs(
        uses > 1
          ? `one use, because a chain has no branches, and has ${uses}`
          : `one input, because a chain has no branches, and has ${before.length}`,
      );
    }
    reference = before[0];
  }
  const apart = [...left].find((entry) => !isInput(entry));
  if (apart !== undefined) {
    throw new RangeError(
      `${argument}: layer ${show(apart.name)}, ${apart.className}: needs a place between input and output, because a chain has no branches`,
    );
  }
  return ordered.reverse();
}

function isInput({ className }: Entry): boolean {
  return className === 'InputLayer';
}

/** Most references that are read of one layer: a chain needs one. */
const MOST_REFERENCES = 4;
/** Deepest nesting of references. */
const MOST_LEVELS = 12;

/**
 * Finds the layers that a value names, however it nests them: [name, node, tensor] in Keras 2 and TF.js, and the `keras_history` of a
 * `__keras_tensor__` in Keras 3.
 */
function referencesIn(value: unknown): string[] {
  const found: string[] = [];
  const visit = (part: unknown, level: number): void => {
    if (level > MOST_LEVELS || found.length >= MOST_REFERENCES) return;
    if (isArray(part)) {
      const [name, node, tensor] = part;
      if (typeof name === 'string' && typeof node === 'number' && typeof tensor === 'number') {
        found.push(name);
        // In Keras 2 the keywords of the call follow; tensors among them are inputs too.
        visit(part[3], level + 1);
      } else for (const each of part) visit(each, level + 1);
    } else if (isObject(part)) {
      if (textIn(part, 'class_name') === '__keras_tensor__') {
        visit(own(own(part, 'config'), 'keras_history'), level + 1);
      } else for (const each of Object.values(part)) visit(each, level + 1);
    }
  };
  visit(value, 0);
  return found;
}
