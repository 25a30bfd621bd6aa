/** A model that `evenkeel train` wrote, and what it was trained on. */
import type { LabelledCsvTable } from '../../data/index.js';
import { MLP, savedMetadata } from '../../index.js';
import { type Reading, readBytes } from './data.js';

/** What `train` wrote beside the model. */
export interface Trained {
  readonly target: string;
  readonly classNames?: readonly string[];
  readonly columns?: LabelledCsvTable['columns'];
  readonly reading?: Reading;
}

/** @throws Error that opens with the path */
export function readModel(path: string): { model: MLP; trained: Trained } {
  const bytes = readBytes(path);
  try {
    return { model: MLP.load(bytes), trained: trainedOn(savedMetadata(bytes)) };
  } catch (cause) {
    throw new Error(`${path}: expected a model that evenkeel train wrote; ${(cause as Error).message}`, {
      cause,
    });
  }
}

function trainedOn({ task, columns }: Record<string, string>): Trained {
  if (task === undefined) throw new Error('it does not say what it was trained on');
  return { ...JSON.parse(task), ...(columns !== undefined && { columns: JSON.parse(columns) }) };
}
