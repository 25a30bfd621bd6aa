/**
 * Worker thread that trains a new model on the training table, and answers with its file and its accuracy on the held-out table, beside
 * that of the present model.
 */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { adam, MLP, savedMetadata } from 'evenkeel';
import { readCsv } from 'evenkeel/data';
import { accuracy } from 'evenkeel/metrics';
import { loadPredictor } from 'evenkeel/predictor';

const { training, heldOut, target, present } = workerData;

const bytes = await train();
const test = await readFile(heldOut, 'utf8');
parentPort.postMessage({
  bytes,
  accuracy: accuracyOf(bytes, test),
  before: present && accuracyOf(present, test),
});

async function train() {
  const { x, y, inputSize, classNames, columns } = readCsv(await readFile(training, 'utf8'), {
    target,
    name: training,
  });
  const model = new MLP({
    inputSize,
    layers: [
      { units: 16, activation: 'relu' },
      { units: classNames.length, activation: 'softmax' },
    ],
    inputScaling: 'tabular',
    seed: 1,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }) });
  await model.fit(x, y, { epochs: 60, batchSize: 16 });
  const metadata = { columns: JSON.stringify(columns), classNames: JSON.stringify(classNames) };
  return model.save({ weightsOnly: true, metadata });
}

/** Returns a model's accuracy on a table, which is read as the model's own training table was. */
function accuracyOf(bytes, text) {
  const columns = JSON.parse(savedMetadata(bytes).columns);
  const { x, y } = readCsv(text, { like: { columns }, name: heldOut });
  return accuracy(y, loadPredictor(bytes).predictClasses(x));
}
