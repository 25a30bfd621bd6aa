import { constant, diagnose, MLP, Rng } from 'evenkeel';

const x = new Rng(11).normal(200 * 64); // 200 rows of 64 inputs
const y = Array.from({ length: 200 }, (_, i) => i % 3);
function look(activation, kernelInitializer, value = 0) {
  const hidden = { units: 64, activation, kernelInitializer };
  hidden.biasInitializer = constant({ value });
  const output = { units: 3, activation: 'softmax' };
  const layers = [...Array(8).fill(hidden), output];
  const model = new MLP({ inputSize: 64, layers, seed: 1 });
  model.compile({ loss: 'crossEntropy' });
  const { verdict, layers: found } = diagnose(model, x, y);
  console.log(verdict, found[0].gradientRatio.toExponential(1));
}
look('sigmoid', 'torchLinear'); // change this line
