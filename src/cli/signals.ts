/** Exit status that a shell reports for a program ended by the signal. */
export const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type EndingSignal = keyof typeof SIGNAL_STATUS;
export const endingSignals = Object.keys(SIGNAL_STATUS) as EndingSignal[];

/** Milliseconds in which a second Ctrl-C is ignored: the terminal sends it to the program, and npm passes it on again. */
const ECHO_MS = 100;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Exit status: 0 unless a signal arrived. */
  readonly status: number;
  /** Returns true for an error that the signal's abort caused. */
  caused(error: unknown): boolean;
}

/**
 * Runs work that yields often. Ctrl-C, SIGTERM or the end of the terminal aborts its signal, so that the results so far are kept. A
 * second signal ends the program at once. Before and after the work, the first signal does.
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
    // The results are still to be shown and written, which a repeated signal must not end.
    if (came === undefined) for (const ending of endingSignals) process.off(ending, end);
  }
}

/** Runs something short to its end; a signal in between ends the program afterwards. */
export function uninterrupted<T>(run: () => T): T {
  const unheard = endingSignals.filter((ending) => process.listenerCount(ending) === 0);
  const end = (ending: EndingSignal) => process.exit(SIGNAL_STATUS[ending]);
  for (const ending of unheard) process.on(ending, end);
  try {
    return run();
  } finally {
    // In its next turn, the event loop has handled all pending signals.
    setImmediate(() => {
      for (const ending of unheard) process.off(ending, end);
    });
  }
}
