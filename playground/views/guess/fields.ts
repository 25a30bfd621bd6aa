/** Fields of the guess in the link: the question, the line drawn, and how much is revealed. */
import { choice, type Field } from '../../engine/fields.js';
import { questionNames } from './questions.js';

/** How much is revealed. */
export const stages = ['guess', 'theory', 'networks'] as const;
export type Stage = (typeof stages)[number];

/** Steps of a guess in quarters of a power of ten, one for each point, such as "0.-2.-5". */
const POINTS = /^-?\d{1,2}(\.-?\d{1,2}){0,6}$/;
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
  /** Mark of the start that points and stage belong to: another start is another question. */
  start: text('f', 'start of the guess', MARK),
} as const;
