/** Rows from outside: the bundled digits, loaded when they are chosen, and the visitor's own table. */
import type { GivenRows } from '../engine/data/data-set.js';
import { DIGIT_ROWS, digitRows } from '../engine/data/digit-rows.mjs';

/** Loads the digits. */
export async function loadDigits(): Promise<GivenRows> {
  const address = new URL('digits.bin', document.baseURI).href.replace(/#.*/, '');
  const response = await fetch(address);
  if (!response.ok) throw new Error(`digits: the server answers ${response.status}`);
  const unpacked = response.body!.pipeThrough(new DecompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  return {
    ...digitRows(bytes),
    lines: [
      "const { gunzipSync } = await import('node:zlib');",
      `const bytes = new Uint8Array(gunzipSync(await (await fetch('${address}')).arrayBuffer()));`,
      `const [y, x] = [bytes.slice(0, ${DIGIT_ROWS}), bytes.slice(${DIGIT_ROWS})];`,
    ],
  };
}

/**
 * Reads a table, whose last column is the target. Rows with a missing cell are omitted.
 *
 * @throws Error of the reader, which names row and column
 */
export async function readTable(name: string, text: string): Promise<GivenRows> {
  const { readCsv } = await import('evenkeel/data');
  const shared = { name, onMissing: 'skip' } as const;
  const target = readCsv(text, shared).columns.features.at(-1)!.name;
  const options = { ...shared, target };
  const { x, y, inputSize, classNames } = readCsv(text, options);
  return {
    x,
    y,
    inputSize,
    classes: classNames?.length ?? 0,
    ...(classNames && { classNames }),
    lines: [
      "const { readFileSync } = await import('node:fs');",
      `const { x, y } = readCsv(readFileSync(${JSON.stringify(name)}, 'utf8'), ${JSON.stringify(options)});`,
    ],
  };
}
