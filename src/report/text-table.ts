/** Tables as text: rules above and below, the head in lines of its own, continued below where they are too wide. */
import { formatCell } from './numbers.js';
import type { Table } from './sections.js';
import { cut, padEnd, padStart, printable, widthOf, wrap } from './width.js';

const GAP = 2;
/** A column of text is cut to no less. */
const LEAST = 12;

interface TextColumn {
  readonly head: readonly string[];
  readonly cells: readonly string[];
  readonly width: number;
  readonly right: boolean;
}

export function tableLines({ columns, rows }: Table, width: number): string[] {
  if (columns.length === 0) return [];
  const all = columns.map((column, c) => {
    const label = printable(typeof column === 'string' ? column : column.label);
    const values = rows.map((row) => row[c]);
    const right = values.some((value) => typeof value === 'number');
    return textColumn(
      label,
      values.map((value) => printable(formatCell(value, column))),
      right,
      width,
    );
  });
  const parts = inParts(all, width);
  return parts.flatMap((part, i) => [...(i > 0 ? [''] : []), ...partLines(part)]);
}

/** A column is as wide as its cells; the head breaks at its spaces. */
function textColumn(label: string, cells: readonly string[], right: boolean, columns: number): TextColumn {
  const widest = Math.max(1, ...cells.map(widthOf));
  const longestWord = Math.max(...label.split(' ').map(widthOf));
  // Two columns of text have to fit beside each other, else nothing could be continued below.
  const most = Math.max(LEAST, Math.floor((columns - GAP) / 2));
  const width = Math.min(Math.max(widest, longestWord), most, columns);
  return { head: wrap(label, width), cells: cells.map((cell) => cut(cell, width)), width, right };
}

/** As many columns as fit; the first, which says what a row is, heads each part. */
function inParts([first, ...others]: readonly TextColumn[], columns: number): TextColumn[][] {
  const parts = [[first!]];
  let taken = first!.width;
  for (const column of others) {
    if (taken + GAP + column.width > columns && parts.at(-1)!.length > 1) {
      parts.push([first!]);
      taken = first!.width;
    }
    parts.at(-1)!.push(column);
    taken += GAP + column.width;
  }
  return parts;
}

function partLines(columns: readonly TextColumn[]): string[] {
  const rule = '─'.repeat(columns.reduce((sum, { width }) => sum + width + GAP, -GAP));
  const headLines = Math.max(...columns.map(({ head }) => head.length));
  const row = (cellOf: (column: TextColumn) => string) =>
    columns
      .map((column) => (column.right ? padStart : padEnd)(cellOf(column), column.width))
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = Array.from({ length: headLines }, (_, i) =>
    row((column) => column.head[i - headLines + column.head.length] ?? ''),
  );
  const body = columns[0]!.cells.map((_, r) => row(({ cells }) => cells[r]!));
  return [rule, ...head, rule, ...body, rule];
}
