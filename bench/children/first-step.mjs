/** Runs what a program waits for: the import, a model, and a step of 784-256-10 on 128 rows. */
import { MLP, sgd } from '../../build/js/index.node.js';
import { x, y } from './batch.mjs';

const model = new MLP({
  inputSize: 784,
  layers: [
    { units: 256, activation: 'relu' },
    { units: 10, activation: 'softmax' },
  ],
  seed: 1,
});
model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }) });
const { loss } = model.trainOnBatch(x, y);
process.stdout.write(String(Number.isFinite(loss) ? performance.now() : loss));
