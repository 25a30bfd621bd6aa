/** Reads, writes and refuses safetensors files. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/errors.js';
import { expectFinite, type Tensor } from '../../src/saving/floats.js';
import { readSafetensors, writeSafetensors } from '../../src/saving/safetensors.js';
import { untyped } from '../support/refusals.js';
import { byFields, fileOf, type PlainTensor, readPlainly } from '../support/safetensors.js';

interface GoldenFile {
  readonly name: string;
  readonly base64: string;
  readonly metadata: Record<string, string>;
  readonly tensors: Record<string, Omit<PlainTensor, 'values'> & { readonly values: readonly string[] }>;
}

const golden: { files: GoldenFile[] } = JSON.parse(
  readFileSync(new URL('../golden/safetensors.json', import.meta.url), 'utf8'),
);
const bytesOf = ({ base64 }: GoldenFile) => Uint8Array.from(Buffer.from(base64, 'base64'));

describe('the reference implementation’s file', () => {
  it.each(golden.files)('$name is read to the values that numpy has', (file) => {
    const { tensors, metadata } = readSafetensors(bytesOf(file));
    expect(Object.fromEntries(metadata)).toEqual(file.metadata);
    expect([...tensors.keys()].sort()).toEqual(Object.keys(file.tensors).sort());
    for (const [name, { dtype, shape, values }] of Object.entries(file.tensors)) {
      const expected =
        dtype === 'I64'
          ? BigInt64Array.from(values, (text) => BigInt(text.replace('.0', '')))
          : (dtype === 'F64' ? Float64Array : Float32Array).from(values.map(Number));
      expect(tensors.get(name)).toStrictEqual({ dtype, shape, values: expected });
    }
  });

  it.each(golden.files)('$name is written byte for byte', (file) => {
    const { tensors, metadata } = readSafetensors(bytesOf(file));
    // In reverse order, so that the writer itself has to put wider types first.
    const byName = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(writeSafetensors(new Map(byName), metadata)).toEqual(bytesOf(file));
  });
});

describe('by the text of the format', () => {
  const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  const file = fileOf(header, [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]);
  const tensors = new Map([['a', { dtype: 'F32' as const, shape: [2], values: Float32Array.of(1, -2.5) }]]);

  it('reads two floats', () => {
    expect(readSafetensors(file)).toStrictEqual({ tensors, metadata: new Map() });
  });

  it('writes them with a padded header, so that the data begin at a multiple of 8', () => {
    expect(writeSafetensors(tensors, {})).toEqual(fileOf(`${header}  `, file.subarray(-8)));
  });

  it('reads them at any offset, from a Buffer and from an ArrayBuffer', () => {
    for (let offset = 0; offset < 9; offset++) {
      const shifted = new Uint8Array(file.length + offset + 3).fill(0xee);
      shifted.set(file, offset);
      const view = shifted.subarray(offset, offset + file.length);
      expect(readSafetensors(view).tensors).toStrictEqual(tensors);
      expect(readSafetensors(Buffer.from(shifted.buffer, offset, file.length)).tensors).toStrictEqual(
        tensors,
      );
    }
    expect(readSafetensors(file.slice().buffer).tensors).toStrictEqual(tensors);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(readSafetensors(shared).tensors).toStrictEqual(tensors);
  });

  it('copies the values', () => {
    const bytes = file.slice();
    const { values } = readSafetensors(bytes).tensors.get('a')!;
    bytes.fill(0xff);
    expect(values).toEqual(Float32Array.of(1, -2.5));
  });

  it('reads blanks wherever JSON allows them, and entries in any order', () => {
    const spaced =
      '{ "b" :\n{"data_offsets":[ 4 , 8 ],\t"shape":[1 ],"dtype":"F32"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}\r\n}  ';
    expect([...readSafetensors(fileOf(spaced, file.subarray(-8))).tensors]).toStrictEqual([
      ['b', { dtype: 'F32', shape: [1], values: Float32Array.of(-2.5) }],
      ['a', { dtype: 'F32', shape: [], values: Float32Array.of(1) }],
    ]);
  });

  it('allows empty tensors at either end and in between', () => {
    const empty = (at: number) => ({ dtype: 'F64', shape: [3, 0], data_offsets: [at, at] });
    const whole = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
    const more = { dtype: 'F32', shape: [1], data_offsets: [4, 8] };
    const { tensors } = readSafetensors(
      fileOf({ w: whole, a: empty(0), b: empty(4), c: empty(8), d: empty(4), m: more }, Array(8).fill(0)),
    );
    expect(tensors.get('b')).toStrictEqual({ dtype: 'F64', shape: [3, 0], values: new Float64Array(0) });
    expect(tensors.size).toBe(6);
  });

  it.each([
    ['F16', 5, 10],
    ['BF16', 8, 7],
  ] as const)('widens every %s', (dtype, exponentBits, fractionBits) => {
    const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const data = Buffer.from(halves.buffer);
    const { values } = readSafetensors(
      fileOf({ h: { dtype, shape: [256, 256], data_offsets: [0, 131072] } }, data),
    ).tensors.get('h')!;
    expect(values).toBeInstanceOf(Float32Array);
    const wrong = (values as Float32Array).findIndex(
      (value, i) => !Object.is(value, byFields(i, exponentBits, fractionBits)),
    );
    expect(wrong).toBe(-1);
  });

  it('keeps names of an object’s own properties', () => {
    const names = ['__proto__', 'constructor', 'toString', '7', '', '"', '\\', '\u0000', '€😀'];
    const tensors = new Map(
      names.map((name, i) => [name, { dtype: 'F32' as const, shape: [], values: Float32Array.of(i) }]),
    );
    const metadata = new Map(names.map((name) => [name, name]));
    const read = readSafetensors(writeSafetensors(tensors, metadata));
    expect(read).toStrictEqual({ tensors, metadata });
    expect([...read.tensors.keys()]).toEqual(names);
    expect(({} as { shape?: unknown }).shape).toBeUndefined();
  });
});

const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('__proto__', 'layers.0.kernel'),
);
const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.boolean())
  .chain(([shape, wide]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    const range = { minLength: length, maxLength: length };
    return (wide ? fc.float64Array(range) : fc.float32Array(range)).map((values) => ({ shape, values }));
  });

const dtypeOf = (values: Tensor['values']) => (values instanceof Float32Array ? 'F32' : 'F64');

describe('a written file', () => {
  const files = fc.tuple(
    fc.uniqueArray(fc.tuple(name, tensor), { selector: ([name]) => name, maxLength: 6 }),
    fc.uniqueArray(fc.tuple(name, name), { selector: ([key]) => key, maxLength: 3 }),
  );

  it('is read back, by this reader and by the text of the format', () => {
    fc.assert(
      fc.property(files, ([named, texts]) => {
        const tensors = new Map(named);
        const metadata = new Map(texts);
        const bytes = writeSafetensors(tensors, metadata);
        const read = readSafetensors(bytes);
        expect(read.metadata).toStrictEqual(metadata);
        expect(read.tensors).toStrictEqual(
          new Map(
            named.map(([name, { shape, values }]) => [name, { dtype: dtypeOf(values), shape, values }]),
          ),
        );
        expect([...read.tensors.keys()]).toEqual([
          ...named.filter(([, { values }]) => values instanceof Float64Array).map(([name]) => name),
          ...named.filter(([, { values }]) => values instanceof Float32Array).map(([name]) => name),
        ]);
        const plain = readPlainly(bytes);
        expect(Object.entries(plain.metadata).sort()).toEqual([...metadata].sort());
        expect(Object.keys(plain.tensors).sort()).toEqual([...tensors.keys()].sort());
        for (const [name, { shape, values }] of tensors) {
          expect(plain.tensors[name]).toStrictEqual({ dtype: dtypeOf(values), shape, values: [...values] });
        }
        expect(bytes.length % 4).toBe(0);
        expect(Buffer.from(bytes).readUInt32LE() % 8).toBe(0);
      }),
      { seed: 20, numRuns: 300 },
    );
  });

  it('is equal from an object and from a Map, and has no metadata if there are none', () => {
    const values = Float32Array.of(1);
    const bytes = writeSafetensors({ b: { shape: [1], values }, a: { shape: [], values } }, {});
    expect(bytes).toEqual(
      writeSafetensors(
        new Map([
          ['b', { shape: [1], values }],
          ['a', { shape: [], values }],
        ]),
      ),
    );
    expect(Buffer.from(bytes).includes('__metadata__')).toBe(false);
  });

  const values = new Float32Array(6);
  it.each<[string, unknown, unknown, new (...p: never[]) => Error, string]>([
    [
      'a name of the format',
      { __metadata__: { shape: [6], values } },
      {},
      RangeError,
      'tensors["__metadata__"]: the name is that of the metadata',
    ],
    [
      'half a character',
      { 'a\ud83d': { shape: [6], values } },
      {},
      RangeError,
      'tensors["a\\ud83d"]: the name has half of a surrogate pair',
    ],
    [
      'other values',
      { a: { shape: [6], values: [1] } },
      {},
      TypeError,
      'tensors["a"].values: expected a typed array such as a Float32Array or a BigInt64Array, got Array of 1',
    ],
    ['no shape', { a: { shape: 6, values } }, {}, TypeError, 'tensors["a"].shape: expected an array, got 6'],
    [
      'half a side',
      { a: { shape: [1.5, 4], values } },
      {},
      RangeError,
      'tensors["a"].shape[0]: expected a whole number ≥ 0, got 1.5',
    ],
    [
      'another length',
      { a: { shape: [2, 4], values } },
      {},
      ShapeError,
      'tensors["a"]: 6 values, but [2, 4] has 8',
    ],
    ['metadata of a number', {}, { epochs: 3 }, TypeError, 'metadata["epochs"]: expected a string, got 3'],
    // Joined, the two halves would be a whole character.
    [
      'metadata of halves',
      {},
      { '\ud83d': '\ude00' },
      RangeError,
      'metadata["\\ud83d"]: half of a surrogate pair',
    ],
  ])('is refused: %s', (_, tensors, metadata, kind, message) => {
    const write = () => writeSafetensors(untyped(tensors), untyped(metadata));
    expect(write).toThrow(kind);
    expect(write).toThrow(message);
  });
});

describe('expectFinite', () => {
  it('names the tensor and the index', () => {
    const good = { shape: [2], values: Float64Array.of(1e300, -0) };
    const bad = { shape: [3], values: Float32Array.of(0, 1, -Infinity) };
    expectFinite('bytes', new Map([['good', good]]));
    const error = (() => {
      try {
        expectFinite('bytes', new Map(Object.entries({ good, bad })));
      } catch (error) {
        return error;
      }
    })() as NonFiniteError;
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(error.message).toBe('bytes: tensor "bad": value 2 is -Infinity');
    expect(error).toMatchObject({ argument: 'bytes', index: 2, value: -Infinity });
  });
});
