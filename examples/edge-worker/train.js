/** Trains a model on iris and writes it beside the worker. */
import { writeFile } from 'node:fs/promises';
import { adam, MLP } from 'evenkeel';
import { iris } from 'evenkeel/data';

const model = new MLP({
  inputSize: 4,
  layers: [
    { units: 16, activation: 'relu' },
    { units: 3, activation: 'softmax' },
  ],
  inputScaling: 'zScore',
  seed: 42,
});
model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }), metrics: ['accuracy'] });
await model.fit(iris.x, iris.y, { epochs: 50, batchSize: 16 });
console.log(model.evaluate(iris.x, iris.y));

const metadata = { classNames: JSON.stringify(iris.classNames) };
await writeFile(new URL('iris.safetensors', import.meta.url), model.save({ weightsOnly: true, metadata }));
