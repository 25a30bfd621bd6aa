/** Learns the columns of a table from one or a few passes over its rows. */
import { counted, show } from '../../errors.js';
import { checkName } from '../../names.js';
import { isFooter } from './cell-errors.js';
import { columnKinds, listed, targetColumns } from './columns.js';
import type { Layout } from './dialect.js';
import type { CsvNote } from './notes.js';
import { NumberReader } from './numbers.js';
import type { Settings } from './options.js';
import { findColumn, type RowVisitor } from './rows.js';
import { ColumnScan } from './scan.js';
import { type Candidate, isIdentifierName, type Settled, Settling } from './settle.js';
import type { Tokenizer } from './tokenizer.js';

/** Returns the columns that may become x and y, by the options. @throws TypeError if one names no column, or none is left */
export function candidatesOf(layout: Layout, settings: Settings): Candidate[] {
  const { source, columns, targets } = settings;
  const uses = new Map(
    Object.entries(columns).map(([name, use]) => [findColumn(`columns.${name}`, name, source, layout), use]),
  );
  const wanted = new Set(targets.map((name) => findColumn('target', name, source, layout)));
  const candidates = layout.names.flatMap((name, index) => {
    const use = uses.get(index);
    const isTarget = wanted.has(index);
    if (use === 'ignore' && isTarget)
      throw new TypeError(`columns.${name}: the target ${show(name)} cannot be ignored`);
    if (use === 'date' && isTarget) {
      throw new TypeError(
        `columns.${name}: expected numeric or category for the target ${show(name)}, got date`,
      );
    }
    if (use === 'ignore') return [];
    return [
      {
        index,
        name,
        isTarget,
        kind: use === undefined ? use : checkName(`columns.${name}`, use, columnKinds),
      },
    ];
  });
  checkFeatures(candidates, source);
  // The targets keep the order in which they were requested.
  const order = [...wanted];
  return [
    ...candidates.filter(({ isTarget }) => !isTarget),
    ...order.map((index) => candidates.find((candidate) => candidate.index === index)!),
  ];
}

function checkFeatures(
  candidates: readonly Candidate[],
  source: string,
  ignored: readonly CsvNote[] = [],
): void {
  if (candidates.some(({ isTarget }) => !isTarget)) return;
  const reasons = ignored.map(({ text }) => `; ${text}`).join('');
  throw new RangeError(
    `${source}: expected a column to learn from, got none beside the target and ignored ones${reasons}`,
  );
}

/** Scans of all candidates over the same rows. */
export class Survey {
  readonly scans = new Map<Candidate, ColumnScan>();
  rows = 0;
  /** Line of the last row. */
  line = 0;
  readonly #settings: Settings;
  readonly #whole: readonly Candidate[];
  readonly #inOrder: readonly ColumnScan[];

  /**
   * @param asText  candidates whose numbers count as texts too
   * @param whole   candidates whose missing cells leave the row out
   */
  constructor(
    settings: Settings,
    layout: Layout,
    candidates: readonly Candidate[],
    asText: ReadonlySet<Candidate>,
    whole: readonly Candidate[],
  ) {
    this.#settings = settings;
    this.#whole = whole;
    const { format, marks, onMissing } = settings;
    const decimal = format.decimal ?? (layout.dialect.delimiter === ',' ? '.' : undefined);
    const numbers = new NumberReader({ ...format, decimal });
    for (const candidate of candidates) {
      const { name, index, kind, isTarget } = candidate;
      const options = {
        marks,
        numbers,
        asText: kind === 'category' || kind === 'date' || asText.has(candidate),
        keep: onMissing === 'median' || onMissing === 'mode',
        dated: /date|month|period|yyyymm/i.test(name),
        distinct:
          !isTarget &&
          kind === undefined &&
          isIdentifierName(name, layout.hasHeader && name === String(index)),
      };
      this.scans.set(candidate, new ColumnScan(index, options));
    }
    this.#inOrder = [...this.scans.values()];
  }

  /** Creates the survey of all rows: of the columns that the options leave, or of the numbers of `like`, which may have decimal commas. */
  static first(settings: Settings, layout: Layout): Survey {
    const { like, source, labelled } = settings;
    const candidates =
      like === undefined
        ? candidatesOf(layout, settings)
        : [...like.features, ...(labelled ? targetColumns(like) : [])]
            .filter(({ kind }) => kind === 'numeric' && layout.dialect.delimiter !== ',')
            .map(({ name, kind }) => ({
              index: findColumn('like', name, source, layout),
              name,
              isTarget: false,
              kind,
            }));
    return new Survey(settings, layout, candidates, new Set(), []);
  }

  add(cells: Tokenizer): void {
    for (const { index } of this.#whole) if (this.#settings.marks.isMissing(cells, index)) return;
    this.rows++;
    this.line = cells.line;
    for (const scan of this.#inOrder) scan.add(cells);
  }
}

/** Adds rows to a survey. Rows that the encoder will reject are skipped. */
export class Surveyor implements RowVisitor {
  survey: Survey | undefined;
  readonly flaw?: () => void;
  readonly #made: (layout: Layout) => Survey;

  constructor({ rejects }: Settings, survey: (layout: Layout) => Survey) {
    this.#made = survey;
    if (rejects) this.flaw = () => {};
  }

  /** Returns the survey itself once the table's format is known. */
  readonly at = (layout: Layout): RowVisitor => {
    this.survey ??= this.#made(layout);
    return this;
  };

  row(cells: Tokenizer): void {
    this.survey!.add(cells);
  }
}

/** Columns and settings that were learnt from a table. */
export interface Learnt {
  readonly settled: Settled;
  /** Number of rows that are not left out for a missing cell. */
  readonly rows: number;
  readonly notes: readonly CsvNote[];
}

/**
 * Requests surveys of the rows until everything is known. One is usually enough. Another is needed if rows are left out, because
 * their cells then do not count, and another if a column with numbers turns out to hold categories.
 *
 * @yields a survey to which every row must be added
 */
export function* learn(settings: Settings, layout: Layout, first: Survey): Generator<Survey, Learnt> {
  const asText = new Set<Candidate>();
  const ignored: CsvNote[] = [];
  let survey = first;
  let used = [...first.scans.keys()];
  let whole: readonly Candidate[] = [];
  for (;;) {
    // Flaws in a row that is left out do not matter, so this settlement only sorts columns out.
    const { chosen, notes, toCount } = settle({ ...settings, rejects: true }, layout, survey);
    const left = chosen.map(({ candidate }) => candidate);
    ignored.push(...notes.filter(({ about }) => about === 'ignored'));
    checkFeatures(left, settings.source, ignored);
    const leaving = leavingOut(settings, left, first);
    // An ignored column leaves no rows out, so more rows may remain.
    if (toCount.length === 0 && leaving.length === whole.length) break;
    for (const candidate of toCount) asText.add(candidate);
    used = left;
    whole = leaving;
    survey = new Survey(settings, layout, used, asText, whole);
    yield survey;
    if (survey.rows > 0) continue;
    throw new RangeError(
      `${settings.source}: expected a row without missing cells, got none of ${first.rows}`,
    );
  }
  const settled = settle(settings, layout, survey);
  const notes = settled.notes.filter(({ about }) => about !== 'ignored');
  return {
    settled,
    rows: survey.rows,
    notes: [...ignored, ...noteFooter(first), ...notes, ...noteSkipped(settings, first, survey, whole)],
  };
}

function settle(settings: Settings, layout: Layout, { scans }: Survey): Settled {
  const settling = new Settling(settings, layout.dialect.delimiter, scans.values());
  return settling.settle([...scans.keys()], scans);
}

/** Returns the columns whose missing cells leave rows out, if there are any. */
function leavingOut({ onMissing }: Settings, used: readonly Candidate[], { scans }: Survey): Candidate[] {
  if (onMissing === 'error') return [];
  const candidates = used.filter(({ isTarget }) => isTarget || onMissing === 'skip');
  return candidates.some((candidate) => scans.get(candidate)!.missing > 0) ? candidates : [];
}

/** Notes that the last row seems to be a footer, such as a total, if none of the rows above it has such a cell. */
function noteFooter({ scans, line }: Survey): CsvNote[] {
  for (const { newest, lines } of scans.values()) {
    if (newest === undefined || lines.get(newest) !== line || !isFooter(newest)) continue;
    const text = `line ${line}, which has the cell ${show(newest)}, is read as a row; if it is a footer, delete it`;
    return [{ about: 'footer', text }];
  }
  return [];
}

const MOST_BLAMED = 3;

/** Notes the number of rows left out, the columns responsible, and the classes that lost all rows. */
function noteSkipped(
  { onMissing }: Settings,
  first: Survey,
  last: Survey,
  whole: readonly Candidate[],
): CsvNote[] {
  const skipped = first.rows - last.rows;
  if (skipped === 0) return [];
  const blamed = whole
    .map((candidate) => ({ name: candidate.name, missing: first.scans.get(candidate)!.missing }))
    .filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing);
  const most = blamed.slice(0, MOST_BLAMED).map(({ name, missing }) => `${show(name)} ${missing}`);
  const more =
    blamed.length > MOST_BLAMED ? `, and ${counted(blamed.length - MOST_BLAMED, 'column')} more` : '';
  const help =
    onMissing === 'skip' && blamed.some(({ name }) => whole.some((one) => one.name === name && !one.isTarget))
      ? "; onMissing: 'mean' would fill features"
      : '';
  const notes: CsvNote[] = [
    {
      about: 'skipped',
      text: `${skipped} of ${first.rows} rows are left out because cells are missing: ${most.join(', ')}${more}${help}`,
    },
  ];
  for (const target of whole.filter(({ isTarget }) => isTarget)) {
    const left = last.scans.get(target)!.texts;
    const gone = [...first.scans.get(target)!.texts.keys()].filter((text) => !left.has(text));
    if (gone.length === 0) continue;
    const text = `${counted(gone.length, 'class', 'classes')} of ${show(target.name)} lost all rows: ${listed(gone)}`;
    notes.push({ about: 'skipped', column: target.name, text });
  }
  return notes;
}
