import { Rng } from 'evenkeel';
import { statistics } from 'evenkeel/theory';

const P = new Map(); // how often each value occurs
for (const x of [2, 8, 5, 4, 1, 4]) P.set(x, (P.get(x) ?? 0) + 1 / 6);
const mean = [...P].reduce((sum, [x, p]) => sum + x * p, 0);
console.log('P(4)', P.get(4).toFixed(3), 'E[X]', mean.toFixed(3));

const u = new Rng(6).uniform(100_000, { low: -1, high: 1 });
const v = new Rng(7).normal(100_000, { mean: 2 });
const variance = (f) => statistics.variance(u.map(f)).toFixed(2);
console.log('var U', variance((value) => value));
console.log('var(U + V)', variance((value, i) => value + v[i]));
console.log('var(U · V)', variance((value, i) => value * v[i]));
