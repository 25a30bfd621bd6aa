/** Shape of a worked example, and the replay into which each example writes its steps. */
import type {
  ExampleId,
  ExpectedExample,
  ExpectedValue,
  LectureLetter,
  StepStatus,
} from '../expected/example.js';
import { expectedExamples } from '../expected/examples.js';

/** Given numbers, rows and matrices of an example, by name. */
export type Inputs = Readonly<Record<string, number | readonly number[] | readonly (readonly number[])[]>>;

/** One computed value of a worked example, beside the printed and the expected one. */
export interface ExampleStep {
  /** Heading of the part that the step belongs to. */
  readonly part: string;
  /** Name of the value, such as 'w1 new'. */
  readonly name: string;
  /** Formula from the inputs and the earlier steps. */
  readonly formula?: string;
  /** Value computed in this run, in float64 unless the part says otherwise. */
  readonly value: number;
  /** Figure on the slide, digit for digit. */
  readonly printed?: string;
  /** Value that `value` is compared with; absent for an intermediate step. */
  readonly expected?: number;
  /** Largest distance of a random draw from `expected`. */
  readonly tolerance?: number;
  /** True if the value equals the expected one, or lies within the tolerance. */
  readonly agrees: boolean;
  /** Relation of the printed figure to the value. */
  readonly status: StepStatus;
  /** Explanation of a misprint, or of what the step shows. */
  readonly note?: string;
}

/** Result of one run of a worked example. */
export interface ExampleRun {
  /** Number of the example in docs/lectures.md. */
  readonly id: ExampleId;
  /** Title of the example. */
  readonly title: string;
  /** Letter of the lecture, a key of `lectures`. */
  readonly lecture: LectureLetter;
  /** Slides or parts of the lecture. */
  readonly slides: string;
  /** Given numbers. */
  readonly inputs: Inputs;
  /** Computed steps, in order. */
  readonly steps: readonly ExampleStep[];
  /** True if every step agrees with its expected value. */
  readonly agrees: boolean;
}

/** One worked example of the lectures. */
export interface Example {
  /** Number of the example in docs/lectures.md. */
  readonly id: ExampleId;
  /** Title of the example. */
  readonly title: string;
  /** Letter of the lecture, a key of `lectures`. */
  readonly lecture: LectureLetter;
  /** Slides or parts of the lecture. */
  readonly slides: string;
  /** Computes every step. */
  run(): ExampleRun;
}

interface StepOptions {
  readonly note?: string;
  /** Expected value, for steps that the slides do not print. */
  readonly expected?: number;
  /** Largest distance of a random draw from the expected value. */
  readonly tolerance?: number;
}

/** Relative tolerance of a value in float64, and absolute tolerance of a value that should be 0. */
const RELATIVE = 1e-9;
const ABSOLUTE = 1e-15;

/** Collector of an example's steps in display order. It looks up printed and expected values by name. */
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

  /** Opens a part under the given heading. */
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

  /** Adds several steps of one formula, such as the rows of a product. */
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

  /** @throws Error if the example did not show a value that a slide prints */
  finish(): void {
    if (this.#unseen.size > 0) throw new Error(`examples: not shown: ${[...this.#unseen].join(', ')}`);
  }
}

function agree(value: number, expected: number, tolerance?: number): boolean {
  return Math.abs(value - expected) <= (tolerance ?? RELATIVE * Math.abs(expected) + ABSOLUTE);
}

/** Creates an example from its inputs and its steps. */
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
