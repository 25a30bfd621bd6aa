/** Reads the tables of documents, and writes tables as text. */

/** Returns the cells of each row of the table whose head begins with these words. */
export function tableBelow(text: string, head: string): string[][] {
  const start = text.indexOf(`\n| ${head}`);
  if (start < 0) throw new Error(`no table begins with '${head}'`);
  const [, , ...rows] = text
    .slice(start + 1)
    .split('\n\n')[0]!
    .trimEnd()
    .split('\n');
  return rows.map((row) =>
    row
      .replaceAll('\\|', '¦')
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Reads a figure as a document prints it: '−65.3', '× 0.256', '11.3 %'. */
export function figure(cell: string): number {
  return Number(cell.replace('−', '-').replace(/[×%\s]/g, ''));
}

/** Returns a table of `count` rows below a header, as text. */
export function lines(head: string, count: number, row: (i: number) => string): string {
  return `${head}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`;
}
