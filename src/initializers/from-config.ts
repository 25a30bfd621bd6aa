import { isObject, knownKeys, oneOf, show } from '../errors.js';
import { constant, ones, randomNormal, randomUniform, truncatedNormal, zeros } from './distributions.js';
import {
  customConfig,
  type Initializer,
  type InitializerConfig,
  isCustom,
  refuseConstructor,
} from './initializer.js';
import { knownInitializer, knownInitializers } from './known.js';
import { initializerNames } from './names.js';
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  tfjsGlorotNormal,
  tfjsHeNormal,
  varianceScaling,
} from './schemes.js';

/** Initializers that are always known by their names: those whose variance follows from the fans, and plain distributions. */
const always = {
  zeros,
  ones,
  constant,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  tfjsGlorotNormal,
  tfjsHeNormal,
} as const;

/**
 * Returns the initializer that a name, a function or a config stands for.
 *
 * @throws TypeError   if the value is none of these, or a name or an option is unknown
 * @throws RangeError  if an option of a config is out of range
 */
export function resolveInitializer(argument: string, value: unknown): Initializer {
  if (typeof value === 'function') {
    refuseConstructor(argument, value, knownInitializers(always));
    return value as Initializer;
  }
  if (typeof value === 'object' && value !== null) return reviveInitializer(argument, value);
  return knownInitializer(argument, oneOf(argument, value, initializerNames), always)();
}

/**
 * Returns the config from which an initializer can be made again; `{ name: 'custom' }` if there is none, as for a custom
 * function.
 */
export function revivableConfig({ config }: { readonly config?: InitializerConfig }): InitializerConfig {
  try {
    return reviveInitializer('config', config).config;
  } catch {
    return customConfig;
  }
}

/** Largest depth of nested initializers. A config may come from a file, and an initializer draws once for each level. */
const DEEPEST = 8;

/**
 * Returns the initializer that a config describes, for a config of an initializer or one from JSON. It draws the same bits.
 * Missing options have their defaults. (JSON has no −0, which comes back as 0.)
 *
 * @throws TypeError   if the value is not a config, the name or an option is unknown, or it is the config of a custom function,
 *                     which describes no values
 * @throws RangeError  if an option is out of range, or initializers are nested more than 8 deep
 */
export function initializerFromConfig(config: InitializerConfig): Initializer {
  return reviveInitializer('config', config);
}

/** Makes the initializer of a config within another argument, with which errors then open. */
function reviveInitializer(argument: string, config: unknown, depth = 1): Initializer {
  if (!isObject(config)) {
    refuseConstructor(argument, config, knownInitializers(always));
    const hint = config === undefined ? '; a function of your own has none' : '';
    throw new TypeError(`${argument}: expected the config of an initializer, got ${show(config)}${hint}`);
  }
  if (depth > DEEPEST) {
    throw new RangeError(`${argument}: expected initializers nested at most ${DEEPEST} deep`);
  }
  const { name: given, ...options } = config as Record<string, unknown>;
  if (isCustom({ name: given })) {
    throw new TypeError(
      `${argument}.name: '${given}' stands for a function of your own, which no config describes`,
    );
  }
  const name = oneOf(`${argument}.name`, given, initializerNames);
  const make = knownInitializer(`${argument}.name`, name, always) as (options?: unknown) => Initializer;
  knownKeys(argument, config, Object.keys(make().config));
  if (options.draw !== undefined)
    options.draw = reviveInitializer(`${argument}.draw`, options.draw, depth + 1);
  try {
    return make(options);
  } catch (error) {
    // Errors of the constructor name its own option, so the argument is put before it.
    if (error instanceof Error) error.message = `${argument}.${error.message}`;
    throw error;
  }
}
