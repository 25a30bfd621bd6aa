/** Cross-entropy of softmax: values and gradients together, up to the limits of floats. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/backend/kernels.js';
import { builds } from '../support/builds.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';
import { oracle, type Result, type Rows, rowsOf } from './softmax-oracle.js';

const golden = JSON.parse(readFileSync(new URL('../golden/losses.json', import.meta.url), 'utf8')).losses;

const numbers = new Numbers(7);
const randomRows = (rows: number, columns: number, size: number) => rowsOf(numbers, rows, columns, size);
const oneHot = (labels: readonly number[], columns: number): number[][] =>
  labels.map((label) => Array.from({ length: columns }, (_, c) => (c === label ? 1 : 0)));

describe.each(builds)('cross-entropy, $name', ({ create }) => {
  const box = new Sandbox(create());
  const { elementBytes } = box.backend;
  const tolerance = elementBytes === 8 ? 1e-9 : 1e-5;
  const round = (rows: Rows): number[][] =>
    rows.map((row) => row.map((v) => (elementBytes === 8 ? v : Math.fround(v))));

  interface Options {
    kernels?: Pick<Kernels, 'softmax_cross_entropy' | 'softmax_cross_entropy_rows'>;
    /** Writes p onto z. */
    onto?: boolean;
    offset?: number;
    /** One weight per row; default 1 for all. */
    weights?: readonly number[];
    share?: number;
  }

  /** Runs cross-entropy with labels (numbers) or with rows of targets. */
  function crossEntropy(z: Rows, y: readonly number[] | Rows, options: Options = {}): Result {
    const { kernels = box.backend.kernels, onto = false, offset = 0, weights } = options;
    const rows = z.length;
    const { share = 1 / rows } = options;
    const columns = z[0]?.length ?? 4;
    box.clear();
    const at = onto ? box.inPlace(z.flat(), offset) : box.input(z.flat(), offset);
    const p = onto ? at : box.output(rows * columns, (offset + 1) % 4);
    const dz = box.output(rows * columns, (offset + 3) % 4);
    const byRows = Array.isArray(y[0]);
    const targets = byRows ? box.input(y.flat(), (offset + 2) % 4) : box.words(y as readonly number[]);
    const loss = kernels[byRows ? 'softmax_cross_entropy_rows' : 'softmax_cross_entropy'](
      dz,
      p,
      at,
      targets,
      rows,
      columns,
      weights === undefined ? 0 : box.input(weights, (offset + 1) % 4),
      share,
    );
    box.check();
    return { loss, p: [...box.read(p, rows * columns)], dz: [...box.read(dz, rows * columns)] };
  }

  function expectResult(actual: Result, expected: Result, limit = tolerance): void {
    expectBlock([actual.loss], [expected.loss], limit);
    expectBlock(actual.p, expected.p, limit);
    expectBlock(actual.dz, expected.dz, limit);
  }

  describe('cross-entropy', () => {
    it('has the values and gradients of the reference vectors', () => {
      const { cross_entropy_mean: mean, cross_entropy_sum: sum, cross_entropy_none: none } = golden;
      const { loss, dz } = crossEntropy(mean.logits, mean.labels);
      expectBlock([loss / mean.logits.length, loss], [mean.value, sum.value], tolerance);
      expectBlock(dz, mean.grad_logits.flat(), tolerance);
      // PyTorch's fourth loss is a difference of numbers near 30; compared as one block, so that its lost digits do not count.
      const alone = none.logits.map((row: number[], r: number) => crossEntropy([row], [none.labels[r]]));
      const losses = alone.map((result: Result) => result.loss);
      expectBlock(losses, none.value, tolerance);
    });

    /** Compares labels, one-hot rows and any targets with the oracle, on every width, height and misalignment. */
    function expectEveryShape(kernels?: Options['kernels']): void {
      for (const rows of [1, 2, 5, 8]) {
        for (let columns = 1; columns <= 18; columns++) {
          const z = round(randomRows(rows, columns, 4));
          const labels = z.map(() => numbers.below(columns));
          const any = round(randomRows(rows, columns, 1).map((row) => row.map(Math.abs)));
          for (const y of [labels, oneHot(labels, columns), any]) {
            const targets = y === labels ? oneHot(labels, columns) : (y as Rows);
            const options = { offset: columns % 4, ...(kernels && { kernels }) };
            expectResult(crossEntropy(z, y, options), oracle(z, targets));
          }
        }
      }
    }

    it('equals its formula on every shape and misalignment', () => {
      expectEveryShape();
    });

    it('may write p onto z without a different result', () => {
      for (const columns of [1, 3, 4, 7, 10, 17]) {
        const z = randomRows(7, columns, 6);
        const labels = z.map(() => numbers.below(columns));
        for (const y of [labels, oneHot(labels, columns), randomRows(7, columns, 1)]) {
          const apart = crossEntropy(z, y);
          const onto = crossEntropy(z, y, { onto: true });
          expect(onto.loss).toBe(apart.loss);
          expectSame(onto.p, apart.p, 'p');
          expectSame(onto.dz, apart.dz, 'dz');
        }
      }
    });

    it('treats a label like its one-hot row', () => {
      const z = [...randomRows(40, 10, 9), ...oneHot([1, 2, 3], 10).map((row) => row.map((v) => 50 * v))];
      const labels = z.map(() => numbers.below(10));
      // The formulas are equal but ordered differently, so that a rounding of the store may differ.
      const limit = elementBytes === 8 ? 1e-15 : 2 ** -23;
      expectResult(crossEntropy(z, labels), crossEntropy(z, oneHot(labels, 10)), limit);
    });

    it.each([
      { z: [40, 0, 0], label: 0, loss: 2 * Math.exp(-40) },
      { z: [40, 0, 0], label: 1, loss: 40 },
      { z: [0, 1e4, 0], label: 1, loss: 0 },
      { z: [0, 1e4, 0], label: 2, loss: 1e4 },
      { z: [-1e4, -1e4, -2e4], label: 0, loss: Math.LN2 },
      { z: [3e38, -3e38, 0], label: 0, loss: 0 },
      { z: [0, -Infinity, -Infinity], label: 0, loss: 0 },
      { z: [0, -Infinity, 0], label: 1, loss: Infinity },
    ])('is $loss for the very confident logits $z and the label $label', ({ z, label, loss }) => {
      for (const y of [[label], oneHot([label], 3)]) {
        const actual = crossEntropy([z], y);
        const expected = oracle([z], oneHot([label], 3));
        expect(expected.loss).toBe(loss);
        if (elementBytes === 8) {
          expectResult(
            actual,
            { ...expected, dz: expected.dz.map((v) => (Math.abs(v) < 1e-30 ? 0 : v)) },
            1e-12,
          );
        } else {
          // The sum of a row is an f64 close to 1 here, so that the other classes are exact to 1e-16, not to their own digits.
          expectBlock([...actual.p, ...actual.dz, 1], [...expected.p, ...expected.dz, 1], 1e-7);
          expectBlock([actual.loss, 1], [loss, 1], 1e-7);
        }
      }
    });

    it('finds the largest logit in every place', () => {
      for (let columns = 2; columns <= 18; columns++) {
        for (let at = 0; at < columns; at++) {
          // Without the right maximum, e^200 is infinite.
          const z = [numbers.floats(columns).map((v, c) => (c === at ? 200 : v)), numbers.floats(columns)];
          const rows = z.map((row) => [...row]);
          const labels = [(at + 1) % columns, at];
          const expected = oracle(rows, oneHot(labels, columns));
          for (const y of [labels, oneHot(labels, columns)]) expectResult(crossEntropy(rows, y), expected);
        }
      }
    });

    it('keeps the digits of a confident right answer', () => {
      // 1 − p is 4e-9, and so is the loss; computed in f32, both would be 0.
      const z = [[20, 0, 0, -3]];
      const expected = oracle(z, oneHot([0], 4));
      for (const y of [[0], oneHot([0], 4)]) {
        const actual = crossEntropy(z, y);
        expectBlock([actual.loss], [expected.loss], 1e-6);
        expectBlock(actual.dz, expected.dz, 1e-6);
      }
    });

    it('stores gradients below 1e-30 as 0 and keeps larger ones', () => {
      // p of the second class falls from 1e-26 through 1e-30 and the denormals.
      const z = Array.from({ length: 256 }, (_, r) => [0, -60 - r / 4, -Infinity]);
      for (const y of [z.map(() => 0), z.map(() => [1, 0, 0])]) {
        const { dz } = crossEntropy(z, y);
        z.forEach((row, r) => {
          const expected = Math.exp(row[1]!) / z.length;
          const actual = dz[3 * r + 1]!;
          if (expected > 1.001e-30) expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-6);
          if (expected < 0.999e-30) expect(actual).toBe(0);
        });
        for (let i = 0; i < dz.length; i++) expect(dz[i] === 0 || Math.abs(dz[i]!) >= 1e-30).toBe(true);
      }
    });

    it('is NaN for a row with a NaN, and leaves the other rows unchanged', () => {
      for (const columns of [1, 3, 4, 5, 9]) {
        const clean = randomRows(3, columns, 3);
        const labels = clean.map(() => numbers.below(columns));
        for (const special of [NaN, Infinity]) {
          for (let at = 0; at < columns; at++) {
            const z = clean.map((row, r) => row.map((v, c) => (r === 1 && c === at ? special : v)));
            for (const y of [labels, oneHot(labels, columns)]) {
              const [spoilt, whole] = [crossEntropy(z, y), crossEntropy(clean, y)];
              // ∞ − ∞ is NaN, unless the answer is already infinitely wrong.
              if (Number.isNaN(special)) expect(spoilt.loss).toBeNaN();
              expect(Number.isFinite(spoilt.loss)).toBe(false);
              for (const result of ['p', 'dz'] as const) {
                const rows = (x: number[]) => [...x.slice(0, columns), ...x.slice(2 * columns)];
                expectSame(rows(spoilt[result]), rows(whole[result]), `${special} at ${at}: ${result}`);
                expect(spoilt[result][columns + at]).toBeNaN();
              }
            }
          }
        }
      }
    });

    it('weighs each row by its weight', () => {
      for (const rows of [1, 2, 5]) {
        for (const columns of [1, 2, 3, 4, 5, 8, 11]) {
          const z = round(randomRows(rows, columns, 4));
          const labels = z.map(() => numbers.below(columns));
          const weights = round([[0.25, 3, 1, 0.1, 40].slice(0, rows)])[0]!;
          const options = { weights, share: 0.3, offset: columns % 4 };
          for (const y of [labels, oneHot(labels, columns)]) {
            expectResult(crossEntropy(z, y, options), oracle(z, oneHot(labels, columns), weights, 0.3));
          }
        }
      }
    });

    it('equals the unweighted loss bit by bit for weights of 1', () => {
      for (const columns of [1, 3, 4, 10, 17]) {
        const z = randomRows(7, columns, 6);
        const labels = z.map(() => numbers.below(columns));
        for (const y of [labels, oneHot(labels, columns), randomRows(7, columns, 1)]) {
          const [plain, weighted] = [crossEntropy(z, y), crossEntropy(z, y, { weights: z.map(() => 1) })];
          expectSame([weighted.loss, ...weighted.p, ...weighted.dz], [plain.loss, ...plain.p, ...plain.dz]);
        }
      }
    });

    it('ignores a row of weight 0, even if it is infinitely wrong or NaN', () => {
      const clean = [[1, 2, 0, -1, 3]];
      for (const row of [
        [0, 1, 2, 3, 4],
        [0, -Infinity, 0, 0, 0],
        [NaN, 0, 0, 0, 0],
        [Infinity, 0, 0, 0, 0],
      ]) {
        for (const y of [[1, 1], oneHot([1, 1], 5)]) {
          const one = crossEntropy(clean, y.slice(0, 1) as typeof y, { share: 1 });
          const two = crossEntropy([...clean, row], y, { weights: [1, 0], share: 1 });
          expect(two.loss).toBe(one.loss);
          expectSame(two.dz, [...one.dz, 0, 0, 0, 0, 0]);
        }
      }
    });

    it('gives a row among others the bits that it has alone', () => {
      for (let columns = 1; columns <= 18; columns++) {
        const z = randomRows(11, columns, 6);
        z[1]!.fill(-Infinity);
        z[2]![columns - 1] = NaN;
        z[5]![0] = Infinity;
        z[6]![columns >> 1] = 90;
        const labels = z.map(() => numbers.below(columns));
        for (const y of [labels, oneHot(labels, columns)]) {
          for (const weights of [z.map(() => 1), [0.5, 0, 0, 3, 0, 0, 1, -2, 0.1, 1, 7]]) {
            const options = { share: 0.3, offset: columns % 4 };
            const together = crossEntropy(z, y, { ...options, weights });
            const alone = z.map((row, r) =>
              crossEntropy([row], [y[r]] as typeof y, { ...options, weights: [weights[r]!] }),
            );
            const named = (part: string) => `${part} of ${columns} columns`;
            for (const part of ['p', 'dz'] as const) {
              expectSame(
                together[part],
                alone.flatMap((result) => result[part]),
                named(part),
              );
            }
            if (y !== labels) continue;
            const sum = alone.reduce((total, { loss }) => total + loss, 0);
            expectSame([together.loss], [sum], named('loss'));
          }
        }
      }
    });

    it('is 0 without rows or columns', () => {
      expect(crossEntropy([], []).loss).toBe(0);
      // Without columns a label has no place: nothing may be read or written.
      expect(crossEntropy([[], []], [0, 1]).loss).toBe(0);
      expect(crossEntropy([[], []], [[], []]).loss).toBe(0);
    });

    describe('the checks notice', () => {
      const { kernels } = box.backend;
      type Loss = Kernels['softmax_cross_entropy'];
      const mutants: Record<string, (original: Loss) => Loss> = {
        'a gradient that forgets the mean': (original) => (dz, p, z, y, rows, columns, weights) =>
          original(dz, p, z, y, rows, columns, weights, 1),
        'a mean for a sum': (original) => (dz, p, z, y, rows, columns, weights, share) =>
          original(dz, p, z, y, rows, columns, weights, share) / rows,
        'a loss of one row too few': (original) => (dz, p, z, y, rows, columns, weights, share) => {
          original(dz, p, z, y, rows, columns, weights, share);
          return original(dz, p, z, y, rows - 1, columns, weights, share);
        },
      };
      it.each(Object.entries(mutants))('%s', (_, mutant) => {
        const changed = {
          softmax_cross_entropy: mutant(kernels.softmax_cross_entropy),
          softmax_cross_entropy_rows: mutant(kernels.softmax_cross_entropy_rows),
        };
        expect(() => expectEveryShape(changed)).toThrow();
      });
    });
  });
});

it('cross-entropy in f64 has the gradients of finite differences', () => {
  const box = new Sandbox(builds.find((build) => build.name === 'javascript64')!.create());
  const { kernels } = box.backend;
  const [rows, columns, h] = [3, 5, 1e-5];
  const n = rows * columns;
  const z = [...numbers.floats(n, 3)];
  const at = {
    labels: box.words([4, 0, 2]),
    targets: box.input(numbers.floats(n).map(Math.abs)),
    p: box.output(n),
    dz: box.output(n),
    weights: box.input([0.5, 3, 1]),
  };
  const share = 0.37;
  const scaled: Record<string, (z: number) => number> = {
    labels: (x) =>
      share * kernels.softmax_cross_entropy(at.dz, at.p, x, at.labels, rows, columns, at.weights, share),
    rows: (x) =>
      share *
      kernels.softmax_cross_entropy_rows(at.dz, at.p, x, at.targets, rows, columns, at.weights, share),
  };
  for (const loss of Object.values(scaled)) {
    const measured = z.map((_, i) => {
      const [above, below] = [h, -h].map((step) =>
        loss(box.input(z.map((v, j) => (j === i ? v + step : v)))),
      );
      return (above! - below!) / (2 * h);
    });
    loss(box.input(z));
    expectBlock(box.read(at.dz, n), measured, 1e-8);
  }
});
