/** Conversion of streams of any kind into pieces of text. */
import { isRevoked, show } from '../../errors.js';
import { bytesOf, Decoder, isGzip } from './encoding.js';
import type { Settings } from './options.js';

/** Source of a table in pieces: a web stream, a Node stream, a File or Blob, or any iterable. */
export type CsvSource =
  | string
  | Uint8Array
  | ArrayBuffer
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>
  | {
      /** Returns a reader, as a web stream does. */
      getReader(): unknown;
    }
  | {
      /** Returns a web stream, as a File or Blob does. */
      stream(): unknown;
    };

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  cancel(reason?: unknown): Promise<void>;
}

interface Writer {
  write(piece: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason: unknown): Promise<void>;
}

interface Host {
  readonly DecompressionStream?: new (
    format: 'gzip',
  ) => { readonly readable: { getReader(): Reader }; readonly writable: { getWriter(): Writer } };
}

/** Number of bytes that show gzip, another format or a byte order mark. */
const LONGEST_MARK = 16;

type Text = readonly [text: string, last: boolean];

/** Yields the text of a source; the last piece is empty. @throws TypeError if it is not a source, RangeError if its bytes are not text */
export async function* texts(source: CsvSource, settings: Settings): AsyncGenerator<Text, void> {
  const { source: name, encoding } = settings;
  let decoder: Decoder | undefined;
  for await (const piece of unzipped(name, pieces(source))) {
    if (typeof piece === 'string') {
      yield [decoder === undefined ? withoutMark(piece) : piece, false];
      decoder ??= new Decoder(name, 'utf-8');
      continue;
    }
    decoder ??= new Decoder(name, encoding);
    yield [decoder.decode(piece, false), false];
  }
  yield [decoder?.decode(new Uint8Array(0), true) ?? '', true];
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

async function* pieces(source: unknown): AsyncGenerator<string | Uint8Array, void> {
  if (typeof source === 'string') {
    yield source;
    return;
  }
  const expected = `source: expected a stream, a File or an iterable of bytes or texts, got ${show(source)}`;
  if (typeof source !== 'object' || source === null || isRevoked(source)) throw new TypeError(expected);
  const { getReader, stream } = source as { getReader?: () => Reader; stream?: () => unknown };
  // Safari's streams are not iterable, and a Blob must first be turned into a stream.
  if (typeof stream === 'function' && typeof getReader !== 'function') {
    yield* pieces(stream.call(source));
    return;
  }
  const whole = Symbol.asyncIterator in source ? undefined : bytesOf('source', source);
  if (whole !== undefined) {
    yield whole;
    return;
  }
  const all = typeof getReader === 'function' ? readAll(getReader.call(source)) : source;
  if (!(Symbol.asyncIterator in all || Symbol.iterator in all)) throw new TypeError(expected);
  for await (const piece of all as AsyncIterable<unknown>) {
    const bytes = typeof piece === 'string' ? piece : bytesOf('source', piece);
    if (bytes === undefined)
      throw new TypeError(`source: expected pieces of bytes or text, got ${show(piece)}`);
    yield bytes;
  }
}

async function* readAll(reader: Reader): AsyncGenerator<unknown, void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // The caller may have stopped early; cancelling a stream at its end has no effect.
    await reader.cancel().catch(() => {});
  }
}

/** Inflates data that begin with gzip's magic bytes. */
async function* unzipped(
  name: string,
  source: AsyncGenerator<string | Uint8Array, void>,
): AsyncGenerator<string | Uint8Array, void> {
  const first = await source.next();
  if (first.done || typeof first.value === 'string') {
    if (!first.done) yield first.value;
    yield* source;
    return;
  }
  let start = first.value;
  while (start.length < LONGEST_MARK) {
    const more = await source.next();
    if (more.done || typeof more.value === 'string') break;
    start = joined(start, more.value);
  }
  if (isGzip(start)) yield* inflated(name, start, source);
  else {
    yield start;
    yield* source;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function* inflated(
  name: string,
  start: Uint8Array,
  rest: AsyncGenerator<string | Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  const { DecompressionStream } = globalThis as unknown as Host;
  if (DecompressionStream === undefined) {
    throw new RangeError(`${name}: expected plain text, got gzip, and this host has no DecompressionStream`);
  }
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  let failure: unknown;
  const pumped = (async () => {
    try {
      await writer.write(start);
      for await (const piece of rest) await writer.write(piece as Uint8Array);
      await writer.close();
    } catch (error) {
      failure = error;
      await writer.abort(error).catch(() => {});
    }
  })();
  const output = readAll(readable.getReader());
  try {
    for await (const piece of output) yield piece as Uint8Array;
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new RangeError(`${name}: expected whole gzip data, got data that cannot be inflated (${reason})`, {
      cause,
    });
  }
  await pumped;
  if (failure !== undefined) throw failure;
}
