/** Saving and loading for the class MLP. A page carries them only if it saves or loads models. */
import { notLoaded } from '../errors.js';
import type { readModel, save } from './model.js';

interface Saving {
  readonly readModel: typeof readModel;
  readonly save: typeof save;
}

let saving: Saving | undefined;

export function provideSaving(parts: Saving): void {
  saving = parts;
}

/** Returns the code of `save` and `load`. @param method  the one that needs it @throws StateError if a page has not loaded it */
export function savingParts(method: 'save' | 'load'): Saving {
  if (saving === undefined) throw notLoaded(method, 'the code that saves and loads models', 'useSaving');
  return saving;
}

/**
 * Throws in place of a copy without weights. Every model has this function as its own `toJSON`, which `JSON.stringify` calls.
 * `structuredClone` and `postMessage` refuse an object that holds a function, and show the function's text as the reason.
 */
export function refuseCopy(): never {
  throw new TypeError(
    'model: JSON would lose its weights; model.save() keeps them, model.config has the options alone',
  );
}
