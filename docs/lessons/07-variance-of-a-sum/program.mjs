import { Rng } from 'evenkeel';
import { statistics } from 'evenkeel/theory';

const rng = new Rng(7);
for (const n of [1, 4, 16, 64, 256]) {
  const std = 1; // standard deviation of the weights
  const sums = [];
  for (let i = 0; i < 4000; i++) {
    const x = rng.split('input').split(i).normal(n);
    const w = rng.split('weight').split(i).normal(n, { std });
    sums.push(x.reduce((sum, value, k) => sum + value * w[k], 0));
  }
  console.log(n, statistics.standardDeviation(sums).toFixed(2));
}
