/** Tables: rows gathered into x and y, with their description. */
import { counted, show } from '../../errors.js';
import { type CsvColumn, type CsvColumns, valueNames, width } from './columns.js';
import { type RowEncoder, SKIPPED } from './encode.js';
import type { CsvNote } from './notes.js';
import type { Settings } from './options.js';
import type { Plan } from './plan.js';
import type { RejectedRow, RowVisitor } from './rows.js';
import type { Tokenizer } from './tokenizer.js';

/** Table that `readCsv` has read: x, and a description of the columns. */
export interface CsvTable {
  /** Values of shape [rows, inputSize]: unchanged numbers, one-hot categories, and dates as days and pairs of sine and cosine. */
  readonly x: Float64Array;
  /** Number of values in a row of x. */
  readonly inputSize: number;
  /** Number of rows of x. */
  readonly rows: number;
  /** Number of rows omitted because a cell was missing or the row was unreadable. */
  readonly skipped: number;
  /** Unreadable rows, with `onBadRow: 'skip'`. */
  readonly rejected: readonly RejectedRow[];
  /** Name of each of the inputSize values: 'weight', 'origin=Europe'. */
  readonly featureNames: readonly string[];
  /** Description of the columns, for `like` and for JSON. */
  readonly columns: CsvColumns;
  /** Decisions of the reader: ignored columns, filled cells, omitted rows. */
  readonly notes: readonly CsvNote[];
}

/** Table with one target. */
export interface LabelledCsvTable extends CsvTable {
  /** Targets of shape [rows]: numbers, or class indices into `classNames`. */
  readonly y: Float64Array | Uint32Array;
  /** Class names; present if the target is a category. */
  readonly classNames?: readonly string[];
  readonly columns: CsvColumns & { readonly target: CsvColumn };
}

/** Table with a column of y for each of several targets. */
export interface MultiTargetCsvTable extends CsvTable {
  /** Targets of shape [rows, targets]: numbers; 0 and 1 for a target of two categories. */
  readonly y: Float64Array;
  /** Names of the columns of y. */
  readonly targetNames: readonly string[];
  readonly columns: CsvColumns & { readonly targets: readonly CsvColumn[] };
}

/** Options of a table that has the targets of an earlier one. */
export interface LikeTable<Table extends LabelledCsvTable | MultiTargetCsvTable> {
  /** Earlier table whose columns, categories and options apply here; `{ columns }` from JSON is enough. */
  readonly like: {
    /** Description of the columns. */
    readonly columns: Table['columns'];
  };
  /** Absent, because the targets are those of `like`. */
  readonly target?: never;
}

/**
 * Batch of a stream. `fit` uses its x and y. It has the other fields of a table too; `notes` and `rejected` cover only this
 * batch.
 */
export class CsvBatch implements CsvTable {
  readonly x: Float64Array;
  /** Targets as in a table; undefined without a target. */
  readonly y: Float64Array | Uint32Array | undefined;
  // Only x and y are own properties, because `fit` refuses others as slips.
  readonly #table: CsvTable;

  /** Makes a batch of a table with only its rows. */
  constructor(table: CsvTable) {
    this.x = table.x;
    this.y = (table as Partial<LabelledCsvTable>).y;
    this.#table = table;
  }

  get inputSize(): number {
    return this.#table.inputSize;
  }

  get rows(): number {
    return this.#table.rows;
  }

  get skipped(): number {
    return this.#table.skipped;
  }

  get rejected(): readonly RejectedRow[] {
    return this.#table.rejected;
  }

  get featureNames(): readonly string[] {
    return this.#table.featureNames;
  }

  /** Class names; present if the target is a category. */
  get classNames(): readonly string[] | undefined {
    return (this.#table as Partial<LabelledCsvTable>).classNames;
  }

  get columns(): CsvColumns {
    return this.#table.columns;
  }

  get notes(): readonly CsvNote[] {
    return this.#table.notes;
  }
}

/** Batch of a table with targets. */
export interface LabelledCsvBatch extends CsvBatch {
  readonly y: Float64Array | Uint32Array;
}

/** Largest number of values of x, 2 GiB: some versions of V8 have no longer arrays. */
const MOST_VALUES = 0x10000000;

/** Builder that gathers the rows of one pass. */
export class TableBuilder implements RowVisitor {
  readonly #settings: Settings;
  readonly #columns: CsvColumns;
  readonly #encoder: RowEncoder;
  readonly #x: Float64Array;
  readonly #y: Float64Array | Uint32Array;
  readonly rejected: RejectedRow[] = [];
  readonly flaw?: (line: number, error: Error) => void;
  /** Number of rows before this batch. */
  readonly #before: number;
  readonly #room: number;
  #rows = 0;
  #seen = 0;

  /**
   * @param rows    number of rows to allocate
   * @param before  number of rows before this batch
   * @throws RangeError if x would be too large
   */
  constructor(settings: Settings, { columns, targets }: Plan, encoder: RowEncoder, rows: number, before = 0) {
    this.#settings = settings;
    this.#columns = columns;
    this.#encoder = encoder;
    this.#before = before;
    this.#room = rows;
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
        this.rejected.push({ row: before + this.#seen++, line, reason: error.message });
      };
    }
  }

  row(cells: Tokenizer): void {
    const flaw = this.#encoder.encode(cells, this.#x, this.#y, this.#rows);
    if (flaw === undefined) {
      // If the table changes between the passes, x is too small, and writes beyond its end are lost.
      if (this.#rows++ === this.#room) {
        throw new RangeError(
          `${this.#settings.source}: expected the same rows in every pass, got more than before`,
        );
      }
    } else {
      const { inputSize } = this.#encoder;
      this.#x.fill(0, this.#rows * inputSize, (this.#rows + 1) * inputSize);
      if (flaw !== SKIPPED) {
        if (!this.#settings.rejects) throw flaw;
        this.rejected.push({ row: this.#before + this.#seen, line: cells.line, reason: flaw.message });
      }
    }
    this.#seen++;
  }

  /** Number of rows in x. */
  get rows(): number {
    return this.#rows;
  }

  /** Number of rows seen, including omitted ones. */
  get seen(): number {
    return this.#seen;
  }

  /** Completes the table. @throws RangeError if all rows were left out */
  table(notes: readonly CsvNote[]): CsvTable | LabelledCsvTable | MultiTargetCsvTable {
    const columns = this.#columns;
    const { inputSize, targetSize } = this.#encoder;
    if (this.#rows === 0) throw this.#nothingLeft();
    const cut = <T extends Float64Array | Uint32Array>(values: T, length: number): T =>
      values.length === length ? values : (values.slice(0, length) as T);
    const table = {
      x: cut(this.#x, this.#rows * inputSize),
      inputSize,
      rows: this.#rows,
      skipped: this.#seen - this.#rows,
      rejected: this.rejected,
      featureNames: columns.features.flatMap(valueNames),
      columns,
      notes: [...notes, ...unknownNotes(this.#encoder)],
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
    const [first] = this.rejected;
    if (first !== undefined)
      return new RangeError(`expected a row that can be read, got none of ${this.#seen}; ${first.reason}`);
    return new RangeError(
      `${this.#settings.source}: expected a row without missing cells, got none of ${this.#seen}`,
    );
  }
}

/** Returns the notes on cells that the encoder has met since the last call. */
export function unknownNotes({ unknowns }: RowEncoder): CsvNote[] {
  const notes = [...unknowns].map(([name, { count, pooled, examples }]): CsvNote => {
    const as = pooled ? 'one of the rare ones' : 'none of the known ones';
    const few = [...examples].map((example) => show(example)).join(', ');
    const more = count > examples.size ? ', …' : '';
    const text = `column ${show(name)}: ${counted(count, 'cell')} with categories unknown to training (${few}${more}), read as ${as}`;
    return { about: 'unknown', column: name, text };
  });
  unknowns.clear();
  return notes;
}
