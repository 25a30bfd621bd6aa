import { host, type WebAssemblyMemory, type WebAssemblyModule } from '../platform.js';
import { compiled } from './builds.js';
import type { Backend, Kernels, Threads } from './kernels.js';
import type { Arithmetic } from './names.js';
import { threadParts } from './optional.js';

const PAGE = 65536;
/** Limit of WebAssembly's 32-bit addresses, which a growing memory reaches before the host's own limit. */
const LARGEST = 0x100000000;
/** Smallest maximum that a shared memory is requested with, 64 MB: enough for a few layers and their batches. */
const SMALLEST_SHARED = 0x4000000;

interface Exports extends Kernels {
  heap_base(): number;
}

/**
 * Creates an instance with a memory of its own; the compiled module is shared.
 *
 * @param threads  number of threads that share the larger products, the calling one included
 * @throws the engine's error if it, or a page's policy, forbids WebAssembly
 */
export function createWasmBackend(arithmetic: Arithmetic, threads = 1): Backend {
  const shared = threads > 1;
  const module = compiled(arithmetic, shared);
  const { memory, maximum } = newMemory(shared);
  const { exports } = new host.WebAssembly!.Instance(module, { env: { memory } });
  return new WasmBackend(module, memory, maximum, exports as unknown as Exports, arithmetic, threads);
}

/**
 * Creates a memory that may grow as far as the engine allows. Some engines, such as that of an iPhone, reserve the whole maximum
 * of a shared memory at once and do not have that much, so that the maximum is halved until one is granted.
 */
function newMemory(shared: boolean): { readonly memory: WebAssemblyMemory; readonly maximum: number } {
  const least = shared ? SMALLEST_SHARED : LARGEST;
  for (let maximum = LARGEST; ; maximum /= 2) {
    try {
      const limits = { initial: 1, maximum: maximum / PAGE, shared };
      return { memory: new host.WebAssembly!.Memory(limits), maximum };
    } catch (cause) {
      if (maximum <= least) throw cause;
    }
  }
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly elementBytes = 4;
  readonly kernels: Kernels;
  readonly threads: Threads;
  readonly base: number;
  elements!: Float32Array;
  words!: Uint32Array;
  doubles!: Float64Array;
  bytes!: Uint8Array;
  readonly #memory: WebAssemblyMemory;
  /** Largest size of the memory in bytes. */
  readonly #maximum: number;

  constructor(
    module: WebAssemblyModule,
    memory: WebAssemblyMemory,
    maximum: number,
    exports: Exports,
    readonly arithmetic: Arithmetic,
    threads: number,
  ) {
    this.#memory = memory;
    this.#maximum = maximum;
    this.#view();
    if (threads === 1) {
      this.kernels = exports;
      this.threads = { count: 1, ready: 1, active: false, close() {} };
      this.base = exports.heap_base();
      return;
    }
    const start = exports.heap_base();
    const parallel = threadParts().threaded(module, memory, exports, start, threads, (bytes) =>
      this.reserve(bytes),
    );
    this.kernels = parallel.kernels;
    this.threads = parallel.threads;
    this.base = parallel.end;
    closeWithBackend()?.register(this, parallel.workers);
  }

  reserve(bytes: number): void {
    const { byteLength } = this.#memory.buffer;
    if (bytes <= byteLength) return;
    if (bytes > this.#maximum) {
      const where =
        this.#maximum === LARGEST ? 'a WebAssembly memory' : 'a memory shared by threads on this engine';
      throw new RangeError(
        `memory: ${megabytes(bytes)} MB are needed, but ${where} ends at ${megabytes(this.#maximum)} MB`,
      );
    }
    // Half as much again, so that a memory that grows in steps is not moved at every step.
    const wanted = Math.max(bytes, Math.min(this.#maximum, byteLength * 1.5));
    if (!this.#grow(wanted) && !this.#grow(bytes)) {
      throw new RangeError(
        `memory: the engine has no ${megabytes(bytes)} MB for a model; use fewer models, or smaller ones`,
      );
    }
    this.#view();
  }

  #view(): void {
    const { buffer } = this.#memory;
    this.elements = new Float32Array(buffer);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
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

let closing: InstanceType<NonNullable<typeof host.FinalizationRegistry>> | undefined;

/** Registry that stops the workers of a collected backend. The workers must not refer to the backend. */
function closeWithBackend() {
  if (host.FinalizationRegistry === undefined) return undefined;
  closing ??= new host.FinalizationRegistry((workers) => {
    for (const worker of workers) worker.terminate();
  });
  return closing;
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 0x100000);
}
