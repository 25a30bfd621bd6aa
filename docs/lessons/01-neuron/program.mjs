import { MLP } from 'evenkeel';

const model = new MLP({ inputSize: 2, layers: [{ units: 3 }] });
const w = [0.5, -1, 2, 1, 0, 0.25]; // a row for each of the 2 inputs
const bias = [0.25, 0.5, -1];
model.setWeights([{ kernel: w, bias }]);
const rows = [[2, -1], [0, 4]];
console.log('library', ...model.predict(rows));
for (const [a, b] of rows) {
  const z = [0, 1, 2].map((j) => a * w[j] + b * w[3 + j] + bias[j]);
  console.log('by hand', ...z);
}
console.log('parameters', w.length + bias.length);
