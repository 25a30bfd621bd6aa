/** What a worked example is, and the replay that each writes its steps into. */
import type {
  ExampleId,
  ExpectedExample,
  ExpectedValue,
  LectureLetter,
  StepStatus,
} from '../expected/example.js';
import { expectedExamples } from '../expected/examples.js';

/** What an example is given: numbers, rows, matrices. */
export type Inputs = Readonly<Record<string, number | readonly number[] | readonly (readonly number[])[]>>;

export interface ExampleStep {
  /** The heading that it stands under. */
  readonly part: string;
  readonly name: string;
  /** How it comes from what was given and from the steps before. */
  readonly formula?: string;
  /** Computed now, in float64 unless the part says otherwise. */
  readonly value: number;
  /** What the slide prints, digit for digit. */
  readonly printed?: string;
  /** What the value is held to; absent for a step that only leads to others. */
  readonly expected?: number;
  /** How far a random draw may lie from it. */
  readonly tolerance?: number;
  /** False where the value is not the expected one. */
  readonly agrees: boolean;
  /** How the printed figure stands to the value. */
  readonly status: StepStatus;
  /** The misprint and why it is one, or what the step shows. */
  readonly note?: string;
}

export interface ExampleRun {
  readonly id: ExampleId;
  readonly title: string;
  readonly lecture: LectureLetter;
  readonly slides: string;
  readonly inputs: Inputs;
  readonly steps: readonly ExampleStep[];
  /** False if one of the values is not the expected one. */
  readonly agrees: boolean;
}

export interface Example {
  readonly id: ExampleId;
  readonly title: string;
  readonly lecture: LectureLetter;
  readonly slides: string;
  /** Computes every step anew. */
  run(): ExampleRun;
}

interface StepOptions {
  readonly note?: string;
  /** Where the slides print nothing. */
  readonly expected?: number;
  /** Of a random draw: it agrees if it is no further away than this. */
  readonly tolerance?: number;
}

/** Of a value in float64, relative; and absolute for what should be 0. */
const RELATIVE = 1e-9;
const ABSOLUTE = 1e-15;

/** An example's steps in the order in which they are shown; what the slide prints comes from the expected values by name. */
export class Replay {
  readonly steps: ExampleStep[] = [];
  readonly #parts: ExpectedExample['parts'];
  readonly #unseen: Set<string>;
  #key = '';
  #heading = '';

  constructor({ parts }: ExpectedExample) {
    this.#parts = parts;
    this.#unseen = new Set(
      Object.entries(parts).flatMap(([part, values]) =>
        Object.keys(values).map((name) => `${part}: ${name}`),
      ),
    );
  }

  /** Opens a part; `heading` is what a reader sees above it. */
  part(key: string, heading = key): void {
    this.#key = key;
    this.#heading = heading;
  }

  show(name: string, value: number, formula?: string, options: StepOptions = {}): number {
    const known: ExpectedValue | undefined = this.#parts[this.#key]?.[name];
    this.#unseen.delete(`${this.#key}: ${name}`);
    const { note, tolerance } = options;
    const expected = known?.recomputed ?? options.expected;
    this.steps.push({
      part: this.#heading,
      name,
      ...(formula !== undefined && { formula }),
      value,
      ...(known?.printed !== undefined && { printed: known.printed }),
      ...(expected !== undefined && { expected }),
      ...(tolerance !== undefined && { tolerance }),
      agrees: expected === undefined ? Number.isFinite(value) : agree(value, expected, tolerance),
      status: known?.status ?? 'not printed',
      ...(note !== undefined && { note }),
    });
    return value;
  }

  /** Steps of one formula each, such as the rows of a product. */
  showAll(
    names: readonly string[],
    values: ArrayLike<number>,
    formula?: string,
    expected?: ArrayLike<number>,
  ): void {
    for (const [i, name] of names.entries()) {
      const target = expected?.[i];
      this.show(
        name,
        values[i]!,
        i === 0 ? formula : undefined,
        target === undefined ? {} : { expected: target },
      );
    }
  }

  /** @throws Error if a value that a slide prints was not shown */
  finish(): void {
    if (this.#unseen.size > 0) throw new Error(`examples: not shown: ${[...this.#unseen].join(', ')}`);
  }
}

function agree(value: number, expected: number, tolerance?: number): boolean {
  return Math.abs(value - expected) <= (tolerance ?? RELATIVE * Math.abs(expected) + ABSOLUTE);
}

/** An example from what it is given and how it goes. */
export function example<Given extends Inputs>(
  id: ExampleId,
  inputs: Given,
  replay: (show: Replay, inputs: Given) => void,
): Example {
  const known: ExpectedExample = expectedExamples[id];
  const { title, lecture, slides } = known;
  const run = (): ExampleRun => {
    const steps = new Replay(known);
    replay(steps, inputs);
    steps.finish();
    const agrees = steps.steps.every((step) => step.agrees);
    return { id, title, lecture, slides, inputs, steps: steps.steps, agrees };
  };
  return { id, title, lecture, slides, run };
}
