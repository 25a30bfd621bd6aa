/** X6's search for the number of units. */
import type { AbortSignalLike, CompileOptions, MLPOptions } from '../../index.js';
import type { LabelledImages } from '../five-starts.js';
import { BATCH_SIZE, recipeNetwork, recipeTraining } from '../recipes.js';
import type { ExperimentTable } from './experiment.js';

const UNITS = [64, 256, 1024];
const FOLDS = 3;
/** As much as shows the order, at a tenth of what all images cost. */
const GRID_IMAGES = 12_000;
export const GRID_EPOCHS = 5;

/** What X6 asks of `gridSearch` of evenkeel/node, which is given to it: the lab itself runs in a page too. */
export type GridSearch = (
  x: Uint8Array,
  y: Uint8Array,
  options: {
    base: { model: MLPOptions; compile: CompileOptions; fit: { epochs: number; batchSize: number } };
    grid: Readonly<Record<string, readonly number[]>>;
    folds: number;
    seed: number;
    stratify: boolean;
    onResult(progress: { readonly done: number; readonly total: number }): void;
    signal?: AbortSignalLike;
  },
) => Promise<GridOutcome>;

export interface GridOutcome {
  readonly points: readonly {
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly mean: number;
    readonly std: number;
    readonly scores: readonly number[];
    readonly failure?: string;
  }[];
  readonly best?: { readonly parameters: Readonly<Record<string, unknown>> };
}

/** Kernel weights times images that are trained on, over all fits: what its time goes with. */
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
