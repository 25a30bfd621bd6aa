/** Decides the kind of each column from the statistics of a pass over all rows. */
import { shortened, show } from '../../errors.js';
import { dateError, footerError, infiniteError, isFooter, kindOption, oddError } from './cell-errors.js';
import {
  type CategoryColumn,
  type ColumnKind,
  type CsvColumn,
  listed,
  type NumericColumn,
} from './columns.js';
import { type DateFormat, dateFormats, parseDate, partsOf } from './dates.js';
import { MOSTLY } from './dialect.js';
import { asNumbers, codeDoubt, DOUBTFUL, type Doubt, doubtOf, holdsCodes } from './doubts.js';
import { fillsOf, missingNote } from './fills.js';
import type { CsvNote } from './notes.js';
import { DECIMAL, helpfulOptions, type NumberFormat } from './numbers.js';
import type { Settings } from './options.js';
import { at } from './rows.js';
import type { ColumnScan, Place } from './scan.js';

/** Column that may become part of x or y. */
export interface Candidate {
  readonly index: number;
  readonly name: string;
  readonly isTarget: boolean;
  /** Kind given by the options. */
  readonly kind: ColumnKind | undefined;
}

/** Candidate that is used, with its description. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly column: CsvColumn;
}

export interface Settled {
  readonly chosen: readonly Chosen[];
  readonly notes: readonly CsvNote[];
  readonly format: NumberFormat;
  /** Columns whose numbers must be counted as text in a further pass. */
  readonly toCount: readonly Candidate[];
}

/** Smallest number of rows that distinguishes an identifier from a category. */
const LEAST_IDENTIFIED = 10;
/** Number of distinct texts of a column that are tried as numbers or dates. */
const MOST_TRIED = 1000;
const identifierNames = [
  'id',
  'index',
  'key',
  'no',
  'nr',
  'row',
  'rowname',
  'rownames',
  'uuid',
  'guid',
  'unnamed: 0',
];

/** Returns true for names of identifiers, such as id, Id, user_id, userId; the values must then be distinct whole numbers. */
export function isIdentifierName(name: string, isBlank: boolean): boolean {
  const plain = name.toLowerCase();
  return (
    isBlank || identifierNames.includes(plain) || /[^a-z0-9]id$/.test(plain) || /[a-z0-9]I[dD]$/.test(name)
  );
}

/** Decides kinds, categories and fills. @throws RangeError or NonFiniteError at the first cell that does not fit its column */
export class Settling {
  readonly #settings: Settings;
  readonly #notes: CsvNote[] = [];
  readonly #toCount: Candidate[] = [];
  readonly #decimal: '.' | ',';

  constructor(settings: Settings, delimiter: string, scans: Iterable<ColumnScan>) {
    this.#settings = settings;
    const { decimal, notes } = decideDecimal(settings, delimiter, scans);
    this.#decimal = decimal;
    this.#notes.push(...notes);
  }

  /** @param rows  number of rows that the scans have seen */
  settle(candidates: readonly Candidate[], scans: ReadonlyMap<Candidate, ColumnScan>): Settled {
    const chosen = candidates.flatMap((candidate) => {
      const column = this.#describe(candidate, scans.get(candidate)!);
      return column === undefined ? [] : [{ candidate, column: Object.freeze(column) }];
    });
    const format = { ...this.#settings.format, decimal: this.#decimal };
    return { chosen, notes: this.#notes, format, toCount: this.#toCount };
  }

  #note(about: CsvNote['about'], column: string | undefined, text: string): void {
    this.#notes.push({ about, ...(column !== undefined && { column }), text });
  }

  /** Returns the number of cells that are not numbers by the decimal mark, and the first of them. */
  #odd(scan: ColumnScan): { count: number; first: Place | undefined } {
    const other = this.#decimal === '.' ? 'comma' : 'point';
    const places = [scan.first.text, scan.first[other]].filter((place) => place !== undefined);
    const first = places.reduce<Place | undefined>(
      (a, b) => (a !== undefined && a.line <= b.line ? a : b),
      undefined,
    );
    return { count: scan.text + scan[other], first };
  }

  #describe(candidate: Candidate, scan: ColumnScan): CsvColumn | undefined {
    const { name, isTarget, kind } = candidate;
    const { source, columns } = this.#settings;
    if (scan.present === 0) {
      if (isTarget)
        throw new RangeError(`${source}: expected values in the target column ${show(name)}, got none`);
      this.#note('ignored', name, `column ${show(name)} is ignored: all its cells are blank or missing`);
      return undefined;
    }
    const odd = this.#odd(scan);
    const dates = this.#dates(kind, scan);
    const inDigits = kind === undefined && !scan.distinct && scan.dates >= MOSTLY * scan.present;
    const decided = kind ?? (inDigits || dates.share >= MOSTLY ? 'date' : this.#kind(scan, odd.count));
    const isCode = decided === 'numeric' && kind === undefined && holdsCodes(name, scan);
    if (decided === 'numeric' && !isCode) return this.#numeric(candidate, scan, odd.first);
    if (decided === 'date' && (scan.asText || !inDigits)) return this.#date(candidate, scan, dates.format);
    if (scan.numbers > 0 && !scan.asText) {
      this.#toCount.push(candidate);
      return { name, kind: 'category', categories: [] };
    }
    const doubt = isCode
      ? codeDoubt(name, scan)
      : kind === undefined
        ? (doubtOf(name, 'numeric', 1 - odd.count / scan.present) ?? doubtOf(name, 'date', dates.share))
        : undefined;
    if (columns[name] === undefined && this.#isIdentifier(candidate, scan, doubt)) return undefined;
    if (doubt !== undefined) {
      const text = `column ${show(name)} is read as categories, ${doubt.why}; ${doubt.help}`;
      this.#note('categories', name, text);
    }
    return this.#category(candidate, scan);
  }

  #kind(scan: ColumnScan, odd: number): 'numeric' | 'category' {
    const { present } = scan;
    if (odd <= (1 - MOSTLY) * present) return 'numeric';
    const numbers = present - odd;
    // Cells such as $5 and 10% are meant as numbers, so they do not become categories unless the options say so.
    let tried = 0;
    let loose = 0;
    for (const [text, count] of scan.texts) {
      if (tried++ === MOST_TRIED) break;
      if (helpfulOptions(text, this.#format) !== undefined) loose += count;
    }
    if (loose > 0 && numbers + loose >= MOSTLY * (present - scan.beyond)) return 'numeric';
    return 'category';
  }

  get #format(): NumberFormat {
    return { ...this.#settings.format, decimal: this.#decimal };
  }

  #numeric(candidate: Candidate, scan: ColumnScan, odd: Place | undefined): NumericColumn | undefined {
    const { name, isTarget, kind } = candidate;
    const { source, rejects } = this.#settings;
    if (!rejects) {
      const infinite = scan.first.infinite;
      if (infinite !== undefined && (odd === undefined || infinite.line < odd.line)) {
        throw infiniteError(at(source, infinite.line, name), infinite.cell);
      }
      if (odd !== undefined) {
        const error = oddError(at(source, odd.line, name), name, odd.cell, this.#format);
        throw footerError(error, isFooter(odd.cell));
      }
    }
    if (scan.distinct && scan.numbers > 1 && !isTarget && kind === undefined && odd === undefined) {
      const text = `column ${show(name)} is ignored: it holds a different whole number in each row; ${kindOption(name, 'numeric')} keeps it`;
      this.#note('ignored', name, text);
      return undefined;
    }
    if (kind === undefined && !isTarget) {
      const doubt = doubtOf(name, 'date', scan.dates / scan.present);
      if (doubt !== undefined) {
        this.#note('dates', name, `column ${show(name)} is read as numbers, ${doubt.why}; ${doubt.help}`);
      }
    }
    if (scan.first.zero !== undefined && kind === undefined) {
      const { cell } = scan.first.zero;
      const text = `column ${show(name)}: numbers lose their leading zeros, so that ${show(cell)} is ${Number(cell)}; ${kindOption(name, 'category')} keeps them`;
      this.#note('categories', name, text);
    }
    const numbers = scan.numbers - scan.infinite;
    return { name, kind: 'numeric', ...this.#fills(candidate, scan, scan.sum / numbers, scan.kept) };
  }

  #fills({ name, isTarget }: Candidate, { missing }: ColumnScan, mean: number, values: readonly number[]) {
    if (isTarget) return {};
    const { onMissing } = this.#settings;
    const fills = {
      ...fillsOf(onMissing, mean, values),
      ...(onMissing === 'indicator' && missing > 0 && { indicator: true as const }),
    };
    this.#noteMissing({ name, kind: 'numeric', ...fills }, missing);
    return fills;
  }

  #noteMissing(column: CsvColumn, missing: number): void {
    const note = missingNote(column, missing, this.#settings.onMissing);
    if (note !== undefined) this.#notes.push(note);
  }

  /** Finds the format of dates that fits most cells, and their share. Columns of numbers are dates only if the options say so. */
  #dates(kind: ColumnKind | undefined, scan: ColumnScan): { format: DateFormat | undefined; share: number } {
    const share = scan.asText ? 1 : scan.text / scan.present;
    if (kind === undefined ? share < DOUBTFUL : kind !== 'date') return { format: undefined, share: 0 };
    const { dayFirst } = this.#settings;
    const texts = [...scan.texts].slice(0, MOST_TRIED);
    const total = texts.reduce((sum, [, count]) => sum + count, 0);
    let best: DateFormat | undefined;
    let most = 0;
    const order = dayFirst
      ? [...dateFormats].sort((a, b) => Number(b === 'day-month-year') - Number(a === 'day-month-year'))
      : dateFormats;
    for (const format of order) {
      const fitting = texts.reduce(
        (sum, [text, count]) => sum + (Number.isNaN(parseDate(format, text)) ? 0 : count),
        0,
      );
      if (fitting > most) [best, most] = [format, fitting];
    }
    return { format: best, share: (share * most) / total };
  }

  #date(candidate: Candidate, scan: ColumnScan, format: DateFormat | undefined): CsvColumn {
    const { name, isTarget } = candidate;
    const { source, rejects, columns } = this.#settings;
    if (isTarget) {
      const [cell] = scan.texts.keys();
      const help = scan.numbers > 0 ? `; ${asNumbers(name)}` : '';
      throw targetError(source, name, `dates such as ${show(cell)}${help}`);
    }
    if (format === undefined) {
      const [cell] = scan.texts.keys();
      const help = scan.text === 0 ? `; ${asNumbers(name)}` : '';
      throw new RangeError(
        `${at(source, scan.lines.get(cell!)!, name)}: expected a date, such as 2005-03-14, 3/14/2005 or 14-Mar-05, got ${show(cell)}${help}`,
      );
    }
    const dates: number[] = [];
    for (const [text, count] of scan.texts) {
      const ms = parseDate(format, text);
      if (!Number.isNaN(ms)) for (let i = 0; i < count; i++) dates.push(ms);
      else if (!rejects) {
        const error = dateError(at(source, scan.lines.get(text)!, name), name, text, format);
        throw footerError(error, isFooter(text));
      }
    }
    const other = format === 'month-day-year' ? 'day-month-year' : 'month-day-year';
    const isOpen =
      /^(day-month|month-day)-year$/.test(format) &&
      [...scan.texts.keys()].every((text) => !Number.isNaN(parseDate(other, text)));
    const doubt =
      isOpen && columns[name] === undefined
        ? `; the dates fit both orders, and dayFirst: ${format === 'month-day-year'} reads them as ${other}`
        : '';
    const digits = scan.numbers > 0 && columns[name] === undefined ? `; ${asNumbers(name)}` : '';
    this.#note('dates', name, `column ${show(name)} is read as dates, ${format}${doubt}${digits}`);
    const mean = dates.reduce((sum, ms) => sum + ms / dates.length, 0);
    return {
      name,
      kind: 'date',
      format,
      parts: Object.freeze(partsOf(format, scan.texts.keys())),
      ...this.#fills(candidate, scan, mean, dates),
    };
  }

  /** Returns true, and notes it, for a column of texts that differ in nearly every row, since they do not generalize. */
  #isIdentifier({ name, isTarget }: Candidate, scan: ColumnScan, doubt: Doubt | undefined): boolean {
    const different = scan.texts.size + scan.beyond;
    if (scan.present < LEAST_IDENTIFIED || different < MOSTLY * scan.present) return false;
    const { source } = this.#settings;
    const many = `${different} different values in ${scan.present} rows`;
    if (isTarget) {
      const examples = listed([...scan.texts.keys()].slice(0, 2));
      const help = doubt === undefined ? '' : `; ${doubt.help}`;
      throw targetError(source, name, `${many}, such as ${examples}${help}`);
    }
    const help =
      doubt === undefined ? `; ${kindOption(name, 'category')} keeps it` : `, ${doubt.why}; ${doubt.help}`;
    this.#note('ignored', name, `column ${show(name)} is ignored: it has ${many}${help}`);
    return true;
  }

  #category({ name, isTarget }: Candidate, scan: ColumnScan): CategoryColumn {
    const { maxCategories, onMissing, onUnknown } = this.#settings;
    const byCount = byFrequency(scan.texts);
    const pooled = !isTarget && byCount.length > maxCategories;
    const kept = pooled ? byCount.slice(0, maxCategories) : byCount;
    const categories = Object.freeze(kept.map(([text]) => text).sort(ascending));
    const other = pooled && onUnknown !== 'zeros';
    if (pooled) {
      const rest = scan.texts.size + scan.beyond - maxCategories;
      const rare = other ? 'share one' : 'are read as none of them';
      const text = `column ${show(name)}: the ${maxCategories} most frequent categories have a value each, ${rest} rarer ones ${rare}; maxCategories says how many`;
      this.#note('categories', name, text);
    }
    const own = !isTarget && scan.missing > 0 && (onMissing === 'category' || onMissing === 'indicator');
    const column: CategoryColumn = {
      name,
      kind: 'category',
      categories,
      ...(other && { other: true as const }),
      ...(own && { missing: true as const }),
      ...(!isTarget && { mode: byCount[0]![0] }),
    };
    if (!isTarget) this.#noteMissing(column, scan.missing);
    return column;
  }
}

/** Returns the decimal mark: a comma if it is not the delimiter and fits every number. */
export function decideDecimal(
  { format }: Settings,
  delimiter: string,
  scans: Iterable<ColumnScan>,
): { decimal: '.' | ','; notes: CsvNote[] } {
  const { decimal, thousands } = format;
  if (decimal !== undefined) return { decimal, notes: [] };
  if (thousands === '.' || thousands === ',') return { decimal: thousands === '.' ? ',' : '.', notes: [] };
  const numeric = [...scans].filter(({ asText }) => !asText);
  const commas = numeric.filter(({ comma }) => comma > 0);
  if (delimiter === ',' || commas.length === 0 || numeric.some(({ point }) => point > 0))
    return { decimal: '.', notes: [] };
  const sure = commas.find(({ surelyDecimal }) => surelyDecimal) ?? commas[0]!;
  const { cell } = sure.first.comma!;
  const doubt = sure.surelyDecimal ? '' : "; thousands: ',' if the comma divides thousands";
  const text = `the decimal mark is a comma: ${shortened(cell)} is ${shortened(cell.replace(',', '.'))}${doubt}`;
  return { decimal: ',', notes: [{ about: 'decimal', text }] };
}

/** Returns the error about a target column that holds neither numbers nor classes. */
function targetError(source: string, name: string, came: string): RangeError {
  return new RangeError(
    `${source}: expected numbers or classes in the target column ${show(name)}, got ${came}`,
  );
}

/** Lists texts with their counts, the most frequent first. */
export function byFrequency(texts: ReadonlyMap<string, number>): (readonly [text: string, count: number])[] {
  return [...texts].sort(([a, m], [b, n]) => n - m || ascending(a, b));
}

/** Compares categories independently of the rows' order and of the language. Classes 0 to 10 sort by value, so 10 comes last. */
function ascending(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => (DECIMAL.test(text) ? Number(text) : Number.POSITIVE_INFINITY));
  if (x !== y) return x! < y! ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}
