/** Bar for work that is counted in steps. It appears only on a terminal and is removed at the end. */
import { SingleBar } from 'cli-progress';
import { formatDuration } from '../format.js';
import { canMoveCursor, type ProgressStream } from '../node/progress-bar.js';

export interface WorkBar {
  /** Shows the present work, the number of completed steps and the total. */
  update(what: string, done: number, total: number): void;
  /** Restores the terminal. */
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
    // The terminal's own settings stay unchanged, so a killed program leaves nothing to restore.
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
