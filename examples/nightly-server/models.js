/** The model in service, and how a better one takes its place. */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { savedMetadata } from 'evenkeel';
import { encodeRow } from 'evenkeel/data';
import { loadPredictor } from 'evenkeel/predictor';

/** Makes a served model of the bytes of a file. Its `predict` takes objects with a value for each column. */
export function served(bytes) {
  const predictor = loadPredictor(bytes);
  const columns = JSON.parse(savedMetadata(bytes).columns);
  return {
    bytes,
    id: createHash('sha256').update(bytes).digest('hex').slice(0, 12),
    predict: (rows) => {
      const classes = predictor.predictClasses(rows.map((row) => encodeRow(columns, row)));
      return Array.from(classes, (index) => predictor.classNames[index]);
    },
  };
}

/** Reads the model that served before the last stop. Returns undefined if there is none. */
export async function readModel(file) {
  try {
    return served(await readFile(file));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Trains a model in a thread of its own, so that the server goes on answering.
 *
 * @returns the new model if it is at least as good as the present one on the held-out table, and the accuracies of both
 */
export async function retrain({ training, heldOut, target, present }) {
  const { bytes, accuracy, before } = await answerOf(
    new Worker(new URL('trainer.js', import.meta.url), {
      workerData: { training, heldOut, target, present: present?.bytes },
    }),
  );
  const better = before === undefined || accuracy >= before;
  return { accuracy, before, ...(better && { model: served(bytes) }) };
}

function answerOf(worker) {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the trainer ended with code ${code}`)));
  });
}

/** Writes a file so that a reader, or a start after a power cut, finds either the old content or the new one, never a part. */
export async function replaceFile(file, bytes) {
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

/** Returns the milliseconds until the next time the clock shows a full hour, such as 3 for three o'clock at night. */
export function untilHour(hour, now = new Date()) {
  const next = new Date(now);
  next.setHours(hour, 0, 0, 0);
  if (next <= now) next.setDate(next.getDate() + 1);
  return next - now;
}
