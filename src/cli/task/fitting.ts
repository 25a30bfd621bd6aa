/** Trains the networks of a task, each on its rows, and makes one model of them. */
import { take } from '../../data/index.js';
import {
  type BackendName,
  type CompileOptions,
  type EarlyStopping,
  type FitOptions,
  type History,
  isFitFailure,
  type MLP,
  NonFiniteError,
} from '../../index.js';
import { progressBar } from '../../node/index.js';
import { visible } from '../../visible.js';
import { note } from '../output.js';
import { interruptible } from '../signals.js';
import { joined } from './committee.js';
import type { Rows, Task } from './data.js';
import type { Fold } from './division.js';

export type Model = MLP<BackendName>;

/** Trained network with the rows that chose its epoch. */
export interface Member {
  readonly model: Model;
  readonly history: History;
  readonly validation: Uint32Array;
}

export interface Fitted {
  /** Trained networks, at least one. */
  readonly members: readonly Member[];
  /** Exit status of the process; 0 unless something ended the training. */
  readonly status: number;
  /** Reason why training ended early, in the words that open the summary. */
  readonly ended?: string;
}

const DIVERGED = 1;

/** Selects rows of a task by their numbers. */
export function rowsAt(
  { x, y, inputSize, targets }: Pick<Task, 'x' | 'y' | 'inputSize' | 'targets'>,
  rows: Uint32Array,
): Rows {
  return { x: take(x, rows, inputSize), y: take(y, rows, targets.length), rows: rows.length };
}

export interface Fitting {
  readonly task: Task;
  readonly folds: readonly Fold[];
  /** Creates the n-th untrained network. */
  make(n: number): Model;
  readonly compile: CompileOptions;
  readonly fit: Omit<FitOptions, 'validationSplit'>;
  /** Data that are measured during training if there are no validation rows; they choose nothing. */
  readonly beside?: Rows;
  /** Called before the first step of the n-th network, when `fit` has accepted its options and its data. */
  readonly onBegin?: (n: number) => void;
}

/**
 * Trains a network on each fold. All learn their scalings from all rows of the folds, so that they can be joined. A signal stops the
 * running network like a callback: it keeps the weights of its best epoch so far, and no other network starts. A network whose
 * numbers overflow keeps its best epoch too; if it has none, the others do without it.
 *
 * @throws NonFiniteError if no network has a finished epoch
 */
export function fitAll(fitting: Fitting): Promise<Fitted> {
  const { folds } = fitting;
  return interruptible(async (interrupt) => {
    const members: Member[] = [];
    let diverged: NonFiniteError | undefined;
    for (const [n, fold] of folds.entries()) {
      if (interrupt.signal.aborted) break;
      const stop = () => (interrupt.signal.aborted ? 'stop' : undefined);
      const { member, error } = await fitOne(fitting, fold, n, stop);
      if (member !== undefined) members.push(member);
      if (error !== undefined) {
        diverged = error;
        note(`${visible(error.message)}\n`);
      }
    }
    if (members.length === 0) throw diverged!;
    if (interrupt.status !== 0) return { members, status: interrupt.status, ended: 'interrupted' };
    return { members, status: diverged ? DIVERGED : 0, ...(diverged && { ended: 'diverged' }) };
  });
}

async function fitOne(
  { task, folds, make, fit, beside, onBegin }: Fitting,
  { train, validation }: Fold,
  n: number,
  stop: () => 'stop' | undefined,
): Promise<{ member?: Member; error?: NonFiniteError }> {
  const model = make(n);
  if (folds.length > 1) adaptTo(model, task, folds[0]!);
  const { x, y } = rowsAt(task, train);
  const watched = validation.length > 0 ? rowsAt(task, validation) : beside;
  const { earlyStopping, batchSize = 32, ...rest } = fit;
  const onFitBegin = () => {
    onBegin?.(n);
    if (folds.length > 1) note(`network ${n + 1} of ${folds.length}\n`);
  };
  const options: FitOptions = {
    ...rest,
    batchSize: batchFor(model, train.length, batchSize),
    ...(watched !== undefined && { validationData: validationData(watched, fit) }),
    ...(earlyStopping !== undefined && stops(earlyStopping, validation) && { earlyStopping }),
    callbacks: [{ onFitBegin }, progressBar(), { onBatchEnd: stop, onEpochEnd: stop }],
  };
  try {
    return { member: { model, history: await model.fit(x, y, options), validation } };
  } catch (error) {
    if (!isFitFailure(error) || !(error instanceof NonFiniteError)) throw error;
    if (error.history.bestEpoch === undefined) return { error };
    return { member: { model, history: error.history, validation }, error };
  }
}

/** Returns early stopping. Without validation rows it would watch the ever falling training loss, so it is off unless requested. */
function stops({ monitor }: EarlyStopping, validation: Uint32Array): boolean {
  return validation.length > 0 || monitor !== undefined;
}

/** Returns all rows of a fold in order; they are the same for every fold. */
export function allRows({ train, validation }: Fold): Uint32Array {
  const rows = new Uint32Array(train.length + validation.length);
  rows.set(train);
  rows.set(validation, train.length);
  return rows.sort();
}

function adaptTo(model: Model, task: Task, fold: Fold): void {
  const { x, y } = rowsAt(task, allRows(fold));
  if (task.classNames === undefined) model.adapt(x, y);
  else model.adapt(x);
}

/** Weights validation rows by class as in training, so that the stopping criterion is the minimized loss. */
function validationData({ x, y }: Rows, { classWeight }: Pick<FitOptions, 'classWeight'>) {
  if (classWeight === undefined) return [x, y] as const;
  const weights = classWeight as Readonly<Record<number, number>>;
  return [x, y, Array.from(y, (label) => weights[label] ?? 1)] as const;
}

/** Enlarges batches by one row if one would be left alone, because batch norm cannot divide by the variance of a single row. */
function batchFor(model: Model, rows: number, batchSize: number): number {
  const norms = model.config.layers.some(({ batchNorm }) => batchNorm !== false);
  if (!norms || batchSize === 1) return batchSize;
  let size = batchSize;
  while (size < rows && rows % size === 1) size++;
  return size;
}

/**
 * Scales the learning rate of a joined network. Its output kernel is 1 / n as large as those of its members and sees n times as many
 * units, so that a step of Adam moves its outputs n times as far. At 1 / n of the learning rate it trains like a member.
 */
function slowed(compile: CompileOptions, networks: number): CompileOptions {
  const { optimizer } = compile;
  if (typeof optimizer !== 'object' || typeof optimizer.learningRate !== 'number') return compile;
  return { ...compile, optimizer: { ...optimizer, learningRate: optimizer.learningRate / networks } };
}

/** Joins all networks into one model, whose number of epochs is the rounded mean of theirs. */
export async function modelOfAll(
  members: readonly Member[],
  { task, folds, compile }: Fitting,
): Promise<Model> {
  const [first, ...others] = members;
  if (others.length === 0) return first!.model;
  const model = joined([first!.model, ...others.map((member) => member.model)]);
  adaptTo(model, task, folds[0]!);
  model.compile(slowed(compile, members.length));
  const epochs = members.reduce((sum, { history, model }) => sum + (history.bestEpoch ?? model.epoch), 0);
  const { x, y } = rowsAt(task, folds[0]!.train);
  // This fit trains nothing, but marks the model as trained.
  await model.fit(x, y, { epochs: 0, initialEpoch: Math.round(epochs / members.length) });
  return model;
}
