/** Trains a small head on sentence embeddings. It sorts messages by what they are about. */
import { readFile, writeFile } from 'node:fs/promises';
import { adamw, MLP } from 'evenkeel';
import { trainTestSplit } from 'evenkeel/data';
import { loadPredictor } from 'evenkeel/predictor';
import { embed, SIZE } from './embed.js';

const messages = JSON.parse(await readFile(new URL('messages.json', import.meta.url), 'utf8'));
const classNames = Object.keys(messages);
const labels = classNames.flatMap((name, label) => messages[name].map(() => label));
const { xTrain, yTrain, xTest, yTest } = trainTestSplit(await embed(Object.values(messages).flat()), labels, {
  inputSize: SIZE,
  testSize: 0.25,
  stratify: true,
});

// Embeddings need no scaling and, for few messages, no hidden layer. Weight decay helps, since there are more weights than messages.
const head = new MLP({
  inputSize: SIZE,
  layers: [{ units: classNames.length, activation: 'softmax' }],
  seed: 1,
});
head.compile({
  loss: 'crossEntropy',
  optimizer: adamw({ learningRate: 0.01, weightDecay: 0.1 }),
  metrics: ['accuracy'],
});
await head.fit(xTrain, yTrain, { epochs: 60, batchSize: 16 });
const { accuracy } = head.evaluate(xTest, yTest);
console.log(`accuracy on ${yTest.length} held-out messages: ${accuracy.toFixed(2)}`);

const file = new URL('head.safetensors', import.meta.url);
await writeFile(file, head.save({ weightsOnly: true, metadata: { classNames: JSON.stringify(classNames) } }));

// A service needs only the file and the predictor.
const predictor = loadPredictor(await readFile(file));
for (const text of [
  'The parcel has not come',
  'I want to return the broken shoes',
  'My password is wrong, I cannot log in',
]) {
  const probabilities = predictor.predict(await embed([text]));
  const best = probabilities.indexOf(Math.max(...probabilities));
  console.log(`${text} → ${predictor.classNames[best]}, ${(100 * probabilities[best]).toFixed(0)} %`);
}
