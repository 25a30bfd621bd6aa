/** Signals that end what is under way: of a fit, a simulation, a search. */
import { show } from './errors.js';

/** An AbortSignal, or what looks like one. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener?(type: 'abort', listener: () => void): void;
  removeEventListener?(type: 'abort', listener: () => void): void;
}

/** @throws TypeError if it is neither undefined nor a signal */
export function checkSignal(signal: unknown): void {
  if (signal !== undefined && typeof (signal as { aborted?: unknown } | null)?.aborted !== 'boolean') {
    throw new TypeError(`signal: expected an AbortSignal, got ${show(signal)}`);
  }
}

/** @throws the signal's reason, where it was aborted */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** What looks like a signal may have none. */
export function reasonOf({ reason }: AbortSignalLike): unknown {
  return reason ?? new Error('aborted: the signal gave no reason');
}

/** True where an error is what the signal's abort threw. A signal without a reason throws an error of ours. */
export function isAbort(signal: AbortSignalLike | undefined, error: unknown): boolean {
  return signal?.aborted === true && (signal.reason ?? error) === error;
}

/** Waits for a promise, and no longer than until the signal comes. @throws its reason */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal?.addEventListener === undefined) return promise;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(reasonOf(signal));
    signal.addEventListener?.('abort', onAbort);
    // What gave the promise may have aborted it on the way, and then no event comes any more.
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener?.('abort', onAbort);
  }
}
