/** Reasons why a row cannot be read, in parts, so that a program can count them and add its own help. */

export type FlawKind =
  | 'missing'
  | 'unfilled'
  | 'number'
  | 'infinite'
  | 'large'
  | 'date'
  | 'unknown'
  | 'width'
  | 'json';

export interface Flaw {
  readonly kind: FlawKind;
  /** Place and reason, without the help that the error's message ends with. */
  readonly text: string;
}

const flaws = /* @__PURE__ */ new WeakMap<Error, Flaw>();

/** Returns the parts of an error that this module made; undefined for any other. */
export function flawOf(error: Error): Flaw | undefined {
  return flaws.get(error);
}

export function withFlaw<E extends Error>(error: E, kind: FlawKind, text: string): E {
  flaws.set(error, { kind, text });
  return error;
}

/** Creates the error for a cell: `place: reason; help`. */
export function cellError(kind: FlawKind, place: string, reason: string, help: string): RangeError {
  const text = `${place}: ${reason}`;
  const message = help === '' ? text : `${text}; ${help}`;
  return withFlaw(new RangeError(message), kind, text);
}
