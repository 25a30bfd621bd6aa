/** Conversion of bytes into text in chunks, with gzip, byte order marks and encodings. */
import { isRevoked, show } from '../../errors.js';
import { foreignBytes } from './foreign.js';

/** Part of the hosts' interfaces that is used here; the library's types include neither the DOM's nor Node's. */
interface Host {
  readonly TextDecoder?: new (
    label: string,
    options: { readonly fatal: boolean },
  ) => {
    readonly encoding: string;
    decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string;
  };
  readonly process?: {
    getBuiltinModule?(name: string): { gunzipSync(bytes: Uint8Array): Uint8Array } | undefined;
  };
}

const host = globalThis as unknown as Host;

/** Number of bytes decoded at once. */
const CHUNK = 0x100000;
const LINE_FEED = 10;
/** Largest number of bytes per character in any encoding. */
const LONGEST_CHARACTER = 8;
/** Number of bytes at the beginning in which zeros are counted. */
const LOOKED_AT = 1024;
/** Share of zeros beyond that of UTF-16, in which every second byte of a Latin text is zero. */
const MOSTLY_ZEROS = 0.6;

/** Characters of windows-1252 at 0x80 to 0x9F. Node 20 to 24 decode them as Latin-1, which has control characters there. */
const WESTERN = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Returns the bytes of a typed array, a Buffer or an ArrayBuffer of any realm. @throws TypeError, or RangeError if they are detached */
export function bytesOf(argument: string, value: unknown): Uint8Array | undefined {
  if (isRevoked(value)) return undefined;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === 'Blob' || tag === 'File') {
    throw new TypeError(
      `${argument}: expected a string or bytes, got ${tag}; await blob.arrayBuffer() has its bytes, readCsvStream reads its stream()`,
    );
  }
  const isShared = (buffer: unknown) =>
    Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
  try {
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      // The table is read more than once and must be the same each time.
      return isShared(value.buffer) ? bytes.slice() : bytes;
    }
    if (tag === 'ArrayBuffer') return new Uint8Array(value as ArrayBuffer);
    return isShared(value) ? new Uint8Array(value as SharedArrayBuffer).slice() : undefined;
  } catch {
    throw new RangeError(
      `${argument}: expected bytes, got an array whose memory was transferred or made shorter`,
    );
  }
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Inflates at once on hosts that can: Node, but not a page. @throws RangeError */
export function inflateSync(source: string, bytes: Uint8Array): Uint8Array {
  const zlib = host.process?.getBuiltinModule?.('node:zlib');
  if (zlib === undefined) {
    throw new RangeError(
      `${source}: expected plain text, got gzip, which this host inflates in streams only: readCsvStream reads it`,
    );
  }
  try {
    return zlib.gunzipSync(bytes);
  } catch (cause) {
    throw new RangeError(
      `${source}: expected whole gzip data, got data that cannot be inflated (${(cause as Error).message})`,
      { cause },
    );
  }
}

/** Returns true if at least four bytes in a hundred are control characters, which among texts only UTF-16 has. */
function isBinary(start: Uint8Array): boolean {
  const controls = start.filter((byte) => byte < 9 || (byte > 15 && byte < 26)).length;
  return controls > 2 && 25 * controls >= start.length;
}

const marks = [
  { label: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { label: 'utf-16le', bytes: [0xff, 0xfe] },
  { label: 'utf-16be', bytes: [0xfe, 0xff] },
] as const;

/** Decoder of bytes that arrive in pieces. Its errors name the first byte that fits no character. */
export class Decoder {
  readonly #source: string;
  readonly #given: string | undefined;
  #label: string | undefined;
  #decoder: InstanceType<NonNullable<Host['TextDecoder']>> | undefined;
  /** Number of bytes and lines of the pieces decoded so far. */
  #offset = 0;
  #lines = 1;
  /** End of the last piece, which may be the beginning of a character. */
  #tail = new Uint8Array(0);

  /** @throws RangeError if the encoding is unknown */
  constructor(source: string, encoding: string | undefined) {
    this.#source = source;
    this.#given = encoding;
    if (encoding !== undefined) this.#use(encoding);
  }

  /** @param last  true if no piece follows */
  decode(piece: Uint8Array, last: boolean): string {
    if (this.#offset === 0) this.#begin(piece);
    let text: string;
    try {
      text = this.#decoder!.decode(piece, { stream: !last });
    } catch {
      throw this.#flaw(piece, last);
    }
    this.#offset += piece.length;
    this.#tail = piece.slice(-LONGEST_CHARACTER);
    this.#lines += lineFeeds(piece);
    if (this.#decoder!.encoding !== 'windows-1252') return text;
    return text.replace(/[\x80-\x9f]/g, (control) => WESTERN[control.charCodeAt(0) - 0x80]!);
  }

  #use(label: string): void {
    if (host.TextDecoder === undefined) {
      throw new RangeError(
        `${this.#source}: expected text, got bytes, and this host has no TextDecoder to read them`,
      );
    }
    try {
      this.#decoder = new host.TextDecoder(label, { fatal: true });
    } catch {
      throw new RangeError(
        `encoding: expected a label of TextDecoder, such as 'windows-1252', got ${show(label)}`,
      );
    }
    this.#label = label;
  }

  /** Chooses the decoder by the first bytes. A byte order mark counts more than the given encoding, as on the web. */
  #begin(bytes: Uint8Array): void {
    const foreign = foreignBytes(bytes);
    if (foreign !== undefined) throw new RangeError(`${this.#source}: ${foreign}`);
    const start = bytes.subarray(0, LOOKED_AT);
    const mark = marks.find((one) => one.bytes.every((byte, i) => bytes[i] === byte));
    if (mark !== undefined) this.#use(mark.label);
    else if (this.#given === undefined) {
      this.#refuseZeros(start);
      this.#use('utf-8');
    }
    if (!this.#decoder!.encoding.startsWith('utf-16') && isBinary(start)) {
      throw new RangeError(
        `${this.#source}: expected a table as text, got a binary file; save the table as CSV`,
      );
    }
  }

  #refuseZeros(start: Uint8Array): void {
    const zeros = (first: number) => start.filter((byte, i) => byte === 0 && i % 2 === first).length;
    const [even, odd] = [zeros(0), zeros(1)];
    if (even + odd > MOSTLY_ZEROS * start.length) {
      throw new RangeError(
        `${this.#source}: expected UTF-8, got mostly zero bytes, as UTF-32 and binary files have them; save the table as UTF-8`,
      );
    }
    // In UTF-16, Latin text has its zeros at every second place.
    if (even + odd > start.length / 4 && 8 * Math.min(even, odd) < even + odd) {
      const label = odd > even ? 'utf-16le' : 'utf-16be';
      throw new RangeError(
        `${this.#source}: expected UTF-8, got many zero bytes, as UTF-16 without a byte order mark has them; try encoding: '${label}'`,
      );
    }
  }

  /** Finds the invalid byte: the shortest refused beginning ends with it or within its character. */
  #flaw(piece: Uint8Array, last: boolean): RangeError {
    const bytes = new Uint8Array(this.#tail.length + piece.length);
    bytes.set(this.#tail);
    bytes.set(piece, this.#tail.length);
    // The tail may begin within a character, whose rest would be refused, so that rest is skipped.
    let start = 0;
    while (start < this.#tail.length && !this.#accepts(bytes.subarray(start, this.#tail.length), true))
      start++;
    let [good, bad] = [start, bytes.length + (last ? 1 : 0)];
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (this.#accepts(bytes.subarray(start, middle), true)) good = middle;
      else bad = middle;
    }
    // Go back to the beginning of the byte's character.
    let place = Math.min(good, bytes.length - 1);
    while (
      place > start &&
      good - place < LONGEST_CHARACTER &&
      !this.#accepts(bytes.subarray(start, place), false)
    )
      place--;
    const offset = this.#offset - this.#tail.length + place;
    const line =
      this.#lines + lineFeeds(bytes.subarray(this.#tail.length, Math.max(place, this.#tail.length)));
    const help = isBinary(bytes.subarray(place, place + LOOKED_AT))
      ? 'the file is probably binary'
      : this.#given === undefined && this.#label === 'utf-8'
        ? "try encoding: 'windows-1252', which Excel and older Windows programs use, or another label of TextDecoder"
        : 'the table has another encoding, or is damaged';
    const byte = (bytes[place] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return new RangeError(
      `${this.#source}: expected ${this.#label === 'utf-8' ? 'UTF-8' : this.#label}, got invalid byte 0x${byte} at offset ${offset}, on line ${line}; ${help}`,
    );
  }

  #accepts(bytes: Uint8Array, stream: boolean): boolean {
    try {
      new host.TextDecoder!(this.#label!, { fatal: true }).decode(bytes, { stream });
      return true;
    } catch {
      return false;
    }
  }
}

function lineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let i = bytes.indexOf(LINE_FEED); i >= 0; i = bytes.indexOf(LINE_FEED, i + 1)) count++;
  return count;
}

/** Yields the text of a string or of bytes in chunks, each with a mark on the last one. */
export function* textChunks(
  source: string,
  data: string | Uint8Array,
  encoding: string | undefined,
): Generator<readonly [text: string, last: boolean]> {
  if (typeof data === 'string') {
    yield [data.startsWith('\uFEFF') ? data.slice(1) : data, true];
    return;
  }
  const decoder = new Decoder(source, encoding);
  let start = 0;
  do {
    // Chunks end after a line break, so that few records are divided.
    let end = Math.min(data.length, start + CHUNK);
    const cut = end < data.length ? data.lastIndexOf(LINE_FEED, end - 1) + 1 : 0;
    if (cut > start) end = cut;
    const last = end === data.length;
    yield [decoder.decode(data.subarray(start, end), last), last];
    start = end;
  } while (start < data.length);
}
