/** Types of numbers in safetensors files: 16-bit floats by published patterns and by their neighbours, and whole numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NonFiniteError } from '../../src/index.js';
import { readSafetensors, writeSafetensors } from '../../src/saving/index.js';
import { untyped } from '../support/refusals.js';
import { byFields, fileOf, readPlainly } from '../support/safetensors.js';

type Half = 'F16' | 'BF16';
const widths = { F16: [5, 10], BF16: [8, 7] } as const;

/** Returns the bits that the writer makes of numbers. */
function bitsOf(dtype: Half, values: Float32Array | Float64Array): Uint16Array {
  const file = writeSafetensors({ w: { shape: [values.length], values } }, {}, { dtype });
  return new Uint16Array(file.slice(file.length - 2 * values.length).buffer);
}

describe('published patterns', () => {
  // https://en.wikipedia.org/wiki/Half-precision_floating-point_format and Bfloat16_floating-point_format, examples.
  it.each<[Half, number, number]>([
    ['F16', 1, 0x3c00],
    ['F16', 1 + 2 ** -10, 0x3c01],
    ['F16', -2, 0xc000],
    ['F16', 65504, 0x7bff],
    ['F16', 2 ** -14, 0x0400],
    ['F16', 2 ** -14 - 2 ** -24, 0x03ff],
    ['F16', 2 ** -24, 0x0001],
    ['F16', 1 / 3, 0x3555],
    ['F16', Math.PI, 0x4248],
    ['F16', -0, 0x8000],
    ['F16', Infinity, 0x7c00],
    ['F16', -Infinity, 0xfc00],
    ['F16', NaN, 0x7e00],
    ['BF16', 1, 0x3f80],
    ['BF16', -2, 0xc000],
    ['BF16', 1 / 3, 0x3eab],
    ['BF16', Math.PI, 0x4049],
    ['BF16', 3.3895313892515355e38, 0x7f7f],
    ['BF16', 2 ** -126, 0x0080],
    ['BF16', 2 ** -133, 0x0001],
    ['BF16', Infinity, 0x7f80],
    ['BF16', NaN, 0x7fc0],
  ])('%s of %d', (dtype, value, bits) => {
    expect(bitsOf(dtype, Float64Array.of(value))).toEqual(Uint16Array.of(bits));
  });
});

describe.each(Object.entries(widths) as [Half, (typeof widths)[Half]][])(
  '%s',
  (dtype, [exponent, fraction]) => {
    const infinity = ((1 << exponent) - 1) << fraction;
    const numberOf = (bits: number) => byFields(bits, exponent, fraction);
    const all = Array.from({ length: infinity }, (_, bits) => numberOf(bits));

    it('keeps every number', () => {
      const written = bitsOf(dtype, Float64Array.from([...all, ...all.map((value) => -value)]));
      expect(written.findIndex((bits, i) => bits !== (i < infinity ? i : (i - infinity) | 0x8000))).toBe(-1);
    });

    it('rounds to the nearest number, and to the even one of two', () => {
      const middles = all.slice(1).map((value, i) => (value + all[i]!) / 2);
      const even = bitsOf(dtype, Float64Array.from(middles));
      expect(even.findIndex((bits, i) => bits !== i + (i % 2))).toBe(-1);
      // The least that a double can differ from a middle; rounded to 32 bits first, it would be the middle itself.
      const below = bitsOf(
        dtype,
        Float64Array.from(middles, (value) => value * (1 - 2 ** -52)),
      );
      expect(below.findIndex((bits, i) => bits !== i)).toBe(-1);
      const above = bitsOf(
        dtype,
        Float64Array.from(middles, (value) => value * (1 + 2 ** -52)),
      );
      expect(above.findIndex((bits, i) => bits !== i + 1)).toBe(-1);
    });

    it('takes doubles of every size', () => {
      const tiny = bitsOf(dtype, Float64Array.of(5e-324, -5e-324, 1e-310, 2 ** -1022));
      expect(tiny).toEqual(Uint16Array.of(0, 0x8000, 0, 0));
    });

    it('refuses numbers that would become infinite', () => {
      const largest = all.at(-1)!;
      const limit = largest + (largest - all.at(-2)!) / 2;
      expect(bitsOf(dtype, Float64Array.of(limit * (1 - 2 ** -52)))).toEqual(Uint16Array.of(infinity - 1));
      for (const value of [limit, -limit, Number.MAX_VALUE]) {
        const attempt = () => bitsOf(dtype, Float64Array.of(1, value));
        expect(attempt).toThrow(NonFiniteError);
        expect(attempt).toThrow(`tensors["w"]: value 1 is ${value}, infinite in ${dtype}`);
      }
    });

    it('is written by the type of a tensor too, and kept from file to file', () => {
      const values = Float32Array.of(1, -0.5, 3);
      const bytes = writeSafetensors({ w: { dtype, shape: [3], values }, v: { shape: [3], values } });
      const { tensors } = readSafetensors(bytes);
      expect(tensors.get('w')).toEqual({ dtype, shape: [3], values });
      expect(tensors.get('v')!.dtype).toBe('F32');
      expect(writeSafetensors(tensors)).toEqual(bytes);
    });
  },
);

it.each(['float16', 'bfloat16'])('a file of PyTorch in %s is written again byte for byte', (name) => {
  const bytes = new Uint8Array(
    readFileSync(new URL(`../golden/interop/pytorch/${name}.safetensors`, import.meta.url)),
  );
  const { tensors, metadata } = readSafetensors(bytes);
  expect(writeSafetensors(tensors, metadata)).toEqual(bytes);
  const wide = [...tensors].map(([key, { shape, values }]) => [key, { shape, values }] as const);
  expect(writeSafetensors(new Map(wide), {}, { dtype: name === 'float16' ? 'F16' : 'BF16' })).toEqual(bytes);
});

describe('whole numbers', () => {
  const tensors = {
    a: { shape: [2], values: BigUint64Array.of(0n, 2n ** 64n - 1n) },
    b: { shape: [2], values: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
    c: { shape: [2], values: Uint32Array.of(0, 2 ** 32 - 1) },
    d: { shape: [2], values: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
    e: { shape: [2], values: Uint16Array.of(0, 65535) },
    f: { shape: [2], values: Int16Array.of(-32768, 32767) },
    g: { shape: [2], values: Int8Array.of(-128, 127) },
    h: { shape: [2], values: Uint8Array.of(0, 255) },
    i: { dtype: 'BOOL', shape: [2], values: Uint8Array.of(0, 1) },
  } as const;
  const dtypes = ['U64', 'I64', 'U32', 'I32', 'U16', 'I16', 'I8', 'U8', 'BOOL'];

  it('are read as they were written, from the widest to the narrowest', () => {
    const bytes = writeSafetensors(tensors);
    const read = readSafetensors(bytes).tensors;
    expect([...read]).toEqual(
      Object.entries(tensors).map(([name, { shape, values }], i) => [
        name,
        { dtype: dtypes[i], shape, values },
      ]),
    );
    for (const [name, { values }] of Object.entries(readPlainly(bytes).tensors)) {
      expect(values).toEqual(Array.from(tensors[name as 'c'].values, Number));
    }
  });

  it('are kept where a type for floating-point numbers is asked for', () => {
    const read = readSafetensors(writeSafetensors(tensors, {}, { dtype: 'F16' })).tensors;
    expect([...read.values()].map(({ dtype }) => dtype)).toEqual(dtypes);
  });

  it.each<[string, unknown, string]>([
    [
      'a float as a whole number',
      { dtype: 'I32', shape: [1], values: Float32Array.of(1) },
      "expected F64, F32, BF16, F16, got 'I32'",
    ],
    [
      'a whole number as a float',
      { dtype: 'F32', shape: [1], values: Int32Array.of(1) },
      "expected I32, got 'F32'",
    ],
    [
      'bytes as a wider number',
      { dtype: 'U16', shape: [1], values: Uint8Array.of(1) },
      "expected U8, got 'U16'",
    ],
    ['an unknown type', { dtype: 'F8', shape: [1], values: Float32Array.of(1) }, "unknown name 'F8'"],
    [
      'a type of every object',
      { dtype: 'toString', shape: [1], values: Float32Array.of(1) },
      "unknown name 'toString'",
    ],
  ])('are refused: %s', (_, tensor, message) => {
    const attempt = () => writeSafetensors(untyped({ w: tensor }));
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(`tensors["w"].dtype: ${message}`);
  });
});

describe('options', () => {
  const tensors = { w: { shape: [1], values: Float32Array.of(1) } };

  it.each<[() => unknown, RegExp]>([
    [() => writeSafetensors(tensors, {}, untyped({ dtype: 'I64' })), /^dtype: unknown name 'I64'/],
    [() => writeSafetensors(tensors, {}, untyped({ type: 'F16' })), /^options\.type: unknown option/],
    [
      () => writeSafetensors(untyped({ w: { ...tensors.w, stride: 1 } })),
      /^tensors\["w"\]\.stride: unknown option/,
    ],
    [
      () => readSafetensors(writeSafetensors(tensors), untyped({ lenient: 1 })),
      /^lenient: expected true or false/,
    ],
    [
      () => readSafetensors(writeSafetensors(tensors), untyped({ strict: true })),
      /^options\.strict: unknown option/,
    ],
  ])('%s is refused', (attempt, message) => {
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(message);
  });
});

describe('a lenient reader', () => {
  const entry = (value: string) => `{"dtype":"F32","shape":[1],"data_offsets":[0,4]${value}}`;
  const read = (header: string) => readSafetensors(fileOf(header, [0, 0, 0x80, 0x3f]), { lenient: true });
  const strict = (header: string) => () => readSafetensors(fileOf(header, [0, 0, 0x80, 0x3f]));

  it.each([
    'true',
    'null',
    '-1.5e-3',
    '0',
    '"a\\"]"',
    '[]',
    '[1, [2, {"a": 3}], "]"]',
    '{"dtype": "F64", "shape": [7]}',
    '{}',
    `${'['.repeat(120)}${']'.repeat(120)}`,
  ])('skips a field that it does not know: %s', (value) => {
    const header = `{"w":${entry(`,"stride":${value}`)}}`;
    expect(strict(header)).toThrow('bytes: tensor "w": unknown key "stride"');
    expect(read(header).tensors.get('w')).toEqual({ dtype: 'F32', shape: [1], values: Float32Array.of(1) });
  });

  it('takes the last of equal names', () => {
    const header = `{"__metadata__":{"k":"1","k":"2"},"w":{"dtype":"F64","shape":[9],"data_offsets":[0,72]},"w":${entry('')}}`;
    expect(strict(header)).toThrow('duplicate key "k"');
    const { tensors, metadata } = read(header);
    expect(tensors.get('w')).toEqual({ dtype: 'F32', shape: [1], values: Float32Array.of(1) });
    expect(metadata.get('k')).toBe('2');
  });

  it.each<[string, string]>([
    ['metadata twice', `{"__metadata__":{},"__metadata__":{},"w":${entry('')}}`],
    ['a field twice', `{"w":${entry(',"dtype":"F32"')}}`],
  ])('refuses %s, as the reference does', (_, header) => {
    expect(() => read(header)).toThrow(/^bytes: .*: duplicate key /);
  });

  it.each<[string, string, string]>([
    [
      'a hole that equal names leave',
      `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}`,
      'leaves a hole',
    ],
    ['a cut value', '{"w":{"stride":[1,', 'a value of JSON'],
    ['a word', '{"w":{"stride":nul}}', 'a value of JSON'],
    ['a number with a zero', '{"w":{"stride":01}}', 'a value of JSON'],
    ['a depth of 128', `{"w":{"stride":${'['.repeat(1e5)}`, 'nested deeper than 127'],
    ['objects of depth 128', `{"w":{"stride":${'{"a":'.repeat(1e5)}`, 'nested deeper than 127'],
  ])('refuses %s', (_, header, message) => {
    expect(() => read(header)).toThrow(RangeError);
    expect(() => read(header)).toThrow(message);
  });
});
