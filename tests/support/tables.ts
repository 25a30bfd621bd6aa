/** Tables of the documents, as the tests read them. */

/** The cells of each row below the head of the table that begins with these words. */
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

/** A figure as a document prints it: '−65.3', '× 0.256', '11.3 %'. */
export function figure(cell: string): number {
  return Number(cell.replace('−', '-').replace(/[×%\s]/g, ''));
}
