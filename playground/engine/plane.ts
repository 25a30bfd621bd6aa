/** Plane of two inputs, and the points of its maps. */

/** Rectangle of two inputs, which maps show. */
export interface Plane {
  /** Range of each input. */
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  /** Range of the targets of a regression, for colours. */
  readonly heights: readonly [low: number, high: number];
}

/** Most multiply-adds of a decision map. */
const MAP_WORK = 3e8;
/** Fewest points of a map along a side. */
const LEAST_MAP = 12;

/**
 * Returns the points of a map along a side; a large network has fewer.
 *
 * @param wanted  most points along a side
 * @param work    multiply-adds, at most
 */
export function mapSize(
  { parameters }: { readonly parameters: number },
  wanted: number,
  work = MAP_WORK,
): number {
  return Math.min(wanted, Math.max(LEAST_MAP, Math.floor(Math.sqrt(work / parameters))));
}

/** Returns size² points of a plane, row by row from the top left; each is the middle of its cell. */
export function pointsOf({ x: [left, right], y: [bottom, top] }: Plane, size: number): Float32Array {
  const points = new Float32Array(2 * size * size);
  for (let i = 0; i < size * size; i++) {
    points[2 * i] = left + ((right - left) * ((i % size) + 0.5)) / size;
    points[2 * i + 1] = top - ((top - bottom) * (Math.floor(i / size) + 0.5)) / size;
  }
  return points;
}
