/** Maclaurin series: what tanh and the sigmoid look like near 0. */
import type { Activation } from '../../index.js';
import { example } from './example.js';
import { forward } from './networks.js';

/** Coefficients of a polynomial, the constant first. */
type Polynomial = readonly number[];

function product(a: Polynomial, b: Polynomial): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) out[i + j]! += x * y;
  return out;
}

const valueAt = (p: Polynomial, x: number) => p.reduceRight((sum, c) => sum * x + c, 0);

/**
 * Derivatives at 0 of a function that is the root of its own equation f′ = slope(f): each is a polynomial in f, so that the
 * next is its derivative times the slope.
 */
function derivativesAtZero(slope: Polynomial, atZero: number, order: number): number[] {
  const values: number[] = [];
  let f: Polynomial = [0, 1];
  for (let n = 0; n <= order; n++) {
    values.push(valueAt(f, atZero));
    f = product(
      f.slice(1).map((c, i) => c * (i + 1)),
      slope,
    );
  }
  return values;
}

const SIXTH = 1 / 6;
const activate = (activation: Activation, x: number) =>
  forward([{ kernel: [[1]], bias: [0], activation }], [[x]])[0]!.a[0]!;

export const tanhSeries = example('E3', { x0: 0 }, (replay, { x0 }) => {
  // tanh′ = 1 − tanh²
  const [f, f1, f2, f3] = derivativesAtZero([1, 0, -1], activate('tanh', x0), 3) as [
    number,
    number,
    number,
    number,
  ];
  replay.part('derivatives at 0', 'Derivatives at 0, with t = tanh x');
  replay.show('tanh(0)', f, 't');
  replay.show("tanh'(0)", f1, '1 − t²');
  replay.show("tanh''(0)", f2, '−2t + 2t³');
  replay.show("tanh'''(0)", f3, '−2 + 8t² − 6t⁴');
  replay.part('series', 'The series x − x³/3 + …');
  const cubic = replay.show('coefficient of x³', f3 * SIXTH, "tanh'''(0) / 3!", {
    note: 'The slide prints −x³/3!, which leaves out that the third derivative is -2: -2/3! = -1/3.',
  });
  const x = 0.1;
  replay.show('tanh(0.1)', activate('tanh', x));
  replay.show('0.1 − 0.1³/3', x + cubic * x * x * x, 'the right series');
  replay.show('0.1 − 0.1³/6', x - SIXTH * x * x * x, 'the printed one', {
    note: 'A hundred times further from tanh(0.1). The first term, tanh x ≈ x, is what Xavier rests on, and is right.',
  });
});

export const sigmoidSeries = example('E4', { x0: 0 }, (replay, { x0 }) => {
  // s′ = s − s²
  const [f, f1, f2, f3] = derivativesAtZero([0, 1, -1], activate('sigmoid', x0), 3) as [
    number,
    number,
    number,
    number,
  ];
  replay.part('derivatives at 0', 'Derivatives at 0, with s = sigmoid x');
  replay.show('sigmoid(0)', f, 's');
  replay.show("sigmoid'(0)", f1, 's − s²');
  replay.show("sigmoid''(0)", f2, 's − 3s² + 2s³');
  replay.part('series', 'The series 1/2 + x/4 − x³/48 + …');
  replay.show("sigmoid'''(0)", f3, 's − 7s² + 12s³ − 6s⁴');
  replay.show('coefficient of x³', f3 * SIXTH, "sigmoid'''(0) / 3!", {
    note: 'The slope of 1/4 is why the sigmoid needs weights four times as wide as tanh: 16/n in place of 1/n.',
  });
});
