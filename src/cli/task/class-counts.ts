/** Number of rows of each class. */
export function classCounts(y: ArrayLike<number>, classes: number): number[] {
  const counts = Array<number>(classes).fill(0);
  for (let r = 0; r < y.length; r++) counts[y[r]!]!++;
  return counts;
}
