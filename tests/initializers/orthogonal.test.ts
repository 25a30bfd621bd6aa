import { describe, expect, it } from 'vitest';
import { explainInitializer, orthogonal, Rng, zerO } from '../../src/index.js';
import { ksPValue, normalCdf } from '../support/stats.js';

const ORTHONORMAL = 1e-5;

/** Largest |QᵀQ − g²I| entry, in f64, over the shorter side. */
function worstEntry(values: ArrayLike<number>, rows: number, columns: number, gain: number): number {
  const wide = rows <= columns;
  const [few, many] = wide ? [rows, columns] : [columns, rows];
  const vectors = Array.from({ length: few }, (_, i) =>
    Float64Array.from({ length: many }, (__, k) =>
      wide ? values[i * columns + k]! : values[k * columns + i]!,
    ),
  );
  let worst = 0;
  for (let i = 0; i < few; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      const [a, b] = [vectors[i]!, vectors[j]!];
      for (let k = 0; k < many; k++) dot += a[k]! * b[k]!;
      worst = Math.max(worst, Math.abs(dot - (i === j ? gain * gain : 0)));
    }
  }
  return worst;
}

/**
 * Checks the diagonal of a Haar-distributed n × n matrix. Its entries, like all others, are close to N(0, 1/n) for n = 512.
 */
function expectHaarDiagonal(values: ArrayLike<number>, n: number): void {
  const diagonal = Float64Array.from({ length: n }, (_, i) => values[i * n + i]! * Math.sqrt(n));
  expect(ksPValue(diagonal, normalCdf), 'diagonal').toBeGreaterThan(1e-6);
}

/** Returns Q of a plain Householder QR, which leaves the signs of R's diagonal as they are. */
function withoutSignFix(normals: ArrayLike<number>, n: number): Float64Array {
  const columns = Array.from({ length: n }, (_, c) =>
    Float64Array.from({ length: n }, (__, r) => normals[r * n + c]!),
  );
  const reflectors: Float64Array[] = [];
  const reflect = (v: Float64Array, x: Float64Array) => {
    let dot = 0;
    for (let i = 0; i < n; i++) dot += v[i]! * x[i]!;
    for (let i = 0; i < n; i++) x[i]! -= 2 * dot * v[i]!;
  };
  for (let k = 0; k < n; k++) {
    const v = columns[k]!.map((value, i) => (i < k ? 0 : value));
    const norm = Math.hypot(...v);
    v[k]! += v[k]! >= 0 ? norm : -norm;
    const length = Math.hypot(...v);
    for (let i = 0; i < n; i++) v[i]! /= length;
    reflectors.push(v);
    for (let c = k; c < n; c++) reflect(v, columns[c]!);
  }
  const q = new Float64Array(n * n);
  for (let c = 0; c < n; c++) {
    const unit = new Float64Array(n);
    unit[c] = 1;
    for (let k = n - 1; k >= 0; k--) reflect(reflectors[k]!, unit);
    for (let r = 0; r < n; r++) q[r * n + c] = unit[r]!;
  }
  return q;
}

describe('orthogonal', () => {
  it.each([
    [512, 512, 1],
    [1024, 1024, 1],
    [784, 256, Math.SQRT2],
    [50, 80, 1],
    [7, 300, 0.5],
    [300, 7, 3],
    [1, 1, 1],
    [5, 1, 1],
  ])('[%d, %d] has orthonormal vectors times %d', (rows, columns, gain) => {
    const values = orthogonal({ gain })([rows, columns], new Rng(2));
    expect(worstEntry(values, rows, columns, gain)).toBeLessThan(ORTHONORMAL * gain * gain);
  });

  it('is Haar: its diagonal is distributed like any entry, for three seeds', () => {
    for (const seed of [1, 2, 3]) expectHaarDiagonal(orthogonal()([512, 512], new Rng(seed)), 512);
  });

  it('the check notices Q without corrected signs', () => {
    const mutant = withoutSignFix(new Rng(1).normal(512 * 512), 512);
    expect(worstEntry(mutant, 512, 512, 1)).toBeLessThan(ORTHONORMAL);
    expect(() => expectHaarDiagonal(mutant, 512)).toThrow(/diagonal/);
  });

  it('depends on its stream only, and gives a unit vector for a bias', () => {
    expect(orthogonal()([9, 5], new Rng(1))).toEqual(orthogonal()([9, 5], new Rng(1)));
    expect(orthogonal()([9, 5], new Rng(1))).not.toEqual(orthogonal()([9, 5], new Rng(2)));
    const bias = orthogonal()([40], new Rng(1));
    expect(bias.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  it('has an expected variance of gain² over the longer side', () => {
    const { expected, drawn } = explainInitializer(orthogonal({ gain: 2 }), [100, 400]);
    expect(expected!.variance).toBeCloseTo(4 / 400, 12);
    expect(drawn.variance + drawn.mean ** 2).toBeCloseTo(4 / 400, 6);
  });

  it('refuses a gain that is not a number', () => {
    expect(() => orthogonal({ gain: Number.NaN })).toThrow(/^gain: /);
  });
});

describe('zerO', () => {
  it('is the identity if a layer keeps or narrows its width', () => {
    expect(Array.from(zerO()([3, 3], new Rng(1)))).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(Array.from(zerO()([3, 2], new Rng(1)))).toEqual([1, 0, 0, 1, 0, 0]);
  });

  it('is a cut Hadamard matrix if it widens', () => {
    // The expected rows are the first two of H₄ / 2.
    expect(Array.from(zerO()([2, 4], new Rng(1)))).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, -0.5, 0.5, -0.5]);
    const values = zerO()([64, 256], new Rng(1));
    expect(worstEntry(values, 64, 256, 1)).toBeLessThan(1e-6);
    expect(new Set(Array.from(values, Math.abs))).toEqual(new Set([1 / 16]));
  });
});
