import { messageOf, notLoaded, oneOf, type StateError } from '../errors.js';
import type { WebAssemblyModule } from '../platform.js';
import { Arena } from './arena.js';
import { hasRelaxedSimd, provideModule, refusalOf } from './builds.js';
import { provideDraws } from './draws.js';
import type { Backend } from './kernels.js';
import type { Arithmetic, BackendName, DefaultBackend } from './names.js';
import { hasJavascript, javascriptBackend, threadParts } from './optional.js';
import { warnOfOneThread, warnOnce } from './warnings.js';
import { createWasmBackend } from './wasm.js';

export { threadParts } from './optional.js';

export const backendNames = ['wasm', 'javascript', 'javascript64'] as const satisfies readonly BackendName[];
export const arithmetics = ['portable', 'fused'] as const satisfies readonly Arithmetic[];

/**
 * Returns a backend with its own memory.
 *
 * @param name        'wasm', 'javascript' (f32) or 'javascript64' (f64); undefined for 'wasm', or for 'javascript' with one warning
 *                    where WebAssembly is unavailable
 * @param arithmetic  'fused' where the engine has relaxed SIMD; elsewhere it is 'portable', and one warning says so
 * @param threads     number of threads that share its larger products; if there can be none, `threads.reason` and one warning say why
 * @throws TypeError   if a name is unknown
 * @throws Error       if 'wasm' is requested and the engine, or the page's policy, forbids WebAssembly
 * @throws RangeError  if the engine has no memory left
 */
export function createBackend(name: BackendName | undefined, arithmetic: Arithmetic, threads = 1): Backend {
  if (name !== undefined) oneOf('backend', name, backendNames);
  oneOf('arithmetic', arithmetic, arithmetics);
  const chosen = name ?? defaultBackend();
  if (chosen !== 'wasm') {
    const backend = javascriptBackend(chosen);
    return threads === 1 ? backend : asOneThread(backend, threads, `the backend '${chosen}' has one thread`);
  }
  if (arithmetic === 'fused' && !hasRelaxedSimd()) {
    warnOnce("this engine has no relaxed SIMD; arithmetic 'fused' runs as 'portable'");
    arithmetic = 'portable';
  }
  if (threads === 1) return onlyWasm(arithmetic);
  const reason = threadParts().whyNoThreads();
  if (reason !== undefined) return asOneThread(onlyWasm(arithmetic), threads, reason);
  try {
    return createWasmBackend(arithmetic, threads);
  } catch (cause) {
    return asOneThread(onlyWasm(arithmetic), threads, `no memory can be shared: ${messageOf(cause)}`);
  }
}

/** Returns the default backend. */
function defaultBackend(): DefaultBackend {
  const { refusal } = sharedInstance();
  if (refusal === undefined) return 'wasm';
  if (!hasJavascript()) throw noWasm(refusal);
  warnOnce(`the slower backend 'javascript' runs, because WebAssembly is unavailable here: ${refusal}`);
  return 'javascript';
}

/** Returns a WebAssembly backend. @throws Error or RangeError with the reason if there is none */
function onlyWasm(arithmetic: Arithmetic): Backend {
  try {
    return createWasmBackend(arithmetic);
  } catch (cause) {
    if (sharedInstance().refusal === undefined) {
      const message = 'memory: the engine has none left for another model; drop some models, or use fewer';
      throw new RangeError(message, { cause });
    }
    const message = `backend: 'wasm' is unavailable here (${refusalOf(cause)}); use 'javascript'`;
    throw new Error(message, { cause });
  }
}

/** Returns a backend with one thread if several were requested but are unavailable. */
function asOneThread(backend: Backend, asked: number, reason: string): Backend {
  warnOfOneThread(asked, reason);
  return Object.assign(backend, { threads: { ...backend.threads, reason } });
}

interface SharedInstance {
  /** Absent if WebAssembly is unavailable and a page has not loaded the JavaScript backend. */
  readonly backend: Backend | undefined;
  readonly kept: Arena | undefined;
  /** Reason why the shared backend is not WebAssembly. Only the message is kept, because an error keeps the objects of its stack alive. */
  readonly refusal: string | undefined;
}
let shared: SharedInstance | undefined;

/** Makes draws run in WebAssembly where it is available. */
export function useWasmDraws(): void {
  provideDraws(() => {
    const { backend, kept, refusal } = sharedInstance();
    return refusal === undefined ? { backend: backend!, kept: kept! } : undefined;
  });
}

/**
 * Starts the library with a module that the program brings. Models that run in JavaScript already stay there.
 *
 * @param bytes  bytes of the module, if the program has them
 * @throws RangeError if the module is not a build of this version
 */
export function startWith(module: WebAssemblyModule, bytes?: Uint8Array): void {
  provideModule(module, bytes);
  if (shared?.refusal !== undefined) shared = undefined;
  useWasmDraws();
}

/**
 * Shared instance for work without a model. It uses WebAssembly only if an instance can be created, because some engines compile a
 * module and refuse the instance.
 *
 * @throws StateError if WebAssembly is unavailable and a page has not loaded the JavaScript backend
 */
export function sharedBackend(): Backend {
  const { backend, refusal } = sharedInstance();
  if (backend === undefined) throw noWasm(refusal!);
  return backend;
}

/** Allocates in the shared instance for one call, behind everything permanent. */
export function temporaryArena(): Arena {
  return new Arena(sharedBackend(), sharedInstance().kept!.end);
}

function sharedInstance(): SharedInstance {
  if (shared?.backend === undefined && (shared === undefined || hasJavascript())) {
    let backend: Backend | undefined;
    let refusal: string | undefined;
    try {
      backend = createWasmBackend('portable');
    } catch (cause) {
      refusal = refusalOf(cause);
      backend = hasJavascript() ? javascriptBackend('javascript') : undefined;
    }
    shared = { backend, kept: backend && new Arena(backend, backend.base), refusal };
  }
  return shared!;
}

/** Returns the reason why WebAssembly is unavailable; undefined if it is available. */
export function whyNoWasm(): string | undefined {
  return sharedInstance().refusal;
}

/** Returns the error for an engine without WebAssembly in a page that has not loaded the JavaScript backend. */
function noWasm(refusal: string): StateError {
  return notLoaded(
    'backend',
    `WebAssembly is unavailable (${refusal}), and the JavaScript backend`,
    'useJavascript',
  );
}
