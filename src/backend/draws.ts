/**
 * Backend for random draws, which need no model. Draws have the same bits in every backend, so that a page which only draws has plain
 * JavaScript, and a page with models draws in WebAssembly, which is 10 to 100 times as fast.
 */
import { Arena } from './arena.js';
import { orthonormal_rows, orthonormal_rows_scratch } from './javascript/linalg.js';
import { BASE, type Kernel, Memory } from './javascript/memory.js';
import { random_bits, random_normal, random_truncated_normal, random_uniform } from './javascript/random.js';
import { random_bounded_normal, random_choices, random_integers } from './javascript/random-words.js';
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
let plain: Draws | undefined;

/** Makes draws run in WebAssembly. @param find  returns the backend, or undefined where WebAssembly is unavailable */
export function provideDraws(find: () => Draws | undefined): void {
  fast = find;
}

/** Returns the fastest backend for draws that is loaded. */
export function draws(): Draws {
  const loaded = fast?.();
  if (loaded !== undefined) return loaded;
  plain ??= javascriptDraws();
  return plain;
}

function javascriptDraws(): Draws {
  const memory = new Memory(4);
  const bound = <Name extends DrawName>(kernel: Kernel<Name>) =>
    ((...given: Parameters<Kernels[Name]>) => kernel(memory, ...given)) as unknown as Kernels[Name];
  const backend: DrawBackend = {
    elementBytes: 4,
    kernels: {
      random_bits: bound(random_bits),
      random_uniform: bound(random_uniform),
      random_normal: bound(random_normal),
      random_truncated_normal: bound(random_truncated_normal),
      random_bounded_normal: bound(random_bounded_normal),
      random_integers: bound(random_integers),
      random_choices: bound(random_choices),
    },
    get elements() {
      return memory.elements;
    },
    get words() {
      return memory.words;
    },
    reserve: (bytes) => memory.reserve(bytes),
  };
  return { backend, kept: new Arena(backend, BASE), memory };
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
