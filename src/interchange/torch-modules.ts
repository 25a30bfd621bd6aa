/** Modules of a PyTorch state dict, found by the names and shapes of its tensors. */
import { isArray, ShapeError, shortened, show } from '../errors.js';

/** Tensor of a state dict. */
export interface TorchTensor {
  /** Sizes; a kernel is [units, fanIn]. */
  readonly shape: readonly number[];
  /** Values, row-major. Those of counters are not read. */
  readonly values: ArrayLike<number> | ArrayLike<bigint>;
}

/** Module with its tensors by the last part of their names. */
export interface Module {
  /** Name in the file. */
  readonly name: string;
  /** Name without the parts that wrappers add. */
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
}

/** nn.Linear. */
export interface Linear extends Module {
  readonly kind: 'linear';
  readonly units: number;
  readonly fanIn: number;
}

/** Batch norm, or the slopes of a PReLU. */
export interface Companion extends Module {
  readonly kind: 'norm' | 'slopes';
  readonly size: number;
}

export interface Modules {
  readonly linear: readonly Linear[];
  readonly companions: readonly Companion[];
}

/** Last parts of the names of tensors. A counter has no values that a model needs. */
const COUNTER = 'num_batches_tracked';
const parts = ['weight', 'bias', 'running_mean', 'running_var', COUNTER];

/** Names of a kernel that is computed from other tensors, and what undoes it. */
const computed: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /parametrizations|weight_[gv]$/,
    'remove the parametrization first: torch.nn.utils.parametrize.remove_parametrizations(module, "weight")',
  ],
  [/weight_(?:orig|mask)$/, 'remove the pruning first: torch.nn.utils.prune.remove(module, "weight")'],
];

/** Quotes a name of a file for a message, and gives a shape. */
export const shown = (name: string) => show(name === '' ? 'weight' : name);
export const shapeOf = (shape: readonly number[]) => `[${shortened(shape.join(', '))}]`;

/**
 * Finds the modules of a state dict.
 *
 * @param from  argument that opens messages
 * @throws RangeError or ShapeError that names a tensor that has no place in a chain of dense layers
 */
export function modulesOf(from: string, tensors: ReadonlyMap<string, TorchTensor>): Modules {
  const isParallel = [...tensors.keys()].every((name) => name.startsWith('module.'));
  const found = new Map<string, { name: string; path: string; tensors: Map<string, TorchTensor> }>();
  for (const [name, tensor] of tensors) {
    const words = name.split('.');
    const part = words.pop()!;
    const advice = computed.find(([pattern]) => pattern.test(name))?.[1];
    if (advice !== undefined) throw new RangeError(`${from}: tensor ${show(name)}: is no kernel; ${advice}`);
    if (!parts.includes(part)) throw homeless(from, name, tensor);
    checkShape(from, name, tensor);
    // DistributedDataParallel and torch.compile put their own words into names.
    const path = words.slice(isParallel ? 1 : 0).filter((word) => word !== '_orig_mod');
    const key = path.join('.');
    const module = found.get(key) ?? { name: words.join('.'), path: key, tensors: new Map() };
    if (module.tensors.has(part)) throw new RangeError(`${from}: two tensors have the name ${show(name)}`);
    module.tensors.set(part, tensor);
    found.set(key, module);
  }
  const modules = [...found.values()].map((module) => kindOf(from, module));
  return {
    linear: modules.filter((module) => module.kind === 'linear'),
    companions: modules.filter((module) => module.kind !== 'linear'),
  };
}

function checkShape(from: string, name: string, { shape, values }: TorchTensor): void {
  const at = `${from}: tensor ${show(name)}`;
  if (!isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new TypeError(`${at}: expected a shape of whole numbers, got ${show(shape)}`);
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (count === values?.length) return;
  throw new ShapeError(
    `${at}: expected ${count} values for the shape ${shapeOf(shape)}, got ${values?.length}`,
    {
      argument: from,
    },
  );
}

/** Returns the error for a tensor without a place in a chain of dense layers. */
function homeless(from: string, name: string, { shape }: TorchTensor): RangeError {
  return new RangeError(
    `${from}: tensor ${show(name)} ${shapeOf(shape)}: has no place in a chain of Linear, BatchNorm1d and PReLU`,
  );
}

function kindOf(from: string, module: Module): Linear | Companion {
  const { name, tensors } = module;
  const [first] = tensors.keys();
  const full = (part: string) => (name === '' ? part : `${name}.${part}`);
  const weight = tensors.get('weight');
  const bias = tensors.get('bias');
  const mean = tensors.get('running_mean');
  const variance = tensors.get('running_var');
  const expectSizes = (sizes: number) => {
    for (const [part, { shape }] of tensors) {
      if (part === COUNTER || (part === 'weight' && shape.length === 2)) continue;
      if (shape.length === 1 && shape[0] === sizes) continue;
      throw new ShapeError(
        `${from}: tensor ${show(full(part))}: expected the shape [${sizes}], got ${shapeOf(shape)}`,
        { argument: from },
      );
    }
  };
  if (mean !== undefined && variance !== undefined && (weight === undefined) === (bias === undefined)) {
    const size = mean.shape[0] ?? 0;
    expectSizes(size);
    return { ...module, kind: 'norm', size };
  }
  if (weight === undefined || mean !== undefined || variance !== undefined || tensors.has(COUNTER)) {
    throw homeless(from, full(first!), tensors.get(first!)!);
  }
  if (weight.shape.length === 2) {
    const [units, fanIn] = weight.shape as [number, number];
    if (units === 0 || fanIn === 0) throw homeless(from, full('weight'), weight);
    expectSizes(units);
    return { ...module, kind: 'linear', units, fanIn };
  }
  if (weight.shape.length === 1 && bias === undefined)
    return { ...module, kind: 'slopes', size: weight.shape[0]! };
  if (weight.shape.length === 1) {
    throw new RangeError(
      `${from}: tensors ${show(full('weight'))} and ${show(full('bias'))}: a batch norm needs running_mean and running_var too, and a LayerNorm has no place in a model`,
    );
  }
  throw homeless(from, full('weight'), weight);
}
