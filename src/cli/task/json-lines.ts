/** Reader of JSON lines, one object per line, as rows for a model to answer. */
import { type CsvColumn, type CsvColumns, suggestion, targetColumns } from '../../data/csv/columns.js';
import { type AskedRows, type AskOptions, askSettings, RowGatherer } from '../../data/csv/every-row.js';
import { cellError, type FlawKind } from '../../data/csv/flaws.js';
import type { NumberFormat } from '../../data/csv/numbers.js';
import type { Settings } from '../../data/csv/options.js';
import { inOrder } from '../../data/csv/plan.js';
import { texts } from '../../data/csv/sources.js';
import type { Cells } from '../../data/csv/tokenizer.js';
import type { CsvSource } from '../../data/index.js';
import { show } from '../../errors.js';
import { parseJson } from '../../json.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads every line, in order and in constant memory. Values are read like cells of a table; null or an absent key is a missing
 * cell. A line that is not an object, or an object without any of the columns, is a row without an answer.
 *
 * @throws TypeError if none of the first objects has a column
 */
export async function* readJsonLines(
  source: CsvSource,
  options: AskOptions,
): AsyncGenerator<AskedRows, void> {
  const settings = askSettings(options);
  const reader = new ObjectReader(settings, options);
  let rest = '';
  let line = 0;
  for await (const [text, last] of texts(source, settings)) {
    const lines = (rest + text).split('\n');
    rest = last ? '' : lines.pop()!;
    for (const one of lines) reader.take(one, ++line);
    yield* reader.ready();
  }
  yield reader.rest();
}

class ObjectReader {
  readonly #settings: Settings;
  readonly #columns: CsvColumns;
  readonly #repeat: readonly string[];
  /** Names of the cells of a row, in order. */
  readonly #names: readonly string[];
  /** Columns that no object has had so far. */
  readonly #unseen: Set<string>;
  /** Rows that wait until an object shows which columns exist. */
  #waiting: (() => void)[] = [];
  #gatherer: RowGatherer | undefined;
  /** Line and reason of the first line that is no object. */
  #refused: string | undefined;
  /** True if the data begin as an array does. */
  #isArray: boolean | undefined;
  #checked = false;
  #keys: readonly string[] = [];

  constructor(settings: Settings, { columns, repeat }: AskOptions) {
    this.#settings = settings;
    this.#columns = columns;
    this.#repeat = repeat;
    this.#names = [...columns.features, ...targetColumns(columns)].map(({ name }) => name);
    this.#unseen = new Set([...columns.features.map(({ name }) => name), ...(isAll(repeat) ? [] : repeat)]);
  }

  take(text: string, line: number): void {
    if (text.trim() === '') return;
    this.#isArray ??= text.trimStart().startsWith('[');
    const { source } = this.#settings;
    const place = `${source}: line ${line}`;
    let row: unknown;
    try {
      row = parseJson(text);
    } catch {
      this.#reject(line, place, `expected a JSON object, got ${show(text.trim())}`);
      return;
    }
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) this.#row(row as Row, line, place);
    else this.#reject(line, place, `expected a JSON object, got ${show(row)}`);
  }

  #row(row: Row, line: number, place: string): void {
    if (this.#gatherer === undefined) this.#begin(row);
    for (const name of this.#unseen) if (Object.hasOwn(row, name)) this.#unseen.delete(name);
    const repeated = this.#repeated(row);
    const odd = this.#names.find((name) => typeof own(row, name) === 'object' && own(row, name) !== null);
    if (!this.#columns.features.some(({ name }) => Object.hasOwn(row, name))) {
      const reason = "expected an object with the model's columns, got none of them";
      this.#flaw('json', line, place, reason, repeated);
    } else if (odd !== undefined) {
      const reason = `expected a number, a string or null, got ${show(own(row, odd))}`;
      this.#flaw('number', line, `${place}, column ${show(odd)}`, reason, repeated);
    } else this.#gatherer!.add(new ObjectCells(row, this.#names, line, this.#settings.format), repeated);
  }

  /** Starts with the first object, whose keys are the columns that '*' stands for. */
  #begin(row: Row): void {
    const { features } = this.#columns;
    const placed = (columns: readonly CsvColumn[], from: number) =>
      columns.map((column, i) => ({ column: inOrder(column, this.#settings.dayFirst), index: from + i }));
    this.#keys = Object.keys(row);
    const names = isAll(this.#repeat) ? this.#keys : this.#repeat;
    const format: NumberFormat = { ...this.#settings.format, decimal: this.#settings.format.decimal ?? '.' };
    const plan = {
      features: placed(features, 0),
      targets: [],
      columns: this.#columns,
      format,
      rows: 0,
      notes: [],
    };
    const targets = targetColumns(this.#columns);
    const isMeasured = targets.every(({ name }) => Object.hasOwn(row, name));
    const measured = isMeasured ? placed(targets, features.length) : [];
    this.#gatherer = new RowGatherer(this.#settings, plan, measured, names);
    for (const add of this.#waiting.splice(0)) add();
  }

  #repeated(row: Row): unknown[] {
    const names = isAll(this.#repeat) ? this.#keys : this.#repeat;
    return names.map((name) => own(row, name) ?? null);
  }

  #reject(line: number, place: string, reason: string): void {
    this.#refused ??= `; line ${line}: ${reason}`;
    const add = () => this.#flaw('json', line, place, reason, this.#repeated({}));
    if (this.#gatherer === undefined) this.#waiting.push(add);
    else add();
  }

  #flaw(kind: FlawKind, line: number, place: string, reason: string, repeated: readonly unknown[]): void {
    this.#gatherer!.reject(line, cellError(kind, place, reason, ''), repeated);
  }

  ready(): AskedRows[] {
    const ready = this.#gatherer?.ready() ?? [];
    if (ready.length > 0) this.#check();
    return ready;
  }

  /** @throws TypeError if there is no object, or a column occurs in none of them */
  rest(): AskedRows {
    if (this.#gatherer === undefined) throw this.#noLines(', got none');
    this.#check();
    return this.#gatherer.rest();
  }

  #noLines(otherwise: string): TypeError {
    return new TypeError(
      `${this.#settings.source}: expected JSON lines, one object per line${this.#refused ?? otherwise}`,
    );
  }

  /** Checks once that the columns exist, because a name that occurs in no row is misspelt rather than missing everywhere. */
  #check(): void {
    if (this.#checked) return;
    this.#checked = true;
    const [name] = this.#unseen;
    if (name === undefined) return;
    // The lines of an array that is written over several lines may be objects, though not the model's.
    if (this.#isArray) throw this.#noLines('');
    throw new TypeError(
      `no object of ${this.#settings.source} has ${show(name)}${suggestion(name, this.#keys)}`,
    );
  }
}

function isAll(repeat: readonly string[]): boolean {
  return repeat.length === 1 && repeat[0] === '*';
}

function own(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

/** Access to the values of an object as cells. */
class ObjectCells implements Cells {
  readonly text = '';
  readonly starts: readonly number[] = [];
  readonly ends: readonly number[] = [];
  readonly line: number;
  readonly #row: Row;
  readonly #names: readonly string[];
  readonly #decimal: string;

  constructor(row: Row, names: readonly string[], line: number, { decimal = '.' }: NumberFormat) {
    this.#row = row;
    this.#names = names;
    this.line = line;
    this.#decimal = decimal;
  }

  get count(): number {
    return this.#names.length;
  }

  isPlain(): boolean {
    return false;
  }

  isBlank(c: number): boolean {
    return this.cell(c) === '';
  }

  cell(c: number): string {
    const value = own(this.#row, this.#names[c]!);
    if (value === null || value === undefined) return '';
    // A number of JSON has a point, whatever the decimal mark of texts.
    return typeof value === 'number' ? String(value).replace('.', this.#decimal) : String(value).trim();
  }
}
