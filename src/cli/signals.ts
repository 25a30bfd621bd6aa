/** What a shell reports for a program that the signal ended. */
export const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type EndingSignal = keyof typeof SIGNAL_STATUS;
export const endingSignals = Object.keys(SIGNAL_STATUS) as EndingSignal[];

/** npm passes a Ctrl-C on that the terminal has sent to the program as well: one that follows so soon is no second one. */
const ECHO_MS = 100;

export interface Interruption {
  readonly signal: AbortSignal;
  /** What to exit with: 0 as long as nothing came. */
  readonly status: number;
  /** Whether an error is what the signal ended the work with. */
  caused(error: unknown): boolean;
}

/**
 * Runs work that pauses often, and has Ctrl-C, SIGTERM or the end of the terminal abort its signal, so that what was computed
 * until then is kept. A second one ends the program at once. Before and after the work a first one does so.
 */
export async function interruptible<T>(work: (interrupt: Interruption) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupt = {
    signal,
    status: 0,
    caused: (error: unknown) => signal.aborted && error === signal.reason,
  };
  let came: number | undefined;
  const end = (ending: EndingSignal) => {
    const status = SIGNAL_STATUS[ending];
    if (came === undefined) {
      came = performance.now();
      interrupt.status = status;
      controller.abort();
    } else if (performance.now() - came > ECHO_MS) process.exit(status);
  };
  for (const ending of endingSignals) process.on(ending, end);
  try {
    return await work(interrupt);
  } finally {
    // What was interrupted is still to be shown and written, which the echo must not end.
    if (came === undefined) for (const ending of endingSignals) process.off(ending, end);
  }
}

/** Runs something short to its end: a signal that comes in between ends the program after it. */
export function uninterrupted<T>(run: () => T): T {
  const unheard = endingSignals.filter((ending) => process.listenerCount(ending) === 0);
  const end = (ending: EndingSignal) => process.exit(SIGNAL_STATUS[ending]);
  for (const ending of unheard) process.on(ending, end);
  try {
    return run();
  } finally {
    // By then the event loop has looked for signals.
    setImmediate(() => {
      for (const ending of unheard) process.off(ending, end);
    });
  }
}
