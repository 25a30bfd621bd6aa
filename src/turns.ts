import { type AbortSignalLike, throwIfAborted } from './abort.js';
import { host, now } from './platform.js';

/** How long work may keep the thread: a page stays usable, and a pause costs Node under 0.1 %. */
const LONGEST_TURN_MS = 30;

/** Batches between two looks at the clock while they are short: a look costs a tiny network a twentieth of its step. */
const LONGEST_STRIDE = 16;
/** What a stride takes at most; after a longer one every batch is looked at again. */
const STRIDE_MS = 1;

/** The time that work may keep the thread. */
export class Turn {
  #began = now();
  #looked = this.#began;
  #stride = 1;
  /** Batches before the next look. */
  #left = 1;

  get isOver(): boolean {
    return now() - this.#began > LONGEST_TURN_MS;
  }

  /** The same, asked after every batch. Where batches become long at once it is noticed a stride late. */
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

/** Ways to be called in the next turn of the event loop, the quickest first; each throws where the host does not have it. */
const waysToWait: readonly ((resolve: () => void) => void)[] = [
  (resolve) => host.setImmediate!(resolve),
  // A browser's setTimeout waits 4 ms each time, a message does not.
  (resolve) => {
    const { port1, port2 } = new host.MessageChannel!();
    let hops = 2;
    port1.onmessage = () => {
      // Chromium lets a message go before a timer that came due in the turn, but a second message after it.
      if (--hops > 0) return port2.postMessage(null);
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  },
  (resolve) => host.setTimeout!(resolve),
];

/** Resolves in the next turn of the event loop; at once where the host has no way to wait for one. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    for (const wait of waysToWait) {
      try {
        wait(resolve);
        return;
      } catch {
        // The next way.
      }
    }
    resolve();
  });
}

/**
 * Runs all steps, and pauses between them when a turn is over.
 *
 * @throws the signal's reason, after the step in which it came
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
