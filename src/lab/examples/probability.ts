/** Examples of mean, variance and the uniform distribution, with numbers to check by hand. */
import { explainInitializer, heUniform, type Initializer } from '../../index.js';
import { xavierSigmoid, xavierTanh } from '../../initializers/lectures.js';
import { statistics } from '../../theory/index.js';
import { example } from './example.js';

export const mean = /* @__PURE__ */ example('E1', { X: [2, 8, 5, 4, 1, 4] }, (replay, { X }) => {
  replay.part('sample', 'Each value times its probability');
  const { values, counts, probabilities } = statistics.distribution(X);
  for (const [i, value] of values.entries()) {
    replay.show(`${value}·P(${value})`, value * probabilities[i]!, `${value} · ${counts[i]}/${X.length}`);
  }
  replay.show('E[X]', statistics.expectation(values, probabilities), 'sum of the products', {
    note: 'Slide 15 misprints the sum: it runs over the six places i, so that 4 with its 2/6 counts twice. With it the sum would be 32/6 = 5.33. The sum above runs over the five different values.',
  });
});

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

export const variance = /* @__PURE__ */ example(
  'E2',
  { X: [5, 3, 6, 7, 4], Y: [2, 8, 5, 4, 1, 4] },
  (replay, { X, Y }) => {
    replay.part('sample', 'Squared distances from the mean');
    const centre = replay.show('E[X]', statistics.mean(X), '(5 + 3 + 6 + 7 + 4) / 5');
    for (const value of X) replay.show(`(${value} − E[X])²`, (value - centre) * (value - centre));
    replay.show('var[X]', statistics.variance(X), 'mean of the squared distances', {
      note: 'The population variance divides by N = 5. The sample variance, which divides by N − 1, would be 2.5.',
    });
    replay.show('σ', statistics.standardDeviation(X), '√var[X]');
    replay.part('product', 'var(XY) of independent X and Y: each of the 30 pairs is equally likely');
    const [x, y] = [X, Y].map((sample) => ({
      mean: statistics.mean(sample),
      variance: statistics.variance(sample),
    })) as [Moments, Moments];
    replay.show('E[Y]', y.mean, '(2 + 8 + 5 + 4 + 1 + 4) / 6', { expected: 4 });
    replay.show('var[Y]', y.variance, 'mean of (Y − 4)²', { expected: 5 });
    replay.show('var X · var Y', x.variance * y.variance, '2 · 5', { expected: 10 });
    replay.show('var X · (E[Y])²', x.variance * y.mean * y.mean, '2 · 4²', { expected: 32 });
    replay.show('var Y · (E[X])²', y.variance * x.mean * x.mean, '5 · 5²', {
      expected: 125,
      note: 'Slide 19 misprints this term as var Y · (E[Y])². With it the sum would be 122.',
    });
    replay.show('var(XY)', statistics.productVariance(x, y), '10 + 32 + 125', { expected: 167 });
    const products = X.flatMap((one) => Y.map((other) => one * other));
    replay.show('var(XY), counted', statistics.variance(products), 'over the 30 products', { expected: 167 });
  },
);

const FAN = 100;
/** Returns the predicted moments of an initializer for a unit with FAN inputs. */
const promised = (initializer: Initializer) => explainInitializer(initializer, [FAN, FAN]).expected!;

export const uniform = /* @__PURE__ */ example('E21', { a: -1, b: 3, n: FAN }, (replay, { a, b }) => {
  const given = statistics.uniform({ low: a, high: b });
  replay.part('U(−1, 3)', 'U(a, b)');
  replay.show('mean', given.mean, '(a + b) / 2');
  replay.show('variance', given.variance, '(b − a)² / 12');
  const distribution = 'uniform';
  const tanh = promised(xavierTanh({ distribution }));
  replay.part('U(−r, r) for tanh', 'U(−r, r) with variance 1/n: Xavier for tanh');
  replay.show('r', tanh.limit, '√(3/n)');
  replay.show('variance', tanh.variance, 'r²/3');
  const sigmoid = promised(xavierSigmoid({ distribution }));
  replay.part('sigmoid', 'U(−r, r) with variance 16/n: Xavier for the sigmoid');
  replay.show('r', sigmoid.limit, '4·√(3/n)');
  replay.show('variance', sigmoid.variance, 'r²/3');
  const he = promised(heUniform());
  replay.part('He', 'U(−r, r) with variance 2/n: He');
  replay.show('r', he.limit, '√(6/n)');
  replay.show('variance', he.variance, 'r²/3');
});
