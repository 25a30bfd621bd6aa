import type { Elements } from '../names.js';

/** Index of the largest of x[0..n): the first of equals, 0 if there is none. NaN is never the largest. */
export function indexOfMaximum(elements: Elements, x: number, n: number): number {
  let best = 0;
  let maximum = -Infinity;
  for (let i = 0; i < n; i++) {
    const value = elements[x + i]!;
    if (value > maximum) {
      maximum = value;
      best = i;
    }
  }
  return best;
}

/**
 * Writes p[i] = e^(z[i] − z[top]) for the n values of a row and returns their sum without p[top]. p[top] is 1, or NaN if the
 * row has no finite maximum. Leaving it out keeps the digits of a small remainder, on which the loss of a confident right
 * answer depends.
 */
export function exponentials(elements: Elements, p: number, z: number, n: number, top: number): number {
  const maximum = elements[z + top]!;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const e = Math.exp(elements[z + i]! - maximum);
    elements[p + i] = e;
    if (i !== top) rest += e;
  }
  return rest;
}

/** ln(1 + e^x), which neither overflows for large x nor loses digits for small ones. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 1 / (1 + e^−x) through e^−|x|, which cannot overflow and keeps the relative accuracy of the far left tail. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}
