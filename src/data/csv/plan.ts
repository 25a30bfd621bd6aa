/** Plan that assigns a table's columns to x and y. */
import { show } from '../../errors.js';
import { type CsvColumn, type CsvColumns, soundColumns, targetColumns } from './columns.js';
import type { Layout } from './dialect.js';
import { learn, type Survey } from './learn.js';
import type { CsvNote } from './notes.js';
import type { NumberFormat } from './numbers.js';
import type { Settings } from './options.js';
import { findColumn } from './rows.js';
import { decideDecimal } from './settle.js';

/** Column with the index of its cells in a record. */
export interface Placed {
  readonly index: number;
  readonly column: CsvColumn;
}

export interface Plan {
  readonly features: readonly Placed[];
  readonly targets: readonly Placed[];
  readonly columns: CsvColumns;
  readonly format: NumberFormat;
  /** Upper bound of the number of rows. */
  readonly rows: number;
  readonly notes: readonly CsvNote[];
}

/** Plans the table that the columns are learnt from. @yields surveys to which every row must be added */
function* learnt(settings: Settings, layout: Layout, first: Survey): Generator<Survey, Plan> {
  const { settled, rows, notes } = yield* learn(settings, layout, first);
  const part = (isTarget: boolean) =>
    settled.chosen
      .filter(({ candidate }) => candidate.isTarget === isTarget)
      .map(({ candidate: { index }, column }) => ({ index, column }));
  const [features, targets] = [part(false), part(true)];
  const several = settings.several ? checkSeveral(settings.source, targets) : [];
  const described = targets.map(({ column }) => column);
  const columns = soundColumns({
    features: Object.freeze(features.map(({ column }) => column)),
    ...(settings.several ? { targets: Object.freeze(described) } : described[0] && { target: described[0] }),
    ...(Object.keys(settings.reading).length > 0 && { reading: Object.freeze(settings.reading) }),
  });
  return {
    features,
    targets,
    columns,
    format: settled.format,
    rows,
    notes: [...layout.notes, ...notes, ...several],
  };
}

/** Checks that each of several targets is one number of y. @returns notes on two categories, which become 0 and 1 */
function checkSeveral(source: string, targets: readonly Placed[]): CsvNote[] {
  const notes: CsvNote[] = [];
  for (const { column } of targets) {
    if (column.kind === 'numeric') continue;
    if (column.kind === 'category' && column.categories.length <= 2) {
      const values = column.categories.map((category, i) => `${show(category)} is ${i}`).join(', ');
      const text = `target ${show(column.name)} is read as numbers: ${values}`;
      notes.push({ about: 'categories', column: column.name, text });
      continue;
    }
    const came = column.kind === 'category' ? `${column.categories.length} categories` : 'dates';
    throw new RangeError(
      `${source}: expected numbers or two categories in ${show(column.name)}, one of several targets, got ${came}`,
    );
  }
  return notes;
}

/** Plans a table from its first survey. @yields surveys to which every row must be added */
export function* planned(settings: Settings, layout: Layout, first: Survey): Generator<Survey, Plan> {
  if (settings.like !== undefined) return followed(settings, layout, settings.like, first);
  return yield* learnt(settings, layout, first);
}

/** Plans a table whose rows can be read again. @param look  adds every row to a survey */
export function plannedNow(
  settings: Settings,
  layout: Layout,
  first: Survey,
  look: (survey: Survey) => void,
): Plan {
  const looks = planned(settings, layout, first);
  let next = looks.next();
  for (; !next.done; next = looks.next()) look(next.value);
  return next.value;
}

/** Plans a table like an earlier one. @throws TypeError if it lacks a column */
function followed(settings: Settings, layout: Layout, like: CsvColumns, first: Survey): Plan {
  const placed = (column: CsvColumn): Placed => ({
    index: findColumn('like', column.name, settings.source, layout),
    column: inOrder(column, settings.dayFirst),
  });
  const { decimal, notes } = decideDecimal(settings, layout.dialect.delimiter, first.scans.values());
  return {
    features: like.features.map(placed),
    targets: settings.labelled ? targetColumns(like).map(placed) : [],
    columns: settings.labelled ? like : withoutTargets(like),
    format: { ...settings.format, decimal },
    rows: first.rows,
    notes: [...layout.notes, ...notes],
  };
}

/** Returns a column of dates with the order of day and month that the options give, if they do. */
export function inOrder(column: CsvColumn, dayFirst: boolean | undefined): CsvColumn {
  if (dayFirst === undefined || column.kind !== 'date') return column;
  const isOpen = column.format === 'day-month-year' || column.format === 'month-day-year';
  return isOpen ? { ...column, format: dayFirst ? 'day-month-year' : 'month-day-year' } : column;
}

function withoutTargets({ target: _, targets: __, ...columns }: CsvColumns): CsvColumns {
  return soundColumns(columns);
}
