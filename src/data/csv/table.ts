/** Rows gathered into arrays: x, y and what is to be known of them. */
import { show } from '../../errors.js';
import { type CsvColumn, type CsvColumns, valueNames, width } from './columns.js';
import { RowEncoder, SKIPPED } from './encode.js';
import { type CsvNote, counted } from './notes.js';
import type { Settings } from './options.js';
import type { Plan } from './plan.js';
import type { RejectedRow, RowVisitor } from './rows.js';
import type { Tokenizer } from './tokenizer.js';

export interface CsvTable {
  /** [rows, inputSize]: numbers as they are, categories one-hot, dates as days and places on circles. */
  readonly x: Float64Array;
  readonly inputSize: number;
  readonly rows: number;
  /** Rows left out for a missing cell, or because they could not be read. */
  readonly skipped: number;
  /** Rows that could not be read, with `onBadRow: 'skip'`. */
  readonly rejected: readonly RejectedRow[];
  /** What each of the inputSize values is: 'weight', 'origin=Europe'. */
  readonly featureNames: readonly string[];
  /** For `like`, and for JSON. */
  readonly columns: CsvColumns;
  /** What was decided and should be known: columns ignored, cells filled, rows left out. */
  readonly notes: readonly CsvNote[];
}

export interface LabelledCsvTable extends CsvTable {
  /** [rows]: numbers, or class indices into `classNames`. */
  readonly y: Float64Array | Uint32Array;
  /** There if the target is a category. */
  readonly classNames?: readonly string[];
  readonly columns: CsvColumns & { readonly target: CsvColumn };
}

/** A table with a column of y for each of several targets. */
export interface MultiTargetCsvTable extends CsvTable {
  /** [rows, targets]: numbers; of a target of two categories 0 and 1. */
  readonly y: Float64Array;
  readonly targetNames: readonly string[];
  readonly columns: CsvColumns & { readonly targets: readonly CsvColumn[] };
}

/** Values of x at most, 2 GiB: V8 has no longer arrays in all its versions. */
const MOST_VALUES = 0x10000000;

/** Gathers the rows of one pass. */
export class TableBuilder implements RowVisitor {
  readonly #settings: Settings;
  readonly #plan: Plan;
  readonly #encoder: RowEncoder;
  readonly #x: Float64Array;
  readonly #y: Float64Array | Uint32Array;
  readonly #rejected: RejectedRow[] = [];
  readonly flaw?: (line: number, error: Error) => void;
  /** Rows that x has, and rows that came. */
  #rows = 0;
  #seen = 0;

  /** @throws RangeError if x would be too large */
  constructor(settings: Settings, plan: Plan) {
    const { features, targets, format, columns, rows } = plan;
    this.#settings = settings;
    this.#plan = plan;
    this.#encoder = new RowEncoder(settings, format, features, targets);
    const { inputSize } = this.#encoder;
    if (rows * inputSize > MOST_VALUES) {
      const widest = columns.features.reduce((most, column) => (width(column) > width(most) ? column : most));
      throw new RangeError(
        `${settings.source}: expected at most 2^28 values, got ${rows} rows of ${inputSize}; ` +
          `column ${show(widest.name)} has ${width(widest)} of them and could be ignored, or readCsvStream reads batches`,
      );
    }
    this.#x = new Float64Array(rows * inputSize);
    this.#y =
      columns.target?.kind === 'category' ? new Uint32Array(rows) : new Float64Array(rows * targets.length);
    if (settings.rejects) {
      this.flaw = (line, error) => {
        this.#rejected.push({ row: this.#seen++, line, reason: error.message });
      };
    }
  }

  row(cells: Tokenizer): void {
    const flaw = this.#encoder.encode(cells, this.#x, this.#y, this.#rows);
    if (flaw === undefined) this.#rows++;
    else {
      const { inputSize } = this.#encoder;
      this.#x.fill(0, this.#rows * inputSize, (this.#rows + 1) * inputSize);
      if (flaw !== SKIPPED) {
        if (!this.#settings.rejects) throw flaw;
        this.#rejected.push({ row: this.#seen, line: cells.line, reason: flaw.message });
      }
    }
    this.#seen++;
  }

  table(): CsvTable | LabelledCsvTable | MultiTargetCsvTable {
    const { columns, notes } = this.#plan;
    const { inputSize, targetSize } = this.#encoder;
    if (this.#rows === 0) throw this.#nothingLeft();
    const cut = <T extends Float64Array | Uint32Array>(values: T, length: number): T =>
      values.length === length ? values : (values.slice(0, length) as T);
    const table = {
      x: cut(this.#x, this.#rows * inputSize),
      inputSize,
      rows: this.#rows,
      skipped: this.#seen - this.#rows,
      rejected: this.#rejected,
      featureNames: columns.features.flatMap(valueNames),
      columns,
      notes: [...notes, ...this.#unknownNotes()],
    };
    if (targetSize === 0) return table;
    const y = cut(this.#y, this.#rows * targetSize);
    if (columns.targets !== undefined) {
      return { ...table, y, targetNames: columns.targets.map(({ name }) => name) } as MultiTargetCsvTable;
    }
    const { target } = columns;
    const classNames = target!.kind === 'category' ? { classNames: target!.categories } : {};
    return { ...table, y, ...classNames } as LabelledCsvTable;
  }

  #nothingLeft(): Error {
    const [first] = this.#rejected;
    if (first !== undefined)
      return new RangeError(`expected a row that can be read, got none of ${this.#seen}; ${first.reason}`);
    return new RangeError(
      `${this.#settings.source}: expected a row without missing cells, got none of ${this.#seen}`,
    );
  }

  #unknownNotes(): CsvNote[] {
    return [...this.#encoder.unknowns].map(([name, { count, examples }]) => {
      const { onUnknown } = this.#settings;
      const as =
        onUnknown === 'other' ? 'the rare ones, or as none where there are none' : 'none of the categories';
      const few = [...examples].map((example) => show(example)).join(', ');
      return {
        about: 'unknown',
        column: name,
        text: `column ${show(name)}: ${counted(count, 'cell')} of categories that training did not know (${few}${count > examples.size ? ', …' : ''}), read as ${as}`,
      };
    });
  }
}
