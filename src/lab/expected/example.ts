/**
 * How a figure on a slide stands to the value that comes out in float64: equal; rounded to the digits printed; cut off there;
 * made of weights with more digits than the slide displays; one random draw; made by float32 arithmetic; wrong. Or none is
 * printed.
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

export interface ExpectedValue {
  /** As the slide has it. */
  readonly printed?: string;
  readonly recomputed: number;
  /** Of a random value about `recomputed`. */
  readonly sd?: number;
  /** Default 'not printed'. */
  readonly status?: StepStatus;
}

/** Number of a worked example. A union, since a type taken from the table would put the whole table into the declarations. */
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

/** A worked example of the lectures: what it prints, by part and name, and what is right. */
export interface ExpectedExample {
  readonly title: string;
  readonly lecture: LectureLetter;
  readonly slides: string;
  readonly parts: Readonly<Record<string, Readonly<Record<string, ExpectedValue>>>>;
  /** Values on the way that no slide prints. */
  readonly tensors?: unknown;
}

/** The five lectures. */
export const lectures = {
  A: 'MLP – Initialization (Advanced)',
  B: 'MXDL-8: Hidden outputs, Glorot, He',
  C: 'Talk on Xavier and He',
  D: 'MLP – Activation and Initialization',
  E: 'DL4DS, lecture 07b',
} as const;
export type LectureLetter = keyof typeof lectures;
