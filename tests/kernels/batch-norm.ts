/** Runs the kernels of batch norm between canaries, and a layer made of them. */
import type { Address, Kernels } from '../../src/backend/kernels.js';
import type { Elements } from '../../src/backend/names.js';
import type { Sandbox } from './sandbox.js';

export const EPSILON = 1e-5;

/** Values by name of the operand: whole matrices, or one value per column. */
export type Operands = Record<string, ArrayLike<number>>;
type At = Record<string, Address>;

/** A kernel that computes a matrix element by element. */
export interface Elementwise {
  readonly name: string;
  readonly matrices: readonly string[];
  readonly rows: readonly string[];
  call(k: Kernels, out: Address, at: At, rows: number, columns: number, share: number): void;
  /** Returns the exact value of an element, and the sum of the magnitudes that are rounded on the way to it. */
  value(at: (operand: string) => number, share: number): readonly [value: number, rounded: number];
}

export const forward: Elementwise = {
  name: 'batch_norm_forward',
  matrices: ['x'],
  rows: ['mean', 'inverse', 'gamma', 'beta'],
  call: (k, y, { x, mean, inverse, gamma, beta }, rows, columns) =>
    k.batch_norm_forward(y, x!, mean!, inverse!, gamma!, beta!, rows, columns),
  value: (at) => {
    const product = at('gamma') * (at('x') - at('mean')) * at('inverse');
    const value = product + at('beta');
    return [value, 3 * Math.abs(product) + Math.abs(value)];
  },
};

export const backward: Elementwise = {
  name: 'batch_norm_backward',
  matrices: ['dy', 'x'],
  rows: ['mean', 'inverse', 'gamma', 'dgamma', 'dbeta'],
  call: (k, dx, { dy, x, mean, inverse, gamma, dgamma, dbeta }, rows, columns, share) =>
    k.batch_norm_backward(dx, dy!, x!, mean!, inverse!, gamma!, dgamma!, dbeta!, rows, columns, share),
  value: (at, share) => {
    const product = (at('x') - at('mean')) * at('inverse') * at('dgamma');
    const sum = product + at('dbeta');
    const inner = at('dy') - share * sum;
    const factor = at('gamma') * at('inverse');
    const shared = share * (3 * Math.abs(product) + 2 * Math.abs(sum));
    return [factor * inner, Math.abs(factor) * (shared + 3 * Math.abs(inner))];
  },
};

interface Moments {
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

export type Layer = Readonly<Record<'x' | 'dy' | 'gamma' | 'beta', ArrayLike<number>>>;

/** Runs kernels. `offset` moves operands off their 16-byte boundaries by about so many elements, each a little differently. */
export class BatchNorm {
  constructor(readonly box: Sandbox) {}

  moments(x: ArrayLike<number>, rows: number, columns: number, offset = 0) {
    const { box } = this;
    box.clear();
    const from = box.input(x, offset);
    const [mean, variance] = [box.output(columns, 3 - offset), box.output(columns, offset)];
    box.backend.kernels.column_moments(mean, variance, from, rows, columns, box.bytes(16 * columns));
    box.check();
    return { mean: box.read(mean, columns), variance: box.read(variance, columns) };
  }

  inverse(variance: ArrayLike<number>): Elements {
    const { box } = this;
    box.clear();
    const out = box.output(variance.length);
    box.backend.kernels.inverse_deviation(out, box.input(variance, 1), variance.length, EPSILON);
    box.check();
    return box.read(out, variance.length);
  }

  blend(y: ArrayLike<number>, x: ArrayLike<number>, keep: number, add: number, offset = 0): Elements {
    const { box } = this;
    box.clear();
    const at = box.inPlace(y, offset);
    box.backend.kernels.blend(at, box.input(x, 3 - offset), y.length, keep, add);
    box.check();
    return box.read(at, y.length);
  }

  /** Runs an elementwise kernel; `onto` is the operand that the output overwrites. */
  run(c: Elementwise, operands: Operands, rows: number, columns: number, share = 0, offset = 0, onto = '') {
    const { box } = this;
    box.clear();
    const at: At = {};
    Object.entries(operands).forEach(([operand, values], i) => {
      const shift = (offset * (i + 1)) % 4;
      at[operand] = operand === onto ? box.inPlace(values, shift) : box.input(values, shift);
    });
    const out = at[onto] ?? box.output(rows * columns, offset);
    c.call(box.backend.kernels, out, at, rows, columns, share);
    box.check();
    return box.read(out, rows * columns);
  }

  gradients({ dy, x, mean, inverse }: Operands, rows: number, columns: number, offset = 0) {
    const { box } = this;
    box.clear();
    const upstream = box.input(dy!, offset);
    const from = box.input(x!, 3 - offset);
    const centre = box.input(mean!, offset);
    const spread = box.input(inverse!);
    const [dgamma, dbeta] = [box.output(columns, offset), box.output(columns, 1)];
    const scratch = box.bytes(16 * columns);
    box.backend.kernels.batch_norm_gradients(
      dgamma,
      dbeta,
      upstream,
      from,
      centre,
      spread,
      rows,
      columns,
      scratch,
    );
    box.check();
    return { dgamma: box.read(dgamma, columns), dbeta: box.read(dbeta, columns) };
  }

  /** Runs the layer forward and backward, with the moments of x or with running moments. */
  layer({ x, dy, gamma, beta }: Layer, running?: Moments) {
    const columns = gamma.length;
    const rows = x.length / columns;
    const { mean, variance } = running ?? this.moments(x, rows, columns);
    const inverse = this.inverse(variance);
    const y = this.run(forward, { x, mean, inverse, gamma, beta }, rows, columns);
    const gradients = this.gradients({ dy, x, mean, inverse }, rows, columns);
    const operands = { dy, x, mean, inverse, gamma, ...gradients };
    const dx = this.run(backward, operands, rows, columns, running ? 0 : 1 / rows);
    return { mean, variance, y, ...gradients, dx };
  }
}

/** Computes moments by their definition: sums in f64 over ascending rows, the mean first. */
export function momentsOf(x: ArrayLike<number>, rows: number, columns: number) {
  const column = (c: number) => Array.from({ length: rows }, (_, r) => x[r * columns + c]!);
  const mean = Array.from({ length: columns }, (_, c) => column(c).reduce((sum, v) => sum + v, 0) / rows);
  const variance = mean.map((m, c) => column(c).reduce((sum, v) => sum + (v - m) ** 2, 0) / rows);
  return { mean, variance };
}
