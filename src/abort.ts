/** Abort signals of a running fit, simulation or search. */
import { checkFunction, isObject, show } from './errors.js';

/** AbortSignal, or an object with the same interface. */
export interface AbortSignalLike {
  /** True once the signal has aborted. */
  readonly aborted: boolean;
  /** Reason of the abort, which the aborted call rejects with. */
  readonly reason?: unknown;
  /** Adds a function that is called once the signal aborts. */
  addEventListener?(type: 'abort', listener: () => void): void;
  /** Removes a function that was added. */
  removeEventListener?(type: 'abort', listener: () => void): void;
}

/** Checks an optional signal. @throws TypeError if it is neither undefined nor like an AbortSignal */
export function checkSignal(signal: unknown): void {
  if (signal === undefined) return;
  const given = (isObject(signal) ? signal : {}) as Partial<AbortSignalLike>;
  if (typeof given.aborted !== 'boolean') {
    throw new TypeError(`signal: expected an AbortSignal, got ${show(signal)}`);
  }
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    checkFunction(`signal.${name}`, given[name]);
  }
}

/** Throws the signal's reason if it was aborted. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** Returns the reason of an abort, or an error of the library if the signal gives none. */
export function reasonOf({ reason }: AbortSignalLike): unknown {
  return reason ?? new Error('aborted: the signal gave no reason');
}

/** Returns true if an error is the one with which the signal aborted, or any error if the aborted signal gives no reason. */
export function isAbort(signal: AbortSignalLike | undefined, error: unknown): boolean {
  return signal?.aborted === true && (signal.reason ?? error) === error;
}

/** Waits for a promise until the signal aborts. @throws the signal's reason */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal?.addEventListener === undefined) return promise;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(reasonOf(signal));
    signal.addEventListener?.('abort', onAbort);
    // The function that returned the promise may have aborted the signal. In that case no event follows.
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener?.('abort', onAbort);
  }
}
