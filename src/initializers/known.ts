/** Initializers that are known by their names. */
import { notLoaded } from '../errors.js';
import type { Initializer } from './initializer.js';
import type { InitializerName } from './names.js';

type Constructors = { [Name in InitializerName]?: () => Initializer };

const known: Constructors = {};

/** Makes initializers known by their names. The constructors of `torch.ts`, `lectures.ts` and `matrices.ts` call it for themselves. */
export function provideInitializers(constructors: Constructors): void {
  Object.assign(known, constructors);
}

/** Returns all constructors that are known beside `always`. */
export function knownInitializers(always: Constructors): Constructors {
  return { ...always, ...known };
}

/** Returns the constructor of a name. @throws StateError if a page has not loaded it */
export function knownInitializer(
  argument: string,
  name: InitializerName,
  always: Constructors,
): () => Initializer {
  const make = always[name] ?? known[name];
  if (make === undefined) throw notLoaded(argument, `'${name}' by its name`, 'useNames');
  return make;
}
