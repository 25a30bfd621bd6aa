/** Binary cross-entropy and the regression losses: values and gradients together, weighted by row. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backend/kernels.js';
import { builds } from '../support/builds.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';

const golden = JSON.parse(readFileSync(new URL('../golden/losses.json', import.meta.url), 'utf8')).losses;
const numbers = new Numbers(8);

type Kernel = 'sigmoid_cross_entropy' | 'squared_error' | 'absolute_error' | 'huber';
interface Formula {
  readonly kernel: Kernel;
  readonly delta?: number;
  readonly value: (x: number, t: number) => number;
  readonly slope: (x: number, t: number) => number;
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const huber = (delta: number): Formula => ({
  kernel: 'huber',
  delta,
  value: (a, t) => (Math.abs(a - t) < delta ? (a - t) ** 2 / 2 : delta * Math.abs(a - t) - delta ** 2 / 2),
  slope: (a, t) => Math.max(-delta, Math.min(delta, a - t)),
});
/** Formulas of textbooks, which are accurate for the logits below 40 that they get here. */
const formulas: readonly Formula[] = [
  {
    kernel: 'sigmoid_cross_entropy',
    value: (z, t) => t * Math.log1p(Math.exp(-z)) + (1 - t) * Math.log1p(Math.exp(z)),
    slope: (z, t) => sigmoid(z) * (1 - t) - sigmoid(-z) * t,
  },
  { kernel: 'squared_error', value: (a, t) => (a - t) ** 2, slope: (a, t) => 2 * (a - t) },
  { kernel: 'absolute_error', value: (a, t) => Math.abs(a - t), slope: (a, t) => Math.sign(a - t) },
  huber(1),
  huber(0.25),
  huber(1e30),
];
const regressions = formulas.slice(1);
const logistic = formulas[0]!;

interface Options {
  /** Columns of a row; default 1. */
  readonly columns?: number;
  readonly weights?: ArrayLike<number>;
  readonly share?: number;
  readonly offset?: number;
  /** Operand that the gradient of a regression, or p of a loss on logits, overwrites. */
  readonly onto?: 'x' | 'targets' | undefined;
}

function run(
  box: Sandbox,
  { kernel, delta }: Formula,
  x: ArrayLike<number>,
  t: ArrayLike<number>,
  options: Options = {},
) {
  const { columns = 1, weights, share = 1, offset = 0, onto } = options;
  const { kernels } = box.backend;
  const n = x.length;
  const rows = columns === 0 ? 3 : n / columns;
  box.clear();
  const lay = (values: ArrayLike<number>, name: string, by: number) =>
    name === onto ? box.inPlace(values, by) : box.input(values, by);
  const at = { x: lay(x, 'x', offset), targets: lay(t, 'targets', (offset + 1) % 4) };
  const weightsAt = weights === undefined ? 0 : box.input(weights, (offset + 3) % 4);
  const output = onto === undefined ? box.output(n, (offset + 2) % 4) : at[onto];
  let gradient = output;
  let loss: number;
  if (kernel === 'sigmoid_cross_entropy') {
    gradient = box.output(n, (offset + 1) % 4);
    loss = kernels[kernel](gradient, output, at.x, at.targets, rows, columns, weightsAt, share);
  } else {
    loss = kernels[kernel](gradient, at.x, at.targets, rows, columns, weightsAt, share, delta!);
  }
  box.check();
  return { loss, gradient: box.read(gradient, n), p: box.read(output, n) };
}

/** Makes targets, probabilities for logits and any numbers for regressions; some equal the values exactly. */
function data(formula: Formula, n: number): { x: Float32Array; t: Float32Array } {
  const x = numbers.floats(n, 3);
  const t = numbers.floats(n, 3).map((v, i) => {
    if (formula === logistic) return i % 3 === 0 ? Number(v > 0) : Math.abs(v) / 3;
    return i % 5 === 0 ? x[i]! : v;
  });
  return { x, t };
}

describe.each(builds)('elementwise losses, $name', ({ create }) => {
  const box = new Sandbox(create());
  const { elementBytes } = box.backend;
  const tolerance = elementBytes === 8 ? 1e-12 : 1e-6;

  it('have the values and gradients of the reference vectors', () => {
    const { mse_mean: mse, mse_sum: sum, bce_with_logits_mean: bce } = golden;
    const square = formulas[1]!;
    const { loss, gradient } = run(box, square, mse.pred.flat(), mse.target.flat(), { share: 1 / 4 });
    expectBlock([loss, loss / 4], [sum.value, mse.value], tolerance);
    expectBlock(gradient, mse.grad_pred.flat(), tolerance);
    const binary = run(box, logistic, bce.logits, bce.targets, { share: 1 / 7 });
    expectBlock([binary.loss / 7], [bce.value], tolerance);
    expectBlock(binary.gradient, bce.grad_logits, tolerance);
  });

  // PyTorch 1.13, HuberLoss(delta, reduction='sum') and L1Loss(reduction='sum') in f64. By hand: d is −0.2, −3, 0, 5, 1 (both
  // branches of δ = 1) and −0.25, and 7.55125 is 0.02 + 2.5 + 0 + 4.5 + 0.5 + 0.03125.
  it.each([
    { formula: huber(1), loss: 7.55125, gradient: [-0.2, -1, 0, 1, 1, -0.25] },
    { formula: huber(0.25), loss: 2.2075, gradient: [-0.2, -0.25, 0, 0.25, 0.25, -0.25] },
    { formula: formulas[2]!, loss: 9.45, gradient: [-1, -1, 0, 1, 1, -1] },
  ])('have PyTorch’s values of $formula.kernel, δ $formula.delta', ({ formula, loss, gradient }) => {
    const a = [0.3, -2, 0.5, 4, 1, -0.25];
    const t = [0.5, 1, 0.5, -1, 0, 0];
    const actual = run(box, formula, a, t);
    expectBlock([actual.loss], [loss], tolerance);
    expectBlock(actual.gradient, gradient, tolerance);
    expect(actual.gradient[2]).toBe(0);
  });

  it('have PyTorch’s values for weighted logits', () => {
    // PyTorch 1.13, binary_cross_entropy_with_logits(z, t, weight, reduction='sum') in f64.
    const z = [-2, 0.5, 3, 40, -60, 0];
    const t = [0.25, 0.9, 1, 0.5, 0.125, 0];
    const { loss, gradient } = run(box, logistic, z, t, { weights: [1, 2, 0.5, 0, 3, 1] });
    expectBlock([loss], [24.892522835750004], tolerance);
    const expected = [-0.13079707797788245, -0.5550813375962909, -0.023712936588783318, 0, -0.375, 0.5];
    expectBlock(gradient, expected, tolerance);
  });

  describe.each(formulas)('$kernel $delta', (formula) => {
    const { value, slope } = formula;

    it('equals its formula on every size and misalignment, weighted or not, and in place', () => {
      for (const columns of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64]) {
        for (const rows of [0, 1, 2, 3, 5]) {
          const n = rows * columns;
          const { x, t } = data(formula, n);
          const weights = Float32Array.from([0.25, 3, 0, 0.1, 40].slice(0, rows));
          const offset = (rows + columns) % 4;
          for (const w of [undefined, weights]) {
            const weight = (i: number) => w?.[Math.floor(i / columns)] ?? 1;
            const loss = x.reduce((sum, v, i) => sum + weight(i) * value(v, t[i]!), 0);
            const gradient = Array.from(x, (v, i) => weight(i) * 0.3 * slope(v, t[i]!));
            for (const onto of [undefined, 'x', ...(formula === logistic ? [] : ['targets'])] as const) {
              const options = { columns, share: 0.3, offset, onto: onto as Options['onto'] };
              const actual = run(box, formula, x, t, w === undefined ? options : { ...options, weights: w });
              expectBlock([actual.loss], [loss], tolerance);
              expectBlock(actual.gradient, gradient, tolerance);
              if (formula === logistic) expectBlock(actual.p, Array.from(x, sigmoid), tolerance);
            }
          }
        }
      }
    });

    it('equals the unweighted loss bit by bit for weights of 1', () => {
      for (const columns of [1, 2, 3, 5, 10, 33]) {
        const rows = 7;
        const { x, t } = data(formula, rows * columns);
        const options = { columns, share: 1 / (rows * columns) };
        const plain = run(box, formula, x, t, options);
        const weighted = run(box, formula, x, t, { ...options, weights: new Float32Array(rows).fill(1) });
        expect(weighted.loss).toBe(plain.loss);
        expectSame(weighted.gradient, plain.gradient);
      }
    });

    it('ignores a row of weight 0, even if it is infinitely wrong or NaN', () => {
      for (const columns of [1, 3, 4, 6]) {
        for (const special of [1, NaN, Infinity, -Infinity]) {
          const { x, t } = data(formula, 2 * columns);
          t.fill(0.5, columns);
          const one = run(box, formula, x.subarray(0, columns), t.subarray(0, columns), { columns });
          x.fill(special, columns);
          const two = run(box, formula, x, t, { columns, weights: [1, 0] });
          expectBlock([two.loss], [one.loss], 1e-15);
          expectSame(two.gradient, [...one.gradient, ...new Array<number>(columns).fill(0)]);
        }
      }
    });

    it('returns NaN for NaN and for nothing else', () => {
      for (let i = 0; i < 7; i++) {
        for (const at of ['x', 't'] as const) {
          const both = data(formula, 7);
          both[at][i] = NaN;
          const { loss, gradient } = run(box, formula, both.x, both.t);
          expect(loss).toBeNaN();
          expect(gradient.findIndex(Number.isNaN)).toBe(i);
          expect(gradient.filter(Number.isNaN)).toHaveLength(1);
        }
      }
    });
  });

  it.each(regressions)('$kernel $delta is infinite for an infinite difference', (formula) => {
    for (const at of [0, 3, 4]) {
      const a = [0, 0, 0, 0, 0].map((v, i) => (i === at ? -Infinity : v));
      expect(run(box, formula, a, [0, 0, 0, 0, 0]).loss).toBe(Infinity);
    }
  });

  it('sum squares in f64', () => {
    // In f32, 2⁻²⁶ would be lost beside 1, and 1e60 would be infinite.
    expect(run(box, formulas[1]!, [1, 2 ** -13, 0, 0, 0], [0, 0, 0, 0, 0]).loss).toBe(1 + 2 ** -26);
    expectBlock([run(box, formulas[1]!, [1e30], [0]).loss], [1e60], tolerance);
  });

  it('count absolute differences down to the smallest', () => {
    const least = elementBytes === 8 ? 2 ** -140 : 2 ** -149;
    const { loss, gradient } = run(box, formulas[2]!, [least, -least, 0, -0, 1], [0, 0, 0, 0, 1]);
    expect(loss).toBe(2 * least);
    expect([...gradient].map((v) => v + 0)).toEqual([1, -1, 0, 0, 0]);
  });

  describe('sigmoid_cross_entropy', () => {
    it.each([
      { z: 1e4, t: 1, loss: 0, gradient: 0, p: 1 },
      { z: 1e4, t: 0, loss: 1e4, gradient: 1, p: 1 },
      { z: -1e4, t: 1, loss: 1e4, gradient: -1, p: 0 },
      { z: -1e4, t: 0, loss: 0, gradient: 0, p: 0 },
      { z: -1e4, t: 0.25, loss: 2500, gradient: -0.25, p: 0 },
      { z: Infinity, t: 1, loss: 0, gradient: 0, p: 1 },
      { z: Infinity, t: 0, loss: Infinity, gradient: 1, p: 1 },
      { z: Infinity, t: 0.5, loss: Infinity, gradient: 0.5, p: 1 },
      { z: -Infinity, t: 0, loss: 0, gradient: 0, p: 0 },
      { z: -Infinity, t: 1, loss: Infinity, gradient: -1, p: 0 },
      { z: 0, t: 0, loss: Math.LN2, gradient: 0.5, p: 0.5 },
      // Confident and right: loss and gradient are e^−|z|, of which 1 − p in f32 keeps nothing.
      { z: 20, t: 1, loss: Math.log1p(Math.exp(-20)), gradient: -sigmoid(-20), p: sigmoid(20) },
      { z: -60, t: 0, loss: Math.exp(-60), gradient: Math.exp(-60), p: Math.exp(-60) },
    ])('is $loss for the logit $z and the target $t', ({ z, t, loss, gradient, p }) => {
      for (let n = 1; n <= 5; n++) {
        const actual = run(box, logistic, new Array(n).fill(z), new Array(n).fill(t));
        expectBlock([actual.loss], [n * loss], 1e-6);
        expectBlock(actual.gradient, new Array(n).fill(gradient), 1e-6);
        expectBlock(actual.p, new Array(n).fill(p), 1e-6);
      }
    });

    it('stores gradients below 1e-30 as 0 and keeps larger ones', () => {
      const z = Float32Array.from({ length: 255 }, (_, i) => -60 - i / 8);
      const { gradient } = run(box, logistic, z, new Float32Array(255));
      gradient.forEach((actual, i) => {
        const expected = Math.exp(z[i]!);
        if (expected > 1.001e-30) expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-6);
        if (expected < 0.999e-30) expect(actual).toBe(0);
      });
    });

    it('writes the p of sigmoid_forward bit by bit', () => {
      const z = numbers.floats(103, 20);
      const { p } = run(box, logistic, z, z.fill(0.5, 50));
      box.clear();
      const at = box.output(103);
      box.backend.kernels.sigmoid_forward(at, box.input(z), 103, 0);
      expectSame(p, box.read(at, 103));
    });
  });
});

describe('in f64', () => {
  const backend: Backend = builds.find((build) => build.name === 'javascript64')!.create();

  it.each(formulas)('$kernel $delta has the gradient of finite differences', (formula) => {
    const box = new Sandbox(backend);
    const [columns, h, share] = [5, 1e-5, 0.37];
    const weights = [0.5, 3, 1];
    const { x: floats, t } = data(formula, 15);
    // Away from the kinks, where finite differences do not give the left branch.
    const x = Array.from(floats, (v, i) => (v === t[i] ? v + 0.1 : v));
    const loss = (z: number[]) => run(box, formula, z, t, { columns, weights, share }).loss;
    const measured = x.map((_, i) => {
      const [above, below] = [h, -h].map((step) => loss(x.map((v, j) => (j === i ? v + step : v))));
      return (share * (above! - below!)) / (2 * h);
    });
    expectBlock(run(box, formula, x, t, { columns, weights, share }).gradient, measured, 1e-8);
  });
});
