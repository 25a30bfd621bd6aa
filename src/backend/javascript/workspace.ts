let doubles = /* @__PURE__ */ new Float64Array(1024);

/**
 * Returns at least `length` doubles of undefined content for the duration of one kernel call. It is always the same array,
 * which grows as needed and saves an allocation per call of a gemm or of the column sums.
 */
export function workspace(length: number): Float64Array {
  if (doubles.length < length) doubles = new Float64Array(Math.max(length, 2 * doubles.length));
  return doubles;
}
