/** Diagnosis of an opened model on the rows of a table or a folder of images. */
import { statSync } from 'node:fs';
import { valueNames } from '../../data/csv/columns.js';
import { readCsv } from '../../data/index.js';
import { type Diagnosis, diagnose, type MLP } from '../../index.js';
import { internalsOf } from '../../training/internals.js';
import { readQuestion } from '../task/data.js';
import { readBytes } from '../task/read-bytes.js';
import { givenReading, type ReadingOptions } from '../task/reading-options.js';
import type { OpenedModel } from './opened.js';
import { columnsNamed, columnsOf } from './table.js';

export interface HealthOptions extends ReadingOptions {
  readonly target?: string;
  readonly rows?: number;
}

export async function diagnosisOn(
  opened: OpenedModel,
  path: string,
  options: HealthOptions,
): Promise<Diagnosis> {
  const { model, trained } = opened;
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  const columns = isFolder
    ? undefined
    : (columnsOf(opened, options.target) ?? byHeader(opened, path, options));
  const reading = { ...trained?.reading, ...givenReading(options) };
  const { x, y } = await readQuestion(path, columns, reading);
  const featureNames = columns?.features.flatMap(valueNames);
  if (y !== undefined) compileIfNeeded(model);
  const { rows } = options;
  return diagnose(model, x, y, { ...(rows && { rows }), ...(featureNames && { featureNames }) });
}

/** Returns a column of numbers for each column of a table except the target, for a model that names no inputs. */
function byHeader(opened: OpenedModel, path: string, options: HealthOptions) {
  const { target } = options;
  const { columns } = readCsv(readBytes(path), { ...givenReading(options), name: path, target: false });
  const names = columns.features.map(({ name }) => name).filter((name) => name !== target);
  const { inputSize } = opened.model;
  if (names.length !== inputSize) {
    throw new Error(
      `${path}: expected ${inputSize} columns for the inputs of the model, got ${names.length}${target === undefined ? '; --target names a column with the right answers' : ''}`,
      { cause: path },
    );
  }
  return columnsNamed(names, opened, target);
}

/** Compiles a model of another tool with the loss that belongs to its last activation, so that gradients can be measured. */
function compileIfNeeded(model: MLP): void {
  if (internalsOf(model).compiled !== undefined) return;
  const { activation } = model.config.layers.at(-1)!;
  const loss = ({ softmax: 'crossEntropy', sigmoid: 'binaryCrossEntropy' } as const)[
    activation.name as 'softmax'
  ];
  model.compile({ loss: loss ?? 'meanSquaredError' });
}
