/** Mean, variance and the uniform distribution, with numbers to check by hand. */
import { explain, heUniform, randomUniform, xavierSigmoid, xavierTanh } from '../../index.js';
import { example } from './example.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export const mean = example('E1', { X: [2, 8, 5, 4, 1, 4] }, (replay, { X }) => {
  replay.part('sample', 'Each value times its probability');
  const values = [...new Set(X)];
  const terms = values.map((value) => {
    const count = X.filter((other) => other === value).length;
    return replay.show(`${value}·P(${value})`, (value * count) / X.length, `${value} · ${count}/${X.length}`);
  });
  replay.show('E[X]', sum(terms), 'their sum');
});

export const variance = example('E2', { X: [5, 3, 6, 7, 4] }, (replay, { X }) => {
  replay.part('sample', 'Squared distances from the mean');
  const centre = replay.show('E[X]', sum(X) / X.length, '(5 + 3 + 6 + 7 + 4) / 5');
  const squares = X.map((value) => replay.show(`(${value} − E[X])²`, (value - centre) * (value - centre)));
  const spread = replay.show('var[X]', sum(squares) / X.length, 'their mean', {
    note: 'The population’s variance divides by N = 5. Divided by N − 1, as a sample’s, it would be 2.5.',
  });
  replay.show('σ', Math.sqrt(spread), '√var[X]');
});

const FAN = 100;
/** What an initializer promises of one unit with n inputs. */
const promised = (initializer: Parameters<typeof explain>[0]) => explain(initializer, [FAN, FAN]).expected!;

export const uniform = example('E21', { a: -1, b: 3, n: FAN }, (replay, { a, b }) => {
  const given = promised(randomUniform({ low: a, high: b }));
  replay.part('U(−1, 3)', 'U(a, b)');
  replay.show('mean', given.mean, '(a + b) / 2');
  replay.show('variance', given.variance, '(b − a)² / 12');
  const distribution = 'uniform';
  const tanh = promised(xavierTanh({ distribution }));
  replay.part('U(−r, r) for tanh', 'U(−r, r) that has the variance 1/n: Xavier for tanh');
  replay.show('r', tanh.limit, '√(3/n)');
  replay.show('variance', tanh.variance, 'r²/3');
  const sigmoid = promised(xavierSigmoid({ distribution }));
  replay.part('sigmoid', 'The variance 16/n: Xavier for the sigmoid');
  replay.show('r', sigmoid.limit, '4·√(3/n)');
  replay.show('variance', sigmoid.variance, 'r²/3');
  const he = promised(heUniform());
  replay.part('He', 'The variance 2/n: He');
  replay.show('r', he.limit, '√(6/n)');
  replay.show('variance', he.variance, 'r²/3');
});
