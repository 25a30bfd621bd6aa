/** PReLU with slopes per column or for all columns, against results by hand, PyTorch's vectors, f64 and finite differences. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backend/kernels.js';
import { builds } from '../support/builds.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';

const golden = JSON.parse(readFileSync(new URL('../golden/activations.json', import.meta.url), 'utf8')) as {
  x: number[];
  activations: Record<string, { value: number[]; derivative: number[]; derivative_wrt_alpha?: number[] }>;
};
const numbers = new Numbers(77);

/** Computes the formula in f64, with sums row by row. */
function expected({ z, da, slopes, rows, columns, stride }: Case) {
  const a = new Float64Array(z.length);
  const dz = new Float64Array(z.length);
  const dslopes = new Float64Array(slopes.length);
  for (let i = 0; i < rows * columns; i++) {
    const at = (i % columns) * stride;
    a[i] = z[i]! > 0 ? z[i]! : z[i]! * slopes[at]!;
    dz[i] = z[i]! > 0 ? da[i]! : da[i]! * slopes[at]!;
    dslopes[at]! += da[i]! * Math.min(z[i]!, 0);
  }
  return { a, dz, dslopes };
}

interface Case {
  z: ArrayLike<number>;
  da: ArrayLike<number>;
  slopes: ArrayLike<number>;
  rows: number;
  columns: number;
  stride: number;
}

function draw(rows: number, columns: number, stride: number): Case {
  const floats = () => numbers.floats(rows * columns, 3);
  return {
    z: floats(),
    da: floats(),
    slopes: numbers.floats(stride ? columns : 1, 0.5),
    rows,
    columns,
    stride,
  };
}

type Onto = 'z' | 'da' | undefined;
function run(backend: Backend, given: Case, offset = 0, onto: Onto = undefined) {
  const { rows, columns, stride } = given;
  const n = rows * columns;
  const box = new Sandbox(backend);
  const { kernels } = backend;
  const slopes = box.input(given.slopes, offset);
  const lay = (operand: 'z' | 'da', at: number) =>
    operand === onto ? box.inPlace(given[operand], at) : box.input(given[operand], at);
  const z = lay('z', 0);
  const da = lay('da', offset);
  const a = box.output(n, offset);
  kernels.prelu_forward(a, z, slopes, rows, columns, stride);
  const dslopes = box.output(given.slopes.length, 1);
  const dz = onto === undefined ? box.output(n) : { z, da }[onto];
  kernels.prelu_backward(dz, dslopes, da, z, slopes, rows, columns, stride);
  box.check();
  return { a: box.read(a, n), dz: box.read(dz, n), dslopes: box.read(dslopes, given.slopes.length) };
}

describe.each(builds)('prelu, $name', ({ create }) => {
  const backend = create();
  const tolerance = backend.elementBytes === 8 ? 1e-14 : 2e-7;

  it('equals results by hand', () => {
    const z = [-2, 1, -4, 3, -1, 0];
    const given = { z, da: [1, 2, 3, -1, 5, 7], slopes: [0.5, 0.25, -1], rows: 2, columns: 3, stride: 1 };
    const own = run(backend, given);
    expectSame(own.a, [-1, 1, 4, 3, -0.25, -0]);
    // At 0 the left branch counts: the slope.
    expectSame(own.dz, [0.5, 2, -3, -1, 1.25, -7]);
    expectSame(own.dslopes, [-2, -5, -12]);
    const shared = run(backend, { ...given, slopes: [0.5], stride: 0 });
    expectSame(shared.a, [-1, 1, -2, 3, -0.5, 0]);
    expectSame(shared.dslopes, [-19]);
  });

  it.each(['prelu_0.1', 'prelu_0.25'])('has the vectors of %s', (name) => {
    // An f32 cannot hold 1e-300, and 0 is on the other side of the kink.
    const points = golden.x.flatMap((x, i) => (Math.abs(x) === 1e-300 ? [] : [i]));
    const pick = (from: number[]) => points.map((i) => from[i]!);
    const z = pick(golden.x);
    const value = pick(golden.activations[name]!.value);
    const derivative = pick(golden.activations[name]!.derivative);
    // This derivative does not depend on the slope.
    const byAlpha = pick(golden.activations['prelu_0.1']!.derivative_wrt_alpha!);
    const columns = z.length;
    const da = new Float64Array(columns).fill(1);
    const slope = Number(name.slice(6));
    const own = run(backend, {
      z,
      da,
      slopes: new Float64Array(columns).fill(slope),
      rows: 1,
      columns,
      stride: 1,
    });
    expectBlock(own.a, value, 1e-7);
    expectBlock(own.dz, derivative, 1e-7);
    expectBlock(own.dslopes, byAlpha, 1e-7);
    const shared = run(backend, { z, da, slopes: [slope], rows: 1, columns, stride: 0 });
    expectBlock(shared.dslopes, [byAlpha.reduce((sum, d) => sum + d)], 1e-7);
  });

  it('agrees with the formula at every width, misaligned and in place', () => {
    for (const stride of [0, 1]) {
      for (const columns of [1, 2, 3, 4, 5, 7, 8, 9, 33]) {
        for (const rows of [0, 1, 2, 19]) {
          const given = draw(rows, columns, stride);
          const wanted = expected(given);
          const plain = run(backend, given);
          expectBlock(plain.a, wanted.a, tolerance);
          expectBlock(plain.dz, wanted.dz, tolerance);
          expectBlock(plain.dslopes, wanted.dslopes, rows * columns * tolerance);
          for (const onto of [undefined, 'z', 'da'] as const) {
            const moved = run(backend, given, 3, onto);
            expectSame(moved.a, plain.a);
            expectSame(moved.dz, plain.dz, `onto ${onto}`);
            expectSame(moved.dslopes, plain.dslopes);
          }
        }
      }
    }
  });

  it('writes a over z', () => {
    const given = draw(5, 7, 1);
    const box = new Sandbox(backend);
    const z = box.inPlace(given.z);
    backend.kernels.prelu_forward(z, z, box.input(given.slopes), 5, 7, 1);
    box.check();
    expectSame(box.read(z, 35), run(backend, given).a);
  });

  it('sums in f64, which keeps what an f32 loses', () => {
    // 1e8 + 1 − 1e8 is 0 in f32.
    for (const [columns, stride] of [
      [1, 1],
      [1, 0],
      [3, 0],
    ] as const) {
      const z = [-1e8, -1, -1e8];
      const given = { z, da: [1, 1, -1], slopes: [0.5], rows: 3 / columns, columns, stride };
      expectSame(run(backend, given).dslopes, [-1]);
    }
  });

  it('passes NaN on, and ∞ if there is a limit', () => {
    const given = {
      z: [NaN, 1, Infinity, -Infinity],
      da: [1, NaN, 1, 1],
      slopes: [0.5],
      rows: 1,
      columns: 4,
      stride: 0,
    };
    const { a, dz, dslopes } = run(backend, given);
    expectSame(a, [NaN, 1, Infinity, -Infinity]);
    expectSame(dz, [0.5, NaN, 1, 0.5]);
    expectSame(dslopes, [NaN]);
  });
});

it.each([0, 1])('prelu in f64 has the gradients of finite differences, stride %d', (stride) => {
  const backend = builds.find((build) => build.name === 'javascript64')!.create();
  const given = draw(6, 5, stride);
  const z = Array.from(given.z, (v) => (Math.abs(v) < 1e-3 ? 0.1 : v));
  const slopes = Array.from(given.slopes);
  const loss = (at: Case) => Array.from(run(backend, at).a).reduce((sum, a, i) => sum + a * given.da[i]!, 0);
  const measured = (values: number[], name: 'z' | 'slopes') =>
    values.map((_, i) => {
      const [above, below] = [1e-5, -1e-5].map((h) =>
        loss({ ...given, z, slopes, [name]: values.map((v, j) => (j === i ? v + h : v)) }),
      );
      return (above! - below!) / 2e-5;
    });
  const { dz, dslopes } = run(backend, { ...given, z, slopes });
  expectBlock(dz, measured(z, 'z'), 1e-8);
  expectBlock(dslopes, measured(slopes, 'slopes'), 1e-8);
});

it('the comparison notices a slope that belongs to another column', () => {
  const given = draw(4, 3, 1);
  const turned = expected({ ...given, slopes: Array.from(given.slopes).reverse() });
  expect(() => expectBlock(turned.a, expected(given).a, 2e-7)).toThrow();
  expect(() => expectBlock(turned.dz, expected(given).dz, 2e-7)).toThrow();
});
