/**
 * Backend for random draws, which need no model. Draws have the same bits in every backend, so that a page which only draws has plain
 * JavaScript, and a page with models draws in WebAssembly, which is 10 to 100 times as fast. Each is provided by the code that needs
 * it, so that no page has both for nothing.
 */
import { StateError } from '../errors.js';
import { Arena } from './arena.js';
import { orthonormal_rows, orthonormal_rows_scratch } from './javascript/linalg.js';
import type { Memory } from './javascript/memory.js';
import type { Backend, Kernels } from './kernels.js';
import type { Elements } from './names.js';

/** Name of a kernel that draws. */
export type DrawName = Extract<keyof Kernels, `random_${string}`>;

/** Parts of a backend that a draw uses. */
export interface DrawBackend extends Pick<Backend, 'elementBytes' | 'reserve'> {
  readonly kernels: Pick<Kernels, DrawName> & Partial<Kernels>;
  readonly elements: Elements;
  readonly words: Uint32Array;
}

/** Backend of draws with the arena of what is kept in its memory. */
export interface Draws {
  readonly backend: DrawBackend;
  readonly kept: Arena;
  /** Memory of plain JavaScript, for kernels that only some pages have; absent in WebAssembly, which has all. */
  readonly memory?: Memory;
}

let fast: (() => Draws | undefined) | undefined;
let plain: (() => Draws) | undefined;

/** Makes draws run in WebAssembly. @param find  returns the backend, or undefined where WebAssembly is unavailable */
export function provideDraws(find: () => Draws | undefined): void {
  fast = find;
}

/** Makes draws run in plain JavaScript where they do not run in WebAssembly. @param find  returns the backend */
export function providePlainDraws(find: () => Draws): void {
  plain = find;
}

/** Returns the fastest backend for draws that is loaded. @throws StateError if there is none, which only a new caller can cause */
export function draws(): Draws {
  const found = fast?.() ?? plain?.();
  if (found === undefined) throw new StateError('rng: no backend for draws is loaded');
  return found;
}

/**
 * Turns normal draws into orthonormal rows, Haar distributed.
 *
 * @param normals  count · length normal values, row by row; count ≤ length
 * @returns the rows, as a view that is valid until the memory of draws is used again
 */
export function orthonormalRows(normals: Float32Array, count: number, length: number): Elements {
  const { backend, kept, memory } = draws();
  const arena = new Arena(backend, kept.end);
  const a = arena.elements(normals.length);
  const bytes = memory
    ? orthonormal_rows_scratch(memory, count, length)
    : backend.kernels.orthonormal_rows_scratch!(count, length);
  const scratch = arena.bytes(bytes);
  arena.commit();
  const rows = backend.elements.subarray(a / 4, a / 4 + normals.length);
  rows.set(normals);
  if (memory) orthonormal_rows(memory, a, count, length, scratch);
  else backend.kernels.orthonormal_rows!(a, count, length, scratch);
  return rows;
}
