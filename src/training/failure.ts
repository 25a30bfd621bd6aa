import type { History } from './history.js';

/** Properties that `fit` adds to any error that ends it after data and options were checked. */
export interface FitFailure {
  /** History of the epochs completed before the error. */
  readonly history: History;
  /** Number of the epoch in which the error occurred, from 1. */
  readonly epoch: number;
}

const failures = new WeakSet<object>();

/**
 * Returns true for an error that ended a running fit and therefore has `history` and `epoch`. Returns false for an error about
 * the arguments of `fit`, and for thrown values that cannot take properties: primitives and frozen objects.
 *
 * @example
 * try {
 *   await model.fit(x, y, { epochs: 100 });
 * } catch (error) {
 *   if (isFitFailure(error)) console.log(error.epoch, error.history.loss);
 * }
 */
export function isFitFailure(error: unknown): error is FitFailure {
  return Object(error) === error && failures.has(error as object);
}

/**
 * Adds history and epoch to a thrown value, if it can take properties. Its own properties stay. If a getter or a proxy's trap
 * throws meanwhile, the original error is still the one that is reported.
 */
export function addFailure(error: unknown, failure: FitFailure): void {
  if (Object(error) !== error) return;
  try {
    addTo(error as object, failure);
  } catch {
    // The value takes no properties.
  }
}

function addTo(thrown: object, failure: FitFailure): void {
  for (const [name, value] of Object.entries(failure)) {
    const own = Object.getOwnPropertyDescriptor(thrown, name);
    // The same error may have ended an earlier fit: it now describes this one.
    const takes = own === undefined || ('value' in own && own.value === undefined) || failures.has(thrown);
    // Not enumerable, because a history would flood a log of the error.
    if (takes) Reflect.defineProperty(thrown, name, { value, configurable: true, writable: true });
  }
  if ((thrown as Partial<FitFailure>).history === failure.history) failures.add(thrown);
}
