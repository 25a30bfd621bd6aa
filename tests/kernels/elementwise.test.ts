/**
 * Bias, scaling and optimizers, with one formula per element. Each is compared bit by bit with its formula in the rounding that
 * the build promises, on every size, misalignment and permitted overlap.
 */
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/backend/kernels.js';
import { builds } from '../support/builds.js';
import { expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';

/** Rounds an intermediate result as a build does: WebAssembly rounds each, JavaScript computes in doubles. */
type Round = (x: number) => number;
type Operands = Record<string, Float32Array>;

interface Case {
  name: string;
  /** Operands by name: of the whole shape, or one value per column. */
  operands: Record<string, 'matrix' | 'row'>;
  /** Output: a new matrix or row, or an operand in place. */
  output: 'matrix' | 'row' | 'in place';
  /** Operands that the output may overwrite. */
  overlaps?: readonly string[];
  call(k: Kernels, out: number, at: Record<string, number>, rows: number, columns: number): void;
  value(x: Operands, r: number, c: number, rows: number, columns: number, f: Round): number;
}

const FACTOR = Math.fround(-0.3);

const columnSum = (x: Float32Array, c: number, rows: number, columns: number, f: Round) => {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum = f(sum + x[r * columns + c]!);
  return sum;
};

const cases: readonly Case[] = [
  {
    name: 'bias_add',
    operands: { x: 'matrix', bias: 'row' },
    output: 'matrix',
    overlaps: ['x'],
    call: (k, y, { x, bias }, rows, columns) => k.bias_add(y, x!, bias!, rows, columns),
    value: ({ x, bias }, r, c, _, columns, f) => f(x![r * columns + c]! + bias![c]!),
  },
  {
    name: 'bias_gradient',
    operands: { dz: 'matrix' },
    output: 'row',
    call: (k, db, { dz }, rows, columns) => k.bias_gradient(db, dz!, rows, columns),
    value: ({ dz }, _, c, rows, columns, f) => columnSum(dz!, c, rows, columns, f),
  },
  {
    name: 'scale',
    operands: { x: 'matrix' },
    output: 'matrix',
    overlaps: ['x'],
    call: (k, y, { x }, rows, columns) => k.scale(y, x!, rows * columns, FACTOR),
    value: ({ x }, r, c, _, columns, f) => f(FACTOR * x![r * columns + c]!),
  },
  {
    name: 'standardize',
    operands: { x: 'matrix', mean: 'row', std: 'row' },
    output: 'matrix',
    overlaps: ['x'],
    call: (k, y, { x, mean, std }, rows, columns) => k.standardize(y, x!, mean!, std!, rows, columns),
    value: ({ x, mean, std }, r, c, _, columns, f) => f(f(x![r * columns + c]! - mean![c]!) / std![c]!),
  },
  {
    name: 'offset_bias',
    operands: { bias: 'row', kernel: 'matrix' },
    output: 'row',
    call: (k, out, { bias, kernel }, rows, columns) =>
      k.offset_bias(out, bias!, kernel!, rows, columns, FACTOR),
    value: ({ bias, kernel }, _, c, rows, columns, f) =>
      f(bias![c]! + f(FACTOR * columnSum(kernel!, c, rows, columns, f))),
  },
  {
    name: 'offset_gradient',
    operands: { dw: 'matrix', db: 'row' },
    output: 'in place',
    overlaps: ['dw'],
    call: (k, dw, { db }, rows, columns) => k.offset_gradient(dw, db!, rows, columns, FACTOR),
    value: ({ dw, db }, r, c, _, columns, f) => f(dw![r * columns + c]! + f(FACTOR * db![c]!)),
  },
  {
    name: 'sgd',
    operands: { parameters: 'matrix', gradients: 'matrix' },
    output: 'in place',
    overlaps: ['parameters'],
    call: (k, p, { gradients }, rows, columns) => k.sgd(p, gradients!, rows * columns, FACTOR),
    value: ({ parameters, gradients }, r, c, _, columns, f) =>
      f(parameters![r * columns + c]! - f(FACTOR * gradients![r * columns + c]!)),
  },
];

/** Widths below, at and beyond one vector and four vectors. Rows of odd length misalign all following rows. */
const widths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 64, 1000];
const heights = [0, 1, 2, 5];
/** Difficult values; 1e38 overflows in a sum of rows. */
const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-40, 1e38, 3e38, -3e38];

describe.each(builds)('elementwise, $name', ({ name, create }) => {
  const box = new Sandbox(create());
  const { kernels, elementBytes } = box.backend;
  const inside: Round = name.startsWith('javascript') ? (x) => x : Math.fround;
  const stored: Round = name === 'javascript64' ? (x) => x : Math.fround;

  /** Runs a case on one shape and throws unless the output equals the formula and nothing else changed. */
  function check(
    c: Case,
    rows: number,
    columns: number,
    operands: Operands,
    offsets: number[],
    onto?: string,
  ) {
    box.clear();
    const at: Record<string, number> = {};
    Object.entries(operands).forEach(([operand, values], i) => {
      const offset = offsets[i + 1]!;
      at[operand] = operand === onto ? box.inPlace(values, offset) : box.input(values, offset);
    });
    const outputRows = c.output === 'row' ? 1 : rows;
    const out = onto === undefined ? box.output(outputRows * columns, offsets[0]) : at[onto]!;
    c.call(kernels, out, at, rows, columns);
    box.check();
    const expected = Float64Array.from({ length: outputRows * columns }, (_, i) =>
      stored(c.value(operands, Math.floor(i / columns), i % columns, rows, columns, inside)),
    );
    expectSame(box.read(out, outputRows * columns), expected, `${c.name} ${rows} × ${columns}, onto ${onto}`);
  }

  function operandsOf(c: Case, rows: number, columns: number, special: boolean): Operands {
    const numbers = new Numbers(rows * 1009 + columns);
    return Object.fromEntries(
      Object.entries(c.operands).map(([operand, shape]) => {
        const values = numbers.floats((shape === 'row' ? 1 : rows) * columns, 3);
        if (special)
          values.forEach((_, i) => {
            if (numbers.below(2) === 0) values[i] = specials[numbers.below(specials.length)]!;
          });
        return [operand, values];
      }),
    );
  }

  describe.each(cases)('$name', (c) => {
    const inPlace = c.output === 'in place';

    it.each([false, true])(
      'equals its formula on every size and misalignment, special values: %j',
      (special) => {
        for (const rows of heights) {
          for (const columns of widths) {
            const operands = operandsOf(c, rows, columns, special);
            for (const offsets of [
              [0, 0, 0, 0],
              [1, 2, 3, 1],
              [3, 3, 0, 2],
            ]) {
              if (!inPlace) check(c, rows, columns, operands, offsets);
              for (const onto of c.overlaps ?? []) check(c, rows, columns, operands, offsets, onto);
              // With one row, every operand has the shape of the output.
              if (c.output === 'matrix' && rows === 1) {
                for (const onto of Object.keys(operands)) check(c, rows, columns, operands, offsets, onto);
              }
            }
          }
        }
      },
    );

    const spoilt = (spoil: (out: number) => void): Case => ({
      ...c,
      call: (k, out, ...rest) => {
        c.call(k, out, ...rest);
        spoil(out / elementBytes);
      },
    });

    it('is checked so that one wrong bit and an extra store are noticed', () => {
      const [rows, columns] = [2, 7];
      const operands = operandsOf(c, rows, columns, false);
      const onto = inPlace ? c.overlaps![0] : undefined;
      const n = (c.output === 'row' ? 1 : rows) * columns;
      const run = (mutant: Case) => check(mutant, rows, columns, operands, [0, 0, 0, 0], onto);
      run(c);
      const { elements } = box.backend;
      const bit = 1 + (elementBytes === 4 ? 2 ** -23 : 2 ** -52);
      expect(() =>
        run(
          spoilt((out) => {
            elements[out + n - 1]! *= bit;
          }),
        ),
      ).toThrow(/element/);
      expect(() =>
        run(
          spoilt((out) => {
            elements[out + n] = 0;
          }),
        ),
      ).toThrow(/canary/);
    });
  });
});
