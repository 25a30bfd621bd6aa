/** Messages of the lessons. This file imports nothing that computes, because the page needs it too. */
import type { Report } from 'evenkeel/report';

/** Line of the list of lessons. `question` is markup. */
export interface LessonLine {
  readonly number: number;
  readonly title: string;
  readonly question: string;
}

/** Form of an answer: a number, a choice of letters, or a function that the reader writes. */
export type AnswerForm =
  | { readonly kind: 'number' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'function'; readonly call: string };

/** Question with its explanation, both as markup. */
export interface LessonQuestion {
  readonly ask: string;
  readonly answer: string;
  readonly form: AnswerForm;
}

/** Text of a lesson; its parts are markup. */
export interface LessonText {
  readonly number: number;
  readonly title: string;
  readonly question: string;
  readonly idea: string;
  readonly seen: string;
  readonly guess: LessonQuestion;
  readonly run: string;
  readonly exercises: readonly LessonQuestion[];
  readonly slides: string;
}

/** Picture of a lesson as numbers and as markup. `values` are those of its controls. */
export interface LessonPicture {
  readonly lesson: number;
  readonly values: Values;
  readonly report: Report;
  readonly markup: string;
}

/** Values of a picture's controls, by the names of its options. */
export type Values = Readonly<Record<string, number | string>>;

/** Reader's answer: to the guess as part 0, or to exercise 1 or 2. */
export interface Given {
  readonly lesson: number;
  readonly part: number;
  readonly text: string;
}

/** Verdict on an answer. */
export interface Judged extends Given {
  readonly right: boolean;
  readonly says: string;
}

/** Message of the worker about the lessons. */
export type Piece =
  | { readonly kind: 'list'; readonly list: readonly LessonLine[] }
  | { readonly kind: 'text'; readonly text: LessonText }
  | { readonly kind: 'picture'; readonly picture: LessonPicture }
  | { readonly kind: 'judged'; readonly judged: Judged }
  | { readonly kind: 'problem'; readonly says: string };
