/** Worker that trains a network on drawings. It answers with the progress and, at the end, with the bytes of the model. */
import { adam, MLP } from 'evenkeel';
import { useSaving } from 'evenkeel/extras';
import { pixelsOf, SIDE } from './strokes.js';

useSaving();

const EPOCHS = 30;
const PIXELS = SIDE * SIDE;
/** Ways in which every drawing is turned and squeezed: a network learns little from three drawings, and more from 45. */
const changes = [-0.2, -0.1, 0, 0.1, 0.2].flatMap((turn) =>
  [0.8, 1, 1.25].map((narrow) => ({ turn, narrow })),
);

let training = new AbortController();

addEventListener('message', async ({ data: { request, drawings, classes } }) => {
  training.abort(); // A newer request makes the present training useless.
  training = new AbortController();
  const { signal } = training;
  try {
    const bytes = await train(drawings, classes, signal, (progress) => postMessage({ request, progress }));
    postMessage({ request, bytes });
  } catch (error) {
    if (!signal.aborted) postMessage({ request, error: error.message });
  }
});

/** Returns the bytes of a model, or undefined if the drawings are of fewer than two classes. */
async function train(drawings, classes, signal, onProgress) {
  if (new Set(drawings.map(({ label }) => label)).size < 2) return undefined;
  const x = new Uint8ClampedArray(drawings.length * changes.length * PIXELS);
  const y = drawings.flatMap(({ label }) => changes.map(() => label));
  const pictures = drawings.flatMap(({ strokes }) => changes.map((change) => pixelsOf(strokes, change)));
  for (const [i, picture] of pictures.entries()) x.set(picture, i * PIXELS);

  const model = new MLP({
    inputSize: PIXELS,
    layers: [
      { units: 64, activation: 'relu', dropout: 0.2 },
      { units: classes, activation: 'softmax' },
    ],
    inputScaling: 'unit',
    seed: 1,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.002 }) });
  try {
    const onEpochEnd = ({ epoch }) => onProgress(epoch / EPOCHS);
    await model.fit(x, y, { epochs: EPOCHS, signal, onEpochEnd });
    return model.save({ weightsOnly: true });
  } finally {
    model.close();
  }
}
