/** What a search is to try: a base of plain data, and values for some of its places. */
import { isList } from '../../arrays.js';
import { isArray, isError, isObject, isRevoked, knownKeys, show } from '../../errors.js';
import { type CompileOptions, type FitOptions, MLP, type MLPOptions } from '../../index.js';
import { modelKeys } from '../../network/model-options.js';
import { compileKeys } from '../../training/compile.js';
import { checkFitOptions, type PlainFitKey, plainFitKeys } from '../../training/fit-options.js';

/** What every point begins from. Initializers, optimizers and losses may stand in it: their configs are taken. */
export interface GridBase {
  /** The options of `new MLP`. */
  readonly model: MLPOptions;
  /** The options of `compile`. */
  readonly compile: CompileOptions;
  /** Options of `fit` that are plain data: epochs, batchSize, shuffle, validationSplit, earlyStopping, classWeight. */
  readonly fit?: PlainFitOptions;
}

export type PlainFitOptions = Pick<FitOptions, GridFitKey>;
/** A search keeps no history, so that it has no use for the records of `diagnostics`. */
type GridFitKey = Exclude<PlainFitKey, 'diagnostics'>;
const fitKeys = plainFitKeys.filter((key): key is GridFitKey => key !== 'diagnostics');

const parts = ['model', 'compile', 'fit'] as const satisfies readonly (keyof GridBase)[];

/** For each place, such as 'model.layers.0.units' or 'compile.optimizer.learningRate', the values to try there. */
export type Grid = Readonly<Record<string, readonly unknown[]>>;

/** One value for each place of the grid. */
export type GridParameters = Readonly<Record<string, unknown>>;

export interface Plan {
  /** The base as plain data. */
  readonly plain: GridBase;
  readonly points: readonly { readonly parameters: GridParameters; readonly options: GridBase }[];
}

/**
 * Every combination of the grid's values, the last place varying fastest; with each the whole of its options, which were
 * tried on a model.
 *
 * @throws TypeError   if a place is not one of the base, a value is no plain data, or the library refuses a combination
 * @throws RangeError  if a place has no values, or the library refuses a combination
 */
export function planPoints(base: GridBase, grid: Grid): Plan {
  knownKeys('base', base, parts);
  const plain = plainData('base', { fit: {}, ...base }) as unknown as GridBase;
  if (!isObject(grid)) {
    throw new TypeError(`grid: expected an object of places and their values, got ${show(grid)}`);
  }
  let all: GridParameters[] = [{}];
  for (const [place, values] of Object.entries(grid)) {
    if (!isArray(values)) {
      throw new TypeError(`grid['${place}']: expected an array of values to try, got ${show(values)}`);
    }
    if (values.length === 0)
      throw new RangeError(`grid['${place}']: expected a value to try at least, got none`);
    const tried = values.map((value, i) => plainData(`grid['${place}'][${i}]`, value));
    all = all.flatMap((parameters) => tried.map((value) => ({ ...parameters, [place]: value })));
  }
  const points = all.map((parameters) => {
    const options = structuredClone(plain);
    for (const [place, value] of Object.entries(parameters)) put(options, place, structuredClone(value));
    tryOut(options, parameters);
    return { parameters, options };
  });
  return { plain, points };
}

/**
 * A copy in which functions that carry a `config` are replaced by it, as workers and files need it.
 *
 * @param around  the objects that this one stands in, each with its place
 * @throws TypeError if JSON could not give it back
 */
function plainData(
  argument: string,
  value: unknown,
  around: ReadonlyMap<unknown, string> = new Map(),
): unknown {
  if (typeof value === 'function') {
    const { config } = value as { config?: unknown };
    if (config !== undefined) return plainData(argument, config, around);
    throw new TypeError(`${argument}: expected plain data, got ${show(value)}, which cannot go to a worker`);
  }
  if (typeof value === 'bigint' || typeof value === 'symbol') {
    throw new TypeError(`${argument}: expected plain data, got ${show(value)}, which JSON has not`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isRevoked(value)) throw new TypeError(`${argument}: expected plain data, got ${show(value)}`);
  const place = around.get(value);
  if (place !== undefined) {
    throw new TypeError(`${argument}: expected plain data, got a circle, for it is ${place} itself`);
  }
  const within = new Map(around).set(value, argument);
  if (isList(value)) {
    return Array.from(value, (item, i) => plainData(`${argument}[${i}]`, item, within));
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') {
    throw new TypeError(`${argument}: expected plain data, got ${show(value)}, of which JSON keeps nothing`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plainData(`${argument}.${key}`, item, within)]),
  );
}

/** Sets what stands at a place. All but its last step must be there already; whether the last may be, the model says. */
function put(options: GridBase, place: string, value: unknown): void {
  const steps = place.split('.');
  const last = steps.pop()!;
  let at: unknown = options;
  for (const step of [...steps, undefined]) {
    if (typeof at !== 'object' || at === null || (at === options && !parts.some((part) => part === step))) {
      throw new TypeError(
        `grid['${place}']: expected a place in base such as 'model.layers.0.units' or 'compile.optimizer.learningRate'`,
      );
    }
    if (step !== undefined) at = Object.hasOwn(at, step) ? (at as Record<string, unknown>)[step] : undefined;
  }
  const holder = at as Record<string, unknown>;
  if (Array.isArray(holder) && (last === 'length' || !Object.hasOwn(holder, last))) {
    throw new TypeError(`grid['${place}']: expected an index below ${holder.length}, got ${last}`);
  }
  // Not by assignment, which '__proto__' would turn into something else.
  Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
}

/** What the library would refuse is known before the first point is trained. */
function tryOut({ model, compile, fit }: GridBase, parameters: GridParameters): void {
  try {
    // The library would call each of them `options`, as the search's own.
    knownKeys('base.model', model, modelKeys);
    knownKeys('base.compile', compile, compileKeys);
    knownKeys('base.fit', fit, fitKeys);
    new MLP(model).compile(compile);
    checkFitOptions(fit ?? {}, false);
  } catch (error) {
    if (isError(error) && Object.keys(parameters).length > 0) {
      error.message = `${error.message} (with ${JSON.stringify(parameters)})`;
    }
    throw error;
  }
}
