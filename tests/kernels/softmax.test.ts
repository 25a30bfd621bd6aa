/** Softmax: its values, up to the limits of floats. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builds } from '../support/builds.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';
import { oracle, type Rows, rowsOf } from './softmax-oracle.js';

const { softmax } = JSON.parse(
  readFileSync(new URL('../golden/activations.json', import.meta.url), 'utf8'),
) as { softmax: Record<string, { z: number[]; softmax: number[] }> };
const numbers = new Numbers(7);
const randomRows = (rows: number, columns: number, size: number) => rowsOf(numbers, rows, columns, size);

describe.each(builds)('softmax, $name', ({ create }) => {
  const box = new Sandbox(create());
  const { elementBytes } = box.backend;
  const tolerance = elementBytes === 8 ? 1e-9 : 1e-5;
  const round = (rows: Rows): number[][] =>
    rows.map((row) => row.map((v) => (elementBytes === 8 ? v : Math.fround(v))));

  function forward(z: Rows, onto = false, offset = 0) {
    box.clear();
    const at = onto ? box.inPlace(z.flat(), offset) : box.input(z.flat(), offset);
    const p = onto ? at : box.output(z.flat().length, (offset + 1) % 4);
    box.backend.kernels.softmax_forward(p, at, z.length, z[0]?.length ?? 4);
    box.check();
    return box.read(p, z.flat().length);
  }

  it.each(Object.entries(softmax))('has the reference vector %s', (_, reference) => {
    expectBlock(forward([reference.z]), reference.softmax, tolerance);
  });

  it('equals its formula on every shape and misalignment, in place too, and sums to 1', () => {
    for (const rows of [0, 1, 2, 5]) {
      for (let columns = 0; columns <= 18; columns++) {
        const z = round(randomRows(rows, columns, 5));
        const p = forward(z, false, columns % 4);
        const none = z.map((row) => row.map(() => 0));
        expectBlock(p, oracle(z, none).p, tolerance);
        expectSame(forward(z, true, rows % 4), p, 'in place');
        for (let r = 0; r < rows && columns > 0; r++) {
          const sum = [...p.slice(r * columns, (r + 1) * columns)].reduce((s, v) => s + v, 0);
          expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
        }
      }
    }
  });

  it('gives a row among others the bits that it has alone', () => {
    for (let columns = 1; columns <= 18; columns++) {
      const z = randomRows(7, columns, 6);
      z[1]!.fill(-Infinity);
      z[2]![columns - 1] = NaN;
      const alone = z.flatMap((row) => [...forward([row])]);
      expectSame(forward(z), alone, `${columns} columns`);
    }
  });

  it('does not overflow, and returns NaN for NaN', () => {
    expectSame(forward([[1e38, -1e38, 1e38]]), [0.5, 0, 0.5]);
    expectSame(forward([[-Infinity, 0, -Infinity]]), [0, 1, 0]);
    expectSame(forward([[0, NaN, 0]]), [NaN, NaN, NaN]);
    expectSame(forward([[-Infinity, -Infinity, -Infinity]]), [NaN, NaN, NaN]);
  });
});
