/** Finds the tensors of layers by their names, which are paths such as `sequential/dense/kernel`. */
import { show } from '../errors.js';
import type { Layer } from './fields.js';

/** Most parts of a name that are compared with the name of a layer. */
const MOST_PARTS = 8;

interface Named {
  readonly name: string;
}

/** Tensors of a file by their names. Each belongs to one layer. */
export class TensorNames<Entry extends Named> {
  readonly #entries: readonly Entry[];
  /** Entries by every end of their names, such as `dense/kernel`. */
  readonly #byEnd = new Map<string, Entry[]>();
  readonly #taken = new Set<Entry>();
  readonly #asked = new Set<string>();

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    for (const entry of entries) {
      const parts = partsOf(entry);
      for (let from = parts.length - 2; from >= 0; from--) {
        const end = parts.slice(from).join('/');
        const known = this.#byEnd.get(end);
        if (known) known.push(entry);
        else this.#byEnd.set(end, [entry]);
      }
    }
  }

  /** Returns the entry of a layer's tensor. @throws RangeError that opens with the layer, if there is none or several */
  take(layer: Layer, name: string): Entry {
    this.#asked.add(layer.name);
    const end = `${layer.name}/${name}`;
    const found = this.#byEnd.get(end) ?? [];
    // Models within each other may have layers of the same name. The path of a tensor then has the name of the inner model.
    const model = layer.scope.at(-1);
    const inScope = () => found.filter((entry) => partsOf(entry).includes(model ?? ''));
    const exact = found.filter((entry) => withoutNumber(entry.name) === end);
    const [entry, ...others] = found.length === 1 ? found : exact.length === 1 ? exact : inScope();
    if (entry === undefined || others.length > 0) {
      const what = found.length === 0 ? 'none has it' : `${found.length} have it`;
      throw layer.needs(`one tensor whose name is or ends with ${show(end)}, and of the weights ${what}`);
    }
    if (this.#taken.has(entry))
      throw layer.needs(`its own ${name}, and ${show(entry.name)} is another layer's`);
    this.#taken.add(entry);
    return entry;
  }

  /**
   * Checks that every tensor belongs to a layer. Layers without weights, such as Dropout, may store states that a prediction does not
   * need.
   *
   * @throws RangeError that names a tensor that belongs to none
   */
  expectAllTaken(argument: string, layers: readonly Layer[]): void {
    const others = new Set(layers.map(({ name }) => name).filter((name) => !this.#asked.has(name)));
    const left = this.#entries.find(
      (entry) => !this.#taken.has(entry) && !partsOf(entry).some((part) => others.has(part)),
    );
    if (left !== undefined) {
      throw new RangeError(`${argument}: expected tensors of the layers only, got ${show(left.name)}`);
    }
  }
}

/** Removes the number of the output that TensorFlow adds to a name: `dense/kernel:0`. */
function withoutNumber(name: string): string {
  return name.replace(/:\d+$/, '');
}

function partsOf({ name }: Named): string[] {
  return withoutNumber(name).split('/').slice(-MOST_PARTS);
}
