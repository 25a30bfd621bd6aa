/**
 * Parts of the backends that a page loads only if it uses them. Each is absent until its function of evenkeel/extras was called,
 * and then serves all later calls.
 */
import { notLoaded } from '../errors.js';
import type { WebAssemblyMemory, WebAssemblyModule } from '../platform.js';
import type { Address, Backend, Kernels, Threads } from './kernels.js';
import type { ThreadWorker } from './thread-host.js';
import type { PackedFused } from './unpack.js';

/** Threads of a WebAssembly backend, and what the host says of them. */
export interface ThreadParts {
  threaded(
    module: WebAssemblyModule,
    memory: WebAssemblyMemory,
    exports: Kernels,
    start: Address,
    count: number,
    reserve: (bytes: number) => void,
  ): {
    readonly kernels: Kernels;
    readonly threads: Threads;
    readonly workers: readonly ThreadWorker[];
    readonly end: Address;
  };
  whyNoThreads(): string | undefined;
  availableThreads(): number;
}

type CreateJavascript = (name: 'javascript' | 'javascript64') => Backend;

let createJavascript: CreateJavascript | undefined;
let fused: PackedFused | undefined;
let threads: ThreadParts | undefined;

export function provideJavascript(create: CreateJavascript): void {
  createJavascript = create;
}

export function provideFused(packed: PackedFused): void {
  fused = packed;
}

export function provideThreads(parts: ThreadParts): void {
  threads = parts;
}

/** Creates a JavaScript backend. @throws StateError if a page has not loaded it */
export function javascriptBackend(name: 'javascript' | 'javascript64'): Backend {
  if (createJavascript === undefined) throw notLoaded('backend', `'${name}'`, 'useJavascript');
  return createJavascript(name);
}

/** Returns true if a JavaScript backend can be created. */
export function hasJavascript(): boolean {
  return createJavascript !== undefined;
}

/** Returns true if the fused build is loaded. */
export function hasFused(): boolean {
  return fused !== undefined;
}

/** Returns true if the code of threads is loaded. */
export function hasThreads(): boolean {
  return threads !== undefined;
}

/** Returns the binary of the fused build. @throws StateError if a page has not loaded it */
export function fusedBinary(): PackedFused {
  if (fused === undefined) throw notLoaded('arithmetic', "'fused'", 'useFused');
  return fused;
}

/** Returns the code of threads. @throws StateError if a page has not loaded it */
export function threadParts(): ThreadParts {
  if (threads === undefined) throw notLoaded('threads', 'the code for more than one', 'useThreads');
  return threads;
}
