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
 * A backend with a memory of its own.
 *
 * @param name        'wasm', 'javascript' (f32) or 'javascript64' (f64); undefined for 'wasm', or where WebAssembly cannot be had
 *                    'javascript', and one warning says why
 * @param arithmetic  'fused' where the engine has relaxed SIMD; elsewhere it is 'portable', and one warning says so
 * @param threads     that share its larger products; where there can be none, `threads.reason` and one warning say why
 * @throws TypeError   if a name is unknown
 * @throws Error       if 'wasm' is asked for and the engine, or the page's policy, forbids WebAssembly
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

/** What runs where nobody names a backend. */
function defaultBackend(): DefaultBackend {
  const { refusal } = sharedInstance();
  if (refusal === undefined) return 'wasm';
  warnOnce(
    `the backend 'javascript' runs, which is slower, since WebAssembly cannot be had here: ${refusal}`,
  );
  return 'javascript';
}

/** @throws Error or RangeError that says why there is none */
function onlyWasm(arithmetic: Arithmetic): Backend {
  try {
    return createWasmBackend(arithmetic);
  } catch (cause) {
    if (sharedInstance().refusal === undefined) {
      const message = 'memory: the engine has none left for another model; drop some, or use fewer';
      throw new RangeError(message, { cause });
    }
    const message = `backend: 'wasm' cannot be had here (${messageOf(cause)}); use 'javascript'`;
    throw new Error(message, { cause });
  }
}

/** A backend of one thread where several were asked for. */
function asOneThread(backend: Backend, asked: number, reason: string): Backend {
  warnOfOneThread(asked, reason);
  return Object.assign(backend, { threads: { ...backend.threads, reason } });
}

interface SharedInstance {
  readonly backend: Backend;
  readonly kept: Arena;
  /** Why it is not WebAssembly; the message alone, since an error holds what its stack was called on. */
  readonly refusal: string | undefined;
}
let shared: SharedInstance | undefined;

/**
 * The instance that serves draws and whatever else has no model: in WebAssembly if a whole instance can be had, for some engines
 * compile a module and refuse the instance. In JavaScript draws are the same bits.
 */
export function sharedBackend(): Backend {
  return sharedInstance().backend;
}

/** The shared instance's memory: what is laid out here stays for good. */
export function sharedArena(): Arena {
  return sharedInstance().kept;
}

/** Room in the shared instance for the length of one call, behind all that stays. */
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
