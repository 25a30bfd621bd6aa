/** Values and derivatives of the activations against PyTorch's, against f64 to the last place, and at the edges. */
import { describe, expect, it } from 'vitest';
import { builds } from '../support/builds.js';
import { expectBlock, expectSame, worstUlpError } from '../support/compare.js';
import { type Activation, activations, goldenOf, goldenX, sigmoid } from './activation-table.js';
import { Numbers, Sandbox } from './sandbox.js';

const GOLDEN_TOLERANCE = { 4: 1e-5, 8: 1e-9 };
const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 19, 33, 64, 1000];
const numbers = new Numbers(5);

/** A million points, half of them even over [−100, 100], half even over the exponents, so that tiny ones have their share. */
const sweep = numbers.floats(1_000_000, 100);
const bits = new Uint32Array(sweep.buffer);
for (let i = 0; i < bits.length; i += 2) {
  // 0x42c80000 is 100; below it are all smaller floats, including denormals.
  bits[i] = (numbers.below(0x42c80001) | (numbers.below(2) << 31)) >>> 0;
}

type BackwardKernel = Pick<Activation, 'name' | 'parameter'>;
type Kernel = BackwardKernel | { name: 'step'; parameter: number };
type Operands = Record<'da' | 'z' | 'a', ArrayLike<number>>;

/** Expects |actual − exact| ≤ loss(x) · |exact| at every x. */
function expectRelative(
  x: ArrayLike<number>,
  actual: ArrayLike<number>,
  exact: ArrayLike<number>,
  loss: (x: number) => number,
  value = (v: number) => v,
): void {
  for (let i = 0; i < x.length; i++) {
    const y = value(exact[i]!);
    // Below 1e-300, f64 itself has lost digits.
    if (!(Math.abs(actual[i]! - y) <= loss(x[i]!) * Math.abs(y) + 1e-315)) {
      expect.fail(`at ${x[i]}: ${actual[i]}, expected ${y}`);
    }
  }
}

describe.each(builds)('activations, $name', ({ name: build, create }) => {
  const box = new Sandbox(create());
  const { kernels, elementBytes } = box.backend;

  function forward({ name, parameter }: Kernel, x: ArrayLike<number>, offsets = [0, 0], inPlace = false) {
    box.clear();
    const z = inPlace ? box.inPlace(x, offsets[1]) : box.input(x, offsets[1]);
    const a = inPlace ? z : box.output(x.length, offsets[0]);
    kernels[`${name}_forward`](a, z, x.length, parameter);
    box.check();
    return box.read(a, x.length);
  }

  function backward(
    { name, parameter }: BackwardKernel,
    x: Operands,
    offsets = [0, 0, 0, 0],
    onto?: keyof Operands,
  ) {
    box.clear();
    const n = x.z.length;
    const lay = (operand: keyof Operands, offset: number) =>
      operand === onto ? box.inPlace(x[operand], offset) : box.input(x[operand], offset);
    const at = { da: lay('da', offsets[1]!), z: lay('z', offsets[2]!), a: lay('a', offsets[3]!) };
    const dz = onto === undefined ? box.output(n, offsets[0]) : at[onto];
    kernels[`${name}_backward`](dz, at.da, at.z, at.a, n, parameter);
    box.check();
    return box.read(dz, n);
  }

  const ones = (n: number) => new Float32Array(n).fill(1);
  const slope = (kernel: BackwardKernel, z: ArrayLike<number>) =>
    backward(kernel, { da: ones(z.length), z, a: forward(kernel, z) });
  const stored = (y: number) => (elementBytes === 8 ? y : Math.fround(y));
  /** Makes −0 and 0 equal. */
  const unsigned = (y: ArrayLike<number>) => Array.from(y, (v) => v + 0);

  it('tanh has its slope to the last digit near ±1, where 1 − a² has lost half of the digits', () => {
    // (1 − a)(1 + a) at a = 1 − 2^−k is 2^(1−k) − 2^(−2k), which is as exact as its factors.
    const k = elementBytes === 8 ? 27 : 13;
    const a = Array.from({ length: 11 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 - 2 ** -k));
    const tanh = activations.find(({ name }) => name === 'tanh')!;
    const dz = backward(tanh, { da: ones(a.length), z: a, a });
    expect(dz).toEqual(dz.map(() => 2 ** (1 - k) - 2 ** (-2 * k)));
  });

  describe.each(activations)('$title', (row) => {
    const { value, derivative, bound, slopeBound, loss = () => 1e-15, from, tail, limits, points } = row;
    const edges = [[-Infinity, limits[0]], [Infinity, limits[1]], [NaN, NaN], ...points] as const;

    it('has the values and derivatives of the reference vectors', () => {
      const reference = goldenOf(row.golden);
      // An f32 build sees a rounded x, so that it is compared with the formula; f64 is compared with the vectors themselves.
      const x = elementBytes === 8 ? goldenX : goldenX.map(Math.fround);
      const values = elementBytes === 8 ? reference.value : x.map(value);
      const slopes = elementBytes === 8 ? reference.derivative : x.map(derivative);
      const actual = unsigned(forward(row, x));
      expectBlock(actual, unsigned(values), GOLDEN_TOLERANCE[elementBytes]);
      expectBlock(unsigned(slope(row, x)), unsigned(slopes), GOLDEN_TOLERANCE[elementBytes]);
      if (elementBytes === 8) expectRelative(x, actual, values, loss);
      const da = numbers.floats(x.length, 2);
      const expected = slopes.map((s, i) => s * da[i]!);
      const back = backward(row, { da, z: x, a: forward(row, x) });
      expectBlock(unsigned(back), unsigned(expected), GOLDEN_TOLERANCE[elementBytes]);
    });

    it('is within its bound in ULP from f64 on a million points', () => {
      if (elementBytes === 8) return expectRelative(sweep, forward(row, sweep), sweep, loss, value);
      const x = sweep.filter((v) => v >= from);
      const actual = forward(row, x);
      const beyond = forward(
        row,
        sweep.filter((v) => v < from),
      );
      expect(beyond.every((y) => Math.abs(y) <= tail)).toBe(true);
      const worst = worstUlpError(x, actual, value);
      // JavaScript computes in f64, so that only the rounding at the store remains.
      const allowed = build === 'javascript' ? Math.min(bound, 0.5000001) : bound;
      expect(worst.error, `at ${worst.x}`).toBeLessThanOrEqual(allowed);
    });

    it('has its derivative on a hundred thousand points, and never a NaN', () => {
      const x = sweep.subarray(0, 100_000);
      const actual = slope(row, x);
      const allowed = elementBytes === 8 ? 1e-13 : slopeBound;
      let worst = { error: 0, x: NaN };
      for (let i = 0; i < x.length; i++) {
        const error = Math.abs(actual[i]! - derivative(x[i]!));
        if (!(error <= worst.error)) worst = { error, x: x[i]! };
      }
      expect(worst.error, `at ${worst.x}`).toBeLessThanOrEqual(allowed);
    });

    it('has its limits, and NaN for NaN', () => {
      expectSame(
        forward(
          row,
          edges.map(([at]) => at),
        ),
        edges.map(([, expected]) => stored(expected)),
      );
    });

    it('has its derivative at the edges, that of the left branch at a kink, and NaN for NaN', () => {
      const x = [...edges.map(([at]) => at), ...row.kinks];
      const actual = slope(row, x);
      x.forEach((at, i) => {
        if (Number.isNaN(at)) return;
        if (row.slopeLimits !== undefined) {
          const limit = at === -Infinity ? row.slopeLimits[0] : row.slopeLimits[1];
          expect(actual[i], `at ${at}`).toBe(Number.isFinite(at) ? stored(derivative(at)) : limit);
          return;
        }
        // The formula of the test would meet ∞; its limit equals its value at 1e4.
        const z = Math.max(-1e4, Math.min(1e4, at));
        expect(Math.abs(actual[i]! - derivative(z)), `at ${at}`).toBeLessThan(1e-6);
      });
      const nothing = { da: [NaN], z: [NaN], a: forward(row, [NaN]) };
      expect(backward(row, nothing)[0]).toBeNaN();
      expect(backward(row, { da: [NaN], z: [0.5], a: forward(row, [0.5]) })[0]).toBeNaN();
    });

    it('gives equal bits in every place, at every size and misalignment, and in place', () => {
      for (const n of sizes) {
        const z = numbers.floats(n, 4);
        const da = numbers.floats(n, 2);
        // One value at a time is the reference, without vectors and neighbours.
        const alone = { a: new Float64Array(n), dz: new Float64Array(n) };
        for (let i = 0; i < n; i++) {
          alone.a[i] = forward(row, [z[i]!])[0]!;
          alone.dz[i] = backward(row, { da: [da[i]!], z: [z[i]!], a: [alone.a[i]!] })[0]!;
        }
        for (const offsets of [
          [0, 0, 0, 0],
          [1, 2, 3, 0],
          [3, 1, 0, 2],
        ]) {
          for (const inPlace of [false, true]) {
            expectSame(forward(row, z, offsets, inPlace), alone.a, `${n} values, in place: ${inPlace}`);
          }
          for (const onto of [undefined, 'da', 'z', 'a'] as const) {
            expectSame(backward(row, { da, z, a: alone.a }, offsets, onto), alone.dz, `${n}, onto ${onto}`);
          }
        }
      }
    });
  });

  it('step is 0 below 0, 1 from ±0 on, and NaN for NaN', () => {
    const step = { name: 'step', parameter: NaN } as const;
    const x = [-Infinity, -1e4, -(2 ** -149), -0, 0, 2 ** -149, 1, Infinity, NaN];
    const expected = [0, 0, 0, 1, 1, 1, 1, 1, NaN];
    for (let n = 0; n <= x.length; n++) {
      for (const inPlace of [false, true]) {
        expectSame(forward(step, x.slice(0, n), [1, 3], inPlace), expected.slice(0, n));
      }
    }
    const reference = goldenOf('step');
    expectSame(
      forward(step, goldenX.map(Math.fround)),
      reference.value.map((_, i) => Number(Math.fround(goldenX[i]!) >= 0)),
    );
    if (elementBytes === 8) expectSame(forward(step, goldenX), reference.value);
  });

  it('notices an error of two in a hundred thousand, and one of a few ULP', () => {
    const x = sweep.subarray(0, 10_000);
    const [tanh, logistic] = ['tanh', 'sigmoid'].map((name) => activations.find((row) => row.name === name)!);
    const off = forward(tanh!, x).map((v) => v * (1 + 2e-5));
    const close = forward(logistic!, x.map(Math.abs)).map((v) => v * (1 - 4 * 2 ** -24));
    expect(() => expectBlock(off, Float64Array.from(x, Math.tanh), 1e-5)).toThrow();
    expect(worstUlpError(x.map(Math.abs), close, sigmoid).error).toBeGreaterThan(2.5);
  });
});

it.each(activations)(
  '$title has in f64 the derivative of finite differences',
  ({ name, parameter, kinks }) => {
    const box = new Sandbox(builds.find((build) => build.name === 'javascript64')!.create());
    const { kernels } = box.backend;
    const x = numbers.floats(1000, 6).filter((v) => kinks.every((kink) => Math.abs(v - kink) > 1e-3));
    const h = 1e-5;
    const value = (z: Float64Array) => {
      const a = box.output(z.length);
      kernels[`${name}_forward`](a, box.input(z), z.length, parameter);
      return a;
    };
    const z = Float64Array.from(x);
    const da = box.input(new Float64Array(x.length).fill(1));
    const dz = box.output(x.length);
    kernels[`${name}_backward`](dz, da, box.input(z), value(z), z.length, parameter);
    const [above, below] = [h, -h].map((step) => box.read(value(z.map((v) => v + step)), z.length));
    const measured = above!.map((v, i) => (v - below![i]!) / (2 * h));
    expectBlock(box.read(dz, x.length), measured, 1e-9);
  },
);
