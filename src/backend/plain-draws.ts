/** Random draws in plain JavaScript. */
import { Arena } from './arena.js';
import { type DrawBackend, type DrawName, type Draws, providePlainDraws } from './draws.js';
import { BASE, type Kernel, Memory } from './javascript/memory.js';
import { random_bits, random_normal, random_truncated_normal, random_uniform } from './javascript/random.js';
import { random_bounded_normal, random_choices, random_integers } from './javascript/random-words.js';
import type { Kernels } from './kernels.js';

let created: Draws | undefined;

/** Lets draws run in plain JavaScript where they do not run in WebAssembly. */
export function usePlainDraws(): void {
  providePlainDraws(() => {
    created ??= create();
    return created;
  });
}

function create(): Draws {
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
