let doubles = new Float64Array(1024);

/**
 * At least `length` doubles for the length of one kernel call, content undefined: the one array,
 * grown and kept, that spares gemm and the column sums an allocation at every call.
 */
export function workspace(length: number): Float64Array {
  if (doubles.length < length) doubles = new Float64Array(Math.max(length, 2 * doubles.length));
  return doubles;
}
