/** Trains for an epoch on the floats and prints the peak of its memory, in bytes. */
import { readFileSync } from 'node:fs';
import { MLP, sgd } from '../../build/js/index.node.js';
import { peakMemory, readFloats } from './floats.mjs';

const [, , images, labels] = process.argv;
const [x, y] = [readFloats(images), new Uint8Array(readFileSync(labels))];
const model = new MLP({
  inputSize: x.length / y.length,
  layers: [
    { units: 256, activation: 'relu' },
    { units: 10, activation: 'softmax' },
  ],
  seed: 1,
});
model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }) });
const history = await model.fit(x, y, { epochs: 1, batchSize: 128 });
process.stdout.write(JSON.stringify({ peak: peakMemory(), last: x.at(-1), loss: history.loss[0] }));
