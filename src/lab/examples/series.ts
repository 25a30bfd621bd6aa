/** Examples of Maclaurin series: the shape of tanh and the sigmoid near 0. */
import { statistics } from '../../theory/index.js';
import { example } from './example.js';
import { forward } from './networks.js';

/** Returns f(0), f′(0), f″(0), f‴(0), which are the coefficients times k!. */
function derivativesAtZero(activation: 'tanh' | 'sigmoid'): [number, number, number, number] {
  const [c0, c1, c2, c3] = statistics.maclaurin(activation, 3);
  return [c0!, c1!, 2 * c2!, 6 * c3!];
}

export const tanhSeries = /* @__PURE__ */ example('E3', { x0: 0 }, (replay) => {
  const [f, f1, f2, f3] = derivativesAtZero('tanh');
  replay.part('derivatives at 0', 'Derivatives at 0, with t = tanh x');
  replay.show('tanh(0)', f, 't');
  replay.show("tanh'(0)", f1, '1 − t²');
  replay.show("tanh''(0)", f2, '−2t + 2t³');
  replay.show("tanh'''(0)", f3, '−2 + 8t² − 6t⁴');
  replay.part('series', 'The series x − x³/3 + …');
  const cubic = replay.show('coefficient of x³', f3 / 6, "tanh'''(0) / 3!", {
    note: 'The slide prints −x³/3!, which omits that the third derivative is -2: -2/3! = -1/3.',
  });
  const x = 0.1;
  const [unit] = forward([{ kernel: [[1]], bias: [0], activation: 'tanh' }], [[x]]);
  replay.show('tanh(0.1)', unit!.a[0]!);
  replay.show('0.1 − 0.1³/3', x + cubic * x * x * x, 'the correct series');
  replay.show('0.1 − 0.1³/6', x - (x * x * x) / 6, 'the printed series', {
    note: 'This is a hundred times further from tanh(0.1). Xavier uses only the first term, tanh x ≈ x, which is right.',
  });
});

export const sigmoidSeries = /* @__PURE__ */ example('E4', { x0: 0 }, (replay) => {
  const [f, f1, f2, f3] = derivativesAtZero('sigmoid');
  replay.part('derivatives at 0', 'Derivatives at 0, with s = sigmoid x');
  replay.show('sigmoid(0)', f, 's');
  replay.show("sigmoid'(0)", f1, 's − s²');
  replay.show("sigmoid''(0)", f2, 's − 3s² + 2s³');
  replay.part('series', 'The series 1/2 + x/4 − x³/48 + …');
  replay.show("sigmoid'''(0)", f3, 's − 7s² + 12s³ − 6s⁴');
  replay.show('coefficient of x³', f3 / 6, "sigmoid'''(0) / 3!", {
    note: 'Because of the slope 1/4, the sigmoid needs weights four times as wide as tanh: 16/n in place of 1/n.',
  });
});
