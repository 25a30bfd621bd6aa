/** The activations: values and derivatives against PyTorch's, against f64 to the last place, and at the edges. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ElementwiseActivation } from '../../src/backend/kernels.js';
import { builds } from '../builds.js';
import { expectBlock, expectSame, worstUlpError } from '../compare.js';
import { Numbers, Sandbox } from './sandbox.js';

interface Golden {
  x: number[];
  activations: Record<
    ElementwiseActivation,
    { value: number[]; derivative: number[]; exact_value?: number[]; exact_derivative?: number[] }
  >;
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/activations.json', import.meta.url), 'utf8'),
) as Golden;

interface Activation {
  name: ElementwiseActivation;
  value(x: number): number;
  derivative(x: number): number;
  /** The largest error in ULP that assembly/ states. */
  bound: number;
  /** Below this x, `tail` bounds the value: assembly/ goes to 0 there. */
  from?: number;
  tail?: number;
  /** Pairs of x and the exact value: limits, signs of zero, what must not overflow. */
  points: readonly (readonly [x: number, value: number])[];
}

const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

const activations: readonly Activation[] = [
  {
    name: 'identity',
    value: (x) => x,
    derivative: () => 1,
    bound: 0,
    points: [
      [0, 0],
      [-0, -0],
      [Infinity, Infinity],
      [-Infinity, -Infinity],
      [NaN, NaN],
      [2 ** -149, 2 ** -149],
    ],
  },
  {
    name: 'relu',
    value: (x) => Math.max(x, 0),
    derivative: (x) => (x > 0 ? 1 : 0),
    bound: 0,
    points: [
      [0, 0],
      [Infinity, Infinity],
      [-Infinity, 0],
      [NaN, NaN],
      [2 ** -149, 2 ** -149],
      [-(2 ** -149), 0],
      [-1e4, 0],
      [1e4, 1e4],
    ],
  },
  {
    name: 'sigmoid',
    value: sigmoid,
    derivative: (x) => sigmoid(x) * sigmoid(-x),
    bound: 2.5,
    from: -88.72,
    tail: 2.95e-39,
    points: [
      [0, 0.5],
      [-0, 0.5],
      [Infinity, 1],
      [-Infinity, 0],
      [NaN, NaN],
      [2 ** -149, 0.5],
      [-(2 ** -149), 0.5],
      [100, 1],
      [1e4, 1],
      [-1e4, 0],
    ],
  },
  {
    name: 'tanh',
    value: Math.tanh,
    derivative: (x) => 1 / Math.cosh(x) ** 2,
    bound: 6.5,
    points: [
      [0, 0],
      [-0, -0],
      [Infinity, 1],
      [-Infinity, -1],
      [NaN, NaN],
      [2 ** -149, 2 ** -149],
      [-(2 ** -140), -(2 ** -140)],
      [100, 1],
      [-100, -1],
      [1e4, 1],
      [-1e4, -1],
    ],
  },
];

const GOLDEN_TOLERANCE = { 4: 1e-5, 8: 1e-9 };
const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 1000];
const numbers = new Numbers(5);

/** A million points: even over [−100, 100], and even over the exponents, so that the tiny ones get their share. */
const sweep = numbers.floats(1_000_000, 100);
const bits = new Uint32Array(sweep.buffer);
for (let i = 0; i < bits.length; i += 2) {
  // 0x42c80000 is 100: below it lie all smaller floats, denormals among them.
  bits[i] = (numbers.below(0x42c80001) | (numbers.below(2) << 31)) >>> 0;
}

describe.each(builds)('activations, $name', ({ name: build, create }) => {
  const box = new Sandbox(create());
  const { kernels, elementBytes } = box.backend;

  function forward(name: ElementwiseActivation, x: ArrayLike<number>, offsets = [0, 0], inPlace = false) {
    box.clear();
    const z = inPlace ? box.inPlace(x, offsets[1]) : box.input(x, offsets[1]);
    const a = inPlace ? z : box.output(x.length, offsets[0]);
    kernels[`${name}_forward`](a, z, x.length);
    box.check();
    return box.read(a, x.length);
  }

  type Operands = Record<'da' | 'z' | 'a', ArrayLike<number>>;
  function backward(name: ElementwiseActivation, x: Operands, offsets = [0, 0, 0, 0], onto?: keyof Operands) {
    box.clear();
    const n = x.z.length;
    const lay = (operand: keyof Operands, offset: number) =>
      operand === onto ? box.inPlace(x[operand], offset) : box.input(x[operand], offset);
    const at = { da: lay('da', offsets[1]!), z: lay('z', offsets[2]!), a: lay('a', offsets[3]!) };
    const dz = onto === undefined ? box.output(n, offsets[0]) : at[onto];
    kernels[`${name}_backward`](dz, at.da, at.z, at.a, n);
    box.check();
    return box.read(dz, n);
  }

  const ones = (n: number) => new Float32Array(n).fill(1);
  const slope = (name: ElementwiseActivation, z: ArrayLike<number>) =>
    backward(name, { da: ones(z.length), z, a: forward(name, z) });

  describe.each(activations)(
    '$name',
    ({ name, value, derivative, bound, from = -Infinity, tail = 0, points }) => {
      it('has the values and derivatives of the reference vectors', () => {
        const reference = golden.activations[name];
        // An f32 build sees x rounded: the formula there, where f64 is compared with the vectors themselves.
        const x = elementBytes === 8 ? golden.x : golden.x.map(Math.fround);
        const values = elementBytes === 8 ? (reference.exact_value ?? reference.value) : x.map(value);
        const slopes =
          elementBytes === 8 ? (reference.exact_derivative ?? reference.derivative) : x.map(derivative);
        // −0 and 0 are the same here.
        const unsigned = (y: ArrayLike<number>) => Array.from(y, (v) => v + 0);
        expectBlock(unsigned(forward(name, x)), unsigned(values), GOLDEN_TOLERANCE[elementBytes]);
        expectBlock(unsigned(slope(name, x)), unsigned(slopes), GOLDEN_TOLERANCE[elementBytes]);
        const da = numbers.floats(x.length, 2);
        const expected = slopes.map((s, i) => s * da[i]!);
        const actual = backward(name, { da, z: x, a: forward(name, x) });
        expectBlock(unsigned(actual), unsigned(expected), GOLDEN_TOLERANCE[elementBytes]);
      });

      it('is within its bound in ULP of f64 on a million points', () => {
        const x = sweep.filter((v) => v >= from);
        const actual = forward(name, x);
        if (elementBytes === 8) {
          for (let i = 0; i < x.length; i++) {
            const exact = value(x[i]!);
            if (!(Math.abs(actual[i]! - exact) <= 1e-15 * Math.abs(exact)))
              expect.fail(`${x[i]}: ${actual[i]}`);
          }
          return;
        }
        const beyond = forward(
          name,
          sweep.filter((v) => v < from),
        );
        expect(beyond.every((y) => y >= 0 && y <= tail)).toBe(true);
        const worst = worstUlpError(x, actual, value);
        // JavaScript computes in f64: all that is left is the rounding at the store.
        const allowed = build === 'javascript' ? Math.min(bound, 0.5000001) : bound;
        expect(worst.error, `at ${worst.x}`).toBeLessThanOrEqual(allowed);
      });

      it('has its limits, and NaN of NaN', () => {
        const x = points.map(([at]) => at);
        const values = points.map(([, expected]) => expected);
        expectSame(forward(name, x), values);
      });

      it('has a finite derivative everywhere, the left branch at a kink, and NaN of NaN', () => {
        const x = points.map(([at]) => at);
        const actual = slope(name, x);
        x.forEach((at, i) => {
          // The formula of the test meets ∞; its limit there is what 1e4 has.
          const z = Math.max(-1e4, Math.min(1e4, at));
          if (!Number.isNaN(at)) expect(Math.abs(actual[i]! - derivative(z)), `at ${at}`).toBeLessThan(1e-6);
        });
        const nothing = { da: [NaN], z: [NaN], a: forward(name, [NaN]) };
        expect(backward(name, nothing)[0]).toBeNaN();
        expect(backward(name, { da: [NaN], z: [0.5], a: forward(name, [0.5]) })[0]).toBeNaN();
      });

      it('gives the same bits in every place, at every size and misalignment, and onto its operands', () => {
        for (const n of sizes) {
          const z = numbers.floats(n, 4);
          const da = numbers.floats(n, 2);
          // One value at a time is the reference: no vector, no neighbour.
          const alone = { a: new Float64Array(n), dz: new Float64Array(n) };
          for (let i = 0; i < n; i++) {
            alone.a[i] = forward(name, [z[i]!])[0]!;
            alone.dz[i] = backward(name, { da: [da[i]!], z: [z[i]!], a: [alone.a[i]!] })[0]!;
          }
          for (const offsets of [
            [0, 0, 0, 0],
            [1, 2, 3, 0],
            [3, 1, 0, 2],
          ]) {
            for (const inPlace of [false, true]) {
              expectSame(forward(name, z, offsets, inPlace), alone.a, `${n} values, in place: ${inPlace}`);
            }
            for (const onto of [undefined, 'da', 'z', 'a'] as const) {
              expectSame(
                backward(name, { da, z, a: alone.a }, offsets, onto),
                alone.dz,
                `${n}, onto ${onto}`,
              );
            }
          }
        }
      });
    },
  );

  it('notices an error of two in a hundred thousand, and one of a few ULP', () => {
    const x = sweep.subarray(0, 10_000);
    const off = forward('tanh', x).map((v) => v * (1 + 2e-5));
    const close = forward('sigmoid', x.map(Math.abs)).map((v) => v * (1 - 4 * 2 ** -24));
    expect(() => expectBlock(off, Float64Array.from(x, Math.tanh), 1e-5)).toThrow();
    expect(worstUlpError(x.map(Math.abs), close, sigmoid).error).toBeGreaterThan(2.5);
  });
});

it.each(activations)('$name in f64 has the derivative that differences measure', ({ name }) => {
  const box = new Sandbox(builds.find((build) => build.name === 'javascript64')!.create());
  const { kernels } = box.backend;
  const x = numbers.floats(1000, 6).filter((v) => Math.abs(v) > 1e-3);
  const h = 1e-5;
  const value = (z: Float64Array) => {
    const a = box.output(z.length);
    kernels[`${name}_forward`](a, box.input(z), z.length);
    return a;
  };
  const dz = box.output(x.length);
  const z = Float64Array.from(x);
  kernels[`${name}_backward`](
    dz,
    box.input(new Float64Array(x.length).fill(1)),
    box.input(z),
    value(z),
    z.length,
  );
  const [above, below] = [h, -h].map((step) => box.read(value(z.map((v) => v + step)), z.length));
  const measured = above!.map((v, i) => (v - below![i]!) / (2 * h));
  expectBlock(box.read(dz, x.length), measured, 1e-9);
});
