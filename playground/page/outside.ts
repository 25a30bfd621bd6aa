/** The bundled digits, loaded when they are chosen. */
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
