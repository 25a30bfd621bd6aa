/** Softmax and cross-entropy in f64, written from their formulas. */
import type { Numbers } from './sandbox.js';

export type Rows = readonly (readonly number[])[];
export interface Result {
  loss: number;
  p: number[];
  dz: number[];
}

/** Returns rows of random numbers up to `size`. */
export function rowsOf(numbers: Numbers, rows: number, columns: number, size: number): number[][] {
  return Array.from({ length: rows }, () => [...numbers.floats(columns, size)]);
}

/** Computes Σ w Σ t (ln Σ e^z − z), p and w · share (p Σt − t) in f64, without differences of nearly equal numbers. */
export function oracle(z: Rows, targets: Rows, weights?: readonly number[], share = 1 / z.length): Result {
  let loss = 0;
  const p: number[] = [];
  const dz: number[] = [];
  z.forEach((row, r) => {
    const t = targets[r]!;
    const w = weights?.[r] ?? 1;
    const top = row.indexOf(Math.max(...row));
    const e = row.map((v) => Math.exp(v - row[top]!));
    const rest = e.reduce((sum, v, c) => (c === top ? sum : sum + v), 0);
    const part = e.map((v) => v / (1 + rest));
    row.forEach((v, c) => {
      const others = (x: readonly number[]) => x.reduce((sum, w, j) => (j === c ? sum : sum + w), 0);
      if (t[c] !== 0) loss += w * t[c]! * (Math.log1p(rest) + (row[top]! - v));
      p.push(part[c]!);
      dz.push(w * share * (part[c]! * others(t) - t[c]! * others(part)));
    });
  });
  return { loss, p, dz };
}
