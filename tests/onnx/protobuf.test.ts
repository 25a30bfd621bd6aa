/** ONNX's protobuf against @bufbuild/protobuf, on files of other tools, and on broken ones. */
import { describe, expect, it } from 'vitest';
import { type Message, messageFields, readMessage, writeMessage } from '../../src/onnx/protobuf.js';
import { mutated } from '../support/mutated.js';
import { folders, onnxFiles } from '../support/onnx-files.js';
import { type Plain, readByBuf } from '../support/onnx-proto.js';

const files = folders.flatMap(onnxFiles);
const fileOf = (name: string) => files.find((file) => file.name === name)!.bytes;
/** Number of broken files; EVENKEEL_MUTATED=100000 takes some minutes. */
const MUTATED = Number(process.env.EVENKEEL_MUTATED ?? 2000);

/** Returns a message by the numbers of its fields. */
function plain(name: Parameters<typeof messageFields>[0], message: Record<string, unknown>): Plain {
  const found = new Map<number, unknown>();
  for (const [number, [field, kind]] of Object.entries(messageFields(name))) {
    const value = message[field];
    if (value === undefined) continue;
    const one = kind.replace('[]', '');
    const isNested = /^[A-Z]/.test(one);
    const each = (part: unknown): unknown =>
      isNested ? plain(one as 'Model', part as Record<string, unknown>) : part;
    const isList = kind.endsWith('[]') || /^(?:ints|int32s|floats|doubles)$/.test(kind);
    if (!isList) found.set(Number(number), each(value));
    else if ((value as unknown[]).length > 0) found.set(Number(number), Array.from(value as unknown[], each));
  }
  return found;
}

const ours = (bytes: Uint8Array) => plain('Model', readMessage('Model', bytes) as Record<string, unknown>);

/** Reads by both; an error is undefined. */
function both(bytes: Uint8Array): { ours: Plain | undefined; theirs: Plain | undefined; error: unknown } {
  const attempt = (read: () => Plain): [Plain | undefined, unknown] => {
    try {
      return [read(), undefined];
    } catch (error) {
      return [undefined, error];
    }
  };
  const [mine, error] = attempt(() => ours(bytes));
  return { ours: mine, theirs: attempt(() => readByBuf(bytes))[0], error };
}

describe('the reader', () => {
  it.each(files.map((file) => [`${file.folder}/${file.name}`, file.bytes] as const))(
    'reads %s alike',
    (_, bytes) => {
      const read = both(bytes);
      expect(read.ours).toEqual(read.theirs);
    },
  );

  it(`reads ${MUTATED} broken files alike, or refuses them in words`, { timeout: 3_600_000 }, () => {
    let accepted = 0;
    let stricter = 0;
    for (const { bytes, label } of mutated(
      files.map((file) => file.bytes),
      MUTATED,
    )) {
      const read = both(bytes);
      if (read.ours === undefined) {
        expect(read.error, label).toBeInstanceOf(RangeError);
        expect((read.error as Error).message, label).toMatch(/^bytes: not an ONNX file: /);
        if (read.theirs !== undefined) stricter++;
        continue;
      }
      accepted++;
      expect(read.ours, label).toEqual(read.theirs);
    }
    expect(accepted).toBeGreaterThan(MUTATED / 20);
    // The other reader takes texts that are not UTF-8 and fields of another wire type, and lets a part end beyond its message.
    expect(stricter).toBeLessThan(MUTATED / 4);
    expect(accepted).toBeLessThan(MUTATED);
  });

  it.each([
    ['a key with field 0', [0x00, 0x00], 'begins no field'],
    ['a group', [0x0b], 'wire type 3'],
    ['an unknown wire type', [0x0e], 'wire type 6'],
    [
      'a field of another wire type',
      [0x09, 0, 0, 0, 0, 0, 0, 0, 0],
      "'irVersion' at byte 1 has wire type 1 in place of 0",
    ],
    ['a number that ends early', [0x08, 0x80], 'ends in the middle of a number'],
    ['a text that is not UTF-8', [0x12, 0x01, 0xff], 'not UTF-8'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => ours(Uint8Array.from(bytes))).toThrow(message);
  });

  it('takes no memory for lists that the file only claims', () => {
    // A tensor whose packed float_data claims 2^31 bytes, in a graph.
    const tensor = [0x22, 0x80, 0x80, 0x80, 0x80, 0x08];
    const bytes = Uint8Array.from([0x3a, tensor.length + 2, 0x2a, tensor.length, ...tensor]);
    expect(() => ours(bytes)).toThrow('claims more bytes than are left');
  });

  it('refuses more messages than a file of its size can need', () => {
    const nodes = new Uint8Array(20_000).map((_, i) => (i % 2 === 0 ? 0x0a : 0));
    expect(() => readMessage('Graph', nodes)).toThrow('more parts than a file of its size can need');
  });

  it('refuses long lists of 64-bit integers', () => {
    const bytes = writeMessage('Tensor', { ints: new Float64Array(70_000) });
    expect(() => readMessage('Tensor', bytes)).toThrow('70000 whole numbers');
  });

  it('reads lists that come number by number, also long ones', () => {
    const one = [0x25, 0, 0, 0x80, 0x3f];
    const bytes = Uint8Array.from({ length: 5 * 100_000 }, (_, i) => one[i % 5]!);
    expect(readMessage('Tensor', bytes).floats?.length).toBe(100_000);
  });
});

describe('the writer', () => {
  it.each(
    files
      .filter(({ folder }) => folder !== 'refuse')
      .map((file) => [`${file.folder}/${file.name}`, file.bytes] as const),
  )('writes %s so that both read it as before', (_, bytes) => {
    const written = writeMessage('Model', readMessage('Model', bytes));
    expect(ours(written)).toEqual(ours(bytes));
    expect(readByBuf(written)).toEqual(ours(bytes));
  });

  it('writes whole numbers of all sizes', () => {
    const ints = [0, 1, -1, 127, 128, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1];
    const bytes = writeMessage('Tensor', { dims: ints, int32s: [-1, 2 ** 31 - 1], type: -5 });
    const read: Message<'Tensor'> = readMessage('Tensor', bytes);
    expect(Array.from(read.dims!)).toEqual(ints);
    expect(Array.from(read.int32s!)).toEqual([-1, 2 ** 31 - 1]);
    expect(read.type).toBe(-5);
  });

  it('refuses a number that is not whole', () => {
    expect(() => writeMessage('Tensor', { type: 1.5 })).toThrow('expected a whole number');
  });
});

it('knows a file that it can read', () => {
  expect(readMessage('Model', fileOf('act-relu.legacy11')).producer).toBe('pytorch');
});
