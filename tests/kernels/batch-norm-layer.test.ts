/**
 * A batch norm made of its kernels, against PyTorch's vectors, f32 against f64, gradients against finite differences, and with
 * means so large that their rounding shows.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createJavascriptBackend } from '../../src/backend/javascript/index.js';
import { builds } from '../support/builds.js';
import { expectBlock, spacing } from '../support/compare.js';
import { BatchNorm, EPSILON, type Layer, momentsOf } from './batch-norm.js';
import { Numbers, Sandbox } from './sandbox.js';

type Matrix = number[][];
interface Gradients {
  y: Matrix;
  grad_x: Matrix;
  grad_gamma: number[];
  grad_beta: number[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/batchnorm.json', import.meta.url), 'utf8')) as {
  eps: number;
  momentum: number;
  gamma: number[];
  beta: number[];
  x: Matrix;
  upstream_grad: Matrix;
  train_step1: Gradients &
    Record<'batch_mean' | 'batch_var_biased', number[]> &
    Record<'running_mean_after_1' | 'running_var_after_1', number[]>;
  train_step2: { x: Matrix; y: Matrix } & Record<'running_mean_after_2' | 'running_var_after_2', number[]>;
  eval_after_2: Gradients;
  constant_input: { x: Matrix; y: Matrix };
};

const zeros = (n: number) => new Float64Array(n);
const ones = (n: number) => new Float64Array(n).fill(1);

function randomLayer(rows: number, columns: number): Layer {
  const numbers = new Numbers(rows + columns);
  return {
    x: numbers.floats(rows * columns, 2),
    dy: numbers.floats(rows * columns),
    gamma: numbers.floats(columns, 2),
    beta: numbers.floats(columns),
  };
}

const oracle = new BatchNorm(new Sandbox(createJavascriptBackend('javascript64')));

describe.each(builds)('batch norm as a layer, $name', ({ create }) => {
  const norm = new BatchNorm(new Sandbox(create()));
  const wide = norm.box.backend.elementBytes === 8;
  const tolerance = wide ? 1e-9 : 1e-5;
  const { gamma, beta, momentum } = golden;
  const dy = golden.upstream_grad.flat();

  /** Returns running statistics after a batch; PyTorch's use the unbiased variance. */
  function run(running: { mean: ArrayLike<number>; variance: ArrayLike<number> }, x: Matrix) {
    const { mean, variance } = norm.moments(x.flat(), x.length, gamma.length);
    const add = (momentum * x.length) / (x.length - 1);
    return {
      mean: norm.blend(running.mean, mean, 1 - momentum, momentum),
      variance: norm.blend(running.variance, variance, 1 - momentum, add),
    };
  }

  function expectGradients(actual: ReturnType<BatchNorm['layer']>, expected: Gradients): void {
    expectBlock(actual.y, expected.y.flat(), tolerance);
    expectBlock(actual.dx, expected.grad_x.flat(), tolerance);
    expectBlock(actual.dgamma, expected.grad_gamma, tolerance);
    expectBlock(actual.dbeta, expected.grad_beta, tolerance);
  }

  it('trains and evaluates as PyTorch does', () => {
    expect(golden.eps).toBe(EPSILON);
    const { train_step1: first, train_step2: second } = golden;
    const trained = norm.layer({ x: golden.x.flat(), dy, gamma, beta });
    expectBlock(trained.mean, first.batch_mean, tolerance);
    expectBlock(trained.variance, first.batch_var_biased, tolerance);
    expectGradients(trained, first);

    const once = run({ mean: zeros(4), variance: ones(4) }, golden.x);
    expectBlock(once.mean, first.running_mean_after_1, tolerance);
    expectBlock(once.variance, first.running_var_after_1, tolerance);
    const x = second.x.flat();
    expectBlock(norm.layer({ x, dy: x, gamma, beta }).y, second.y.flat(), tolerance);
    const twice = run(once, second.x);
    expectBlock(twice.mean, second.running_mean_after_2, tolerance);
    expectBlock(twice.variance, second.running_var_after_2, tolerance);

    expectGradients(norm.layer({ x: golden.x.flat(), dy, gamma, beta }, twice), golden.eval_after_2);
  });

  it('returns beta for a constant, and for a single row', () => {
    const { x, y } = golden.constant_input;
    const flat = x.flat();
    // The golden file has gamma 1 and beta 0.
    expect([...norm.layer({ x: flat, dy: flat, gamma: ones(4), beta: zeros(4) }).y]).toEqual(y.flat());
    const single = norm.layer({ x: [0.1, -2, 3e4, 0], dy: [1, 2, 3, 4], gamma, beta });
    expectBlock(single.y, beta, wide ? 0 : 2 ** -24);
    expect(Array.from(single.dx, Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    [128, 256],
    [128, 10],
    [131, 17],
    [4096, 3],
  ])('%d × %d agrees with f64', (rows, columns) => {
    const layer = randomLayer(rows, columns);
    for (const running of [undefined, { mean: layer.beta, variance: ones(columns) }]) {
      const actual = norm.layer(layer, running);
      const expected = oracle.layer(layer, running);
      for (const tensor of ['mean', 'variance', 'y', 'dgamma', 'dbeta', 'dx'] as const) {
        expectBlock(actual[tensor], expected[tensor], tolerance);
      }
    }
  });

  it('means of 10⁴ with a deviation of 1 cost no more than rounding the mean', () => {
    const [rows, columns] = [128, 17];
    const x = new Numbers(8).floats(rows * columns, Math.sqrt(3)).map((v) => v + 1e4);
    const unit = wide ? 2 ** -53 : 2 ** -24;
    const exact = momentsOf(x, rows, columns);
    const { mean, variance, y } = norm.layer({ x, dy: x, gamma: ones(columns), beta: zeros(columns) });
    for (let c = 0; c < columns; c++) {
      // The stored mean is off by at most half a place, which shifts a whole column. The roundings of y come on top.
      const shift = wide ? 2 ** -40 : spacing(exact.mean[c]!) / 2;
      expect(Math.abs(mean[c]! - exact.mean[c]!)).toBeLessThanOrEqual(shift);
      expect(Math.abs(variance[c]! / exact.variance[c]! - 1)).toBeLessThanOrEqual(unit);
      const inverse = 1 / Math.sqrt(exact.variance[c]! + EPSILON);
      for (let i = c; i < x.length; i += columns) {
        const normalized = (x[i]! - exact.mean[c]!) * inverse;
        const bound = inverse * shift + 4 * unit * (Math.abs(normalized) + inverse * shift);
        expect(Math.abs(y[i]! - normalized)).toBeLessThanOrEqual(bound);
      }
    }
  });
});

describe('gradients in f64', () => {
  const STEP = 1e-5;

  it.each([
    { rows: 2, columns: 3, moments: 'batch' },
    { rows: 7, columns: 5, moments: 'batch' },
    { rows: 1, columns: 3, moments: 'running' },
    { rows: 7, columns: 5, moments: 'running' },
  ])('equal finite differences: $rows × $columns, $moments moments', ({ rows, columns, moments }) => {
    const layer = randomLayer(rows, columns);
    const running =
      moments === 'batch' ? undefined : { mean: layer.beta, variance: Array.from(layer.gamma, Math.abs) };
    const loss = (moved: Layer) =>
      Array.from(oracle.layer(moved, running).y, (y, i) => y * layer.dy[i]!).reduce((sum, v) => sum + v);
    const { dx, dgamma, dbeta } = oracle.layer(layer, running);
    for (const [operand, gradient] of [
      ['x', dx] as const,
      ['gamma', dgamma] as const,
      ['beta', dbeta] as const,
    ]) {
      const differences = Array.from(layer[operand], (_, i) => {
        const [up, down] = [STEP, -STEP].map((step) => {
          const values = Float64Array.from(layer[operand]);
          values[i]! += step;
          return loss({ ...layer, [operand]: values });
        });
        return (up! - down!) / (2 * STEP);
      });
      expectBlock(gradient, differences, 1e-7);
    }
  });
});
