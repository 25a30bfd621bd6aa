/** Checks of a reader's answers. */
import type { ExerciseAnswer, GuessAnswer, NumberAnswer } from './lesson.js';

/** Verdict on an answer, with a sentence for the reader. */
export interface Checked {
  readonly right: boolean;
  readonly says: string;
}

/** Reads a number as people type one: 0.125, 1/8, 12.5 %, 1,000, −3, 2e-3. Returns undefined for anything else. */
export function numberOf(text: string): number | undefined {
  const typed = text
    .trim()
    .replace(/[−–]/g, '-')
    .replace(/(\d),(?=\d{3}\b)/g, '$1');
  const [, above, below] = /^([^/%]+)\/([^/%]+)$/.exec(typed) ?? [];
  if (above !== undefined && below !== undefined) {
    const [numerator, denominator] = [numberOf(above), numberOf(below)];
    return numerator === undefined || !denominator ? undefined : numerator / denominator;
  }
  const [, digits, share] = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(%?)$/i.exec(typed) ?? [];
  return digits === undefined ? undefined : share ? Number(digits) / 100 : Number(digits);
}

/** Checks a guess as it was typed. Returns undefined if the text is no answer to such a question. */
export function checkGuess(answer: GuessAnswer, text: string): Checked | undefined {
  if ('choice' in answer) {
    const letter = text.trim().toLowerCase().replace(/\)$/, '');
    if (!answer.choices.includes(letter)) return undefined;
    return letter === answer.choice
      ? { right: true, says: 'Right.' }
      : { right: false, says: `It is ${answer.choice}.` };
  }
  const value = numberOf(text);
  if (value === undefined) return undefined;
  if (isNear(answer, value)) return { right: true, says: 'Right.' };
  return { right: false, says: `${slipOf(answer, value) ?? 'Not quite.'} The answer is ${answer.value}.` };
}

/** Checks an answer to an exercise: a number, or what the reader's file exports. */
export async function checkExercise(answer: ExerciseAnswer, given: unknown): Promise<Checked> {
  if (!('check' in answer)) return checkNumber(answer, given);
  if (typeof given !== 'function') {
    return {
      right: false,
      says: `Expected a function ${answer.call}, exported from a file, got ${kindOf(given)}.`,
    };
  }
  try {
    const wrong = await answer.check(given as (...values: never[]) => unknown);
    return wrong === undefined ? { right: true, says: 'Right.' } : { right: false, says: wrong };
  } catch (error) {
    return { right: false, says: `The function threw an error: ${(error as Error)?.message ?? error}` };
  }
}

function checkNumber(answer: NumberAnswer, given: unknown): Checked {
  if (typeof given !== 'number' || Number.isNaN(given)) {
    return { right: false, says: `Expected a number, got ${kindOf(given)}.` };
  }
  if (isNear(answer, given)) return { right: true, says: 'Right.' };
  const slip = slipOf(answer, given);
  if (slip !== undefined) return { right: false, says: slip };
  return {
    right: false,
    says: given > answer.value ? 'Not yet: that is too large.' : 'Not yet: that is too small.',
  };
}

function isNear({ value, tolerance }: NumberAnswer, given: number): boolean {
  return Math.abs(given - value) <= tolerance;
}

/** Returns what to say to a well-known wrong answer. It is as tight about it as about the right one. */
function slipOf({ value, tolerance, slips = [] }: NumberAnswer, given: number): string | undefined {
  const share = tolerance / Math.max(Math.abs(value), Number.MIN_VALUE);
  return slips.find((slip) => Math.abs(given - slip.value) <= Math.max(share * Math.abs(slip.value), 1e-12))
    ?.says;
}

function kindOf(given: unknown): string {
  if (given === undefined) return 'nothing';
  return Array.isArray(given) ? 'an array' : typeof given === 'number' ? `${given}` : `a ${typeof given}`;
}
