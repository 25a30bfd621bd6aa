/** Measurements of the contest: training steps a second on this machine. */
import { MLP, type MLPOptions, Rng } from 'evenkeel';
import { useFused, useJavascript, useThreads } from 'evenkeel/extras';
import type { ViewEngine } from '../../engine/view.js';
import { type Contest, contests, LOSS_STEPS, type Measurement, type Way, wayNames } from './contest.js';

/** Rounds of a measurement, and the least time of each. */
const ROUNDS = 9;
const ROUND_MS = 40;
const SEED = 1;

/** Options of the model for each way. */
const options: Record<Way, Partial<MLPOptions>> = {
  portable: {},
  fused: { arithmetic: 'fused' },
  threads: { threads: 'auto' },
  javascript: { backend: 'javascript' },
};

/** Pieces are measurements so far, or undefined while threads are at work. */
export const engine: ViewEngine<undefined, Measurement | undefined> = {
  *slow() {
    useFused();
    useThreads();
    useJavascript();
    for (const [c, contest] of contests.entries()) {
      // The ways take turns round by round, so that other work on the machine slows all of them alike.
      let running = wayNames.filter((way) => way !== 'threads').map((way) => measure(c, contest, way));
      while (running.length > 0) {
        const rounds = running.map((run) => run.next());
        for (const round of rounds) if (!round.done) yield round.value;
        running = running.filter((_, i) => !rounds[i]!.done);
      }
      yield* measureThreads(c, contest);
    }
  },
};

/** Returns the network of a contest, and a batch for it. */
export function make({ inputSize, units, classes, batchSize }: Contest, way: Way) {
  const model = new MLP({
    inputSize,
    layers: [
      { units, activation: 'relu' },
      { units: classes, activation: 'softmax' },
    ],
    seed: SEED,
    ...options[way],
  } as MLPOptions);
  model.compile({ loss: 'crossEntropy', optimizer: { name: 'sgd', learningRate: 0.01 } as never });
  const rng = new Rng(SEED).split('bench');
  const x = rng.uniform(inputSize * batchSize, { low: -1, high: 1 }) as Float32Array;
  const y = Uint8Array.from({ length: batchSize }, (_, i) => i % classes);
  return { model, x, y };
}

/** Yields the measurement of a way after each round. */
function* measure(contest: number, given: Contest, way: Way): Generator<Measurement, void> {
  const { model, x, y } = make(given, way);
  // The first steps warm up the engine's compilers.
  for (let step = 0; step < LOSS_STEPS; step++) model.trainOnBatch(x, y);
  const { loss } = model.evaluate(x, y);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    let steps = 0;
    let spent = 0;
    while (spent < ROUND_MS) {
      model.trainOnBatch(x, y);
      steps += 1;
      spent = performance.now() - began;
    }
    rates.push((1000 * steps) / spent);
    yield { contest, way, rate: Math.max(...rates), loss };
  }
}

/** Yields the measurement of threads. They work only in `fit`, which is asynchronous, so that it comes as a whole. */
function* measureThreads(contest: number, given: Contest): Generator<Measurement | undefined, void> {
  let result: Measurement | undefined;
  const done = (value: Omit<Measurement, 'contest' | 'way'>) => {
    result = { contest, way: 'threads', ...value };
  };
  fitWithThreads(given).then(done, (error: Error) => done({ reason: error.message }));
  while (result === undefined) yield undefined;
  yield result;
}

async function fitWithThreads(given: Contest): Promise<Pick<Measurement, 'rate' | 'loss' | 'reason'>> {
  const { model, x, y } = make(given, 'threads');
  const { batchSize } = given;
  try {
    const { count, reason } = model.threads;
    if (count < 2) return { reason: reason ?? 'this machine has one core' };
    const train = (epochs: number) => model.fit(x, y, { epochs, batchSize, shuffle: false });
    await train(LOSS_STEPS);
    const { loss } = model.evaluate(x, y);
    const rates: number[] = [];
    for (let round = 0, epochs = LOSS_STEPS; round < ROUNDS; round++) {
      const began = performance.now();
      await train(epochs);
      const spent = performance.now() - began;
      rates.push((1000 * epochs) / spent);
      epochs = Math.max(1, Math.round((epochs * ROUND_MS) / spent));
    }
    return { rate: Math.max(...rates), loss };
  } finally {
    model.close();
  }
}
