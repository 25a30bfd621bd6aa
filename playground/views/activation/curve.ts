/** A drawn activation: straight lines between points at z = −4, −3, … 4. The outer two go on beyond the ends. */

/** Values of z at the points. */
export const KNOTS = [-4, -3, -2, -1, 0, 1, 2, 3, 4] as const;
/** Values of f lie between −MOST and MOST and are rounded to tenths. */
export const MOST = 4;
const TENTHS = 10;
const RADIX = 36;
const LETTERS = 2;

/** Returns the text of a curve for the link: a number of two digits in base 36 for each point. */
export function writeCurve(values: readonly number[]): string {
  return values
    .map((value) =>
      Math.round((Math.min(MOST, Math.max(-MOST, value)) + MOST) * TENTHS)
        .toString(RADIX)
        .padStart(LETTERS, '0'),
    )
    .join('');
}

/** Returns the values of a curve's text; undefined if the text is not one. */
export function readCurve(text: string): readonly number[] | undefined {
  if (!/^[0-9a-z]+$/.test(text) || text.length !== LETTERS * KNOTS.length) return undefined;
  const values = KNOTS.map(
    (_, i) => Number.parseInt(text.slice(LETTERS * i, LETTERS * (i + 1)), RADIX) / TENTHS - MOST,
  ).map((value) => Number(value.toFixed(1)));
  return values.every((value) => value <= MOST) ? values : undefined;
}

/** Form of an activation that evenkeel/theory takes: a function, its derivative, and the points where the derivative jumps. */
export interface Curve {
  readonly value: (z: number) => number;
  readonly derivative: (z: number) => number;
  readonly kinks: readonly number[];
}

/** Returns the function through the points. Its derivative at a point is the one on the left, as in the library. */
export function curveThrough(values: readonly number[]): Curve {
  const last = KNOTS.length - 2;
  const pieceAt = (z: number) => Math.min(last, Math.max(0, Math.ceil(z - KNOTS[0]) - 1));
  const slope = (i: number) => values[i + 1]! - values[i]!;
  return {
    value: (z) => {
      const i = pieceAt(z);
      return values[i]! + slope(i) * (z - KNOTS[i]!);
    },
    derivative: (z) => slope(pieceAt(z)),
    kinks: KNOTS.slice(1, -1).filter((_, i) => slope(i) !== slope(i + 1)),
  };
}
