/** What an experiment is, and what it comes to: plain data of one shape, whichever it is. */
import { knownKeys, wholeNumber } from '../../errors.js';
import type { AbortSignalLike, Histogram } from '../../index.js';
import { Turn } from '../../turns.js';

export interface ExperimentTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One of our figures beside the one that is known. */
export interface ExperimentComparison {
  readonly name: string;
  /** null where there is none, as a layer that is never met. */
  readonly ours: number | null;
  readonly expected: number | null;
  /** Largest difference that is none. */
  readonly tolerance: number;
  readonly agrees: boolean;
  /** As the lecture prints it. */
  readonly printed?: number;
}

export interface HistogramSeries extends Histogram {
  readonly name: string;
  /** Standard deviation of what was counted. */
  readonly std: number;
}

/** Histograms below each other. */
export interface ExperimentHistogramPanel {
  readonly name: string;
  readonly series: readonly HistogramSeries[];
}

/** Panels side by side. */
export interface HistogramChart {
  readonly kind: 'histograms';
  readonly title: string;
  readonly panels: readonly ExperimentHistogramPanel[];
  /** What shares a range of values: nothing (default), series of one name, or all. */
  readonly range?: 'row' | 'all';
}

/** A line, the band it lies in, and what theory has in its place. */
export interface CurveSeries {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  readonly theory?: readonly number[];
}

export interface CurveChart {
  readonly kind: 'curves';
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** As `Axis` of evenkeel/report has it: 'log' of positive numbers, 'ln' of natural logarithms. Default 'linear'. */
  readonly scale?: 'linear' | 'log' | 'ln';
  readonly series: readonly CurveSeries[];
}

export type ExperimentChart = HistogramChart | CurveChart;

/** What an experiment came to, as plain data; `toText`, `toSVG` and `toHTML` of evenkeel/report take it as it is. */
export interface ExperimentResult {
  readonly kind: 'experiment';
  readonly id: string;
  readonly title: string;
  /** With the defaults in place. */
  readonly options: Readonly<Record<string, number>>;
  readonly tables: readonly ExperimentTable[];
  readonly comparisons: readonly ExperimentComparison[];
  readonly charts: readonly ExperimentChart[];
  readonly notes: readonly string[];
  /** The signal ended it: this is what was computed until then. */
  readonly interrupted?: true;
}

export interface ExperimentCallbacks {
  /** How much of the work is done. */
  onProgress?(done: number, total: number): void;
  /** Ends the experiment at its next step: the promise is fulfilled with what was computed until then, marked `interrupted`. */
  readonly signal?: AbortSignalLike;
}

export interface Experiment<
  Options extends object = Readonly<Record<string, number>>,
  Given extends object = Partial<Options>,
> {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly defaults: Options;
  /** @throws TypeError or RangeError that opens with the option */
  run(options?: Given, callbacks?: ExperimentCallbacks): Promise<ExperimentResult>;
}

/** Returns the defaults, replaced by what is given. @throws TypeError or RangeError for an unknown option, or one that is no count or seed */
export function settled<Options extends object>(defaults: Options, given: Partial<Options> = {}): Options {
  knownKeys('options', given, Object.keys(defaults));
  for (const [key, value] of Object.entries(given)) wholeNumber(key, value, key === 'seed' ? 0 : 1);
  return { ...defaults, ...given };
}

export function compared(
  name: string,
  ours: number | undefined,
  expected: number | undefined,
  tolerance: number,
  printed?: number,
): ExperimentComparison {
  const agrees =
    ours === undefined || expected === undefined ? ours === expected : Math.abs(ours - expected) <= tolerance;
  return {
    name,
    ours: ours ?? null,
    expected: expected ?? null,
    tolerance,
    agrees,
    ...(printed !== undefined && { printed }),
  };
}

/** Of an experiment that was ended before it had anything to tell. */
export function nothing<Options extends Readonly<Record<string, number>>>(
  { id, title }: Pick<Experiment<Options>, 'id' | 'title'>,
  options: Options,
): ExperimentResult {
  const empty = { tables: [], comparisons: [], charts: [], notes: [] };
  return { kind: 'experiment', id, title, options: { ...options }, ...empty, interrupted: true };
}

/** Counts steps, tells of them, knows when the signal ends them, and lets a page breathe. */
export class Pace {
  #done = 0;
  readonly #turn = new Turn();

  constructor(
    readonly total: number,
    readonly callbacks: ExperimentCallbacks,
  ) {}

  /** No further step. */
  get over(): boolean {
    return this.#done === this.total || this.callbacks.signal?.aborted === true;
  }

  /** What a result has to say of it. */
  get mark(): Pick<ExperimentResult, 'interrupted'> {
    return this.#done < this.total ? { interrupted: true } : {};
  }

  /** A step is done. */
  async step(): Promise<void> {
    this.#done++;
    this.callbacks.onProgress?.(this.#done, this.total);
    if (this.#turn.isOver) await this.#turn.pause();
  }
}
