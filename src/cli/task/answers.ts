/** Answers of a model as CSV or JSON lines. */
import papaparse from 'papaparse';
import type { AskedRow } from '../../data/csv/every-row.js';
import type { Trained } from './trained.js';

export const formats = ['csv', 'jsonl'] as const;
export type Format = (typeof formats)[number];

/** Text that a spreadsheet would evaluate, also with a full-width sign. Numbers are safe. */
export const FORMULA = /^(?![+-]?\d+(\.\d+)?(e[+-]?\d+)?$)[=+\-@\t\r\n＝＋－＠]/i;

/** Format that the ending of a file says; undefined for any other ending. */
export function formatOf(path: string): Format | undefined {
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) return 'jsonl';
  return /\.(csv|tsv|tab|txt|data|dat)(\.gz)?$/i.test(path) ? 'csv' : undefined;
}

/** A value of an answer; null is a blank cell. */
type Value = string | number | null;

/** Makes the answers of rows. */
export interface Answerer {
  /** Names of the values. */
  readonly names: readonly string[];
  /** Values for the outputs of a row. */
  values(outputs: Float32Array): Value[];
}

/** The likeliest class and all probabilities, or a number for each target. */
export function answerer({ targets, classNames }: Trained, units: number): Answerer {
  // Nine digits are what an f32 holds.
  const written = (values: Float32Array) => Array.from(values, (value) => Number(value.toPrecision(9)));
  const [target] = targets;
  if (classNames === undefined) {
    const names =
      targets.length === units ? targets : Array.from({ length: units }, (_, u) => `${target}[${u}]`);
    return { names, values: written };
  }
  return {
    names: [target!, ...classNames.map((name) => `${target}=${name}`)],
    values: (outputs) => {
      const each = ofEachClass(outputs);
      return [classNames[largest(each)]!, ...written(each)];
    },
  };
}

/** A sigmoid unit has the second class's alone. */
function ofEachClass(row: Float32Array): Float32Array {
  return row.length === 1 ? Float32Array.of(1 - row[0]!, row[0]!) : row;
}

/** The first of equals. */
function largest(values: Float32Array): number {
  return values.reduce((best, value, c) => (value > values[best]! ? c : best), 0);
}

/** Row with its answer, or with the reason for none. */
export interface Answered {
  readonly row: AskedRow;
  readonly outputs: Float32Array | undefined;
  readonly note: string;
}

/**
 * Writes answered rows: the repeated columns, the answers and the note. A name that occurs twice, such as that of a repeated
 * target, gets ' (predicted)' behind it for the answer.
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

  /** Text for some rows, behind the names if they are the first ones. */
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

/** A column may be called `__proto__`, too. */
function objectOf(names: readonly string[], values: readonly unknown[]): object {
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** Values of JSON in a table: nested ones as JSON. */
function inCell(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function different(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((given) => {
    let name = given;
    while (taken.has(name)) name += ' (predicted)';
    taken.add(name);
    return name;
  });
}
