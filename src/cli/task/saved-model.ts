/** Loads a model that `evenkeel train` wrote, with the description of its training data. */
import { checkColumns, listed, targetColumns, width } from '../../data/csv/columns.js';
import { fillKey } from '../../data/csv/fills.js';
import type { CsvColumns, OnMissing } from '../../data/index.js';
import { knownKeys, show } from '../../errors.js';
import { MLP, savedMetadata } from '../../index.js';
import { parseJson } from '../../json.js';
import { readBytes } from './read-bytes.js';
import { type Reading, storedReading, type Trained } from './trained.js';

/** Offset of the header in a safetensors file, which is JSON. */
const HEADER_START = 8;
const BRACE = 0x7b;

/** Loads a model. @throws Error that opens with the path, if it is not such a model or its description does not fit it */
export function readModel(path: string): { model: MLP; trained: Trained } {
  const bytes = readBytes(path);
  try {
    if (bytes[HEADER_START] !== BRACE) throw new Error('its bytes are not those of a safetensors file');
    const model = MLP.load(bytes);
    return { model, trained: trainedOn(model, savedMetadata(bytes)) };
  } catch (cause) {
    throw new Error(`${path}: expected a model that evenkeel train wrote; ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Returns the description of the training data in the texts of a file. @throws TypeError or RangeError if it does not fit the model */
export function trainedOn(model: MLP, { task, columns }: Readonly<Record<string, string>>): Trained {
  if (task === undefined) throw new Error('it does not describe its training data');
  const { target, classNames, reading } = object('task', parsed('task', task));
  const targets = checkTargets(target);
  const names = classNames === undefined ? undefined : checkClassNames(classNames, model);
  const trained = {
    targets,
    ...(names && { classNames: names }),
    ...(reading !== undefined && { reading: checkReading(reading) }),
  };
  if (columns === undefined) return trained;
  return { ...trained, columns: columnsOf(parsed('columns', columns), model, trained) };
}

/**
 * Checks that the columns hold the fills that `--on-missing` needs.
 *
 * @throws Error that names the missing fill
 */
export function checkFills(onMissing: OnMissing, { columns }: Trained): void {
  const key = fillKey(onMissing);
  if (key === undefined) return;
  const lacks = columns?.features.find((column) => column.kind !== 'category' && column[key] === undefined);
  if (lacks === undefined) return;
  throw new Error(
    `--on-missing ${onMissing}: the model holds no ${key} of ${show(lacks.name)}; train with --on-missing ${onMissing}, or fill with the mean`,
  );
}

/** Returns a name as an array, or the given array of names. */
function checkTargets(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  const strings = Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
  if (strings) return value;
  throw new TypeError(`task.target: expected a string or an array of strings, got ${show(value)}`);
}

function parsed(argument: string, json: string): unknown {
  try {
    return parseJson(json);
  } catch (cause) {
    throw new SyntaxError(`${argument}: expected JSON; ${(cause as Error).message}`, { cause });
  }
}

function object(argument: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new TypeError(`${argument}: expected an object, got ${show(value)}`);
}

/** Checks the class names: one per output unit, or two for a single sigmoid unit. */
function checkClassNames(value: unknown, model: MLP): readonly string[] {
  const strings = Array.isArray(value) && value.every((name) => typeof name === 'string');
  if (!strings || new Set(value).size !== value.length) {
    throw new TypeError(`task.classNames: expected different strings, got ${show(value)}`);
  }
  const { units } = model.config.layers.at(-1)!;
  const expected = units === 1 ? 2 : units;
  if (value.length === expected) return value;
  throw new RangeError(
    `task.classNames: expected ${expected}, got ${value.length}; the model's last layer has ${units} units`,
  );
}

/** Checks of a value, by the words with which `storedReading` describes it. */
const fits: Readonly<Record<(typeof storedReading)[keyof Reading], (value: unknown) => boolean>> = {
  'true or false': (value) => typeof value === 'boolean',
  'a string': (value) => typeof value === 'string',
  'a string or false': (value) => typeof value === 'string' || value === false,
  'an array of strings': (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

function checkReading(value: unknown): Reading {
  const names = Object.keys(storedReading) as (keyof Reading)[];
  knownKeys('task.reading', value, names);
  for (const name of names) {
    const came = (value as Reading)[name];
    const expected = storedReading[name];
    if (came === undefined || fits[expected](came)) continue;
    throw new TypeError(`task.reading.${name}: expected ${expected}, got ${show(came)}`);
  }
  return value as Reading;
}

function columnsOf(value: unknown, model: MLP, { targets, classNames }: Trained): CsvColumns {
  const columns = checkColumns('columns', value);
  const inputSize = columns.features.reduce((sum, column) => sum + width(column), 0);
  if (inputSize !== model.inputSize) {
    throw new RangeError(
      `columns.features: expected ${model.inputSize} values, the input size of the model, got ${inputSize}`,
    );
  }
  const names = targetColumns(columns).map(({ name }) => name);
  if (names.join('\0') !== targets.join('\0')) {
    throw new RangeError(
      `columns.target: expected the column ${listed(targets)}, got ${listed(names) || 'none'}`,
    );
  }
  const { target } = columns;
  const categories = target?.kind === 'category' ? target.categories : undefined;
  if (categories?.join('\0') !== classNames?.join('\0')) {
    throw new RangeError('columns.target: expected the categories of task.classNames, got others');
  }
  const { units } = model.config.layers.at(-1)!;
  if (columns.targets !== undefined && units !== names.length) {
    throw new RangeError(
      `columns.targets: expected ${units}, one per unit of the last layer, got ${names.length}`,
    );
  }
  return columns;
}
