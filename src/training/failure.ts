import type { History } from './history.js';

/** What `fit` adds to an error, its own or a user's, that ends it after the data and options were found good. */
export interface FitFailure {
  /** The epochs that ended before the error: what `fit` would have returned. */
  readonly history: History;
  /** Number of the epoch in which the error came, from 1. */
  readonly epoch: number;
}

const failures = new WeakSet<object>();

/**
 * True of an error that ended a fit under way, so that its `history` and `epoch` can be read. False of an error that `fit` threw
 * about its arguments, and of thrown values that take no properties: primitives and frozen objects.
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

/** Adds history and epoch to what was thrown, where it takes them. Properties that it has of its own stay. */
export function addFailure(error: unknown, failure: FitFailure): void {
  if (Object(error) !== error) return;
  const thrown = error as object;
  for (const [name, value] of Object.entries(failure)) {
    const own = Object.getOwnPropertyDescriptor(thrown, name);
    // An error that ended an earlier fit too tells of this one.
    const takes = own === undefined || own.value === undefined || failures.has(thrown);
    // Not enumerable: a history would flood the log in which the error is shown.
    if (takes) Reflect.defineProperty(thrown, name, { value, configurable: true, writable: true });
  }
  if ((thrown as Partial<FitFailure>).history === failure.history) failures.add(thrown);
}
