/** Rows from outside: the bundled digits, loaded when they are chosen, and the visitor's own table. */
import type { GivenRows } from '../engine/data/data-set.js';

const PIXELS = 784;
const DIGITS = { trainRows: 2000, rows: 2500 };

/** Loads the digits. */
export async function loadDigits(): Promise<GivenRows> {
  const address = new URL('digits.bin', document.baseURI).href.replace(/#.*/, '');
  const response = await fetch(address);
  if (!response.ok) throw new Error(`digits: the server answers ${response.status}`);
  const unpacked = response.body!.pipeThrough(new DecompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  const { rows, trainRows } = DIGITS;
  return {
    x: bytes.slice(rows, rows + rows * PIXELS),
    y: bytes.slice(0, rows),
    inputSize: PIXELS,
    classes: 10,
    trainRows,
    lines: [
      "const { gunzipSync } = await import('node:zlib');",
      `const bytes = new Uint8Array(gunzipSync(await (await fetch('${address}')).arrayBuffer()));`,
      `const [y, x] = [bytes.slice(0, ${rows}), bytes.slice(${rows})];`,
    ],
  };
}

/** Reads a table. Its last column is the target unless another is named. @throws Error of the reader, which names row and column */
export async function readTable(name: string, text: string, target?: string): Promise<GivenRows> {
  const { readCsv } = await import('evenkeel/data');
  const columns = readCsv(text, { name }).featureNames;
  const named = target ?? lastColumn(text, columns);
  const table = readCsv(text, { name, target: named, onMissing: 'skip' });
  if (!('y' in table) || table.y === undefined) throw new Error(`${name}: no column is called ${named}`);
  const { x, y, inputSize } = table as { x: Float64Array; y: Float64Array | Uint32Array; inputSize: number };
  const classNames = 'classNames' in table ? (table.classNames as readonly string[] | undefined) : undefined;
  return {
    x,
    y: classNames ? Uint32Array.from(y) : y,
    inputSize,
    classes: classNames?.length ?? 0,
    ...(classNames && { classNames }),
    lines: [
      "const { readFileSync } = await import('node:fs');",
      `const { x, y } = readCsv(readFileSync(${JSON.stringify(name)}, 'utf8'), ${JSON.stringify({ name, target: named, onMissing: 'skip' })});`,
    ],
  };
}

/** Returns the name of the last column: that of a category is before its `=`. */
function lastColumn(_text: string, columns: readonly string[]): string {
  return columns.at(-1)!.split('=')[0]!;
}
