import { propagate } from 'evenkeel/theory';

const network = { depth: 50, width: 100, activation: 'relu', networks: 20 };
const power = (ln) => (ln / Math.LN10).toFixed(1); // as a power of ten
for (const kernelVariance of [0.001, 0.01, 0.02, 0.1, 1]) {
  const { layers } = propagate({ ...network, kernelVariance });
  const [end, back] = [layers[49].forward, layers[0].backward];
  console.log(kernelVariance, power(end.q50), power(back.q50));
}
