/** One fit of a search: a point, trained on all folds but one and measured on that one. */
import { type Fold, kFold, take } from '../../data/index.js';
import { type BackendName, type Measures, MLP, type MLPOptions, NonFiniteError } from '../../index.js';
import { checkLoss, lossRow } from '../../training/losses.js';
import type { GridBase } from './plan.js';

/** Numbers in memory that threads can share. */
export type SharedRows = Float32Array | Float64Array | Uint8Array;

export interface SearchData {
  readonly x: SharedRows;
  readonly y: SharedRows;
  readonly rows: number;
}

export interface FoldSettings {
  readonly folds: number;
  readonly seed: number | string;
  readonly stratify: boolean;
}

/** Result of a fit: the measures on its fold, or the reason why there are none. */
export type JobResult = { readonly measures: Measures } | { readonly failure: string };

export function foldsOf({ y, rows }: SearchData, { stratify, ...options }: FoldSettings): Fold[] {
  return kFold(stratify ? y : rows, { ...options, stratify });
}

/** Trains and measures one point. An overflow is a result; @throws any other error of the library */
export async function runJob(
  { x, y, rows }: SearchData,
  point: GridBase,
  { train, test }: Fold,
): Promise<JobResult> {
  const { compile, fit } = point;
  const units = y.length / rows;
  const part = (indices: Uint32Array) =>
    [take(x, indices, x.length / rows), take(y, indices, units)] as const;
  const model = new MLP(quiet(point));
  try {
    model.compile(compile);
    await model.fit(...part(train), fit);
    return { measures: model.evaluate(...part(test)) };
  } catch (error) {
    if (error instanceof NonFiniteError) return { failure: error.message };
    throw error;
  } finally {
    model.close();
  }
}

/**
 * Returns options of a model that does not warn of unscaled targets, because the search warns once for all fits. Target scaling with
 * mean 0 and std 1 differs from 'none' and changes no bit.
 */
function quiet({ model, compile }: GridBase): MLPOptions<BackendName> {
  const { targetScaling = 'none' } = model;
  if (targetScaling !== 'none' || lossRow(checkLoss('loss', compile.loss)).kind !== 'values') return model;
  return { ...model, targetScaling: { mean: 0, std: 1 } };
}
