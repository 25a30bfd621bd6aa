/** Answers of a model as CSV or JSON lines. */
import papaparse from 'papaparse';
import type { AskedRow } from '../../data/csv/every-row.js';
import { likeliest, ofEachClass } from './class-probabilities.js';
import type { Trained } from './trained.js';

export const formats = ['csv', 'jsonl'] as const;
export type Format = (typeof formats)[number];

/** Pattern of text that a spreadsheet would evaluate, also with a full-width sign. Numbers are safe. */
export const FORMULA = /^(?![+-]?\d+(\.\d+)?(e[+-]?\d+)?$)[=+\-@\t\r\n＝＋－＠]/i;

/** Returns the format for the ending of a file; undefined for an unknown ending. */
export function formatOf(path: string): Format | undefined {
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) return 'jsonl';
  return /\.(csv|tsv|tab|txt|data|dat)(\.gz)?$/i.test(path) ? 'csv' : undefined;
}

/** Value of an answer; null is a blank cell. */
type Value = string | number | null;

/** Maker of the answers of rows. */
export interface Answerer {
  /** Names of the values. */
  readonly names: readonly string[];
  /** Values for the outputs of a row. */
  values(outputs: Float32Array): Value[];
}

/** Creates answers with the likeliest class and all probabilities, or with a number for each target. */
export function answerer({ targets, classNames }: Trained, units: number): Answerer {
  // An f32 holds nine digits.
  const written = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toPrecision(9)));
  const [target] = targets;
  if (classNames === undefined) {
    const names =
      targets.length === units ? targets : Array.from({ length: units }, (_, u) => `${target}[${u}]`);
    return { names, values: written };
  }
  return {
    names: [target!, ...classNames.map((name) => `${target}=${name}`)],
    values: (outputs) => {
      const each = ofEachClass(outputs, 1);
      return [classNames[likeliest(each, each.length)[0]!]!, ...written(each)];
    },
  };
}

/** Row with its answer, or with the reason for none. */
export interface Answered {
  readonly row: AskedRow;
  readonly outputs: Float32Array | undefined;
  readonly note: string;
}

/**
 * Writer of answered rows: the repeated columns, the answers and the note. If an answer has the name of a repeated column, such as
 * that of a repeated target, ' (predicted)' is appended to it.
 */
export class AnswerWriter {
  readonly #answerer: Answerer;
  readonly #format: Format;
  readonly #isSafe: boolean;
  #names: readonly string[] | undefined;

  constructor(made: Answerer, format: Format, { spreadsheetSafe = false } = {}) {
    this.#answerer = made;
    this.#format = format;
    this.#isSafe = spreadsheetSafe;
  }

  /** Returns the text for some rows; the first rows are preceded by the names. */
  text(repeated: readonly string[], rows: readonly Answered[]): string {
    const isFirst = this.#names === undefined;
    this.#names ??= different([...repeated, ...this.#answerer.names, 'note']);
    const names = this.#names;
    const blank = this.#answerer.names.map(() => null);
    const values = rows.map(({ row, outputs, note }) => [
      ...row.repeated,
      ...(outputs === undefined ? blank : this.#answerer.values(outputs)),
      note === '' ? null : note,
    ]);
    if (this.#format === 'jsonl') {
      return values.map((cells) => `${JSON.stringify(objectOf(names, cells))}\n`).join('');
    }
    const lines = [...(isFirst ? [names] : []), ...values.map((cells) => cells.map(inCell))];
    if (lines.length === 0) return '';
    const options = { newline: '\n', ...(this.#isSafe && { escapeFormulae: FORMULA }) };
    return `${papaparse.unparse(lines as unknown[][], options)}\n`;
  }
}

/** Creates an object that can also hold a column called `__proto__`. */
function objectOf(names: readonly string[], values: readonly unknown[]): object {
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** Converts a value of JSON into a cell; nested values become JSON text. */
function inCell(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** Returns the names, in which a repeated one gets a suffix. */
function different(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((given) => {
    let name = given;
    while (taken.has(name)) name += ' (predicted)';
    taken.add(name);
    return name;
  });
}
