/** What a shell reports for a program that the signal ended. */
export const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;
export type EndingSignal = keyof typeof SIGNAL_STATUS;
export const endingSignals = Object.keys(SIGNAL_STATUS) as EndingSignal[];

export interface Interruption {
  readonly signal: AbortSignal;
  /** What to exit with: 0 as long as nothing came. */
  readonly status: number;
  /** Whether it is what an error came of. */
  caused(error: unknown): boolean;
}

/** A signal that Ctrl-C aborts: what was computed until then is kept. The second one ends the program at once. */
export function interruption(): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const state = {
    signal,
    status: 0,
    caused: (error: unknown) => signal.aborted && error === signal.reason,
  };
  for (const ending of endingSignals) {
    process.once(ending, () => {
      state.status = SIGNAL_STATUS[ending];
      controller.abort();
    });
  }
  return state;
}
