/** Fields of the guess in the link: the question, the line drawn, and the stage. */
import { choice, type Field } from '../../engine/fields.js';
import { questionNames } from './questions.js';

/** Stages of a question: the learner guesses, then theory is shown, then networks. */
export const stages = ['guess', 'theory', 'networks'] as const;
export type Stage = (typeof stages)[number];

/** Form of a guess: for each point a whole number of steps of a quarter of a power of ten, such as "0.-2.-5". */
const POINTS = /^-?\d{1,2}(\.-?\d{1,2}){0,6}$/;
/** Form of the mark of a start. */
const MARK = /^[0-9a-z]{1,6}$/;

function text(key: string, label: string, form: RegExp): Field<string> {
  const read = (value: string) => (form.test(value) ? value : undefined);
  return { key, label, initial: '', write: (value) => value, read };
}

export const own = {
  question: choice('q', 'question', questionNames, 'he'),
  kind: choice('k', 'what is asked for', ['forward', 'backward'], 'forward'),
  points: text('g', 'the line drawn', POINTS),
  shown: choice('r', 'revealed', stages, 'guess'),
  /** Mark of the start that points and stage belong to. Another start is another question. */
  start: text('f', 'start of the guess', MARK),
} as const;
