/** Gathers rows of a data set in memory in any order: floats unchanged, bytes times a factor. */
import { describe, expect, it } from 'vitest';
import { builds } from '../support/builds.js';
import { expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';

const ROWS = 11;
const orders = { none: undefined, shuffled: [7, 0, 10, 10, 3], one: [4] };
/** Widths with remainders of every length after the vectors of four and eight. */
const widths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 23, 64];

describe.each(builds)('gather, $name', ({ create }) => {
  const box = new Sandbox(create());
  const { kernels, elementBytes } = box.backend;
  const numbers = new Numbers(3);

  /** Lays down bytes that must not change, `offset` bytes after a boundary of words. */
  function bytesInput(values: Uint8Array, offset: number) {
    const padded = new Uint8Array(Math.ceil((values.length + offset) / 4) * 4);
    padded.set(values, offset);
    return box.words(new Uint32Array(padded.buffer)) + offset;
  }

  function inOrder<A extends Float32Array | Uint8Array>(source: A, columns: number, order?: number[]) {
    const rows = order ?? Array.from({ length: ROWS }, (_, r) => r);
    return rows.flatMap((r) => Array.from(source.subarray(r * columns, (r + 1) * columns)));
  }

  describe.each(Object.entries(orders))('order: %s', (_, order) => {
    const rows = order?.length ?? ROWS;

    it.each(widths)('copies rows of %i', (columns) => {
      for (let offset = 0; offset < 4; offset++) {
        box.clear();
        const values = numbers.floats(ROWS * columns);
        const y = box.output(rows * columns, offset);
        const source = box.input(values, 3 - offset);
        kernels.gather_rows(y, source, order ? box.words(order) : 0, rows, columns);
        box.check();
        expectSame(box.read(y, rows * columns), inOrder(values, columns, order));
      }
    });

    it.each(widths)('gives rows of %i bytes the bits of `scale`', (columns) => {
      const values = Uint8Array.from({ length: ROWS * columns }, () => numbers.below(256));
      for (const factor of [1, 1 / 255, 1 / 127.5]) {
        for (let offset = 0; offset < 4; offset++) {
          box.clear();
          const n = rows * columns;
          const y = box.output(n, offset);
          const source = bytesInput(values, offset);
          kernels.gather_bytes(y, source, order ? box.words(order) : 0, rows, columns, factor);
          const scaled = box.inPlace(inOrder(values, columns, order));
          kernels.scale(scaled, scaled, n, factor);
          box.check();
          expectSame(box.read(y, n), box.read(scaled, n));
        }
      }
    });
  });

  it('converts every byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const y = box.output(256);
    kernels.gather_bytes(y, bytesInput(all, 0), 0, 1, 256, 0.5);
    box.check();
    expectSame(
      box.read(y, 256),
      Array.from(all, (value) => value / 2),
    );
  });

  it.each(widths)('widens %i bytes in place at the end of y', (n) => {
    box.clear();
    const values = Uint8Array.from({ length: n }, () => numbers.below(256));
    const y = box.output(n);
    const source = y + (elementBytes - 1) * n;
    box.backend.bytes.set(values, source);
    kernels.gather_bytes(y, source, 0, 1, n, 3);
    box.check();
    expectSame(
      box.read(y, n),
      Array.from(values, (value) => 3 * value),
    );
  });

  it('is checked so that an extra row and an ignored order are noticed', () => {
    box.clear();
    const values = numbers.floats(ROWS * 5);
    const [y, source, order] = [box.output(15), box.input(values), box.words([3, 1, 2])];
    kernels.gather_rows(y, source, 0, 3, 5);
    expect(() => expectSame(box.read(y, 15), inOrder(values, 5, [3, 1, 2]))).toThrow();
    kernels.gather_rows(y, source, order, 3, 5);
    box.check();
    kernels.gather_rows(y, source, 0, 4, 5);
    expect(() => box.check()).toThrow();
  });
});
