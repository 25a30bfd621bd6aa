/** Phrases that the sentences of several views share. */

/** Sentence of a view before its first numbers. */
export const BEING_MADE = 'The networks are being made.';

/** Returns the time of a sentence: `atStart` before the first step, and "After 12 steps" later. */
export function timeWords(step: number, atStart = 'Before training'): string {
  return step === 0 ? atStart : `After ${step} ${step === 1 ? 'step' : 'steps'}`;
}

/** Returns an advice of the library, which begins with a small letter and has no full stop, as a sentence. */
export function sentenceOf(advice: string): string {
  return `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`;
}
