/**
 * Reads entries of a ZIP file (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT) that are stored or deflated. Entries are
 * found by their exact names, so that no path of the file leads anywhere. Sizes are compared with the file before memory is taken.
 */
import { inflateSync } from 'fflate';
import { messageOf, show } from '../errors.js';
import { decodeUtf8 } from '../saving/utf8.js';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** Bit of an encrypted entry. */
const ENCRYPTED = 1;

/** Size up to which entries may expand together, beyond four times the file. */
const SMALL = 1_048_576;

/** Returns true if bytes begin like a ZIP file. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= END_BYTES && viewOf(bytes).getUint32(0, true) === LOCAL;
}

/**
 * Returns entries of a ZIP file by their names. Others are not read.
 *
 * @param names  names of the entries
 * @throws RangeError that opens with bytes, if the file is broken, or entries expand to far more than the file
 */
export function entriesOf(bytes: Uint8Array, names: readonly string[]): Map<string, Uint8Array> {
  const view = viewOf(bytes);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let left = Math.max(SMALL, 4 * bytes.length);
  const found = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY) {
      throw new RangeError(`bytes: expected ${count} entries in the list of the ZIP file, got ${i}`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    const name = decodeUtf8(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes));
    if (name !== undefined && names.includes(name)) {
      if (found.has(name))
        throw new RangeError(`bytes: expected one entry ${show(name)} of the ZIP file, got several`);
      const content = contentOf(bytes, view, at, name, left);
      left -= content.length;
      found.set(name, content);
    }
    at += ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

/** Finds the record at the end, which a comment may follow. */
function endOf(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new RangeError('bytes: expected a whole ZIP file, got one without its end; it may be truncated');
}

/** Returns the content of the entry that the list describes at a place. @param most  largest size that it may have */
function contentOf(bytes: Uint8Array, view: DataView, at: number, name: string, most: number): Uint8Array {
  const entry = `bytes: entry ${show(name)} of the ZIP file`;
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const [packed, size, start] = [20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  if ((flags & ENCRYPTED) !== 0) throw new RangeError(`${entry}: expected no password`);
  if (method !== STORED && method !== DEFLATED) {
    throw new RangeError(`${entry}: expected method 0 (stored) or 8 (deflated), got ${method}`);
  }
  if (size > most)
    throw new RangeError(`${entry}: expected at most ${most} bytes, four times the file, got ${size}`);
  const isLocal = start + LOCAL_BYTES <= bytes.length && view.getUint32(start, true) === LOCAL;
  const from = isLocal
    ? start + LOCAL_BYTES + view.getUint16(start + 26, true) + view.getUint16(start + 28, true)
    : Infinity;
  if (from + packed > bytes.length) {
    throw new RangeError(
      `${entry}: expected ${packed} bytes from ${start} on, got a file of ${bytes.length}`,
    );
  }
  const content = bytes.subarray(from, from + packed);
  if (method === STORED) {
    if (packed === size) return content;
    throw new RangeError(`${entry}: expected ${size} bytes, got ${packed}`);
  }
  return inflated(entry, content, size);
}

function inflated(entry: string, content: Uint8Array, size: number): Uint8Array {
  let result: Uint8Array;
  try {
    // The buffer has one byte more, so that content that is too long is noticed.
    result = inflateSync(content, { out: new Uint8Array(size + 1) });
  } catch (error) {
    throw new RangeError(`${entry}: expected deflated content (${messageOf(error)})`);
  }
  if (result.length === size) return result;
  throw new RangeError(
    `${entry}: expected ${size} bytes, got ${result.length > size ? 'more' : result.length}`,
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
