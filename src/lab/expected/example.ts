/**
 * Relation of a figure on a slide to the value computed in float64:
 * - exact: equal
 * - rounds: rounded to the printed digits
 * - truncates: cut off at the printed digits
 * - display-rounding: computed from weights with more digits than the slide displays
 * - random-draw: one random draw
 * - float32-artefact: a result of float32 arithmetic
 * - mismatch: wrong
 * - not printed: absent from the slides
 */
export type StepStatus =
  | 'exact'
  | 'rounds'
  | 'truncates'
  | 'display-rounding'
  | 'random-draw'
  | 'float32-artefact'
  | 'mismatch'
  | 'not printed';

/** Expected value of a step, with the slide's figure. */
export interface ExpectedValue {
  /** Figure on the slide, digit for digit. */
  readonly printed?: string;
  readonly recomputed: number;
  /** Standard deviation of a random value about `recomputed`. */
  readonly sd?: number;
  /** Relation of `printed` to `recomputed`; default 'not printed'. */
  readonly status?: StepStatus;
}

/** Number of a worked example. It is written out because a type taken from the table would put the whole table into the declarations. */
export type ExampleId =
  | 'E1'
  | 'E2'
  | 'E3'
  | 'E4'
  | 'E5'
  | 'E6'
  | 'E7'
  | 'E8'
  | 'E9'
  | 'E10'
  | 'E11'
  | 'E12'
  | 'E13'
  | 'E14'
  | 'E15'
  | 'E16'
  | 'E17'
  | 'E18'
  | 'E19'
  | 'E20'
  | 'E21';

/** Worked example of the lectures: printed figures and correct values, by part and name. */
export interface ExpectedExample {
  readonly title: string;
  readonly lecture: LectureLetter;
  readonly slides: string;
  readonly parts: Readonly<Record<string, Readonly<Record<string, ExpectedValue>>>>;
  /** Intermediate values that no slide prints. */
  readonly tensors?: unknown;
}

/** Titles of the five lectures by letter. */
export const lectures: Readonly<Record<'A' | 'B' | 'C' | 'D' | 'E', string>> = {
  A: 'MLP – Initialization (Advanced)',
  B: 'MXDL-8: Hidden outputs, Glorot, He',
  C: 'Talk on Xavier and He',
  D: 'MLP – Activation and Initialization',
  E: 'DL4DS, lecture 07b',
};
/** Letter of a lecture. */
export type LectureLetter = keyof typeof lectures;
