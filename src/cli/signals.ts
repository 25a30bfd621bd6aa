/** What a shell reports for a program that the signal ended. */
export const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;
export type EndingSignal = keyof typeof SIGNAL_STATUS;
export const endingSignals = Object.keys(SIGNAL_STATUS) as EndingSignal[];

/** A signal that Ctrl-C aborts: what was computed until then is kept. The second one ends the program at once. */
export function interruption(): { readonly signal: AbortSignal; readonly status: number } {
  const controller = new AbortController();
  const state = { signal: controller.signal, status: 0 };
  for (const signal of endingSignals) {
    process.once(signal, () => {
      state.status = SIGNAL_STATUS[signal];
      controller.abort();
    });
  }
  return state;
}
