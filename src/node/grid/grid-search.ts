/** Cross-validated search over a grid of options, on all cores of this machine. */
import { checkSignal } from '../../abort.js';
import { isList, settle } from '../../arrays.js';
import { checkFunction, knownKeys, oneOf, ShapeError, trueOrFalse, wholeNumber } from '../../errors.js';
import { type AbortSignalLike, type Inputs, MLP, type Targets } from '../../index.js';
import { isBetterLarge, type MetricName } from '../../metrics/table.js';
import { checkLoss } from '../../training/losses.js';
import { foldsOf, type JobResult, type SearchData, type SharedRows } from './job.js';
import { type Grid, type GridBase, type GridParameters, type Plan, planPoints } from './plan.js';
import { availableWorkers, runJobs } from './pool.js';
import { Results } from './results-file.js';

/** Options of `gridSearch`. */
export interface GridSearchOptions {
  /** Options that every point begins from. */
  readonly base: GridBase;
  /** Values to try, by their place in the base, such as 'compile.optimizer.learningRate'. */
  readonly grid: Grid;
  /** Number of folds of the cross-validation, ≥ 2; default 5. All points use the same folds. */
  readonly folds?: number;
  /** Seed of the folds; default 0. The models' own seed is in `base.model`. */
  readonly seed?: number | string;
  /** Spreads each class evenly over the folds; default false. It needs y with one class index per row. */
  readonly stratify?: boolean;
  /**
   * Measure that ranks the points: 'loss' or a compiled metric; default the first metric, or 'loss' without metrics. 'loss' is refused
   * if points differ in loss or target scaling, since their losses cannot be compared.
   */
  readonly score?: 'loss' | MetricName;
  /** Number of simultaneous fits, each in a worker; 1 uses only this thread. Default 'auto': as many as the machine runs at once. */
  readonly workers?: number | 'auto';
  /**
   * JSON-lines file that stores every fit. A search with the same base, folds and data continues from it, even after values were added
   * to the grid.
   */
  readonly file?: string;
  /** Called after every fit, and once for all fits that the file already held. */
  readonly onResult?: (progress: GridProgress) => void;
  /** Aborts the search, which rejects with the signal's reason; completed fits are in the file. */
  readonly signal?: AbortSignalLike;
}

/** Progress of a search. */
export interface GridProgress {
  /** Number of completed fits, including those of the file. */
  readonly done: number;
  /** Number of all fits. */
  readonly total: number;
  /** Point of this fit; absent for the fits of the file. */
  readonly parameters?: GridParameters;
}

/** One combination of the grid's values, with its score on each fold. */
export interface GridPoint {
  /** Value of each place of the grid. */
  readonly parameters: GridParameters;
  /** Mean over the folds; NaN if a fit failed. */
  readonly mean: number;
  /** Population standard deviation over the folds. */
  readonly std: number;
  /** One score per fold, on the rows that were not trained on. */
  readonly scores: readonly number[];
  /** Reason why a fit has no score: its numbers overflowed. */
  readonly failure?: string;
}

/** Result of `gridSearch`. */
export interface GridSearchResult {
  /** Kind of the report. */
  readonly kind: 'gridSearch';
  /** Measure that ranks the points. */
  readonly score: 'loss' | MetricName;
  /** Points in the order of the grid; the last place varies fastest. */
  readonly points: readonly GridPoint[];
  /** Point with the best mean, the first one if several are equal; absent if all failed. */
  readonly best?: GridPoint;
}

const keys = [
  'base',
  'grid',
  'folds',
  'seed',
  'stratify',
  'score',
  'workers',
  'file',
  'onResult',
  'signal',
] as const satisfies readonly (keyof GridSearchOptions)[];
const MOST_WORKERS = 256;

/**
 * Cross-validates each combination of a grid's values: trains a model on all folds but one and measures it on that one. The result
 * does not depend on the number of workers or on interruptions.
 *
 * @param x  rows of inputs as `fit` takes them
 * @param y  class indices or rows of targets
 * @throws TypeError, RangeError or ShapeError  if options or data do not fit; every point was tried on a model by then,
 *                                              but nothing was trained or written
 */
export async function gridSearch(
  x: Inputs,
  y: Targets,
  options: GridSearchOptions,
): Promise<GridSearchResult> {
  knownKeys('options', options, keys);
  const {
    base,
    grid,
    folds = 5,
    seed = 0,
    stratify = false,
    workers = 'auto',
    file,
    onResult,
    signal,
  } = options;
  wholeNumber('folds', folds, 2);
  trueOrFalse('stratify', stratify);
  const { plain, points } = planPoints(base, grid);
  const score = checkScore(base, options.score);
  for (const point of points) checkScore(point.options, score, point.parameters);
  if (score === 'loss') checkLosses(points);
  const data = sharedData(owned('x', x), owned('y', y), points[0]!.options);
  if (stratify && data.y.length !== data.rows) {
    throw new ShapeError('stratify: expected one class index per row in y, got rows of targets', {
      argument: 'y',
    });
  }
  const settings = { folds, seed, stratify };
  const rounds = foldsOf(data, settings);
  const count = checkWorkers(workers);
  checkSignal(signal);
  checkFunction('onResult', onResult);

  const fits = points.map(({ parameters, options }) =>
    rounds.map((rows, fold) => ({
      parameters,
      options,
      rows,
      fold,
      measures: measureNames(options.compile),
    })),
  );
  const results = new Results(file, plain, settings, data, fits.flat());
  const jobs = fits.flat().filter((fit) => results.get(fit) === undefined);
  const total = points.length * folds;
  let done = total - jobs.length;
  if (done > 0) onResult?.({ done, total });
  const keep = (j: number, result: JobResult) => {
    results.add(jobs[j]!, result);
    done++;
    onResult?.({ done, total, parameters: jobs[j]!.parameters });
  };
  if (jobs.length > 0) await lookAtTargets(points[0]!.options, data);
  await runJobs(data, jobs, count, keep, signal);

  const measured = points.map(({ parameters }, p) =>
    summary(
      parameters,
      fits[p]!.map((fit) => results.get(fit)!),
      score,
    ),
  );
  const best = bestOf(measured, score);
  return { kind: 'gridSearch', score, points: measured, ...(best && { best }) };
}

/** @param parameters  parameters of a point, whose metrics may differ from the base's */
function checkScore(
  { compile }: GridBase,
  score: GridSearchOptions['score'],
  parameters?: GridParameters,
): 'loss' | MetricName {
  const place = parameters === undefined ? 'score' : `score with ${JSON.stringify(parameters)}`;
  const names = measureNames(compile);
  return oneOf(place, score ?? names[1] ?? 'loss', names);
}

/** Returns the names of all measures: the loss, then the metrics. */
function measureNames({ metrics = [] }: GridBase['compile']): readonly ['loss', ...MetricName[]] {
  return ['loss', ...metrics.map((metric) => (typeof metric === 'string' ? metric : metric.name))];
}

/** Checks that the losses of all points are comparable. @throws RangeError that names the first point with another loss or scaling */
function checkLosses(points: Plan['points']): void {
  const units = ({ options: { model, compile } }: Plan['points'][number]) =>
    JSON.stringify([model.targetScaling ?? 'none', checkLoss('loss', compile.loss)]);
  const other = points.find((point) => units(point) !== units(points[0]!));
  if (other === undefined) return;
  const [first, second] = [points[0]!, other].map(({ parameters }) => JSON.stringify(parameters));
  throw new RangeError(
    `score: 'loss' differs in unit between ${first} and ${second}; compile a metric and take that as score`,
  );
}

function checkWorkers(workers: number | 'auto'): number {
  if (workers === 'auto') return availableWorkers();
  if (wholeNumber('workers', workers, 1) > MOST_WORKERS) {
    throw new RangeError(`workers: expected at most ${MOST_WORKERS}, got ${workers}`);
  }
  return workers;
}

/** Copies x and y into memory that all workers share, so that no worker needs a copy. */
function sharedData(x: Inputs, y: Targets, { model: modelOptions, compile }: GridBase): SearchData {
  // A model checks the data before the first fit and reports what is wrong with them.
  const model = new MLP({ ...modelOptions, threads: 1 });
  model.compile(compile);
  model.adapt(x, y);
  model.evaluate(x, y);
  const values = flat(x);
  return { x: shared(values), y: shared(flat(y)), rows: values.length / modelOptions.inputSize };
}

/** Warns once if unscaled targets vary widely, instead of once per fit. */
async function lookAtTargets(
  { model: options, compile }: GridBase,
  { x, y, rows }: SearchData,
): Promise<void> {
  const model = new MLP({ ...options, threads: 1 });
  model.compile(compile);
  await model.fit(x, y, { epochs: 0, batchSize: rows });
}

/** Copies rows once, so that the model checks the same values that the workers get. */
function owned<Given extends Inputs | Targets>(argument: string, given: Given): Given {
  const settled = settle(argument, given, 'a typed array or an array of rows');
  const rows = Array.isArray(settled)
    ? settled.map((row, r) => (isList(row) ? settle(`${argument}[${r}]`, row, 'a row') : row))
    : settled;
  return rows as Given;
}

function flat(values: Inputs | Targets): ArrayLike<number> {
  if (!Array.isArray(values)) return values as ArrayLike<number>;
  return typeof values[0] === 'number' ? values : values.flatMap((row: ArrayLike<number>) => Array.from(row));
}

function shared(values: ArrayLike<number>): SharedRows {
  const copy =
    values instanceof Uint8Array
      ? new Uint8Array(new SharedArrayBuffer(values.length))
      : values instanceof Float32Array
        ? new Float32Array(new SharedArrayBuffer(4 * values.length))
        : new Float64Array(new SharedArrayBuffer(8 * values.length));
  copy.set(values);
  return copy;
}

function summary(
  parameters: GridParameters,
  results: readonly JobResult[],
  score: 'loss' | MetricName,
): GridPoint {
  const scores = results.map((result) => ('measures' in result ? result.measures[score]! : Number.NaN));
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  const squares = scores.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const failed = results.find((result) => 'failure' in result);
  return {
    parameters,
    mean,
    std: Math.sqrt(squares / scores.length),
    scores,
    ...(failed && 'failure' in failed && { failure: failed.failure }),
  };
}

function bestOf(points: readonly GridPoint[], score: 'loss' | MetricName): GridPoint | undefined {
  const sign = score !== 'loss' && isBetterLarge(score) ? -1 : 1;
  return points
    .filter(({ mean }) => !Number.isNaN(mean))
    .reduce<GridPoint | undefined>(
      (best, point) => (best && sign * best.mean <= sign * point.mean ? best : point),
      undefined,
    );
}
