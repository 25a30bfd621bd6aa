/** Axes of the pictures of an activation, for engine and page. */

/** The picture of f shows z from −EDGE to EDGE, at this many points. */
export const [EDGE, POINTS] = [5, 161] as const;
/** The map of variances goes from e^−LN_EDGE to e^LN_EDGE, at this many points. */
export const [LN_EDGE, MAP_POINTS] = [7, 57] as const;

/** Returns evenly spread values from −edge to edge. */
export function evenly(edge: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => edge * ((2 * i) / (count - 1) - 1));
}
