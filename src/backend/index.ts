import { messageOf, oneOf } from '../errors.js';
import { Arena } from './arena.js';
import { createJavascriptBackend } from './javascript/index.js';
import type { Arithmetic, Backend, BackendName, DefaultBackend } from './kernels.js';
import { whyNoThreads } from './thread-host.js';
import { warnOfOneThread, warnOnce } from './warnings.js';
import { createWasmBackend, hasRelaxedSimd } from './wasm.js';

export { availableThreads } from './thread-host.js';

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
    const backend = createJavascriptBackend(chosen);
    return threads === 1 ? backend : asOneThread(backend, threads, `the backend '${chosen}' has one thread`);
  }
  if (arithmetic === 'fused' && !hasRelaxedSimd()) {
    warnOnce("this engine has no relaxed SIMD; arithmetic 'fused' runs as 'portable'");
    arithmetic = 'portable';
  }
  if (threads === 1) return onlyWasm(arithmetic);
  const reason = whyNoThreads();
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
    const message = `backend: 'wasm' is unavailable here (${messageOf(cause)}); use 'javascript'`;
    throw new Error(message, { cause });
  }
}

/** Returns a backend with one thread if several were requested but are unavailable. */
function asOneThread(backend: Backend, asked: number, reason: string): Backend {
  warnOfOneThread(asked, reason);
  return Object.assign(backend, { threads: { ...backend.threads, reason } });
}

interface SharedInstance {
  readonly backend: Backend;
  readonly kept: Arena;
  /** Reason why it is not WebAssembly. Only the message is kept, because an error keeps the objects of its stack alive. */
  readonly refusal: string | undefined;
}
let shared: SharedInstance | undefined;

/**
 * Shared instance for draws and other work without a model. It uses WebAssembly only if an instance can be created, because some
 * engines compile a module and refuse the instance. Draws have the same bits in JavaScript.
 */
export function sharedBackend(): Backend {
  return sharedInstance().backend;
}

/** Allocates in the shared instance's memory for good. */
export function sharedArena(): Arena {
  return sharedInstance().kept;
}

/** Allocates in the shared instance for one call, behind everything permanent. */
export function temporaryArena(): Arena {
  const { backend, kept } = sharedInstance();
  return new Arena(backend, kept.end);
}

function sharedInstance(): SharedInstance {
  if (shared === undefined) {
    let backend: Backend;
    let refusal: string | undefined;
    try {
      backend = createWasmBackend('portable');
    } catch (cause) {
      refusal = messageOf(cause);
      backend = createJavascriptBackend('javascript');
    }
    shared = { backend, kept: new Arena(backend, backend.base), refusal };
  }
  return shared;
}
