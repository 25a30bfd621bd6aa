/** Form of a lesson: texts compiled from docs/lessons by scripts/lessons.mjs, its picture and the answers to its questions. */
import type { Report } from '../report/index.js';

/** Run of text within a line: plain, styled, or a link to another site. */
export type Inline =
  | string
  | { readonly style: 'code' | 'strong' | 'em'; readonly text: string }
  | { readonly href: string; readonly text: string };

/** Block of a lesson's text. */
export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly text: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
      /** True for columns whose cells stand at the right. */
      readonly right: readonly boolean[];
    }
  /** Text that the reader unfolds. */
  | { readonly kind: 'fold'; readonly summary: readonly Inline[]; readonly blocks: readonly Block[] };

/** Question with the text that explains its answer. */
export interface Question {
  readonly ask: readonly Block[];
  readonly answer: readonly Block[];
}

/** Number that a reader is likely to give for a known reason, and what to say to it. */
export interface Slip {
  readonly value: number;
  readonly says: string;
}

/** Answer that is a number. */
export interface NumberAnswer {
  readonly value: number;
  /** Largest difference from `value` that counts as right. */
  readonly tolerance: number;
  readonly slips?: readonly Slip[];
}

/** Answer that is one of several choices, by its letter. */
export interface ChoiceAnswer {
  readonly choice: string;
  /** Letters of all choices. */
  readonly choices: readonly string[];
}

/** Answer that is a function, which the reader exports from a file. */
export interface FunctionAnswer {
  /** Call of the function in words, such as `exercise2(fanIn)`. */
  readonly call: string;
  /** Tries the function. Returns undefined if it is right, otherwise what is wrong with it, in a sentence. */
  check(given: (...values: never[]) => unknown): string | undefined | Promise<string | undefined>;
}

export type GuessAnswer = NumberAnswer | ChoiceAnswer;
export type ExerciseAnswer = NumberAnswer | FunctionAnswer;

/** One lesson. */
export interface Lesson {
  readonly number: number;
  /** Short name, such as 'xavier'. */
  readonly name: string;
  readonly title: string;
  readonly question: readonly Block[];
  readonly idea: readonly Block[];
  /** Text beside the picture. */
  readonly seen: readonly Block[];
  readonly guess: Question;
  /** Text around the program; the program itself and its output are code blocks in it. */
  readonly run: readonly Block[];
  /** Source of the program. */
  readonly program: string;
  readonly exercises: readonly [Question, Question];
  /** Text on what the slides say. */
  readonly slides: readonly Block[];
  /** Computes the picture, which the report functions draw. */
  picture(): Report | Promise<Report>;
  readonly guessAnswer: GuessAnswer;
  readonly exerciseAnswers: readonly [ExerciseAnswer, ExerciseAnswer];
}
