/** Tables as text, with rules above and below and the head in lines of its own. Columns that do not fit continue below. */
import { formatColumn } from './numbers.js';
import type { Table } from './sections.js';
import { padEnd, padStart, printable, widthOf, wrap } from './width.js';

/** Gaps between columns; the second one is for tables that are too wide. */
const GAPS = [2, 1] as const;

interface TextColumn {
  readonly label: string;
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
    return textColumn(label, formatColumn(column, values).map(printable), right, width);
  });
  const gap = GAPS.find((gap) => totalWidth(all, gap) <= width);
  if (gap !== undefined) return partLines(all, gap);
  // Two columns must fit beside each other, otherwise nothing could continue below.
  const most = Math.floor((width - GAPS[0]) / 2);
  const parts = inParts(
    all.map((column) => ({ ...column, width: Math.min(column.width, most) })),
    width,
  );
  return parts.flatMap((part, i) => [...(i > 0 ? [''] : []), ...partLines(part, GAPS[0])]);
}

/** Column as wide as its cells and the longest word of its head. */
function textColumn(label: string, cells: readonly string[], right: boolean, most: number): TextColumn {
  const widest = Math.max(1, ...cells.map(widthOf), ...label.split(' ').map(widthOf));
  return { label, cells, width: Math.min(widest, most), right };
}

function totalWidth(columns: readonly TextColumn[], gap: number): number {
  return columns.reduce((sum, { width }) => sum + width + gap, -gap);
}

/** Parts with as many columns as fit. The first column, which names the rows, begins each part. */
function inParts([first, ...others]: readonly TextColumn[], width: number): TextColumn[][] {
  const parts = [[first!]];
  for (const column of others) {
    const part = parts.at(-1)!;
    if (part.length > 1 && totalWidth([...part, column], GAPS[0]) > width) parts.push([first!, column]);
    else part.push(column);
  }
  return parts;
}

function partLines(columns: readonly TextColumn[], gap: number): string[] {
  const rule = '─'.repeat(totalWidth(columns, gap));
  /** A cell wider than its column continues in the next line; heads are aligned at the bottom. */
  const row = (textOf: (column: TextColumn) => string, atFoot: boolean) => {
    const broken = columns.map((column) => wrap(textOf(column), column.width));
    const height = Math.max(...broken.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      columns
        .map(({ width, right }, c) => {
          const lines = broken[c]!;
          const text = lines[atFoot ? line - height + lines.length : line] ?? '';
          return (right ? padStart : padEnd)(text, width);
        })
        .join(' '.repeat(gap))
        .trimEnd(),
    );
  };
  const body = columns[0]!.cells.flatMap((_, r) => row(({ cells }) => cells[r]!, false));
  return [rule, ...row(({ label }) => label, true), rule, ...body, rule];
}
