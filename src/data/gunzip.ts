import { isError } from '../errors.js';

/** Part of the web's streams that inflating needs; the library's types do not include the DOM. */
interface Writer {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
interface Reader {
  read(): Promise<{ readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}
interface WebStreams {
  readonly DecompressionStream?: new (
    format: 'gzip',
  ) => { readonly writable: { getWriter(): Writer }; readonly readable: { getReader(): Reader } };
}

/** Number of compressed bytes per write. Chromium inflates a piece at once, to a thousand times its size. */
const PIECE = 4096;

/**
 * Inflates gzip data, but only one byte past the announced size, since a few bytes may inflate to gigabytes.
 *
 * @param announced  returns the expected size from the bytes so far, or undefined if they are too few
 * @returns the bytes; longer data are cut off one byte past the announced size
 * @throws RangeError  if the gzip data are not whole, or the engine cannot inflate; also any error of `announced`
 */
export async function gunzip(
  bytes: Uint8Array,
  name: string,
  announced: (head: Uint8Array) => number | undefined,
): Promise<{ readonly bytes: Uint8Array; readonly isCutOff: boolean }> {
  const { DecompressionStream } = globalThis as unknown as WebStreams;
  if (DecompressionStream === undefined) {
    throw new RangeError(
      `${name}: expected plain data, got gzip, and this engine has no DecompressionStream`,
    );
  }
  const { writable, readable } = new DecompressionStream('gzip');
  // The reader reports a fault of the data too.
  feed(writable.getWriter(), bytes).catch(() => {});
  const reader = readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let most: number | undefined;
  try {
    for (;;) {
      const part = await next(reader, name);
      if (part === undefined) return { bytes: joined(parts, length), isCutOff: false };
      parts.push(part);
      length += part.length;
      most ??= announced(joined(parts, length));
      if (most !== undefined && length > most) return { bytes: joined(parts, most + 1), isCutOff: true };
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function feed(writer: Writer, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE) await writer.write(bytes.slice(at, at + PIECE));
  await writer.close();
}

async function next(reader: Reader, name: string): Promise<Uint8Array | undefined> {
  try {
    // The stream is read by hand, because Response in Chromium reports "Failed to fetch" for any fault of the data.
    return (await reader.read()).value;
  } catch (cause) {
    const reason = isError(cause) ? cause.message : String(cause);
    throw new RangeError(`${name}: expected whole gzip data, got data that cannot be inflated (${reason})`, {
      cause,
    });
  }
}

/** Returns the first `length` bytes of the concatenated parts. */
function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part.subarray(0, length - at), at);
    at += part.length;
  }
  return all;
}
