/** Reader of rows for a model to answer. Each row keeps its place, even if it cannot be read. */
import { LARGEST_F32, show } from '../../errors.js';
import { type CsvColumns, targetColumns, width } from './columns.js';
import type { Layout } from './dialect.js';
import { RowEncoder, SKIPPED } from './encode.js';
import { cellError, type FlawKind, flawOf } from './flaws.js';
import type { CsvNote } from './notes.js';
import { type CsvOptions, checkOptions, type Settings } from './options.js';
import type { Placed, Plan } from './plan.js';
import { at, findColumn } from './rows.js';
import type { CsvSource } from './sources.js';
import { type Gatherer, gathered } from './stream.js';
import { unknownNotes } from './table.js';
import type { Cells, Tokenizer } from './tokenizer.js';

/** Reason why a row cannot be encoded. */
export interface RowFlaw<Kind extends string = FlawKind> {
  readonly kind: Kind;
  /** Sentence that names the column, but neither table nor line. */
  readonly text: string;
}

export interface AskedRow {
  readonly line: number;
  /** Absent if the row is in x. */
  readonly flaw?: RowFlaw<string>;
  /** Values of the columns to repeat: texts, or values of JSON. */
  readonly repeated: readonly unknown[];
}

/** Consecutive rows of a table. */
export interface AskedRows {
  readonly rows: readonly AskedRow[];
  /** Rows without a flaw, in order. */
  readonly x: Float64Array | Uint8Array;
  /** Targets of the rows that have them. */
  readonly y: Float64Array;
  /** Rows of x to which the targets belong. */
  readonly measured: readonly number[];
  /** Reason why the first row without a usable target has none. */
  readonly unmeasured?: string;
  /** Names of the columns to repeat. */
  readonly names: readonly string[];
  readonly notes: readonly CsvNote[];
}

export interface AskOptions
  extends Omit<CsvOptions, 'name' | 'like' | 'target' | 'columns' | 'maxCategories' | 'onBadRow'> {
  /** Name of the table in messages. */
  readonly name: string;
  /** Columns of the table that the model was trained on. */
  readonly columns: CsvColumns;
  /** Columns of the new table that are repeated beside the answers; '*' alone stands for all. */
  readonly repeat: readonly string[];
}

/** Rows that are answered together. */
const BATCH_ROWS = 1024;

/** Checks the options for reading. A row to be answered is never left out, so that 'skip' counts as 'error'. */
export function askSettings({ columns, repeat: _, onMissing, ...options }: AskOptions): Settings {
  const policy = onMissing ?? columns.reading?.onMissing;
  return checkOptions({
    ...options,
    ...(policy !== undefined && { onMissing: policy === 'skip' ? 'error' : policy }),
    like: { columns },
    target: false,
    onBadRow: 'skip',
  });
}

/**
 * Reads every row of a CSV table, in order and in constant memory.
 *
 * @throws TypeError, RangeError  if the table as a whole cannot be read or lacks a column
 */
export function readEveryRow(source: CsvSource, options: AskOptions): AsyncGenerator<AskedRows, void> {
  const settings = askSettings(options);
  return gathered(source, settings, (plan, layout) => {
    const targets = targetColumns(options.columns);
    const isMeasured = targets.every(({ name }) => layout.names.includes(name));
    const placed = isMeasured
      ? targets.map((column) => ({ index: layout.names.indexOf(column.name), column }))
      : [];
    return new CsvGatherer(settings, plan, placed, repeatedIndices(options.repeat, settings, layout), layout);
  });
}

function repeatedIndices(repeat: readonly string[], { source }: Settings, layout: Layout): number[] {
  if (repeat.length === 1 && repeat[0] === '*') return layout.names.map((_, c) => c);
  return repeat.map((name) => findColumn('--columns', name, source, layout));
}

class CsvGatherer implements Gatherer<AskedRows> {
  readonly #gatherer: RowGatherer;
  readonly #indices: readonly number[];

  constructor(
    settings: Settings,
    plan: Plan,
    targets: readonly Placed[],
    indices: readonly number[],
    layout: Layout,
  ) {
    this.#indices = indices;
    const names = indices.map((index) => layout.names[index]!);
    this.#gatherer = new RowGatherer(settings, plan, targets, names);
  }

  row(cells: Tokenizer): void {
    this.#gatherer.add(cells, this.#repeated(cells));
  }

  flaw(_: number, error: Error, cells: Tokenizer): void {
    this.#gatherer.reject(cells.line, error, this.#repeated(cells));
  }

  #repeated(cells: Tokenizer): string[] {
    return this.#indices.map((index) => (index < cells.count ? cells.cell(index) : ''));
  }

  ready(): AskedRows[] {
    return this.#gatherer.ready();
  }

  rest(): AskedRows {
    return this.#gatherer.rest();
  }
}

/** Gathers rows of any format into batches. */
export class RowGatherer {
  readonly #settings: Settings;
  readonly #features: RowEncoder;
  readonly #targets: RowEncoder | undefined;
  readonly #placed: readonly Placed[];
  readonly #names: readonly string[];
  readonly #inputSize: number;
  readonly #one: Float64Array;
  readonly #ready: AskedRows[] = [];
  #notes: readonly CsvNote[];
  #rows: AskedRow[] = [];
  #x: Float64Array;
  #encoded = 0;
  #y: number[] = [];
  #measured: number[] = [];
  #unmeasured: string | undefined;

  /** @param targets  targets of the table; empty unless it has all of them */
  constructor(settings: Settings, plan: Plan, targets: readonly Placed[], names: readonly string[]) {
    this.#settings = settings;
    this.#placed = plan.features;
    this.#features = new RowEncoder(settings, { ...plan, targets: [] }, false);
    const strict: Settings = { ...settings, onMissing: 'error' };
    this.#targets =
      targets.length === 0 ? undefined : new RowEncoder(strict, { ...plan, features: [], targets }, false);
    this.#names = names;
    this.#notes = plan.notes;
    this.#inputSize = this.#features.inputSize;
    this.#one = new Float64Array(targets.length);
    this.#x = new Float64Array(BATCH_ROWS * this.#inputSize);
  }

  add(cells: Cells, repeated: readonly unknown[]): void {
    const flaw = this.#features.encode(cells, this.#x, this.#one, this.#encoded) ?? this.#tooLarge(cells);
    if (flaw === undefined) {
      this.#measure(cells);
      this.#encoded++;
      this.#push({ line: cells.line, repeated });
      return;
    }
    this.#x.fill(0, this.#encoded * this.#inputSize, (this.#encoded + 1) * this.#inputSize);
    if (flaw !== SKIPPED) this.reject(cells.line, flaw, repeated);
  }

  /** Returns the error about a number of the encoded row that a network cannot compute with. */
  #tooLarge(cells: Cells): Error | undefined {
    let offset = this.#encoded * this.#inputSize;
    for (const { column, index } of this.#placed) {
      if (column.kind === 'numeric' && !(Math.abs(this.#x[offset]!) <= LARGEST_F32)) {
        const place = at(this.#settings.source, cells.line, column.name);
        const reason = `expected a number that a 32-bit float holds, up to 3.4e38, got ${show(cells.cell(index))}`;
        return cellError('large', place, reason, '');
      }
      offset += width(column);
    }
    return undefined;
  }

  /** Takes a row that cannot be read. */
  reject(line: number, error: Error, repeated: readonly unknown[]): void {
    const { kind = 'other', text = error.message } = flawOf(error) ?? {};
    const place = `${this.#settings.source}: line ${line}`;
    const reason = text.startsWith(place) ? text.slice(place.length + 2) : text;
    this.#push({ line, flaw: { kind, text: reason }, repeated });
  }

  #measure(cells: Cells): void {
    if (this.#targets === undefined) return;
    const flaw = this.#targets.encode(cells, this.#one, this.#one, 0);
    if (flaw === undefined) {
      this.#measured.push(this.#encoded);
      this.#y.push(...this.#one);
    } else if (flaw !== SKIPPED) this.#unmeasured ??= flawOf(flaw)?.text ?? flaw.message;
  }

  #push(row: AskedRow): void {
    this.#rows.push(row);
    if (this.#rows.length === BATCH_ROWS) this.#ready.push(this.rest());
  }

  ready(): AskedRows[] {
    return this.#ready.splice(0);
  }

  rest(): AskedRows {
    const asked = {
      rows: this.#rows,
      x: this.#x.slice(0, this.#encoded * this.#inputSize),
      y: Float64Array.from(this.#y),
      measured: this.#measured,
      ...(this.#unmeasured !== undefined && { unmeasured: this.#unmeasured }),
      names: this.#names,
      notes: [...this.#notes, ...unknownNotes(this.#features)],
    };
    this.#x.fill(0);
    [this.#rows, this.#encoded, this.#y, this.#measured, this.#notes] = [[], 0, [], [], []];
    this.#unmeasured = undefined;
    return asked;
  }
}
