/** What a shell reports for a program that the signal ended. */
export const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;
export type EndingSignal = keyof typeof SIGNAL_STATUS;
export const endingSignals = Object.keys(SIGNAL_STATUS) as EndingSignal[];
