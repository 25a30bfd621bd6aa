/** Files with small seeded errors. */
import { Rng } from '../../src/numbers/random.js';

/** Changes of a file; each takes five numbers from 0 to 1. */
const changes: readonly ((bytes: Uint8Array, at: number[]) => Uint8Array)[] = [
  // One byte becomes another.
  (bytes, [where, value]) => replaced(bytes, place(bytes, where!), Math.floor(256 * value!)),
  // One bit turns.
  (bytes, [where, bit]) => {
    const at = place(bytes, where!);
    return replaced(bytes, at, bytes[at]! ^ (1 << Math.floor(8 * bit!)));
  },
  // The end is missing.
  (bytes, [where]) => bytes.slice(0, place(bytes, where!)),
  // Bytes are inserted.
  (bytes, [where, a, b, c]) => {
    const at = place(bytes, where!);
    const more = [a!, b!, c!].map((value) => Math.floor(256 * value));
    return Uint8Array.from([...bytes.slice(0, at), ...more, ...bytes.slice(at)]);
  },
  // Bytes are missing.
  (bytes, [where, count]) => {
    const at = place(bytes, where!);
    return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1 + Math.floor(8 * count!))]);
  },
  // A part is copied over another.
  (bytes, [from, to, count]) => {
    const copy = bytes.slice();
    copy.copyWithin(place(bytes, to!), place(bytes, from!), place(bytes, from!) + Math.floor(32 * count!));
    return copy;
  },
];

function replaced(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = byte;
  return copy;
}

function place(bytes: Uint8Array, share: number): number {
  return Math.min(bytes.length - 1, Math.floor(bytes.length * share));
}

/** Yields changed copies of files; equal counts give equal copies. Half of the changes are near the beginning, where the structure is. */
export function* mutated(
  files: readonly Uint8Array[],
  count: number,
): Generator<{ bytes: Uint8Array; label: string }> {
  const whole = files.filter(({ length }) => length > 8);
  const rng = new Rng('mutated files');
  for (let m = 0; m < count; m++) {
    const numbers = Array.from(rng.split(m).uniform(8));
    const file = whole[Math.floor(numbers[5]! * whole.length)]!;
    const change = Math.floor(numbers[6]! * changes.length);
    const near = numbers[7]! < 0.5 ? numbers.map((value, i) => (i === 0 ? value ** 3 : value)) : numbers;
    yield { bytes: changes[change]!(file, near), label: `mutation ${m}, kind ${change}` };
  }
}
