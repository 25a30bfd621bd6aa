/** Plan of a search: a base of plain data, and values for some of its places. */

import { isList } from '../../arrays.js';
import { computed } from '../../computed.js';
import { isArray, isError, isObject, isRevoked, knownKeys, show } from '../../errors.js';
import { type BackendName, type CompileOptions, type FitOptions, MLP, type MLPOptions } from '../../index.js';
import { modelKeys } from '../../network/model-options.js';
import { compileKeys } from '../../training/compile.js';
import { checkFitOptions, plainFitKeys } from '../../training/fit-options.js';

/** Options that every point begins from. Initializers, optimizers and losses are allowed; their configs are stored. */
export interface GridBase {
  /** Options of `new MLP`. */
  readonly model: MLPOptions<BackendName>;
  /** Options of `compile`. */
  readonly compile: CompileOptions;
  /** Options of `fit` that are plain data: epochs, batchSize, shuffle, validationSplit, earlyStopping, classWeight. */
  readonly fit?: PlainFitOptions;
}

/** Options of `fit` that are plain data. A search keeps no history, so `diagnostics` is not among them. */
export type PlainFitOptions = Pick<FitOptions, Exclude<(typeof plainFitKeys)[number], 'diagnostics'>>;
const fitKeys = /* @__PURE__ */ computed(() =>
  plainFitKeys.filter((key): key is keyof PlainFitOptions => key !== 'diagnostics'),
);

const parts = ['model', 'compile', 'fit'] as const satisfies readonly (keyof GridBase)[];

/** Values to try, by place in the base, such as 'model.layers.0.units' or 'compile.optimizer.learningRate'. */
export type Grid = Readonly<Record<string, readonly unknown[]>>;

/** One value for each place of the grid. */
export type GridParameters = Readonly<Record<string, unknown>>;

export interface Plan {
  /** Base as plain data. */
  readonly plain: GridBase;
  readonly points: readonly { readonly parameters: GridParameters; readonly options: GridBase }[];
}

/**
 * Returns every combination of the grid's values with its complete options; the last place varies fastest. Each combination is
 * checked by creating its model.
 *
 * @throws TypeError   if a place is not in the base, a value is not plain data, or the library refuses a combination
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
      throw new RangeError(`grid['${place}']: expected at least one value to try, got none`);
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
 * Copies a value and replaces functions that carry a `config` by it, as workers and files need.
 *
 * @param around  objects that contain this value, each with its place
 * @throws TypeError  if JSON cannot represent the value
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
    throw new TypeError(`${argument}: expected plain data, got ${show(value)}, which JSON cannot hold`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isRevoked(value)) throw new TypeError(`${argument}: expected plain data, got ${show(value)}`);
  const place = around.get(value);
  if (place !== undefined) {
    throw new TypeError(`${argument}: expected plain data, got a circular reference to ${place}`);
  }
  const within = new Map(around).set(value, argument);
  if (isList(value)) {
    return Array.from(value, (item, i) => plainData(`${argument}[${i}]`, item, within));
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') {
    throw new TypeError(`${argument}: expected plain data, got ${show(value)}, which JSON cannot hold`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plainData(`${argument}.${key}`, item, within)]),
  );
}

/** Sets the value of a place. Every step but the last must exist; the model checks the last one. */
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
  // An assignment to '__proto__' would set the prototype instead of a property.
  Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
}

/** Creates the model of a point, so that invalid options are refused before any training. */
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
