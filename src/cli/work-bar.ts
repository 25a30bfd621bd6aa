/** A bar for work that is counted in steps: on a terminal only, gone when it is done. */
import { SingleBar } from 'cli-progress';
import { formatDuration } from '../format.js';
import { canMoveCursor, type ProgressStream } from '../node/progress-bar.js';

export interface WorkBar {
  /** What is at work, how many steps are behind it, of how many. */
  update(what: string, done: number, total: number): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

const REDRAW_MS = 100;
const MILLISECONDS = 1000;

export function workBar(stream: ProgressStream = process.stderr): WorkBar {
  if (!canMoveCursor(stream)) return { update() {}, stop() {} };
  const bar = new SingleBar({
    stream: stream as NodeJS.WritableStream,
    format: '{what} {bar} {percentage} % {left} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    clearOnComplete: true,
    // A program that is killed has nothing to put back.
    hideCursor: false,
    linewrap: true,
  });
  const began = performance.now();
  let nextPicture = 0;
  let started = false;
  return {
    update(what, done, total) {
      const now = performance.now();
      if (now < nextPicture) return;
      nextPicture = now + REDRAW_MS;
      const left = ((now - began) / done / MILLISECONDS) * (total - done);
      const payload = { what, left: formatDuration(left) };
      if (started) bar.update(done, payload);
      else bar.start(total, done, payload);
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
