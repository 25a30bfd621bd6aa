/** Shape of an experiment and of its result: plain data, equal for all experiments. */
import { knownKeys, wholeNumber } from '../../errors.js';
import type { AbortSignalLike, Histogram } from '../../index.js';
import { Turn } from '../../turns.js';
import { checkCallbacks } from '../callbacks.js';

/** Table of a result. */
export interface ExperimentTable {
  /** Title above the table. */
  readonly title: string;
  /** Heads of the columns. */
  readonly columns: readonly string[];
  /** Cells, row by row. */
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One of our figures beside the expected one. */
export interface ExperimentComparison {
  /** Name of the figure. */
  readonly name: string;
  /** Our figure; null if there is none, such as a layer that is never reached. */
  readonly ours: number | null;
  /** Expected figure; null if there is none. */
  readonly expected: number | null;
  /** Largest difference that counts as agreement. */
  readonly tolerance: number;
  /** True if both are null or differ by at most the tolerance. */
  readonly agrees: boolean;
  /** Figure as the lecture prints it. */
  readonly printed?: number;
}

/** Named histogram with its standard deviation. */
export interface HistogramSeries extends Histogram {
  /** Name of the series. */
  readonly name: string;
  /** Standard deviation of the counted values. */
  readonly std: number;
}

/** Histograms one below the other. */
export interface ExperimentHistogramPanel {
  /** Title of the panel. */
  readonly name: string;
  /** Histograms, from top to bottom. */
  readonly series: readonly HistogramSeries[];
}

/** Chart of histogram panels side by side. */
export interface HistogramChart {
  /** Kind of the chart. */
  readonly kind: 'histograms';
  /** Title of the chart. */
  readonly title: string;
  /** Panels, from left to right. */
  readonly panels: readonly ExperimentHistogramPanel[];
  /** Sharing of the x axis: 'row' for series of one name, 'all' for all series; by default each has its own. */
  readonly range?: 'row' | 'all';
}

/** Curve with an optional band and theoretical curve. All arrays have the length of `x`. */
export interface CurveSeries {
  /** Name of the series. */
  readonly name: string;
  /** Positions on the x axis. */
  readonly x: readonly number[];
  /** Values of the curve. */
  readonly y: readonly number[];
  /** Lower edge of the band. */
  readonly low?: readonly number[];
  /** Upper edge of the band. */
  readonly high?: readonly number[];
  /** Values that theory predicts. */
  readonly theory?: readonly number[];
}

/** Chart of curves on common axes. */
export interface CurveChart {
  /** Kind of the chart. */
  readonly kind: 'curves';
  /** Title of the chart. */
  readonly title: string;
  /** Label of the x axis. */
  readonly x: string;
  /** Label of the y axis. */
  readonly y: string;
  /** Scale of the y axis as in `Axis` of evenkeel/report: 'log' for positive numbers, 'ln' for natural logarithms; default 'linear'. */
  readonly scale?: 'linear' | 'log' | 'ln';
  /** Curves of the chart. */
  readonly series: readonly CurveSeries[];
}

/** Chart of a result. */
export type ExperimentChart = HistogramChart | CurveChart;

/** Result of an experiment as plain data, which `toText`, `toSVG` and `toHTML` of evenkeel/report accept. */
export interface ExperimentResult {
  /** Kind of the report object. */
  readonly kind: 'experiment';
  /** Number of the experiment, such as 'X1'. */
  readonly id: string;
  /** Title of the experiment. */
  readonly title: string;
  /** Question that the experiment answers. */
  readonly question: string;
  /** Options of the run, including defaults. */
  readonly options: Readonly<Record<string, number>>;
  /** Tables of the result. */
  readonly tables: readonly ExperimentTable[];
  /** Our figures beside the expected ones. */
  readonly comparisons: readonly ExperimentComparison[];
  /** Charts of the result. */
  readonly charts: readonly ExperimentChart[];
  /** Remarks on the figures, one sentence or more each. */
  readonly notes: readonly string[];
  /** Present if the signal ended the experiment; the result then holds what was computed before. */
  readonly interrupted?: true;
}

/** Callbacks and abort signal of an experiment. */
export interface ExperimentCallbacks {
  /** Called with the completed part of the work and the total. */
  onProgress?(done: number, total: number): void;
  /** Ends the experiment at its next step. The promise is fulfilled with the figures computed before, marked `interrupted`. */
  readonly signal?: AbortSignalLike;
}

/** One experiment of the lectures. */
export interface Experiment<
  Options extends object = Readonly<Record<string, number>>,
  Given extends object = Partial<Options>,
> {
  /** Number of the experiment, such as 'X1'. */
  readonly id: string;
  /** Title of the experiment. */
  readonly title: string;
  /** Question that the experiment answers. */
  readonly question: string;
  /** One sentence on what the experiment measures. */
  readonly summary: string;
  /** Default options. */
  readonly defaults: Options;
  /**
   * Runs the experiment.
   *
   * @param options    options that differ from the defaults
   * @param callbacks  progress callbacks and an abort signal
   * @throws TypeError, RangeError  if an option is invalid; the message opens with its name
   */
  run(options?: Given, callbacks?: ExperimentCallbacks): Promise<ExperimentResult>;
}

/**
 * Merges the given options into the defaults, and checks the callbacks.
 *
 * @param names  names of the functions among the callbacks
 * @throws TypeError, RangeError  if an option or callback is unknown, or a count or seed is not a whole number or too small
 */
export function settled<Options extends object>(
  defaults: Options,
  given: Partial<Options> = {},
  callbacks: ExperimentCallbacks = {},
  names: readonly string[] = ['onProgress'],
): Options {
  knownKeys('options', given, Object.keys(defaults));
  for (const [key, value] of Object.entries(given)) wholeNumber(key, value, key === 'seed' ? 0 : 1);
  checkCallbacks('callbacks', callbacks, names);
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

/** Returns the result of an experiment that was ended before it had any figures. */
export function nothing<Options extends Readonly<Record<string, number>>>(
  { id, title, question }: Pick<Experiment<Options>, 'id' | 'title' | 'question'>,
  options: Options,
): ExperimentResult {
  const empty = { tables: [], comparisons: [], charts: [], notes: [] };
  return { kind: 'experiment', id, title, question, options: { ...options }, ...empty, interrupted: true };
}

/** Step counter of an experiment. It reports progress, observes the signal, and pauses so that a page stays responsive. */
export class Pace {
  #done = 0;
  readonly #turn = new Turn();

  constructor(
    readonly total: number,
    readonly callbacks: ExperimentCallbacks,
  ) {}

  /** True if all steps are done or the signal is aborted. */
  get over(): boolean {
    return this.#done === this.total || this.callbacks.signal?.aborted === true;
  }

  /** Part of the result that marks an interrupted experiment. */
  get mark(): Pick<ExperimentResult, 'interrupted'> {
    return this.#done < this.total ? { interrupted: true } : {};
  }

  /** Counts a completed step. */
  async step(): Promise<void> {
    this.#done++;
    this.callbacks.onProgress?.(this.#done, this.total);
    if (this.#turn.isOver) await this.#turn.pause();
  }
}
