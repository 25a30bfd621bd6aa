/** Largest finite 32-bit float. */
const LARGEST = 3.4028234663852886e38;

/** Name of the class of a built-in object of any realm, such as 'Float32Array', 'Array' or 'Null'. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Returns true for a number that is finite as a 32-bit float. */
export function isFloat(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LARGEST;
}

/**
 * Returns the index of the first value that is NaN or beyond a 32-bit float; −1 if there is none. The engine's own search in floats
 * takes a fifth of the time of a loop that is not compiled yet.
 */
export function beyond(values: Float32Array | Float64Array): number {
  const search =
    values instanceof Float64Array ||
    [Number.NaN, Infinity, -Infinity].some((value) => values.includes(value));
  return search ? values.findIndex((value) => !isFloat(value)) : -1;
}
