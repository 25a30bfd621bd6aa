/**
 * Small reader of the safetensors files that `model.save()` writes. The reader in src/saving also reads half precision and
 * refuses what no writer means, such as equal names, for three times the bytes.
 */
import { beyond, tagOf } from './values.js';

/** Part of a file. Nothing is known of it. */
export type Unknown = Readonly<Record<string, unknown>> | null | undefined;

/** Saved model as a file. */
export type SavedFile = readonly [
  /** Texts by name. */
  texts: Unknown,
  /**
   * Returns a copy of a tensor's values. A tensor is read once.
   *
   * @throws RangeError if it is missing, of another shape or of another type than F32 and F64, or has a value beyond a 32-bit float
   */
  tensor: (name: string, ...shape: readonly number[]) => Float64Array | Float32Array,
  /** Returns the names of the tensors that were not read. */
  rest: () => readonly string[],
];

/** Bytes of the length in front of the header. */
const LENGTH_BYTES = 8;
/** Largest number of characters of a file that a message shows. */
const LONGEST_SHOWN = 60;

/** Checks a part of a file. @throws RangeError that opens with `bytes` and names the part */
export function need(
  holds: unknown,
  part: string,
  value: unknown,
  expected = 'what model.save() writes',
): asserts holds {
  if (holds) return;
  const shown = String(JSON.stringify(value)).slice(0, LONGEST_SHOWN);
  throw new RangeError(`bytes: ${part}: expected ${expected}, got ${shown}`);
}

/** Parses JSON of a file. @throws RangeError that names the part */
export function parse(part: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    need(false, part, text, 'JSON');
  }
}

/** Reads the header of a file. @throws TypeError or RangeError that opens with `bytes` */
export function readFile(bytes: unknown): SavedFile {
  const file = viewOf(bytes);
  const start = LENGTH_BYTES + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  need(start <= file.length, 'the file', file.length, `at least ${start} bytes`);
  const header = parse('the header', decode(file.subarray(LENGTH_BYTES, start)));
  need(tagOf(header) === 'Object', 'the header', header);
  const { __metadata__: texts, ...entries } = header as Record<string, Unknown>;
  const data = file.subarray(start);
  checkLayout(entries, data.length);
  return [
    texts,
    (name, ...shape) => {
      const part = `tensor '${name}'`;
      const entry = entries[name];
      need(entry, part, entry);
      const { dtype } = entry;
      need(dtype === 'F32' || dtype === 'F64', part, dtype, 'F32 or F64');
      const sides = JSON.stringify(shape);
      need(JSON.stringify(entry.shape) === sides, part, entry.shape, `the shape ${sides}`);
      const [begin, end] = entry.data_offsets as number[];
      const Values = dtype === 'F32' ? Float32Array : Float64Array;
      const size = shape.reduce((product, side) => product * side, Values.BYTES_PER_ELEMENT);
      need(end! - begin! === size, part, entry.data_offsets, `${size} bytes`);
      const values = new Values(data.slice(begin, end).buffer);
      const bad = beyond(values);
      need(bad < 0, part, `${values[bad]}`, `a number at ${bad}`);
      delete entries[name];
      return values;
    },
    () => Object.keys(entries),
  ];
}

/** Checks that every byte of the data belongs to exactly one tensor. @throws RangeError */
function checkLayout(entries: Readonly<Record<string, Unknown>>, length: number): void {
  const pairs = Object.values(entries).map((entry) => entry?.data_offsets as [begin: number, end: number]);
  for (const pair of pairs) {
    need(Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger), 'data_offsets', pair);
  }
  let covered = 0;
  for (const pair of pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    need(pair[0] === covered && pair[1] >= covered, 'data_offsets', pair, `a tensor from ${covered} on`);
    covered = pair[1];
  }
  need(covered === length, 'the data', length, `${covered} bytes`);
}

function viewOf(bytes: unknown): Uint8Array {
  const tag = tagOf(bytes);
  if (tag !== 'Uint8Array' && tag !== 'ArrayBuffer') {
    throw new TypeError(`bytes: expected a Uint8Array or an ArrayBuffer, got ${tag}`);
  }
  const { buffer = bytes, byteOffset = 0, byteLength } = bytes as Partial<Uint8Array>;
  // A transferred array has no bytes, and no view can be made of its buffer.
  need(byteLength! > LENGTH_BYTES, 'the file', byteLength, `more than ${LENGTH_BYTES} bytes`);
  // A Buffer of Node is a Uint8Array, but its `slice` makes no copy.
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Decodes UTF-8. jsdom has no TextDecoder, and decodeURIComponent is as strict. @throws RangeError */
function decode(bytes: Uint8Array): string {
  try {
    return decodeURIComponent(
      bytes.reduce((text, byte) => `${text}%${byte < 16 ? 0 : ''}${byte.toString(16)}`, ''),
    );
  } catch {
    need(false, 'the header', 'other bytes', 'UTF-8');
  }
}
