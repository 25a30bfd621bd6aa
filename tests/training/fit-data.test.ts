/** Labels may be a column, and are copied before the fit is awaited. */
import { describe, expect, it } from 'vitest';
import type { FitOptions } from '../../src/index.js';
import { classifier, stateOf, x, y } from '../support/fits.js';
import { untyped } from '../support/refusals.js';

it('a fit uses the labels as they were at the call, even if they change later', async () => {
  const given = Uint8Array.from(y);
  const [disturbed, quiet] = [classifier({ metrics: ['accuracy'] }), classifier({ metrics: ['accuracy'] })];
  const options: FitOptions = { epochs: 3, batchSize: 5, validationData: [x, given] };
  // No such class exists: it would lead the loss out of its row.
  const history = await disturbed.fit(x, given, { ...options, onBatchEnd: () => void given.fill(255) });
  expect(history).toEqual(await quiet.fit(x, y, { ...options, validationData: [x, y] }));
  expect(stateOf(disturbed)).toEqual(stateOf(quiet));
});

describe('labels as a column', () => {
  const column = Array.from(y, (label) => [label]);
  const replaced = (row: number, by: number[]) => column.map((own, r) => (r === row ? by : own));

  it.each<[what: string, y: readonly ArrayLike<number>[]]>([
    ['rows of one number', column],
    ['typed rows', column.map((row) => Uint8Array.from(row))],
    ['rows of both kinds', column.map((row, r) => (r % 2 === 0 ? row : Float32Array.from(row)))],
  ])('uses %s as class indices in every call', async (_, given) => {
    const options = (labels: readonly ArrayLike<number>[] | typeof y): FitOptions => ({
      epochs: 2,
      classWeight: [1, 2, 3],
      validationData: [x, labels],
    });
    const [flat, other] = [classifier({ metrics: ['accuracy'] }), classifier({ metrics: ['accuracy'] })];
    expect(await other.fit(x, given, options(given))).toEqual(await flat.fit(x, y, options(y)));
    expect(other.trainOnBatch(x, given)).toEqual(flat.trainOnBatch(x, y));
    expect(other.evaluate(x, given)).toEqual(flat.evaluate(x, y));
    expect(other.gradients(x, given)).toEqual(flat.gradients(x, y));
    await other.fit(() => [{ x, y: given }]);
    await flat.fit(() => [{ x, y }]);
    expect(stateOf(other)).toEqual(stateOf(flat));
  });

  it.each<[what: string, y: unknown, message: RegExp]>([
    [
      'of a class that is none',
      replaced(3, [3]),
      /^y: row 3 is 3; expected a class index, a whole number from 0 to 2$/,
    ],
    ['of half a class', replaced(3, [0.5]), /^y: row 3 is 0\.5; expected a class index/],
    ['NaN', replaced(0, [Number.NaN]), /^y: row 0 is NaN; expected a class index/],
    ['text', replaced(2, untyped([untyped('1')])), /^y\[2\]\[0\]: expected a number, got '1'/],
    ['with a row of shares', replaced(4, [0, 1, 0]), /^y\[4\]: expected 1 values, got 3/],
    ['of too few rows', column.slice(1), /^y: expected 23 class indices or 23 rows of 3 values, got 22 rows/],
    // These are as many values as 23 rows of shares.
    ['as long as shares', [...column, ...column, ...column], /^y: expected 23 class indices .*, got 69 rows/],
    ['below a row of shares', [[0, 1, 0], ...column.slice(1)], /^y\[1\]: expected 3 values, got 1/],
  ])('refuses %s', async (_, given, message) => {
    await expect(classifier().fit(x, untyped(given))).rejects.toThrow(message);
  });
});
