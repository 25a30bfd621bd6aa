/** Saved models, taken apart and put together again otherwise. */
import { readSafetensors, type Tensor, writeSafetensors } from '../src/saving/safetensors.js';
import { readPlainly } from './safetensors.js';

/** What stands in the file beside the tensors. */
export function descriptionOf(file: Uint8Array): Record<string, unknown> {
  return JSON.parse(readPlainly(file).metadata.evenkeel!);
}

export interface Draft {
  readonly tensors: Map<string, Tensor>;
  /** The description; a path such as 'config.layers.0.units' leads to any value of it. */
  readonly model: Record<string, unknown>;
}

/** A good file with something changed. */
export function changed(file: Uint8Array, change: (draft: Draft) => void): Uint8Array {
  const draft: Draft = { tensors: readSafetensors('f', file).tensors, model: descriptionOf(file) };
  change(draft);
  return writeSafetensors(draft.tensors, { evenkeel: JSON.stringify(draft.model) });
}

/** Puts a value where the path leads; undefined takes away what was there. */
export function put({ model }: Draft, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  const holder = keys.reduce<Record<string, unknown>>(
    (inner, key) => inner[key] as Record<string, unknown>,
    model,
  );
  if (value === undefined) delete holder[last];
  // Defined, not assigned: `__proto__` is a key like any other in JSON.
  else Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
}
