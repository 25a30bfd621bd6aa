/** Helpers of several files of checks. */
import { MLP, Rng, sgd } from 'evenkeel';

export async function caught(run) {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error, none came');
}

export function must(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

export function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

/** Fits for a while and counts how often the page gets its turn. */
export async function breathes(threads) {
  const rows = 2048;
  const x = new Rng(4).normal(rows * 784);
  const y = Uint8Array.from({ length: rows }, (_, row) => row % 10);
  const model = new MLP({
    inputSize: 784,
    layers: [
      { units: 256, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ],
    threads,
  });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.01 }) });
  const timer = stopwatch((again) => {
    const id = setInterval(again, 1);
    return () => clearInterval(id);
  });
  const frames = stopwatch((again) => {
    const frame = () => {
      again();
      id = requestAnimationFrame(frame);
    };
    let id = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(id);
  });
  const began = performance.now();
  try {
    await model.fit(x, y, { epochs: 40, batchSize: 128 });
  } finally {
    timer.stop();
    frames.stop();
    model.close();
  }
  const spent = performance.now() - began;
  must(spent > 150, `the fit took only ${spent.toFixed(0)} ms, which is too short to judge`);
  // A turn is 30 ms; a tick may have to wait for a frame or for a busy machine.
  must(
    timer.count >= Math.max(2, spent / 250),
    `the timer ran ${timer.count} times in ${spent.toFixed(0)} ms`,
  );
  must(frames.count >= 2, `the page was drawn ${frames.count} times in ${spent.toFixed(0)} ms`);
  const pauses = [timer, frames].map(({ longest }) => longest.toFixed(0));
  return `${spent.toFixed(0)} ms: ${timer.count} ticks, ${frames.count} frames, longest pauses ${pauses[0]} and ${pauses[1]} ms`;
}

/** Counts the calls that `repeat` makes and measures the longest time between two of them. */
function stopwatch(repeat) {
  let last = performance.now();
  const watch = { count: 0, longest: 0 };
  watch.stop = repeat(() => {
    watch.count += 1;
    watch.longest = Math.max(watch.longest, performance.now() - last);
    last = performance.now();
  });
  return watch;
}
