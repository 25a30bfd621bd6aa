/** Columns with which a table or JSON objects are read for a model. */
import type { CsvColumn, CsvColumns } from '../../data/index.js';
import type { MLP } from '../../index.js';
import { trainedOn } from '../task/saved-model.js';
import type { Trained } from '../task/trained.js';
import type { OpenedModel } from './opened.js';

/** Name of the column of classes, if the file does not name it. */
export const CLASS = 'class';

/**
 * Returns the columns of the training table; without one, a column of numbers for each named input. Undefined if the file names no
 * inputs.
 *
 * @param target  name of the column with classes or numbers, if the rows have one; it must not be the name of an input
 */
export function columnsOf(opened: OpenedModel, target?: string): CsvColumns | undefined {
  const { trained, inputNames } = opened;
  if (trained !== undefined) return trained.columns;
  if (inputNames === undefined) return undefined;
  return columnsNamed(inputNames, opened, target);
}

/** Returns a column of numbers for each name, and the target's. */
export function columnsNamed(
  inputNames: readonly string[],
  { classNames, outputNames }: Pick<OpenedModel, 'classNames' | 'outputNames'>,
  target?: string,
): CsvColumns {
  const numeric = (name: string): CsvColumn => ({ name, kind: 'numeric' });
  const features = inputNames.map(numeric);
  if (classNames !== undefined && target !== undefined) {
    return { features, target: { name: target, kind: 'category', categories: [...classNames] } };
  }
  if (target !== undefined) return { features, target: numeric(target) };
  if (
    classNames === undefined &&
    outputNames !== undefined &&
    !outputNames.some((name) => inputNames.includes(name))
  ) {
    return outputNames.length === 1
      ? { features, target: numeric(outputNames[0]!) }
      : { features, targets: outputNames.map(numeric) };
  }
  return { features };
}

/**
 * Returns the description of the training table among the texts of a file. Texts with these names may also be the user's own; `left`
 * then says why they are none.
 */
export function tableIn(
  model: MLP,
  texts: Readonly<Record<string, string>>,
): { readonly trained?: Trained; readonly left: readonly string[] } {
  if (texts.task === undefined) return { left: [] };
  try {
    return { trained: trainedOn(model, texts), left: [] };
  } catch (error) {
    return {
      left: [`the description of the training data, which does not fit (${(error as Error).message})`],
    };
  }
}
