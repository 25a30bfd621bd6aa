/** Streams of tables whose format is recognized by their beginning. */
import type { Readable } from 'node:stream';
import { constants, gunzipSync } from 'node:zlib';
import { reasonOf } from '../../node/system-error.js';
import type { Format } from './answers.js';

/**
 * Opens a stream and determines its format: the given one, or JSON lines if the first character is a brace. A brace in a
 * bracket counts too: the reader then names the array in its error.
 *
 * @returns the format, and all bytes of the stream
 * @throws Error that opens with the path
 */
export async function sniffed(
  path: string,
  stream: Readable,
  given: Format | undefined,
): Promise<{ readonly format: Format; readonly source: AsyncIterable<Uint8Array> }> {
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const next = async () => {
    try {
      return await pieces.next();
    } catch (cause) {
      throw new Error(`${path}: expected a readable file, got ${reasonOf(cause)}`, { cause });
    }
  };
  const first = await next();
  const format = given ?? (!first.done && beginsWithBrace(first.value) ? 'jsonl' : 'csv');
  const source = async function* () {
    for (let piece = first; !piece.done; piece = await next()) yield piece.value;
  };
  return { format, source: source() };
}

const GZIP = [0x1f, 0x8b];
const LOOKED_AT = 1024;

function beginsWithBrace(bytes: Uint8Array): boolean {
  const isGzip = GZIP.every((byte, i) => bytes[i] === byte);
  const text = new TextDecoder().decode(isGzip ? inflatedStart(bytes) : bytes.subarray(0, LOOKED_AT));
  return /^\s*(?:\[\s*)?\{/.test(text);
}

/** Inflates the beginning of gzip data. */
function inflatedStart(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}
