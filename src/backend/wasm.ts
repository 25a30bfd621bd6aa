import { instantiateSync } from '@assemblyscript/loader';
import { host, type WebAssemblyMemory, type WebAssemblyModule } from '../platform.js';
import { binaries } from './binary.js';
import type { Arithmetic, Backend, Kernels } from './kernels.js';
import { unpackFused, unpackPortable } from './unpack.js';

const PAGE = 65536;
/** WebAssembly's 32-bit addresses end here; a growing memory meets this before the host's own limit. */
const LARGEST = 65536 * PAGE;

interface Exports extends Kernels {
  readonly memory: WebAssemblyMemory;
  heap_base(): number;
}

const unpack = { portable: unpackPortable, fused: unpackFused };
const modules = new Map<Arithmetic, WebAssemblyModule>();

/** True where this engine compiles WebAssembly and a page's policy lets it. */
export function hasWebAssembly(): boolean {
  try {
    compiled('portable');
    return true;
  } catch {
    return false;
  }
}

/** True where the engine has relaxed SIMD, which the fused build needs. */
export function hasRelaxedSimd(): boolean {
  return modules.has('fused') || (host.WebAssembly?.validate(unpackFused(binaries)) ?? false);
}

/** A new instance with a memory of its own; the compiled module is shared. */
export function createWasmBackend(arithmetic: Arithmetic): Backend {
  const { instance } = instantiateSync(compiled(arithmetic) as never, {});
  // The loader's own `exports` wrap each function to count arguments; the instance's do not.
  return new WasmBackend(instance.exports as unknown as Exports, arithmetic);
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly elementBytes = 4;
  readonly kernels: Kernels;
  readonly base: number;
  elements: Float32Array;
  words: Uint32Array;
  doubles: Float64Array;
  bytes: Uint8Array;
  readonly #memory: WebAssemblyMemory;

  constructor(
    exports: Exports,
    readonly arithmetic: Arithmetic,
  ) {
    this.kernels = exports;
    this.base = exports.heap_base();
    this.#memory = exports.memory;
    const { buffer } = exports.memory;
    this.elements = new Float32Array(buffer);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  reserve(bytes: number): void {
    const { buffer } = this.#memory;
    if (bytes <= buffer.byteLength) return;
    if (bytes > LARGEST) {
      throw new RangeError(
        `memory: ${megabytes(bytes)} MB are needed, a WebAssembly memory ends at ${megabytes(LARGEST)} MB`,
      );
    }
    // Half as much again, so that a memory that grows step by step is not moved at every step.
    const wanted = Math.max(bytes, Math.min(LARGEST, buffer.byteLength * 1.5));
    if (!this.#grow(wanted) && !this.#grow(bytes)) {
      throw new RangeError(
        `memory: the engine has no ${megabytes(bytes)} MB for a model; it holds too many, or too large ones`,
      );
    }
    const grown = this.#memory.buffer;
    this.elements = new Float32Array(grown);
    this.words = new Uint32Array(grown);
    this.doubles = new Float64Array(grown);
    this.bytes = new Uint8Array(grown);
  }

  #grow(bytes: number): boolean {
    try {
      this.#memory.grow(Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE));
      return true;
    } catch {
      return false;
    }
  }
}

function compiled(arithmetic: Arithmetic): WebAssemblyModule {
  let module = modules.get(arithmetic);
  if (module === undefined) {
    if (host.WebAssembly === undefined) throw new Error('this engine has no WebAssembly');
    module = new host.WebAssembly.Module(unpack[arithmetic](binaries));
    modules.set(arithmetic, module);
  }
  return module;
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 0x100000);
}
