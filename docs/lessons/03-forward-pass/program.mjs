import { MLP } from 'evenkeel';
import { irisLecture as data } from 'evenkeel/lab';

const hidden = { units: 2, activation: 'relu' };
const output = { units: 3, activation: 'softmax' };
const model = new MLP({ inputSize: 2, layers: [hidden, output] });
model.setWeights([
  { kernel: [0.86, -1.04, 0.41, -0.65], bias: [0, 0] },
  { kernel: [0.32, 0.25, 0.14, -0.47, -1.06, 0.063], bias: [0, 0, 0] },
]);
model.compile({ loss: 'crossEntropy' });
const p = Array.from(model.predict(data.x), (value) => value.toFixed(3));
for (const i of [0, 3, 6]) console.log(...p.slice(i, i + 3));
console.log('loss', model.evaluate(data.x, data.y).loss.toFixed(3));
