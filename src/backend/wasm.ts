import { host } from '../platform.js';
import { compiled } from './builds.js';
import type { Backend, Kernels, Threads } from './kernels.js';
import type { Arithmetic } from './names.js';
import { threadParts } from './optional.js';
import { admit, emptyRoom, keep, LARGEST, PAGE, type Room } from './rooms.js';

/**
 * Creates an instance with a memory of its own; the compiled module is shared.
 *
 * @param threads  number of threads that share the larger products, the calling one included
 * @throws the engine's error if it, or a page's policy, forbids WebAssembly
 */
export function createWasmBackend(arithmetic: Arithmetic, threads = 1): Backend {
  return new WasmBackend(emptyRoom(compiled(arithmetic, threads > 1), threads > 1), arithmetic, threads);
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly elementBytes = 4;
  readonly threads: Threads;
  readonly base: number;
  /** Room of the backend; undefined while its content is stored. */
  room: Room | undefined;
  /** Content while there is no room. */
  #stored: Uint8Array | undefined;
  /** Number of bytes that were requested. The rest of the memory has no content. */
  #size = PAGE;
  readonly #module: Room['module'];

  constructor(
    room: Room,
    readonly arithmetic: Arithmetic,
    threads: number,
  ) {
    this.room = room;
    this.#module = room.module;
    const { exports, module, memory } = room;
    if (threads === 1) {
      this.threads = { count: 1, ready: 1, active: false, close: () => this.#close() };
      this.base = exports.heap_base();
      return;
    }
    const start = exports.heap_base();
    const parallel = threadParts().threaded(module, memory, exports, start, threads, (bytes) =>
      this.reserve(bytes),
    );
    room.kernels = parallel.kernels;
    this.threads = parallel.threads;
    this.base = parallel.end;
    closeWithBackend()?.register(this, parallel.workers);
  }

  get kernels(): Kernels {
    return this.#here().kernels;
  }

  get elements(): Float32Array {
    return this.#here().elements;
  }

  get words(): Uint32Array {
    return this.#here().words;
  }

  get doubles(): Float64Array {
    return this.#here().doubles;
  }

  get bytes(): Uint8Array {
    return this.#here().bytes;
  }

  reserve(bytes: number): void {
    const room = this.#here();
    const { byteLength } = room.bytes;
    if (bytes > byteLength) grow(room, bytes);
    this.#size = Math.max(this.#size, bytes);
  }

  settle(): void {
    if (this.threads.count === 1) admit(this);
  }

  leave(): Room | undefined {
    const { room } = this;
    if (room === undefined) return undefined;
    this.#stored = room.bytes.slice(0, this.#size);
    this.room = undefined;
    return room;
  }

  /** Returns the room, into which the content moves if it is not there. */
  #here(): Room {
    const room = this.room ?? this.#moveIn();
    room.recent = true;
    return room;
  }

  #moveIn(): Room {
    const room = emptyRoom(this.#module);
    if (this.#size > room.bytes.length) grow(room, this.#size);
    room.bytes.set(this.#stored!);
    this.room = room;
    this.#stored = undefined;
    admit(this);
    return room;
  }

  #close(): void {
    const room = this.leave();
    if (room !== undefined) keep(room);
  }
}

/** Makes bytes of a room addressable. @throws RangeError if the memory cannot grow so far */
function grow(room: Room, bytes: number): void {
  const { maximum } = room;
  const { byteLength } = room.bytes;
  if (bytes > maximum) {
    const where = maximum === LARGEST ? 'a WebAssembly memory' : 'a memory shared by threads on this engine';
    throw new RangeError(
      `memory: ${megabytes(bytes)} MB are needed, but ${where} ends at ${megabytes(maximum)} MB`,
    );
  }
  // Half as much again, so that a memory that grows in steps is not moved at every step.
  const wanted = Math.max(bytes, Math.min(maximum, byteLength * 1.5));
  if (!tryToGrow(room, wanted) && !tryToGrow(room, bytes)) {
    throw new RangeError(
      `memory: the engine has no ${megabytes(bytes)} MB for a model; use fewer models, or smaller ones`,
    );
  }
  room.view();
}

function tryToGrow({ memory }: Room, bytes: number): boolean {
  try {
    memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / PAGE));
    return true;
  } catch {
    return false;
  }
}

type Workers = readonly { terminate(): void }[];
let closing: { register(target: object, held: Workers): void } | undefined;

/** Registry that stops the workers of a collected backend. The workers must not refer to the backend. */
function closeWithBackend() {
  if (host.FinalizationRegistry === undefined) return undefined;
  closing ??= new host.FinalizationRegistry<Workers>((workers) => {
    for (const worker of workers) worker.terminate();
  });
  return closing;
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 0x100000);
}
