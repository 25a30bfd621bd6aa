/** Variables of layers in Keras's HDF5 files: by name in `.h5`, by the number of the variable in `.keras`. */
import { show } from '../errors.js';
import { type Layer, snake } from './fields.js';
import type { Dataset, Hdf5File } from './hdf5.js';
import type { Tensor, Tensors } from './layers.js';
import { TensorNames } from './names.js';

/** Variables of an `.h5` file, such as `model_weights/dense/sequential/dense/kernel`. */
export class NamedVariables implements Tensors {
  readonly #names: TensorNames<Dataset>;

  constructor(file: Hdf5File) {
    this.#names = new TensorNames(file.datasets('model_weights'));
  }

  of(layer: Layer, names: readonly string[]): Tensor[] {
    return names.map((name) => this.#names.take(layer, name));
  }

  expectAllTaken(layers: readonly Layer[]): void {
    this.#names.expectAllTaken('bytes', layers);
  }
}

/** Variables of one layer in a `.keras` file. */
interface Holder {
  /** Path of the layer's group, such as `layers/dense_1`. */
  readonly path: string;
  /** Name of the layer; early versions of Keras 3 do not write it. */
  readonly label: string | undefined;
  readonly variables: Map<string, Dataset>;
}

/**
 * Variables of a `.keras` file. The group of a layer has the name of its class and a number by its place among the layers of that class;
 * the attribute `name` of the group within it is the name of the layer.
 */
export class NumberedVariables implements Tensors {
  readonly #byOrder: boolean;
  readonly #holders = new Map<string, Holder>();
  readonly #byLabel = new Map<string, Holder[]>();
  readonly #taken = new Set<Holder>();
  /** Number of layers of each class that were asked for. */
  readonly #asked = new Map<string, number>();

  /** @param byOrder  true matches the layers of each class by their order alone */
  constructor(file: Hdf5File, byOrder = false) {
    this.#byOrder = byOrder;
    for (const group of ['layers', '_layer_checkpoint_dependencies']) {
      for (const dataset of file.datasets(group)) this.#add(dataset);
    }
  }

  #add(dataset: Dataset): void {
    const found = /^(.*)\/vars\/(\d+)$/.exec(dataset.name);
    if (found === null) return;
    const [, path, number] = found as unknown as [string, string, string];
    const holder = this.#holders.get(path) ?? { path, label: dataset.label, variables: new Map() };
    holder.variables.set(number, dataset);
    if (this.#holders.has(path)) return;
    this.#holders.set(path, holder);
    if (dataset.label === undefined) return;
    const others = this.#byLabel.get(dataset.label);
    if (others) others.push(holder);
    else this.#byLabel.set(dataset.label, [holder]);
  }

  of(layer: Layer, names: readonly string[]): Tensor[] {
    const holder = this.#holderOf(layer);
    if (this.#taken.has(holder))
      throw layer.needs(`its own weights, and those of ${show(holder.path)} are another layer's`);
    this.#taken.add(holder);
    return names.map((name, i) => {
      const dataset = holder.variables.get(String(i));
      if (dataset === undefined) {
        throw layer.needs(`a ${name} as variable ${i} of ${show(holder.path)}, and there is none`);
      }
      return dataset;
    });
  }

  #holderOf(layer: Layer): Holder {
    const labelled = this.#byOrder ? [] : (this.#byLabel.get(layer.name) ?? []);
    if (labelled.length === 1) return labelled[0]!;
    const model = layer.scope.at(-1);
    const inModel = labelled.filter(({ path }) => path.split('/').includes(model ?? ''));
    if (inModel.length === 1) return inModel[0]!;
    const place = this.#asked.get(layer.className) ?? 0;
    this.#asked.set(layer.className, place + 1);
    const group = `${snake(layer.className)}${place === 0 ? '' : `_${place}`}`;
    const byClass = [...this.#holders.values()].filter(
      ({ path, label }) => (this.#byOrder || label === undefined) && path.split('/').at(-1) === group,
    );
    if (byClass.length === 1) return byClass[0]!;
    throw layer.needs(
      this.#byOrder
        ? `its weights in the group ${show(group)}, and there is none`
        : `its weights in a group with the name ${show(layer.name)}, and ${labelled.length} groups have it`,
    );
  }

  /** Accepts variables that no layer of the file took: states of random numbers, which a prediction does not need. */
  expectAllTaken(): void {
    const left = [...this.#holders.values()].find((holder) => !this.#taken.has(holder));
    if (this.#byOrder && left !== undefined) {
      throw new RangeError(`bytes: expected layers for all weights, got none for ${show(left.path)}`);
    }
  }
}
