import { isObject, knownKeys, oneOf, show } from '../errors.js';
import { initializerNames, named } from './index.js';
import {
  customConfig,
  type Initializer,
  type InitializerConfig,
  isCustom,
  refuseConstructor,
} from './initializer.js';

/**
 * The initializer that a name, a function or a config stands for.
 *
 * @throws TypeError  if it is none, or a name or an option is unknown
 * @throws RangeError if an option of a config is out of range
 */
export function resolveInitializer(argument: string, value: unknown): Initializer {
  if (typeof value === 'function') {
    refuseConstructor(argument, value, named);
    return value as Initializer;
  }
  if (typeof value === 'object' && value !== null) return reviveInitializer(argument, value);
  return named[oneOf(argument, value, initializerNames)]();
}

/** The config that brings an initializer back; `{ name: 'custom' }` where none does, as for a function of the user's. */
export function revivableConfig({ config }: { readonly config?: InitializerConfig }): InitializerConfig {
  try {
    return reviveInitializer('config', config).config;
  } catch {
    return customConfig;
  }
}

/** A config may come from a file, and an initializer that holds initializers draws as deep as it is nested. */
const DEEPEST = 8;

/**
 * The initializer that a config describes, whether it is an initializer's own or comes out of JSON: it draws the same
 * bits. Options that are not there have their defaults. (JSON has no −0, which comes back as 0.)
 *
 * @throws TypeError   if it is no config, its name is unknown or no initializer of that name has such an option: what
 *                     a function of one's own draws, no config says
 * @throws RangeError  if an option is out of range, or initializers are nested more than 8 deep
 */
export function initializerFromConfig(config: InitializerConfig): Initializer {
  return reviveInitializer('config', config);
}

/** The same for a config within another argument, which the errors then open with. */
function reviveInitializer(argument: string, config: unknown, depth = 1): Initializer {
  if (!isObject(config)) {
    refuseConstructor(argument, config, named);
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
  knownKeys(argument, config, Object.keys(named[name]().config));
  if (options.draw !== undefined)
    options.draw = reviveInitializer(`${argument}.draw`, options.draw, depth + 1);
  const make = named[name] as (options?: unknown) => Initializer;
  try {
    return make(options);
  } catch (error) {
    // The function speaks of its own options.
    if (error instanceof Error) error.message = `${argument}.${error.message}`;
    throw error;
  }
}
