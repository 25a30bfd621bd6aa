/** Encoder of rows of cells into rows of x and y. */
import { show } from '../../errors.js';
import { dateError, footerError, hasFooter, infiniteError, oddError } from './cell-errors.js';
import { type CategoryColumn, type CsvColumn, type OnMissing, suggestion, width } from './columns.js';
import { parseDate, writeParts } from './dates.js';
import { fillKey } from './fills.js';
import { cellError } from './flaws.js';
import { INFINITE, NOT_A_NUMBER, type NumberFormat, NumberReader } from './numbers.js';
import type { Settings } from './options.js';
import type { Placed, Plan } from './plan.js';
import { at } from './rows.js';
import type { Cells } from './tokenizer.js';

/** Cells with categories that training did not know, for a note. */
export interface Unknowns {
  count: number;
  /** True if they share the column of the rare categories. */
  readonly pooled: boolean;
  readonly examples: Set<string>;
}

/** Result for a row that is left out because of a missing cell, which is cheaper than an error. */
export const SKIPPED = Symbol('skipped');

interface Writer extends Placed {
  /** Index of the column's first value in a row of x. */
  readonly offset: number;
  readonly width: number;
  readonly isTarget: boolean;
  /** True for a numeric column, in which a cell that is a number is never a missing mark. */
  readonly isNumber: boolean;
  readonly indices: Map<string, number> | undefined;
}

const UNKNOWN = -1;
const MOST_EXAMPLES = 5;

/** Encoder that writes rows into x and y. It keeps no row, so it serves whole tables and streams. */
export class RowEncoder {
  readonly inputSize: number;
  readonly targetSize: number;
  /** Unknown categories, by column that met some. */
  readonly unknowns = new Map<string, Unknowns>();

  readonly #settings: Settings;
  readonly #learnt: boolean;
  readonly #numbers: NumberReader;
  readonly #format: NumberFormat;
  readonly #featureWriters: readonly Writer[];
  readonly #targetWriters: readonly Writer[];

  /** @param learnt  true if the columns know every category of the table, except the rare ones */
  constructor(settings: Settings, { format, features, targets }: Plan, learnt = settings.like === undefined) {
    this.#learnt = learnt;
    this.#settings = settings;
    this.#format = format;
    this.#numbers = new NumberReader(format);
    let offset = 0;
    const writer = (placed: Placed, isTarget: boolean): Writer => {
      const { column } = placed;
      const made = {
        ...placed,
        isTarget,
        isNumber: column.kind === 'numeric' && !settings.marks.mayBeNumbers,
        offset,
        width: isTarget ? 1 : width(column),
        indices:
          column.kind === 'category'
            ? new Map(column.categories.map((category, i) => [category, i]))
            : undefined,
      };
      offset += made.width;
      return made;
    };
    this.#featureWriters = features.map((placed) => writer(placed, false));
    this.inputSize = offset;
    offset = 0;
    this.#targetWriters = targets.map((placed) => writer(placed, true));
    this.targetSize = targets.length;
  }

  /**
   * Writes the tokenizer's record into row `row` of x and y. That row of x must be zero before.
   *
   * @returns undefined, SKIPPED for a missing cell, or the flaw
   */
  encode(
    cells: Cells,
    x: Float64Array,
    y: Float64Array | Uint32Array,
    row: number,
  ): undefined | typeof SKIPPED | Error {
    const flaw =
      this.#features(cells, x, row * this.inputSize) ?? this.#targets(cells, y, row * this.targetSize);
    // Flaws in a row that is left out do not matter.
    if (flaw === undefined || flaw === SKIPPED) return flaw;
    if (this.#leavesOut(cells)) return SKIPPED;
    return this.#settings.rejects ? flaw : footerError(flaw, hasFooter(cells));
  }

  #features(cells: Cells, x: Float64Array, base: number) {
    const numbers = this.#numbers;
    const { text, starts, ends } = cells;
    for (const feature of this.#featureWriters) {
      const { index } = feature;
      // Most cells are numbers that can be read from the text without a copy.
      if (feature.isNumber && cells.isPlain(index)) {
        const shape = numbers.read(text, starts[index]!, ends[index]!);
        if (shape !== NOT_A_NUMBER && shape !== INFINITE) {
          x[base + feature.offset] = numbers.value;
          continue;
        }
      }
      const flaw = this.#write(cells, feature, x, base + feature.offset);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }

  #targets(cells: Cells, y: Float64Array | Uint32Array, base: number) {
    for (const target of this.#targetWriters) {
      const flaw = this.#write(cells, target, y, base + target.offset);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }

  /** Returns true for a missing cell whose row is left out. */
  #leavesOut(cells: Cells): boolean {
    const { marks, onMissing } = this.#settings;
    if (onMissing === 'error') return false;
    const isMissing = ({ index }: Writer) => marks.isMissing(cells, index);
    return (
      this.#targetWriters.some(isMissing) || (onMissing === 'skip' && this.#featureWriters.some(isMissing))
    );
  }

  #write(cells: Cells, writer: Writer, out: Float64Array | Uint32Array, place: number) {
    const { index, column, isTarget } = writer;
    const cell = cells.cell(index);
    const where = () => at(this.#settings.source, cells.line, column.name);
    if (!this.#settings.marks.has(cell, 0, cell.length)) return this.#value(writer, cell, where, out, place);
    const { onMissing } = this.#settings;
    if (onMissing !== 'error') {
      if (isTarget || onMissing === 'skip') return SKIPPED;
      return writeFill(column, onMissing, out as Float64Array, place)
        ? undefined
        : fillError(where(), onMissing);
    }
    const came = cell === '' ? 'nothing' : show(cell);
    const help = isTarget
      ? "onMissing: 'skip' leaves such rows out"
      : "onMissing: 'mean' fills such cells, onMissing: 'skip' leaves their rows out";
    return cellError('missing', where(), `expected a value, got ${came}`, help);
  }

  #value(
    { column, indices, isTarget }: Writer,
    cell: string,
    where: () => string,
    out: Float64Array | Uint32Array,
    place: number,
  ) {
    if (column.kind === 'numeric') {
      const shape = this.#numbers.read(cell, 0, cell.length);
      if (shape === NOT_A_NUMBER) return oddError(where(), column.name, cell, this.#format);
      if (shape === INFINITE) return infiniteError(where(), cell);
      out[place] = this.#numbers.value;
      return undefined;
    }
    if (column.kind === 'date') {
      const ms = parseDate(column.format, cell);
      if (Number.isNaN(ms)) return dateError(where(), column.name, cell, column.format);
      writeParts(ms, column.parts, out as Float64Array, place);
      return undefined;
    }
    const category = indices!.get(cell) ?? UNKNOWN;
    if (isTarget) {
      if (category === UNKNOWN) return unknownError(where(), column, cell, true);
      out[place] = category;
      return undefined;
    }
    if (category !== UNKNOWN) {
      out[place + category] = 1;
      return undefined;
    }
    return this.#unknown(column, cell, where, out, place);
  }

  #unknown(
    column: CategoryColumn,
    cell: string,
    where: () => string,
    out: Float64Array | Uint32Array,
    place: number,
  ) {
    const { onUnknown } = this.#settings;
    // The rare ones are not listed, so that an unknown one may be one of them.
    const pooled = column.other === true && onUnknown !== 'zeros';
    if (pooled) out[place + column.categories.length] = 1;
    else if (onUnknown === 'error' && !this.#learnt) return unknownError(where(), column, cell, false);
    if (this.#learnt) return undefined;
    const met = this.unknowns.get(column.name) ?? { count: 0, pooled, examples: new Set<string>() };
    met.count++;
    if (met.examples.size < MOST_EXAMPLES) met.examples.add(cell);
    this.unknowns.set(column.name, met);
    return undefined;
  }
}

/** Writes the fill of a missing cell into the column's values. @returns false if the training rows had no fill */
export function writeFill(column: CsvColumn, onMissing: OnMissing, x: Float64Array, place: number): boolean {
  const last = place + width(column) - 1;
  if (column.kind === 'category') {
    const own = column.missing && (onMissing === 'category' || onMissing === 'indicator');
    if (!own && column.mode === undefined) return false;
    x[own ? last : place + column.categories.indexOf(column.mode!)] = 1;
    return true;
  }
  const value = column[fillKey(onMissing)!];
  if (value === undefined) return false;
  if (column.kind === 'numeric') x[place] = value;
  else writeParts(value, column.parts, x, place);
  if (column.indicator) x[last] = 1;
  return true;
}

export function fillError(place: string, onMissing: string): RangeError {
  const help = `onMissing: '${onMissing}' was not learnt from the training rows`;
  return cellError('unfilled', place, 'expected a value, got nothing', help);
}

export function unknownError(
  place: string,
  { categories }: CategoryColumn,
  cell: string,
  isClass: boolean,
): RangeError {
  const help = isClass ? '' : "onUnknown: 'zeros' reads it as none of them";
  return cellError(
    'unknown',
    place,
    `unknown ${isClass ? 'class' : 'category'} ${show(cell)}${suggestion(cell, categories)}`,
    help,
  );
}
