/** Columns that may be of another kind than they are read as, and the options that settle it. */
import { show } from '../../errors.js';
import { kindOption } from './cell-errors.js';
import type { ColumnScan } from './scan.js';

/** Share of numbers or dates from which a note says that a column is read as categories all the same. */
export const DOUBTFUL = 0.5;
/** Names of columns in which numbers of two digits are no codes: 01 is January, or one o'clock. */
const QUANTITIES = /(?:^|[^a-z])(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|age)(?![a-z])/i;

/** Reason, in words, why a column of categories may be one of numbers or dates, and the option that makes it one. */
export interface Doubt {
  readonly why: string;
  readonly help: string;
}

/** Returns the doubt about a column of text of which half or more of the cells are numbers or dates. */
export function doubtOf(name: string, kind: 'numeric' | 'date', share: number): Doubt | undefined {
  if (share < DOUBTFUL) return undefined;
  const what = kind === 'date' ? 'dates' : 'numbers';
  return {
    why: `though ${Math.floor(100 * share)} % of its cells are ${what}`,
    help: `${kindOption(name, kind)} tells which are not`,
  };
}

/**
 * Returns true if whole numbers are codes, whose leading zeros count: all have the same number of digits, or half of them begin with
 * a zero.
 */
export function holdsCodes(name: string, { zeros, whole, numbers, width, distinct }: ColumnScan): boolean {
  if (width === 2 && QUANTITIES.test(name)) return false;
  return zeros > 0 && !distinct && whole === numbers && (width > 0 || 2 * zeros >= numbers);
}

export function codeDoubt(name: string, { first }: ColumnScan): Doubt {
  return {
    why: `because its numbers begin with zeros, such as ${show(first.zero!.cell)}`,
    help: asNumbers(name),
  };
}

export function asNumbers(name: string): string {
  return `${kindOption(name, 'numeric')} reads numbers`;
}
