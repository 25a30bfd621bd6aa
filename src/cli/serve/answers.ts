/** Answers of a model to rows of JSON. */

import { isArray, isObject, show } from '../../errors.js';
import { NonFiniteError } from '../../index.js';
import type { OpenedModel } from '../models/opened.js';
import { columnsOf } from '../models/table.js';
import { likeliest, ofEachClass } from '../task/class-probabilities.js';
import { readJsonLines } from '../task/json-lines.js';
import { Refusal } from './requests.js';

/** Answer to a row: a class with the probability of each, or numbers. Names make objects, and without names there are arrays. */
export type Answer =
  | { readonly class: string | number; readonly probabilities: Named }
  | { readonly values: Named };
type Named = readonly number[] | Readonly<Record<string, number>>;

/** Function that answers the rows of a request. @throws Refusal */
export type Answerer = (rows: unknown) => Promise<Answer[]>;

/** Makes the function that answers rows: arrays of numbers, or objects if the model has names for its inputs. */
export function answererOf(opened: OpenedModel, maxRows: number): Answerer {
  const { model } = opened;
  const { units } = model.config.layers.at(-1)!;
  const answer = answerOf(opened, units);
  return async (rows) => {
    if (!isArray(rows)) throw new Refusal(400, `body: expected an array of rows, got ${show(rows)}`);
    if (rows.length > maxRows) {
      throw new Refusal(
        413,
        `body: expected at most ${maxRows} rows, got ${rows.length}; --max-rows allows more`,
      );
    }
    if (rows.length === 0) return [];
    const x = isArray(rows[0]) ? numbersOf(rows, model.inputSize) : await valuesOf(opened, rows);
    let outputs: Float32Array;
    try {
      outputs = model.predict(x);
    } catch (error) {
      if (error instanceof NonFiniteError) throw new Refusal(400, error.message.replace(/^x: /, 'rows: '));
      throw error;
    }
    return rows.map((_, r) => answer(outputs.subarray(r * units, (r + 1) * units)));
  };
}

/** Returns the values of rows of numbers. @throws Refusal that names the first row that is none */
function numbersOf(rows: readonly unknown[], inputSize: number): Float64Array {
  const x = new Float64Array(rows.length * inputSize);
  for (const [r, row] of rows.entries()) {
    if (!isArray(row))
      throw new Refusal(400, `rows[${r}]: expected an array as in rows[0], got ${show(row)}`);
    if (row.length !== inputSize) {
      throw new Refusal(400, `rows[${r}]: expected ${inputSize} numbers, got ${row.length}`);
    }
    for (const [i, value] of row.entries()) {
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new Refusal(400, `rows[${r}][${i}]: expected a number, got ${show(value)}`);
      }
      x[r * inputSize + i] = value;
    }
  }
  return x;
}

/** Returns the values of objects by the names of the columns. @throws Refusal that names the first row that cannot be read */
async function valuesOf(opened: OpenedModel, rows: readonly unknown[]): Promise<Float64Array> {
  const columns = columnsOf(opened);
  const { inputSize } = opened.model;
  for (const [r, row] of rows.entries()) {
    if (isObject(row) && !isArray(row) && columns !== undefined) continue;
    const expected =
      columns === undefined
        ? `expected an array of ${inputSize} numbers, since the model has no names for its inputs`
        : r === 0
          ? 'expected an array of numbers, or an object by the names of the columns'
          : 'expected an object as in rows[0]';
    throw new Refusal(400, `rows[${r}]: ${expected}, got ${show(row)}`);
  }
  const lines = `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  const { encoding: _, ...stored } = opened.trained?.reading ?? {};
  const reading = { ...stored, name: 'rows', columns: columns!, repeat: [] };
  const parts: number[] = [];
  try {
    for await (const part of readJsonLines([new TextEncoder().encode(lines)], reading)) {
      const flawed = part.rows.find(({ flaw }) => flaw !== undefined);
      if (flawed !== undefined) throw new Refusal(400, `rows[${flawed.line - 1}]: ${flawed.flaw!.text}`);
      for (const value of part.x) parts.push(value);
    }
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(400, error.message);
    throw error;
  }
  return Float64Array.from(parts);
}

/** Returns the function that words the outputs of a row. */
function answerOf({ model, classNames, outputNames }: OpenedModel, units: number) {
  const { activation } = model.config.layers.at(-1)!;
  // An f32 holds nine digits.
  const written = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toPrecision(9)));
  const isClasses =
    classNames !== undefined ||
    activation.name === 'softmax' ||
    (activation.name === 'sigmoid' && units === 1 && outputNames === undefined);
  if (!isClasses) {
    const names = outputNames?.length === units ? outputNames : undefined;
    return (outputs: Float32Array): Answer => ({ values: named(names, written(outputs)) });
  }
  return (outputs: Float32Array): Answer => {
    const each = units === 1 ? ofEachClass(outputs, 1) : outputs;
    const best = likeliest(each, each.length)[0]!;
    return { class: classNames?.[best] ?? best, probabilities: named(classNames, written(each)) };
  };
}

/** Makes an object without assigning to keys, because a class may be called `__proto__`. */
function named(names: readonly string[] | undefined, values: readonly number[]): Named {
  return names === undefined ? values : Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}
