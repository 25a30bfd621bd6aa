/** Detection of tables whose rows follow each other in time and must not be divided at random. */
import type { CsvColumns } from '../../data/index.js';

export interface TimeOrder {
  /** Rows from the earliest to the latest. */
  readonly rows: Uint32Array;
  /** Name of the date column that the table is sorted by. */
  readonly column: string;
}

interface Table {
  readonly x: ArrayLike<number>;
  readonly inputSize: number;
  readonly rows: number;
  readonly featureNames: readonly string[];
  readonly columns: CsvColumns;
}

/**
 * Returns the order of a table that is sorted by one of its date columns, up or down. Dates in no order, such as those of birth, are
 * ordinary features. Rows of equal dates keep their order.
 */
export function timeOrder({ x, inputSize, rows, featureNames, columns }: Table): TimeOrder | undefined {
  for (const column of columns.features) {
    if (column.kind !== 'date' || !column.parts.includes('days')) continue;
    const feature = featureNames.indexOf(column.name);
    const at = (r: number) => x[r * inputSize + feature]!;
    let up = true;
    let down = true;
    for (let r = 1; r < rows; r++) {
      if (at(r) < at(r - 1)) up = false;
      if (at(r) > at(r - 1)) down = false;
    }
    if (up !== down) {
      const order = Uint32Array.from({ length: rows }, (_, r) => (up ? r : rows - 1 - r));
      return { rows: order, column: column.name };
    }
  }
  return undefined;
}
