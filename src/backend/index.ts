import { oneOf } from '../errors.js';
import { Arena } from './arena.js';
import { createJavascriptBackend } from './javascript/index.js';
import type { Arithmetic, Backend, BackendName } from './kernels.js';
import { whyNoThreads } from './thread-host.js';
import { warnOfOneThread, warnOnce } from './warnings.js';
import { createWasmBackend, hasRelaxedSimd, hasWebAssembly } from './wasm.js';

export { availableThreads } from './thread-host.js';

export const backendNames = ['wasm', 'javascript', 'javascript64'] as const satisfies readonly BackendName[];
export const arithmetics = ['portable', 'fused'] as const satisfies readonly Arithmetic[];

/**
 * A backend with a memory of its own.
 *
 * @param name        'wasm', 'javascript' (f32) or 'javascript64' (f64)
 * @param arithmetic  'fused' where the engine has relaxed SIMD; elsewhere it is 'portable', and one warning says so
 * @param threads     that share its larger products; where there can be none, `threads.reason` and one warning say why
 * @throws TypeError  if a name is unknown
 * @throws Error      if 'wasm' is asked for and the engine, or the page's policy, forbids WebAssembly
 */
export function createBackend(name: BackendName, arithmetic: Arithmetic, threads = 1): Backend {
  oneOf('backend', name, backendNames);
  oneOf('arithmetic', arithmetic, arithmetics);
  const reason =
    threads === 1 ? undefined : name === 'wasm' ? whyNoThreads() : `the backend '${name}' has one thread`;
  if (reason !== undefined) {
    warnOfOneThread(threads, reason);
    const backend = createBackend(name, arithmetic);
    return Object.assign(backend, { threads: { ...backend.threads, reason } });
  }
  if (name !== 'wasm') return createJavascriptBackend(name);
  if (arithmetic === 'fused' && !hasRelaxedSimd()) {
    warnOnce("this engine has no relaxed SIMD; arithmetic 'fused' runs as 'portable'");
    arithmetic = 'portable';
  }
  try {
    return createWasmBackend(arithmetic, threads);
  } catch (cause) {
    if (hasWebAssembly()) {
      throw new RangeError('memory: the engine has none left for another model; drop some, or use fewer', {
        cause,
      });
    }
    throw new Error(
      "backend: 'wasm' cannot be had here, WebAssembly is missing or forbidden; use 'javascript'",
      {
        cause,
      },
    );
  }
}

let shared: { readonly backend: Backend; readonly kept: Arena } | undefined;

/** The instance that serves draws and whatever else has no model. Draws are the same bits without WebAssembly. */
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

function sharedInstance() {
  if (shared === undefined) {
    const backend = hasWebAssembly() ? createWasmBackend('portable') : createJavascriptBackend('javascript');
    shared = { backend, kept: new Arena(backend, backend.base) };
  }
  return shared;
}
