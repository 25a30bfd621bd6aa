import { MLP } from 'evenkeel';

const softmax = { units: 3, activation: 'softmax', useBias: false };
const layers = [{ units: 2, activation: 'relu' }, softmax];
const model = new MLP({ inputSize: 2, layers, backend: 'javascript64' });
const m = { kernel: [0.86, -1.04, 0.41, -0.65], bias: [0, 0] };
const w = { kernel: [0.32, 0.25, 0.14, -0.47, -1.06, 0.063] };
model.setWeights([m, w]);
model.compile({ loss: 'crossEntropy' });
const [x, y] = [[[1.5, 0.2]], [0]];
const { loss, layers: g } = model.gradients(x, y);
for (const { kernel: k } of g) console.log(...k.map((v) => +v.toFixed(3)));
w.kernel[0] += 0.001; // nudge one weight and see what the loss does
model.setWeights([m, w]);
console.log('rise', ((model.evaluate(x, y).loss - loss) * 1000).toFixed(3));
