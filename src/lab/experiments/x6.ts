/**
 * Experiment X6: the lectures' networks for Fashion-MNIST, including those that do not learn and their cures.
 * Sources: "MLP – Initialization (Advanced)", "MLP – Activation and Initialization".
 */
import { throwIfAborted } from '../../abort.js';
import { knownKeys } from '../../errors.js';
import { NonFiniteError } from '../../index.js';
import type { FiveStartsData } from '../five-starts.js';
import { isFashionMnist, type RecipeEpoch, type RecipeName, recipeNetwork, trainRecipe } from '../recipes.js';
import { type Experiment, type ExperimentCallbacks, type ExperimentTable, settled } from './experiment.js';
import { GRID_EPOCHS, type GridSearch, gridWork, searchUnits } from './x6-grid.js';
import { type ChosenGroup, chosen, type X6Group } from './x6-groups.js';
import { chartsOf, comparisonsOf, type NetworkRun, notesOf, tablesOf } from './x6-result.js';

/** Options of X6 that have defaults. */
export type X6Defaults = {
  /** Seed of weights, shuffles and folds; default 0. */
  readonly seed: number;
  /** Largest number of epochs per network, ≥ 1; default 20. No network trains longer than its recipe says. */
  readonly epochs: number;
};

/** Options of X6. */
export type X6Options = Partial<X6Defaults> & {
  /** Images as `readImageFolder` of evenkeel/node returns them. Results on Fashion-MNIST are compared with PyTorch's figures. */
  readonly data: FiveStartsData;
  /** Names of groups or recipes to train; default all. */
  readonly only?: readonly (X6Group | RecipeName)[];
  /** `gridSearch` of evenkeel/node, or a wrapper that adds a file and a number of workers. Without it the group grid is left out. */
  readonly gridSearch?: GridSearch;
};

/** Callbacks and abort signal of X6. */
export interface X6Callbacks extends ExperimentCallbacks {
  /** Called before a network is trained. */
  onNetwork?(name: RecipeName, epochs: number): void;
  /** Called after every epoch of a network. */
  onEpoch?(name: RecipeName, epoch: RecipeEpoch): void;
}

/** Type of experiment X6. */
export interface X6 extends Experiment<X6Defaults, X6Options> {
  /**
   * Runs the experiment. A signal ends it after the current batch.
   *
   * @param options    images, and the networks to train on them
   * @param callbacks  progress callbacks and an abort signal
   * @throws TypeError, RangeError  if an option is invalid; the message opens with its name
   */
  run(options?: X6Options, callbacks?: X6Callbacks): ReturnType<Experiment['run']>;
}

export const x6: X6 = {
  id: 'X6',
  title: 'Networks for Fashion-MNIST',
  question: 'Which scaling, width, depth, activation and start lets a network learn Fashion-MNIST?',
  summary:
    'Input scalings, units, depth, sigmoid layers and their cures, zeros and the recommended pipeline, trained beside PyTorch.',
  defaults: { seed: 0, epochs: 20 },
  async run(given, callbacks = {}) {
    const { data, only = [], gridSearch, ...numbers } = checked(given);
    const { seed, epochs } = settled(x6.defaults, numbers, callbacks, functions);
    const { groups, grid } = chosen(only, epochs);
    if (only.includes('grid') && gridSearch === undefined) {
      throw new TypeError(
        'gridSearch: expected gridSearch of evenkeel/node for the group grid, got undefined',
      );
    }
    const search = grid ? gridSearch : undefined;
    const plan = planned(groups);
    const gridEpochs = Math.min(epochs, GRID_EPOCHS);
    const work = new Work(
      plan.reduce((sum, { name, epochs }) => sum + weights(name, data) * data.train.count * epochs, 0) +
        (search ? gridWork(data.train, gridEpochs) : 0),
      callbacks,
    );

    const runs = new Map<RecipeName, NetworkRun>();
    const searched: ExperimentTable[] = [];
    const { signal } = callbacks;
    try {
      // The search comes first, so that an unusable file is refused before any training.
      if (search) {
        const share = work.next(gridWork(data.train, gridEpochs));
        searched.push(await searchUnits(search, data.train, { epochs: gridEpochs, seed }, share, signal));
      }
      for (const network of plan) {
        throwIfAborted(signal);
        await train(network, data, seed, runs, callbacks, work);
      }
    } catch (error) {
      if (!signal?.aborted) throw error;
    }

    const compare = isFashionMnist(data.train);
    return {
      kind: 'experiment',
      id: x6.id,
      title: x6.title,
      question: x6.question,
      options: { seed, epochs },
      tables: [...tablesOf(groups, runs, compare), ...searched],
      comparisons: compare ? comparisonsOf(runs) : [],
      charts: chartsOf(groups, runs),
      notes: notesOf(runs, { compare, gridMissing: grid && !search }),
      ...(signal?.aborted && { interrupted: true }),
    };
  },
};

const functions = ['onProgress', 'onNetwork', 'onEpoch'] as const satisfies readonly (keyof X6Callbacks)[];
const keys = ['data', 'seed', 'epochs', 'only', 'gridSearch'] as const satisfies readonly (keyof X6Options)[];

function checked(given: X6Options | undefined): X6Options {
  knownKeys('options', given ?? {}, keys);
  if (!given?.data?.train?.x || !given.data.test?.x) {
    throw new TypeError(
      `data: expected images { train, test } as from readImageFolder of evenkeel/node, got ${given?.data}`,
    );
  }
  if (given.only !== undefined && !Array.isArray(given.only)) {
    throw new TypeError(`only: expected a list of groups or recipes, got ${String(given.only)}`);
  }
  return given;
}

interface PlannedNetwork {
  readonly name: RecipeName;
  readonly epochs: number;
}

/** Returns each network once, with the largest number of epochs that a group shows. */
function planned(groups: readonly ChosenGroup[]): PlannedNetwork[] {
  const longest = new Map<RecipeName, number>();
  for (const { name, epochs } of groups.flatMap(({ networks }) => networks)) {
    longest.set(name, Math.max(epochs, longest.get(name) ?? 0));
  }
  return [...longest].map(([name, epochs]) => ({ name, epochs }));
}

/** Counts the kernel weights of a recipe's network. */
function weights(name: RecipeName, { train: { inputSize } }: FiveStartsData): number {
  const { layers } = recipeNetwork(name, inputSize);
  return layers.reduce((sum, { units }, l) => sum + units * (layers[l - 1]?.units ?? inputSize), 0);
}

/** Progress counter in multiplications, to which the time is proportional. */
class Work {
  #before = 0;

  constructor(
    readonly total: number,
    readonly callbacks: ExperimentCallbacks,
  ) {}

  /** Begins a part of the work and returns the function that reports its completed share. */
  next(work: number): (share: number) => void {
    const before = this.#before;
    this.#before += work;
    return (share) => this.callbacks.onProgress?.(before + share * work, this.total);
  }
}

async function train(
  { name, epochs }: PlannedNetwork,
  data: FiveStartsData,
  seed: number,
  runs: Map<RecipeName, NetworkRun>,
  { onNetwork, onEpoch, signal }: X6Callbacks,
  work: Work,
): Promise<void> {
  const run: NetworkRun = { gradientNorms: [], epochs: [] };
  const images = data.train.count * epochs;
  const share = work.next(weights(name, data) * images);
  runs.set(name, run);
  onNetwork?.(name, epochs);
  try {
    await trainRecipe(
      name,
      data,
      { epochs, seed },
      {
        onGradients: (norms) => run.gradientNorms.push(...norms),
        onEpoch: (epoch) => {
          run.epochs.push(epoch);
          onEpoch?.(name, epoch);
        },
        callbacks: [
          { onBatchEnd: ({ epoch, samples }) => share(((epoch - 1) * data.train.count + samples) / images) },
        ],
        ...(signal && { signal }),
      },
    );
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    run.failure = error.message;
    share(1);
  }
}
