/** Fills of missing cells that are learnt again from the training rows of a table. */
import { type CsvColumn, soundColumns, width } from './columns.js';
import { parseDate } from './dates.js';
import { RowEncoder, writeFill } from './encode.js';
import { fillsOf, missingNote } from './fills.js';
import { NumberReader } from './numbers.js';
import { type CsvOptions, checkOptions, type Settings } from './options.js';
import type { Placed, Plan } from './plan.js';
import { WholeTable } from './read.js';
import type { RowVisitor } from './rows.js';
import { ColumnScan } from './scan.js';
import { byFrequency } from './settle.js';
import type { CsvTable } from './table.js';
import type { Tokenizer } from './tokenizer.js';

/**
 * Fills the missing cells of all rows with means, medians and modes of the given rows alone, and stores these in `columns`.
 * Test rows then do not influence the inputs of training. A column without a value in the given rows keeps its earlier fill.
 *
 * @param data     source that the table was read from
 * @param options  options that it was read with
 * @param rows     rows of the table to learn from
 * @returns the table itself if no cell was filled
 */
export function refilled<T extends CsvTable>(
  data: string | Uint8Array,
  options: CsvOptions,
  table: T,
  rows: Iterable<number>,
): T {
  const filled = new Set(table.notes.filter(({ about }) => about === 'missing').map(({ column }) => column));
  if (filled.size === 0) return table;
  const { target: _, columns: __, ...format } = options;
  const settings = checkOptions({ ...format, like: table });
  const whole = new WholeTable(settings, data);
  const finder = new GapFinder(settings, whole.plan(), filled, new Set(rows));
  whole.pass(() => finder);
  return withFills(table, settings, finder);
}

/** Finds the missing cells of the table, and scans the other cells of the rows to learn from. */
class GapFinder implements RowVisitor {
  /** Row and feature of each missing cell, alternating. */
  readonly gaps: number[] = [];
  /** Scans by feature; undefined for features without a missing cell. */
  readonly scans: readonly (ColumnScan | undefined)[];
  readonly flaw?: () => void;

  readonly #settings: Settings;
  readonly #encoder: RowEncoder;
  readonly #features: readonly Placed[];
  readonly #learnt: ReadonlySet<number>;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  #row = 0;

  constructor(
    settings: Settings,
    plan: Plan,
    filled: ReadonlySet<string | undefined>,
    learnt: ReadonlySet<number>,
  ) {
    const { marks, onMissing, rejects } = settings;
    this.#settings = settings;
    this.#features = plan.features;
    this.#learnt = learnt;
    this.#encoder = new RowEncoder(settings, plan, true);
    this.#x = new Float64Array(this.#encoder.inputSize);
    this.#y = new Float64Array(this.#encoder.targetSize);
    const numbers = new NumberReader(plan.format);
    const keep = onMissing === 'median' || onMissing === 'mode';
    this.scans = plan.features.map(({ index, column: { name, kind } }) => {
      const asText = kind !== 'numeric';
      if (!filled.has(name)) return undefined;
      return new ColumnScan(index, { marks, numbers, asText, keep, distinct: false, dated: false });
    });
    if (rejects) this.flaw = () => {};
  }

  row(cells: Tokenizer): void {
    this.#x.fill(0);
    // Rows that the table omitted have no number.
    if (this.#encoder.encode(cells, this.#x, this.#y, 0) !== undefined) return;
    const row = this.#row++;
    const isLearnt = this.#learnt.has(row);
    for (const [f, scan] of this.scans.entries()) {
      if (scan === undefined) continue;
      if (this.#settings.marks.isMissing(cells, this.#features[f]!.index)) this.gaps.push(row, f);
      else if (isLearnt) scan.add(cells);
    }
  }
}

function withFills<T extends CsvTable>(table: T, settings: Settings, { gaps, scans }: GapFinder): T {
  const { columns, inputSize } = table;
  const { onMissing } = settings;
  const features = columns.features.map((column, f) => {
    const scan = scans[f];
    return scan === undefined || scan.present === 0 ? column : refilledColumn(column, scan, onMissing);
  });
  const x = table.x.slice();
  const offsets: number[] = [];
  let offset = 0;
  for (const column of features) {
    offsets.push(offset);
    offset += width(column);
  }
  const counts = new Map<string, number>();
  for (let g = 0; g < gaps.length; g += 2) {
    const [row, f] = [gaps[g]!, gaps[g + 1]!];
    const column = features[f]!;
    const place = row * inputSize + offsets[f]!;
    x.fill(0, place, place + width(column));
    writeFill(column, onMissing, x, place);
    counts.set(column.name, (counts.get(column.name) ?? 0) + 1);
  }
  const notes = table.notes.map((note) => {
    const column = features.find(({ name }) => note.about === 'missing' && name === note.column);
    return column === undefined ? note : missingNote(column, counts.get(column.name) ?? 0, onMissing)!;
  });
  return { ...table, x, notes, columns: soundColumns({ ...columns, features: Object.freeze(features) }) };
}

function refilledColumn(column: CsvColumn, scan: ColumnScan, onMissing: Settings['onMissing']): CsvColumn {
  if (column.kind === 'category') {
    const mode = byFrequency(scan.texts).find(([text]) => column.categories.includes(text))?.[0];
    return mode === undefined ? column : Object.freeze({ ...column, mode });
  }
  if (column.kind === 'numeric') {
    return Object.freeze({ ...column, ...fillsOf(onMissing, scan.sum / scan.numbers, scan.kept) });
  }
  const dates = [...scan.texts].flatMap(([text, count]) =>
    Array<number>(count).fill(parseDate(column.format, text)),
  );
  const mean = dates.reduce((sum, ms) => sum + ms / dates.length, 0);
  return Object.freeze({ ...column, ...fillsOf(onMissing, mean, dates) });
}
