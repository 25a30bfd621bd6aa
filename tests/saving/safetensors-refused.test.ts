/** Bytes that are not a safetensors file, and the errors for them. */
import { describe, expect, it } from 'vitest';
import { readFloats } from '../../src/saving/floats.js';
import { readSafetensors } from '../../src/saving/safetensors.js';
import { untyped } from '../support/refusals.js';
import { fileOf } from '../support/safetensors.js';

/** Returns the message of the error of reading, which must be of exactly this class. */
function refusal(bytes: unknown, kind: new (...p: never[]) => Error = RangeError): string {
  try {
    readSafetensors(untyped(bytes));
  } catch (error) {
    expect((error as Error).constructor).toBe(kind);
    return (error as Error).message;
  }
  throw new Error('it was read');
}

const a = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const text = JSON.stringify({ a });
const bytes = (n: number) => new Uint8Array(n);
/** Makes a file with any header length. */
function withLength(length: bigint, rest: Uint8Array): Uint8Array {
  const file = fileOf(' '.repeat(rest.length));
  new DataView(file.buffer).setBigUint64(0, length, true);
  file.set(rest, 8);
  return file;
}

describe('values that are not bytes', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [[1, 2], 'Array of 2'],
    ['file', "'file'"],
    [new Float32Array(4), 'Float32Array of 4'],
    [new DataView(new ArrayBuffer(9)), 'an object (DataView)'],
  ])('are refused: %s', (value, shown) => {
    expect(refusal(value, TypeError)).toBe(`bytes: expected a Uint8Array or an ArrayBuffer, got ${shown}`);
  });

  it('are refused if they are detached', () => {
    const buffer = new ArrayBuffer(16);
    const view = new Uint8Array(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    for (const detached of [buffer, view]) {
      expect(refusal(detached)).toMatch(/^bytes: expected values, got 0; the buffer .* was transferred/);
    }
  });
});

describe('the length of the header', () => {
  it.each<[string, Uint8Array, string]>([
    ['no byte', bytes(0), 'expected a safetensors file, which begins with 8 bytes of length, got 0 bytes'],
    [
      'seven bytes',
      bytes(7),
      'expected a safetensors file, which begins with 8 bytes of length, got 7 bytes',
    ],
    [
      '2^53 + 1',
      withLength(9007199254740993n, bytes(2)),
      'header length 9007199254740993, expected at most 100000000',
    ],
    [
      '2^64 − 1',
      withLength(2n ** 64n - 1n, bytes(2)),
      'header length 18446744073709551615, expected at most 100000000',
    ],
    [
      'above the bound',
      withLength(100_000_001n, bytes(2)),
      'header length 100000001, expected at most 100000000',
    ],
    ['at the bound', withLength(100_000_000n, bytes(2)), 'header length 100000000, but only 2 bytes follow'],
    ['one too long', withLength(3n, Buffer.from('{}')), 'header length 3, but only 2 bytes follow'],
    ['0', withLength(0n, Buffer.from('{}')), "header does not begin with '{'"],
    [
      'one too short',
      withLength(1n, Buffer.from('{}')),
      `header: expected a string at character 1 of the header, got the end`,
    ],
  ])('is refused: %s', (_, file, message) => {
    expect(refusal(file)).toBe(`bytes: ${message}`);
  });
});

const at = (character: number) => `at character ${character} of the header, got`;

describe('the form of the header', () => {
  it.each<[string, string, string]>([
    ['a blank first', ' {}', "header does not begin with '{'"],
    ['a list', '[]', "header does not begin with '{'"],
    ['not JSON', '{a:1}', `header: expected a string ${at(1)} "a:1}"`],
    ['cut off', text.slice(0, -1), `header: expected ',' or '}' ${at(text.length - 1)} the end`],
    ['a comma too many', `${text.slice(0, -1)},}`, `header: expected a string ${at(text.length)} "}"`],
    ['a second value', `${text} {}`, `header: expected its end ${at(text.length + 1)} "{}"`],
    ['no colon', '{"a"}', `header: expected ':' ${at(4)} "}"`],
    ['an open string', '{"a\\"', `header: expected a string ${at(1)} "\\"a\\\\\\""`],
    [
      'a wrong escape',
      '{"\\x"',
      `header: expected a JSON string without half a surrogate pair ${at(1)} "\\"\\\\x\\""`,
    ],
    [
      'a line break in a string',
      '{"\n"',
      `header: expected a JSON string without half a surrogate pair ${at(1)} "\\"\\n\\""`,
    ],
    [
      'half a surrogate pair',
      '{"\\ud83d":',
      `header: expected a JSON string without half a surrogate pair ${at(1)} "\\"\\\\ud83d\\":"`,
    ],
    ['a no-break space', '{\u00a0}', `header: expected a string ${at(1)} "\u00a0}"`],
    [
      'a tensor twice',
      `{"a":${JSON.stringify(a)},"\\u0061":${JSON.stringify(a)}}`,
      'header: duplicate key "a"',
    ],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{}}', 'header: duplicate key "__metadata__"'],
    ['a text twice', '{"__metadata__":{"k":"1","k":"1"}}', '__metadata__: duplicate key "k"'],
    ['a field twice', '{"a":{"dtype":"F32","dtype":"F32"}}', 'tensor "a": duplicate key "dtype"'],
    ['metadata of a list', '{"__metadata__":["k"]}', `__metadata__: expected '{' ${at(16)} "[\\"k\\"]}"`],
    ['metadata of null', '{"__metadata__":null}', `__metadata__: expected '{' ${at(16)} "null}"`],
    ['a text of a number', '{"__metadata__":{"k":1}}', `__metadata__."k": expected a string ${at(21)} "1}}"`],
    [
      'a text of an object',
      '{"__metadata__":{"k":{}}}',
      `__metadata__."k": expected a string ${at(21)} "{}}}"`,
    ],
    ['a tensor of a number', '{"a":1}', `tensor "a": expected '{' ${at(5)} "1}"`],
    ['a prototype of a list', '{"__proto__":[]}', `tensor "__proto__": expected '{' ${at(13)} "[]}"`],
    [
      'a field too many',
      '{"a":{"stride":[1]}}',
      'tensor "a": unknown key "stride"; expected dtype, shape, data_offsets',
    ],
    [
      'a prototype for a field',
      '{"a":{"__proto__":{"shape":[]}}}',
      'tensor "a": unknown key "__proto__"; expected dtype, shape, data_offsets',
    ],
    ['no field', '{"a":{}}', 'tensor "a": no dtype, no shape, no data_offsets'],
    ['no shape', '{"a":{"dtype":"F32","data_offsets":[0,8]}}', 'tensor "a": no shape'],
    ['a dtype of a number', '{"a":{"dtype":32}}', `tensor "a".dtype: expected a string ${at(14)} "32}}"`],
    ['a shape of a number', '{"a":{"shape":2}}', `tensor "a".shape: expected '[' ${at(14)} "2}}"`],
    [
      'one offset',
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[8]}}',
      'tensor "a".data_offsets: expected [begin, end], got 1 numbers',
    ],
    [
      'three offsets',
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}',
      'tensor "a".data_offsets: expected [begin, end], got 3 numbers',
    ],
  ])('is refused: %s', (_, header, message) => {
    expect(refusal(fileOf(header, bytes(8)))).toBe(`bytes: ${message}`);
  });

  it.each([
    '-1',
    '-0',
    '1.5',
    '2.0',
    '2e0',
    '02',
    '0x2',
    '"2"',
    'null',
    '[2]',
    'NaN',
    '9007199254740992',
    '9'.repeat(400),
  ])('is refused with the number %s in a shape or as an offset', (number) => {
    for (const [field, value] of [
      ['shape', `[2,${number}]`],
      ['data_offsets', `[0,${number}]`],
    ] as const) {
      const header = text.replace(JSON.stringify(a[field as keyof typeof a]), value);
      expect(refusal(fileOf(header, bytes(8)))).toMatch(
        /^bytes: tensor "a"\.(shape|data_offsets): expected a whole number from 0 to 2\^53 − 1 at character \d+ of the header, got "/,
      );
    }
  });

  it('is refused if it is not UTF-8', () => {
    for (const [first, second] of [
      [0xff, 0x20],
      [0xc3, 0x20],
      [0xc0, 0x80],
      [0xed, 0xa0],
    ]) {
      const file = fileOf('{"  ":{}}');
      file.set([first!, second!], 10);
      expect(refusal(file)).toBe('bytes: header is not UTF-8');
    }
  });

  it('is refused if it is nested to any depth', () => {
    for (const open of ['[', '{"a":']) {
      for (const header of [`{"a":${open.repeat(1e5)}`, `{"__metadata__":{"a":${open.repeat(1e5)}`]) {
        expect(refusal(fileOf(header))).toMatch(
          /^bytes: (tensor "a": unknown key "a"|(tensor "a"|__metadata__\."a"): expected)/,
        );
      }
    }
  });

  it('is refused with a very long name, which the message shortens', () => {
    const file = fileOf({ ['n'.repeat(1e6)]: { ...a, dtype: 'F'.repeat(1e6) } }, bytes(8));
    expect(refusal(file)).toBe(
      `bytes: tensor "${'n'.repeat(60)}…".dtype: expected one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL, got "${'F'.repeat(60)}…"`,
    );
  });

  it('is read in time with a million blanks or escapes', () => {
    expect(refusal(fileOf(`{${' '.repeat(1e6)}`))).toMatch(/got the end$/);
    expect(refusal(fileOf(`{"${'\\"'.repeat(1e6)}`))).toMatch(/expected a string/);
    expect(refusal(fileOf(`{"${'\\\\'.repeat(1e6)}":0`))).toMatch(/expected '\{'/);
  });
});

describe('a header that does not fit the data', () => {
  const span = (begin: number, end: number) => ({
    dtype: 'F32',
    shape: [(end - begin) / 4],
    data_offsets: [begin, end],
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    [
      'a type of 8-bit floats',
      { a: { ...a, dtype: 'F8_E4M3' } },
      8,
      'tensor "a".dtype: expected one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL, got "F8_E4M3"',
    ],
    [
      'a type of its own',
      { a: { ...a, dtype: 'f32' } },
      8,
      'tensor "a".dtype: expected one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL, got "f32"',
    ],
    [
      'a type of every object',
      { a: { ...a, dtype: 'constructor' } },
      8,
      'tensor "a".dtype: expected one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL, got "constructor"',
    ],
    [
      'a shape of 2^54 values',
      { a: { ...a, shape: [2 ** 27, 2 ** 27] } },
      8,
      'tensor "a".shape: more than 2^53 − 1 values in "134217728, 134217728"',
    ],
    // 2^64 + 2 values: modulo 2^32 and 2^64 these are the two values of the file.
    [
      'a product that wraps',
      { a: { ...a, shape: [77158673929, 239075442] } },
      8,
      'tensor "a".shape: more than 2^53 − 1 values in "77158673929, 239075442"',
    ],
    [
      '2^53 − 1 values',
      { a: { ...a, shape: [2 ** 53 - 1] } },
      8,
      'tensor "a".data_offsets: expected 36028797018963964 bytes for 9007199254740991 values of F32, got 8',
    ],
    [
      'end before begin',
      { a: { ...a, data_offsets: [8, 0] } },
      8,
      'tensor "a".data_offsets: expected begin ≤ end, got [8, 0]',
    ],
    [
      'an end beyond the file',
      { a: { ...a, data_offsets: [0, 8] } },
      7,
      'tensor "a".data_offsets: end 8 is beyond the 7 bytes of data',
    ],
    [
      'an end at 2^53 − 1',
      { a: { ...a, data_offsets: [0, 2 ** 53 - 1] } },
      8,
      'tensor "a".data_offsets: end 9007199254740991 is beyond the 8 bytes of data',
    ],
    [
      'fewer bytes than values',
      { a: { ...a, data_offsets: [0, 7] } },
      8,
      'tensor "a".data_offsets: expected 8 bytes for 2 values of F32, got 7',
    ],
    [
      'more bytes than values',
      { a: { ...a, shape: [] } },
      8,
      'tensor "a".data_offsets: expected 4 bytes for 1 values of F32, got 8',
    ],
    [
      'bytes of no value',
      { a: { ...a, shape: [0, 2] } },
      8,
      'tensor "a".data_offsets: expected 0 bytes for 0 values of F32, got 8',
    ],
    [
      'a first tensor that is not at 0',
      { a: span(4, 8) },
      8,
      'tensor "a".data_offsets: begin 4 leaves a hole of 4 bytes before it',
    ],
    [
      'a hole',
      { b: span(8, 12), a: span(0, 4) },
      12,
      'tensor "b".data_offsets: begin 8 leaves a hole of 4 bytes before it',
    ],
    [
      'an overlap',
      { b: span(4, 12), a: span(0, 8) },
      12,
      'tensor "b".data_offsets: begin 4 is in another tensor, which ends at 8',
    ],
    [
      'one place for two',
      { b: span(0, 8), a: span(0, 8) },
      8,
      'tensor "a".data_offsets: begin 0 is in another tensor, which ends at 8',
    ],
    [
      'an empty one within another',
      { b: span(4, 4), a: span(0, 8) },
      8,
      'tensor "b".data_offsets: begin 4 is in another tensor, which ends at 8',
    ],
    ['trailing bytes', { a: span(0, 8) }, 11, '3 trailing bytes after the last tensor'],
    ['data without a tensor', {}, 1, '1 trailing bytes after the last tensor'],
  ])('is refused: %s', (_, header, dataBytes, message) => {
    expect(refusal(fileOf(header, bytes(dataBytes)))).toBe(`bytes: ${message}`);
  });

  it.each([2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
    'is refused as a number with the count %d',
    (count) => {
      const header = { n: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } };
      const data = new Uint8Array(BigInt64Array.of(0n, count).buffer);
      const file = fileOf(header, data);
      expect(() => readFloats(file)).toThrow('bytes: tensor "n": value 1 of I64 is beyond ±(2^53 − 1)');
      expect(readSafetensors(file).tensors.get('n')!.values[1]).toBe(count);
    },
  );
});

it('refuses whole numbers where a model has floating-point ones', () => {
  const file = fileOf({ n: { dtype: 'I32', shape: [1], data_offsets: [0, 4] } }, bytes(4));
  expect(() => readFloats(file)).toThrow(
    'bytes: tensor "n".dtype: expected one of F64, F32, BF16, F16, I64, got "I32"',
  );
});

it('refuses a file that is cut off at any length', () => {
  const whole = fileOf({ __metadata__: { k: 'v' }, a }, bytes(8));
  readSafetensors(whole);
  for (let length = 0; length < whole.length; length++) {
    expect(refusal(whole.subarray(0, length)), `${length} bytes`).toMatch(/^bytes: /);
  }
});
