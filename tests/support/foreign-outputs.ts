/** Compares models of other tools with the outputs that these tools computed. */
import { expect } from 'vitest';
import type { AnyMLP } from '../../src/index.js';

/** Returns rows of numbers of samples of any shape. */
export function rowsOf(samples: readonly unknown[]): number[][] {
  return samples.map((sample) => [sample].flat(9).map(Number));
}

/** Expects the predictions of a model to be the outputs of a tool, within a share of the largest term. */
export function expectOutputs(
  model: AnyMLP,
  {
    inputs,
    outputs,
  }: { readonly inputs: readonly unknown[]; readonly outputs: readonly unknown[] | undefined },
  tolerance = 2e-6,
): void {
  const x = rowsOf(inputs);
  const expected = rowsOf(outputs!);
  const predicted = model.predict(x);
  const units = expected[0]!.length;
  expect(predicted.length).toBe(x.length * units);
  for (const [r, row] of expected.entries()) {
    // The terms of a sum are as large as the inputs, and may cancel.
    const largest = Math.max(1, ...x[r]!.map(Math.abs));
    for (const [c, value] of row.entries()) {
      const difference = Math.abs(predicted[r * units + c]! - value);
      expect(difference, `row ${r}, column ${c}`).toBeLessThanOrEqual(
        tolerance * Math.max(largest, Math.abs(value)),
      );
    }
  }
}
