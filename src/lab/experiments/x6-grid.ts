/** Grid search of X6 over the number of units. */
import type { AbortSignalLike, CompileOptions, MLPOptions } from '../../index.js';
import type { LabelledImages } from '../five-starts.js';
import { BATCH_SIZE, recipeNetwork, recipeTraining } from '../recipes.js';
import type { ExperimentTable } from './experiment.js';

const UNITS = [64, 256, 1024];
const FOLDS = 3;
/** Number of images for the search: enough to show the order, at a tenth of the cost of all images. */
const GRID_IMAGES = 12_000;
export const GRID_EPOCHS = 5;

/** Part of `gridSearch` (evenkeel/node) that X6 needs. It is an argument because the lab also runs in a page. */
export type GridSearch = (
  x: Uint8Array,
  y: Uint8Array,
  options: {
    /** Options that every point begins from. */
    base: {
      /** Options of `new MLP`. */
      model: MLPOptions;
      /** Options of `compile`. */
      compile: CompileOptions;
      /** Options of `fit`. */
      fit: {
        /** Number of epochs. */
        epochs: number;
        /** Number of rows per batch. */
        batchSize: number;
      };
    };
    /** Values to try, by their place in the base. */
    grid: Readonly<Record<string, readonly number[]>>;
    /** Number of folds of the cross-validation. */
    folds: number;
    /** Seed of the folds. */
    seed: number;
    /** True to spread each class evenly over the folds. */
    stratify: boolean;
    /** Called after every fit. */
    onResult(progress: {
      /** Number of completed fits. */
      readonly done: number;
      /** Number of all fits. */
      readonly total: number;
    }): void;
    /** Aborts the search. */
    signal?: AbortSignalLike;
  },
) => Promise<GridOutcome>;

/** Part of a grid search's result that X6 needs. */
export interface GridOutcome {
  /** Points of the grid, with the mean, standard deviation and single scores of the folds. */
  readonly points: readonly {
    /** Values of this point, by place. */
    readonly parameters: Readonly<Record<string, unknown>>;
    /** Mean score over the folds. */
    readonly mean: number;
    /** Standard deviation over the folds. */
    readonly std: number;
    /** Score of each fold. */
    readonly scores: readonly number[];
    /** Reason why a fit has no score. */
    readonly failure?: string;
  }[];
  /** Point with the best mean; absent if all failed. */
  readonly best?: {
    /** Values of this point, by place. */
    readonly parameters: Readonly<Record<string, unknown>>;
  };
}

/** Returns the number of kernel weights times training images over all fits, to which the time is proportional. */
export function gridWork({ count, inputSize }: LabelledImages, epochs: number): number {
  const units = UNITS.reduce((sum, value) => sum + value, 0);
  return units * (inputSize + 10) * (FOLDS - 1) * Math.min(count, GRID_IMAGES) * epochs;
}

export async function searchUnits(
  gridSearch: GridSearch,
  { x, y, count, inputSize }: LabelledImages,
  { epochs, seed }: { epochs: number; seed: number },
  onShare: (share: number) => void,
  signal: AbortSignalLike | undefined,
): Promise<ExperimentTable> {
  const place = 'model.layers.0.units';
  const rows = Math.min(count, GRID_IMAGES);
  const { points, best } = await gridSearch(x.subarray(0, rows * inputSize), y.subarray(0, rows), {
    base: {
      model: { ...recipeNetwork('sgd', inputSize), seed },
      compile: recipeTraining('sgd'),
      fit: { epochs, batchSize: BATCH_SIZE },
    },
    grid: { [place]: UNITS },
    folds: FOLDS,
    seed,
    stratify: true,
    onResult: ({ done, total }) => onShare(done / total),
    ...(signal && { signal }),
  });
  const percent = (share: number) => (Number.isFinite(share) ? Math.round(10_000 * share) / 100 : '');
  return {
    title: `Grid search over units: ${FOLDS} folds of the first ${rows} images, accuracy after epoch ${epochs} in %`,
    columns: ['units', 'mean', 'sd', ...Array.from({ length: FOLDS }, (_, f) => `fold ${f + 1}`), 'best'],
    rows: points.map(({ parameters, mean, std, scores }) => [
      Number(parameters[place]),
      percent(mean),
      percent(std),
      ...scores.map(percent),
      parameters[place] === best?.parameters[place] ? 'best' : '',
    ]),
  };
}
