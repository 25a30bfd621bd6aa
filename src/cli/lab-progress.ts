/** How an experiment shows that it goes on: a bar with the time left on a terminal, a line for each stage elsewhere. */
import { SingleBar } from 'cli-progress';
import { formatDuration } from '../node/format.js';
import { canMoveCursor } from '../node/progress-bar.js';

export interface ExperimentProgress {
  onProgress(done: number, total: number): void;
  /** What is at work, in a few words. */
  stage(text: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const MILLISECONDS = 1000;

export function experimentProgress(id: string, stream: NodeJS.WriteStream): ExperimentProgress {
  return canMoveCursor(stream) ? bar(id, stream) : lines(id, stream);
}

function bar(id: string, stream: NodeJS.WriteStream): ExperimentProgress {
  const began = performance.now();
  let nextPicture = began + REDRAW_MS;
  let what = id;
  const drawn = new SingleBar({
    stream,
    format: '{what} {bar} {percentage} %{left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: BAR_WIDTH,
    fps: MILLISECONDS / REDRAW_MS,
    clearOnComplete: true,
    // The terminal's own settings stay as they are: a program that is killed has nothing to put back.
    hideCursor: false,
    linewrap: true,
  });
  drawn.start(1, 0, { what, left: '' });
  return {
    onProgress(done, total) {
      const now = performance.now();
      if (now < nextPicture || done <= 0) return;
      nextPicture = now + REDRAW_MS;
      const seconds = ((now - began) / MILLISECONDS) * (total / done - 1);
      drawn.setTotal(total);
      drawn.update(done, { what, left: `, ${formatDuration(seconds)} left` });
    },
    stage(text) {
      what = `${id} ${text}`;
    },
    stop: () => drawn.stop(),
  };
}

function lines(id: string, stream: NodeJS.WritableStream): ExperimentProgress {
  return {
    onProgress() {},
    stage: (text) => stream.write(`${id} ${text}\n`),
    stop() {},
  };
}
