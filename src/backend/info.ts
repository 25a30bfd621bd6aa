import { oneOf } from '../errors.js';
import { binaryStates } from './builds.js';
import { backendNames, whyNoWasm } from './index.js';
import type { Arithmetic, BackendName, BinaryState } from './names.js';
import { hasJavascript, hasThreads, threadParts } from './optional.js';

/** Number of threads that the host can run, and the reason if a model can have only one. */
export interface AvailableThreads {
  /** Number of threads that run at the same time, the calling one included; 1 if there can be no others. */
  readonly count: number;
  /** Reason if there can be no others. */
  readonly reason?: string | undefined;
}

/** Backend that runs models here, with the reason. */
export interface BackendInfo {
  /** Backend that a model gets; undefined if none can run. */
  readonly backend: BackendName | undefined;
  /** Reason, as a phrase. */
  readonly reason: string;
  /** State of both WebAssembly builds: 'library' for the library's own copy, 'program' for a file that `useWasm` received. */
  readonly binaries: Readonly<Record<Arithmetic, BinaryState>>;
  /** Threads of a model with this backend. */
  readonly threads: AvailableThreads;
}

/**
 * Says which backend runs models here and why. It may compile WebAssembly and create one instance to find out, as the first model does.
 *
 * @param backend  option `backend` of the model; undefined for the default, which is 'wasm', or 'javascript' where WebAssembly is
 *                 unavailable
 * @throws TypeError if `backend` is an unknown name
 */
export function backendInfo(backend?: BackendName): BackendInfo {
  if (backend !== undefined) oneOf('backend', backend, backendNames);
  const refusal = whyNoWasm();
  const choice = chosen(backend, refusal);
  return { ...choice, binaries: binaryStates(refusal === undefined), threads: threadsOf(choice.backend) };
}

function chosen(
  named: BackendName | undefined,
  refusal: string | undefined,
): Pick<BackendInfo, 'backend' | 'reason'> {
  const missing = "the JavaScript backend is not loaded; call useJavascript() of 'evenkeel/extras'";
  if (named === undefined && refusal === undefined)
    return { backend: 'wasm', reason: 'WebAssembly is available' };
  if (named === 'wasm') {
    return refusal === undefined
      ? { backend: 'wasm', reason: 'the model names it' }
      : { backend: undefined, reason: `WebAssembly is unavailable: ${refusal}` };
  }
  if (named !== undefined) {
    return hasJavascript()
      ? { backend: named, reason: 'the model names it' }
      : { backend: undefined, reason: missing };
  }
  const unavailable = `WebAssembly is unavailable: ${refusal}`;
  return hasJavascript()
    ? { backend: 'javascript', reason: unavailable }
    : { backend: undefined, reason: `${unavailable}; ${missing}` };
}

function threadsOf(backend: BackendName | undefined): AvailableThreads {
  if (backend !== 'wasm') return { count: 1, reason: 'threads need WebAssembly' };
  if (!hasThreads()) {
    return { count: 1, reason: "the code of threads is not loaded; call useThreads() of 'evenkeel/extras'" };
  }
  const { whyNoThreads, availableThreads } = threadParts();
  const reason = whyNoThreads();
  return reason === undefined ? { count: availableThreads() } : { count: 1, reason };
}
