import { type AbortSignalLike, throwIfAborted } from './abort.js';
import { host, now } from './platform.js';

/** Milliseconds between two yields. A page stays responsive, and in Node the yields cost less than 0.1 %. */
const LONGEST_TURN_MS = 30;

/** Largest number of batches between two readings of the clock. A reading costs a tiny network 5 % of its step. */
const LONGEST_STRIDE = 16;
/** Longest duration, in milliseconds, of a stride that may grow. After a longer one the clock is read after every batch again. */
const STRIDE_MS = 1;

/** Clock that tells when work must yield. */
export class Turn {
  #began = now();
  #looked = this.#began;
  #stride = 1;
  /** Number of batches until the next reading of the clock. */
  #left = 1;

  /** True once the turn has lasted 30 ms. */
  get isOver(): boolean {
    return now() - this.#began > LONGEST_TURN_MS;
  }

  /**
   * Returns the same as `isOver`, for calls after every batch. It notices the end up to one stride late if batches suddenly
   * become long.
   */
  isOverAfterBatch(): boolean {
    this.#left--;
    if (this.#left > 0) return false;
    const time = now();
    this.#stride = time - this.#looked < STRIDE_MS ? Math.min(2 * this.#stride, LONGEST_STRIDE) : 1;
    this.#left = this.#stride;
    this.#looked = time;
    return time - this.#began > LONGEST_TURN_MS;
  }

  /** Lets the event loop run once. */
  async pause(): Promise<void> {
    await nextTurn();
    this.#began = now();
    this.#looked = this.#began;
  }
}

/** Ways to continue in the next turn of the event loop, fastest first. Each throws if the host lacks its function. */
const waysToWait: readonly ((resolve: () => void) => void)[] = [
  (resolve) => host.setImmediate!(resolve),
  // A browser's setTimeout waits 4 ms each time; a message does not.
  (resolve) => {
    const { port1, port2 } = new host.MessageChannel!();
    let hops = 2;
    port1.onmessage = () => {
      // Chromium handles the first message before a timer that is due, but a second message after it.
      if (--hops > 0) return port2.postMessage(null);
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  },
  (resolve) => host.setTimeout!(resolve),
];

/** Resolves in the next turn of the event loop, or at once if the host has no way to wait for it. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    for (const wait of waysToWait) {
      try {
        wait(resolve);
        return;
      } catch {
        // The next way is tried.
      }
    }
    resolve();
  });
}

/**
 * Runs all steps and yields between them every 30 ms.
 *
 * @throws the signal's reason, after the step during which it was aborted
 */
export async function inTurns<T>(
  steps: Generator<void, T>,
  turn = new Turn(),
  signal?: AbortSignalLike,
): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (turn.isOver) await turn.pause();
    throwIfAborted(signal);
  }
}

/** Runs all steps without a pause. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
