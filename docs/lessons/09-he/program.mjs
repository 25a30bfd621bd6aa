import { Rng } from 'evenkeel';
import { propagate } from 'evenkeel/theory';

const z = new Rng(9).normal(100_000);
const mean = (f) => z.reduce((sum, value) => sum + f(value), 0) / z.length;
const relu = (value) => Math.max(0, value);
console.log('mean of z²', mean((v) => v ** 2).toFixed(2));
console.log('mean of relu(z)²', mean((v) => relu(v) ** 2).toFixed(2));
console.log('mean of relu(z)', mean(relu).toFixed(2));
const network = { depth: 10, width: 100, activation: 'relu', networks: 50 };
for (const scale of [1, 2, 4]) {
  const { layers } = propagate({ ...network, kernelVariance: scale / 100 });
  const variance = Math.exp(layers[9].forward.q50);
  console.log(`${scale}/n, layer 10:`, variance.toFixed(4));
}
