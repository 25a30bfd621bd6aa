import { describe, expect, it } from 'vitest';
import { Arena } from '../../src/backend/arena.js';
import { type Build, builds } from '../support/builds.js';

const [portable, ...others] = builds as [Build, ...Build[]];

type Shape = readonly [rows: number, columns: number];

const shapes: readonly Shape[] = [
  [1, 1],
  [1, 300],
  [50, 80],
  [7, 300],
  [256, 784],
  [512, 512],
];

const CANARY = 0xdeadbeef;
const NAN_BITS = 0x7fc00bad;

/** Draws n standard normals that do not depend on the build. */
function normals(n: number, seed: number): Float32Array {
  const backend = portable.create();
  const arena = new Arena(backend, backend.base);
  const out = arena.elements(n);
  const scratch = arena.bytes(64);
  arena.commit();
  backend.kernels.random_normal(out, n, seed, 0, 0, 0, 0, 0, 0, 1, scratch);
  return Float32Array.from(backend.elements.subarray(out / 4, out / 4 + n));
}

/**
 * Runs the kernel on a copy of `values`, `shift` elements off the alignment. Scratch is NaN at first. The memory around scratch
 * and around the rows must not change.
 */
function orthonormalRows(
  build: Build,
  values: ArrayLike<number>,
  [rows, columns]: Shape,
  shift = 0,
): Float32Array | Float64Array {
  const backend = build.create();
  const { elementBytes, kernels } = backend;
  const bytes = kernels.orthonormal_rows_scratch(rows, columns);
  const arena = new Arena(backend, backend.base);
  arena.bytes(64);
  const a = arena.elements(values.length + shift + 16) + shift * elementBytes;
  const scratch = arena.bytes(bytes);
  arena.bytes(64);
  arena.commit();

  const { words, elements } = backend;
  const aEnd = a + values.length * elementBytes;
  words.fill(CANARY, backend.base / 4, arena.end / 4);
  words.fill(NAN_BITS, scratch / 4, (scratch + bytes) / 4);
  elements.set(values, a / elementBytes);
  kernels.orthonormal_rows(a, rows, columns, scratch);

  const untouched = (from: number, to: number) =>
    words.subarray(from / 4, to / 4).every((word) => word === CANARY);
  expect(untouched(backend.base, a), 'before a').toBe(true);
  expect(untouched(aEnd, scratch), 'between a and scratch').toBe(true);
  expect(untouched(scratch + bytes, arena.end), 'behind scratch').toBe(true);
  return elements.slice(a / elementBytes, aEnd / elementBytes);
}

/** Returns the largest entry of QQᵀ − I, summed in f64; NaN if any entry is NaN. */
function deviation(q: ArrayLike<number>, [rows, columns]: Shape): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? -1 : 0;
      for (let c = 0; c < columns; c++) sum += q[i * columns + c]! * q[j * columns + c]!;
      largest = Math.max(largest, Math.abs(sum));
    }
  }
  return largest;
}

/**
 * Applies Householder's reflections one by one in f64. Row r is row r of `values` from the diagonal on, normalized, after the
 * reflections that take each normalized row above to ∓e of its place.
 */
function reflected(values: ArrayLike<number>, [rows, columns]: Shape): Float64Array {
  const q = new Float64Array(rows * columns);
  const mirrors: Float64Array[] = [];
  for (let r = 0; r < rows; r++) {
    const row = q.subarray(r * columns, (r + 1) * columns);
    for (let c = r; c < columns; c++) row[c] = values[r * columns + c]!;
    const norm = Math.hypot(...row);
    if (norm === 0) row[r] = 1;
    else for (let c = r; c < columns; c++) row[c]! /= norm;
    const mirror = row.slice();
    if (norm === 0) mirror.fill(0);
    else mirror[r]! += mirror[r]! < 0 ? -1 : 1;
    for (const u of mirrors) {
      const squares = u.reduce((sum, value) => sum + value * value, 0);
      const along = row.reduce((sum, value, c) => sum + value * u[c]!, 0);
      for (let c = 0; squares > 0 && c < columns; c++) row[c]! -= ((2 * along) / squares) * u[c]!;
    }
    // The last reflection is the first that the next row meets.
    mirrors.unshift(mirror);
  }
  return q;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

/** Returns the bits of f32 values; an f64 value that is not an f32 is an error. */
function bits(values: Float32Array | Float64Array): Uint32Array {
  const narrow = Float32Array.from(values);
  if (values.some((value, i) => !Object.is(value, narrow[i]))) throw new Error('not an f32');
  return new Uint32Array(narrow.buffer);
}

describe.each(builds)('orthonormal_rows, $name', (build) => {
  it.each(shapes)('makes %d orthonormal rows out of rows of %d normals', (rows, columns) => {
    const q = orthonormalRows(build, normals(rows * columns, 1), [rows, columns]);
    expect(deviation(q, [rows, columns])).toBeLessThan(2e-6);
  });

  it('gives the product of the reflections for every small shape and every start of the rows', () => {
    for (let columns = 1; columns <= 18; columns++) {
      for (let rows = 1; rows <= columns; rows++) {
        const values = normals(rows * columns, columns);
        const q = orthonormalRows(build, values, [rows, columns], rows % 4);
        expect(largestDifference(q, reflected(values, [rows, columns]))).toBeLessThan(1e-6);
      }
    }
  });

  // A block has 32 rows.
  it.each([
    [50, 80],
    [7, 300],
    [31, 33],
    [32, 32],
    [33, 40],
    [65, 65],
    [100, 203],
  ] as const)('gives the product of the reflections for [%d, %d]', (rows, columns) => {
    const values = normals(rows * columns, 2);
    const q = orthonormalRows(build, values, [rows, columns]);
    expect(largestDifference(q, reflected(values, [rows, columns]))).toBeLessThan(1e-6);
  });

  it('reads nothing to the left of the diagonal', () => {
    const values = normals(40 * 41, 3);
    const q = orthonormalRows(build, values, [40, 41]);
    for (let r = 0; r < 40; r++) values.fill(Number.NaN, r * 41, r * 41 + r);
    expect(orthonormalRows(build, values, [40, 41])).toEqual(q);
  });

  it('normalizes a single row, whatever the sign of its first entry and its size', () => {
    for (const first of [-2, 2, -1e-30, 0, -0, 1e30]) {
      for (const factor of [1, 1e-37, 1e5]) {
        const row = Float32Array.of(first, 0.5, -3, 1.5, 0.25).map((value) => value * factor);
        const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
        const expected = Array.from(row, (value) => value / norm);
        expect(largestDifference(orthonormalRows(build, row, [1, 5]), expected)).toBeLessThan(3e-7);
      }
    }
    expect(Array.from(orthonormalRows(build, [-0.3], [1, 1]))).toEqual([-1]);
    expect(Array.from(orthonormalRows(build, [7], [1, 1]))).toEqual([1]);
  });

  it('finds a direction for rows of zeros', () => {
    const identity = Float32Array.from({ length: 35 }, (_, i) => (i % 8 === 0 ? 1 : 0));
    expect(Array.from(orthonormalRows(build, new Float32Array(35), [5, 7]))).toEqual(Array.from(identity));
    expect(Array.from(orthonormalRows(build, [0], [1, 1]))).toEqual([1]);
    for (const zero of [0, 2, 5]) {
      const values = normals(6 * 9, 3).fill(0, zero * 9, (zero + 1) * 9);
      const q = orthonormalRows(build, values, [6, 9]);
      expect(largestDifference(q, reflected(values, [6, 9]))).toBeLessThan(1e-6);
      expect(deviation(q, [6, 9])).toBeLessThan(2e-6);
    }
  });

  it('passes a NaN on to its row and the rows below', () => {
    const values = normals(6 * 9, 5);
    values[3 * 9 + 8] = Number.NaN;
    expect(orthonormalRows(build, values, [6, 9]).slice(27).every(Number.isNaN)).toBe(true);
  });

  it('does nothing without rows', () => {
    expect(orthonormalRows(build, [], [0, 5])).toHaveLength(0);
    expect(orthonormalRows(build, [], [0, 0])).toHaveLength(0);
  });
});

it('makes orthonormal rows of 1024² normals', () => {
  const q = orthonormalRows(portable, normals(1024 * 1024, 6), [1024, 1024]);
  expect(deviation(q, [1024, 1024])).toBeLessThan(1e-6);
});

describe.each(others)('$name', (build) => {
  it('gives the bits of the portable build', () => {
    const small: Shape[] = [];
    for (let columns = 1; columns <= 18; columns++) {
      for (let rows = 1; rows <= columns; rows++) small.push([rows, columns]);
    }
    for (const shape of [...small, [33, 40], [100, 103], [63, 500], [512, 512]] as Shape[]) {
      const values = normals(shape[0] * shape[1], 7);
      const expected = bits(orthonormalRows(portable, values, shape));
      expect(bits(orthonormalRows(build, values, shape, shape[0] % 4)), shape.join('×')).toEqual(expected);
    }
    const withZeros = normals(6 * 9, 8).fill(0, 18, 27);
    withZeros[0] = -0;
    const expected = bits(orthonormalRows(portable, withZeros, [6, 9]));
    expect(bits(orthonormalRows(build, withZeros, [6, 9]))).toEqual(expected);
  });
});

describe('for normals, the distribution is Haar’s', () => {
  /** Draws `count` orthogonal n×n matrices, one after another. */
  function draws(n: number, count: number): Float32Array {
    const size = n * n;
    const values = normals(size * count, 9);
    const backend = portable.create();
    const arena = new Arena(backend, backend.base);
    const a = arena.elements(values.length);
    const scratch = arena.bytes(backend.kernels.orthonormal_rows_scratch(n, n));
    arena.commit();
    backend.elements.set(values, a / 4);
    for (let i = 0; i < count; i++) backend.kernels.orthonormal_rows(a + 4 * size * i, n, n, scratch);
    return Float32Array.from(backend.elements.subarray(a / 4, a / 4 + values.length));
  }

  /** Returns Σ (observed − expected)² / expected over equally likely cells. */
  function chiSquare(cells: readonly number[], count: number): number {
    const expected = count / cells.length;
    return cells.reduce((sum, cell) => sum + (cell - expected) ** 2 / expected, 0);
  }

  /** Checks O(2), which is two circles: the angle of the first row is uniform, the determinant ±1, and both are independent. */
  function expectHaarOfTwo(q: Float32Array): void {
    const cells = new Array<number>(32).fill(0);
    for (let i = 0; i < q.length; i += 4) {
      const turn = Math.atan2(q[i + 1]!, q[i]!) / (2 * Math.PI) + 0.5;
      const determinant = q[i]! * q[i + 3]! - q[i + 1]! * q[i + 2]!;
      cells[Math.min(15, Math.floor(16 * turn)) + (determinant > 0 ? 16 : 0)]!++;
    }
    // 31 degrees of freedom exceed 84 once in a million.
    expect(chiSquare(cells, q.length / 4)).toBeLessThan(84);
  }

  it('in two dimensions', () => {
    expectHaarOfTwo(draws(2, 16_000));
  });

  it('and a Q that keeps the signs of Householder is noticed', () => {
    const unsigned = draws(2, 16_000);
    for (let i = 0; i < unsigned.length; i += 4) {
      // One reflection takes the first row to minus the sign of its first entry: c < 0, determinant −1.
      const sign = unsigned[i]! < 0 ? 1 : -1;
      const [c, s] = [sign * unsigned[i]!, sign * unsigned[i + 1]!];
      unsigned.set([c, s, s, -c], i);
    }
    expect(() => expectHaarOfTwo(unsigned)).toThrow();

    const oneSign = draws(2, 16_000);
    for (let i = 0; i < oneSign.length; i += 4) {
      // Only the last row keeps its sign, so that every determinant is −1.
      const determinant = oneSign[i]! * oneSign[i + 3]! - oneSign[i + 1]! * oneSign[i + 2]!;
      for (const at of [i + 2, i + 3]) oneSign[at]! *= -Math.sign(determinant);
    }
    expect(() => expectHaarOfTwo(oneSign)).toThrow();
  });

  it('in three dimensions, where every entry is uniform over [−1, 1]', () => {
    const q = draws(3, 16_000);
    for (let entry = 0; entry < 9; entry++) {
      const cells = new Array<number>(20).fill(0);
      for (let i = entry; i < q.length; i += 9) {
        cells[Math.max(0, Math.min(19, Math.floor(10 * (q[i]! + 1))))]!++;
      }
      // 19 degrees of freedom exceed 63 once in a million.
      expect(chiSquare(cells, q.length / 9), `entry ${entry}`).toBeLessThan(63);
    }
  });
});
