/** Errors about cells that do not fit their column. */
import { NonFiniteError, show } from '../../errors.js';
import type { DateFormat } from './dates.js';
import { cellError, flawOf, withFlaw } from './flaws.js';
import { helpfulOptions, type NumberFormat } from './numbers.js';
import type { Cells } from './tokenizer.js';

/** Formats a name as the key of an object in a message. */
export function nameAsKey(name: string): string {
  return /^[a-z_]\w{0,59}$/i.test(name) ? name : show(name);
}

/** Formats the option that sets the kind of a column. */
export function kindOption(name: string, kind: 'numeric' | 'category' | 'date'): string {
  return `columns: { ${nameAsKey(name)}: '${kind}' }`;
}

/** Words with which cells of footers begin: totals, sources, remarks, and the counts of database shells. */
const FOOTER =
  /^[\s*†(]*(?:(?:(?:grand|sub|overall)[ -]?)?totals?|sums?|averages?|mean|sources?|notes?|remarks?|generated|summe|gesamt|quelle|somme|suma|fuente|\d+ rows?)(?![\p{L}\p{N}_])|^[*†©]/iu;

/** Returns true if a cell begins like that of a footer. */
export function isFooter(cell: string): boolean {
  return FOOTER.test(cell);
}

/** Help for a row that cannot be read and seems to be a footer. */
export const footerHelp = "if the line is a footer, delete it, or onBadRow: 'skip' leaves it out";

/** Returns true if a cell of the record begins like that of a footer. */
export function hasFooter(cells: Pick<Cells, 'count' | 'cell'>): boolean {
  for (let c = 0; c < cells.count; c++) if (isFooter(cells.cell(c))) return true;
  return false;
}

/** Returns the error about a cell, with the help for footers if its row seems to be one. */
export function footerError(error: Error, seemsFooter: boolean): Error {
  const flaw = flawOf(error);
  if (flaw === undefined || flaw.kind === 'infinite' || !seemsFooter) return error;
  return withFlaw(new RangeError(`${flaw.text}; ${footerHelp}`), flaw.kind, flaw.text);
}

export function infiniteError(place: string, cell: string): NonFiniteError {
  const value = cell.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const text = `${place}: expected a finite number, got ${show(cell)}`;
  const message = `${text}; add it to \`missing\` if it stands for no value`;
  return withFlaw(new NonFiniteError(message, { value }), 'infinite', text);
}

export function oddError(place: string, name: string, cell: string, format: NumberFormat): RangeError {
  const options = helpfulOptions(cell, format);
  const help = options === undefined ? textHelp(name) : `${options} reads such cells, or ${asText(name)}`;
  return cellError('number', place, `expected a number, got ${show(cell)}`, help);
}

export function dateError(place: string, name: string, cell: string, format: DateFormat): RangeError {
  return cellError('date', place, `expected a date, ${format}, got ${show(cell)}`, textHelp(name));
}

function textHelp(name: string): string {
  return `add it to \`missing\` if it stands for no value, or set ${asText(name)}`;
}

function asText(name: string): string {
  return `${kindOption(name, 'category')} if the column is text`;
}
