import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { readIdx } from '../../src/data/idx.js';

/** Builds an IDX file by hand: two zeros, type, rank, big-endian sizes, data. It does not use the reader's table. */
function idx(type: number, sizes: readonly number[], data: readonly number[]): Uint8Array {
  const header = sizes.flatMap((n) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, type, sizes.length, ...header, ...data]);
}

const MOST = 2 ** 32 - 1;
const matrix = idx(0x08, [2, 3], [1, 2, 3, 4, 5, 255]);

/** Returns the message of the RangeError that the reader throws. */
async function refusal(bytes: Uint8Array, options = {}): Promise<string> {
  const error = await readIdx(bytes, { name: 'some.idx', ...options }).then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RangeError);
  return (error as Error).message;
}

const types = [
  { type: 0x08, data: [0, 127, 128, 255], kind: Uint8Array, values: [0, 127, 128, 255] },
  { type: 0x09, data: [0, 127, 128, 255], kind: Int8Array, values: [0, 127, -128, -1] },
  { type: 0x0b, data: [0x01, 0x02, 0xff, 0xfe], kind: Int16Array, values: [258, -2] },
  {
    type: 0x0c,
    data: [0x01, 0x02, 0x03, 0x04, 0xff, 0xff, 0xff, 0xfe],
    kind: Int32Array,
    values: [16909060, -2],
  },
  {
    type: 0x0d,
    data: [0x3f, 0xc0, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x00],
    kind: Float32Array,
    values: [1.5, -2],
  },
  { type: 0x0e, data: [0x3f, 0xf0, 0, 0, 0, 0, 0, 0x01], kind: Float64Array, values: [1 + Number.EPSILON] },
];

describe.each(types)('type $type', ({ type, data, kind, values }) => {
  const bytes = idx(type, [values.length], data);

  it('reads plain data', async () => {
    expect(await readIdx(bytes)).toEqual({ shape: [values.length], data: new kind(values) });
  });

  it('reads gzipped data', async () => {
    expect(await readIdx(gzipSync(bytes))).toEqual({ shape: [values.length], data: new kind(values) });
  });

  it('reads data at any offset in its buffer', async () => {
    for (let offset = 1; offset < 9; offset++) {
      const shifted = new Uint8Array(bytes.length + offset + 1).fill(0xee);
      shifted.set(bytes, offset);
      const view = shifted.subarray(offset, offset + bytes.length);
      expect((await readIdx(view)).data).toEqual(new kind(values));
    }
  });

  it('refuses half a value', async () => {
    expect(await refusal(bytes.subarray(0, -1))).toBe(
      `some.idx: truncated; expected ${bytes.length} bytes, got ${bytes.length - 1} ` +
        `(${values.length} ${typeNames[type]})`,
    );
  });
});

const typeNames: Record<number, string> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
};

describe('shapes', () => {
  it('gives the sizes in order', async () => {
    expect(await readIdx(matrix)).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) });
  });

  it('reads an ArrayBuffer', async () => {
    expect((await readIdx(matrix.slice().buffer)).shape).toEqual([2, 3]);
  });

  it('reads rank 8', async () => {
    const { shape, data } = await readIdx(idx(0x08, [1, 1, 2, 1, 1, 1, 1, 2], [9, 8, 7, 6]));
    expect(shape).toEqual([1, 1, 2, 1, 1, 1, 1, 2]);
    expect(data).toEqual(Uint8Array.of(9, 8, 7, 6));
  });

  it.each([[[0]], [[0, 3]], [[2, 0, 3]], [[MOST, MOST, MOST, 0]]])(
    'reads no values for sizes %j',
    async (sizes) => {
      expect(await readIdx(idx(0x0e, sizes, []))).toEqual({ shape: sizes, data: new Float64Array(0) });
    },
  );

  it('returns a Uint8Array for a Buffer, without a copy', async () => {
    const buffer = Buffer.from(matrix);
    const { data } = await readIdx(buffer);
    expect(Buffer.isBuffer(data)).toBe(false);
    buffer[buffer.length - 1] = 77;
    expect(data.at(-1)).toBe(77);
  });
});

describe('readIdx', () => {
  it('refuses what is not bytes', async () => {
    // @ts-expect-error: a caller without types
    const reading = readIdx([0, 0, 8, 1]);
    await expect(reading).rejects.toThrow(
      new TypeError('bytes: expected a Uint8Array or an ArrayBuffer, got Array'),
    );
  });

  it('refuses invalid options', async () => {
    const plain = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0);
    // @ts-expect-error: a caller without types
    await expect(readIdx(plain, null)).rejects.toThrow(/^options: expected an object, got null/);
    // @ts-expect-error: a caller without types
    await expect(readIdx(plain, { magick: 1 })).rejects.toThrow(/^options\.magick: .*did you mean 'magic'/);
  });

  it('says "bytes" if no name is given', async () => {
    await expect(readIdx(Uint8Array.of(0))).rejects.toThrow(/^bytes: truncated header/);
  });

  it('refuses other magic numbers', async () => {
    expect(await refusal(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0))).toBe(
      'some.idx: wrong magic number; expected 0x0000, then type and rank, got 0x89504e47',
    );
    // Only its first two bytes are wrong.
    expect(await refusal(Uint8Array.of(0, 1, ...matrix.subarray(2)))).toMatch(
      /wrong magic number.*got 0x00010802$/,
    );
  });

  it('refuses another magic number than the required one', async () => {
    expect(await refusal(matrix, { magic: 0x0803 })).toBe(
      'some.idx: wrong magic number; expected 0x00000803 (unsigned bytes, rank 3), ' +
        'got 0x00000802 (unsigned bytes, rank 2)',
    );
    expect((await readIdx(matrix, { magic: 0x0802 })).shape).toEqual([2, 3]);
  });

  it.each([0x00, 0x07, 0x0a, 0x0f, 0xff])('refuses type %i', async (type) => {
    const code = `0x${type.toString(16).padStart(2, '0')}`;
    expect(await refusal(idx(type, [1], [1, 2, 3, 4, 5, 6, 7, 8]))).toMatch(
      `some.idx: unknown type ${code}; expected one of 0x08 (unsigned bytes), 0x09 (signed bytes), 0x0b`,
    );
  });

  it.each([0, 9, 255])('refuses rank %i', async (rank) => {
    const bytes = idx(0x08, Array(rank).fill(1), [1]);
    expect(await refusal(bytes)).toBe(`some.idx: expected a rank from 1 to 8, got ${rank}`);
  });

  it('refuses a truncated header', async () => {
    expect(await refusal(matrix.subarray(0, 3))).toBe(
      'some.idx: truncated header; expected at least 4 bytes, got 3',
    );
    expect(await refusal(matrix.subarray(0, 11))).toBe(
      'some.idx: truncated header; expected 12 bytes for rank 2, got 11',
    );
  });

  it('refuses truncated data', async () => {
    const bytes = idx(0x08, [60000, 28, 28], Array(984).fill(0));
    expect(await refusal(bytes)).toBe(
      'some.idx: truncated; expected 47040016 bytes, got 1000 (60000 × 28 × 28 unsigned bytes)',
    );
  });

  it('refuses trailing bytes', async () => {
    expect(await refusal(Uint8Array.of(...matrix, 0, 0))).toBe(
      'some.idx: trailing bytes; expected 18 bytes, got 20 (2 × 3 unsigned bytes)',
    );
    expect(await refusal(idx(0x08, [0], [1]))).toMatch(/trailing bytes; expected 8 bytes, got 9/);
  });

  it.each([
    // 2⁶⁴ is 0 in 64 bits, and 2³² · 2³² likewise in 32 bits: a product that wraps around would find nothing missing.
    { sizes: [2 ** 31, 2 ** 31, 4], type: 0x08 },
    { sizes: [2 ** 16, 2 ** 16, 2 ** 16, 2 ** 16], type: 0x08 },
    { sizes: Array(8).fill(MOST), type: 0x08 },
    // The count is a safe integer, but the number of bytes is not.
    { sizes: [2 ** 26, 2 ** 26], type: 0x0e },
  ])('refuses sizes $sizes', async ({ sizes, type }) => {
    expect(await refusal(idx(type, sizes, []))).toMatch(
      `some.idx: sizes too large; expected an array that fits in memory, got ${sizes.join(' × ')} `,
    );
  });
});

describe('gzip', () => {
  const zipped = gzipSync(matrix);

  it('refuses damaged data', async () => {
    const checksum = zipped.length - 8;
    const damaged = Uint8Array.from(zipped);
    damaged[checksum]! ^= 1;
    expect(await refusal(damaged)).toMatch(
      /^some\.idx: expected whole gzip data, got data that cannot be inflated/,
    );
  });

  it('refuses bytes after its end', async () => {
    expect(await refusal(Uint8Array.of(...zipped, 1, 2, 3))).toMatch(/gzip/);
  });

  it('counts the inflated bytes', async () => {
    expect(await refusal(gzipSync(matrix.subarray(0, 15)))).toMatch('truncated; expected 18 bytes, got 15');
  });

  it('refuses gzip within gzip', async () => {
    expect(await refusal(gzipSync(zipped))).toMatch('wrong magic number');
  });
});

describe('a file cut off at any length', () => {
  it.each([
    { kind: 'plain', bytes: matrix },
    { kind: 'gzip', bytes: gzipSync(matrix) },
    { kind: 'plain, of doubles', bytes: idx(0x0e, [2, 1, 2], Array(32).fill(1)) },
  ])('is refused ($kind)', async ({ bytes }) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(await refusal(bytes.slice(0, length)), `${length} bytes`).toMatch(/^some\.idx: .*expected/);
    }
    expect((await readIdx(bytes)).shape.length).toBeGreaterThan(1);
  });
});

describe('gzip that inflates to more than its header announces', () => {
  /** Counts the bytes that are inflated during a call. */
  async function inflatedBy(run: () => Promise<unknown>): Promise<number> {
    let inflated = 0;
    const Original = DecompressionStream;
    class Counting {
      readonly writable: WritableStream;
      readonly readable: ReadableStream;
      constructor(format: 'gzip') {
        const { writable, readable } = new Original(format);
        const count = (chunk: Uint8Array, to: TransformStreamDefaultController) => {
          inflated += chunk.length;
          to.enqueue(chunk);
        };
        this.writable = writable;
        this.readable = readable.pipeThrough(new TransformStream({ transform: count }));
      }
    }
    vi.stubGlobal('DecompressionStream', Counting);
    try {
      await run();
    } finally {
      vi.unstubAllGlobals();
    }
    return inflated;
  }

  /** Returns 64 MB of zeros after some bytes, gzipped to 65 KB. */
  const bomb = (...head: number[]) => {
    const bytes = new Uint8Array(0x4000000);
    bytes.set(head);
    return gzipSync(bytes);
  };
  const matrixHead = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3];

  it.each<[what: string, bytes: Uint8Array, magic: number | undefined, message: string]>([
    [
      'than six values',
      bomb(...matrixHead),
      undefined,
      'trailing bytes; expected 18 bytes, got more (2 × 3 unsigned bytes)',
    ],
    [
      'than no value',
      bomb(0, 0, 8, 1),
      undefined,
      'trailing bytes; expected 8 bytes, got more (0 unsigned bytes)',
    ],
    [
      'behind no header at all',
      bomb(1, 2, 3, 4),
      undefined,
      'wrong magic number; expected 0x0000, then type and rank',
    ],
    ['behind an unknown type', bomb(0, 0, 7, 1), undefined, 'unknown type 0x07'],
    [
      'behind a header of another kind',
      bomb(...matrixHead),
      0x0801,
      'wrong magic number; expected 0x00000801',
    ],
    ['behind sizes without end', bomb(0, 0, 8, 3, ...Array(12).fill(255)), undefined, 'sizes too large'],
  ])('%s is inflated no further than announced', async (_, bytes, magic, message) => {
    let said = '';
    const inflated = await inflatedBy(async () => {
      said = await refusal(bytes, magic === undefined ? {} : { magic });
    });
    expect(said).toMatch(message);
    expect(inflated).toBeLessThan(0x800000);
  });

  it('is distinguished from whole data of any size', async () => {
    const values = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251);
    const whole = Buffer.concat([idx(0x08, [values.length], []), values]);
    expect((await readIdx(gzipSync(whole))).data).toEqual(values);
    expect(await refusal(gzipSync(Buffer.concat([whole, Uint8Array.of(1)])))).toMatch(
      /trailing bytes; .* got more/,
    );
    expect(await refusal(gzipSync(whole.subarray(0, -1)))).toMatch(
      'truncated; expected 300008 bytes, got 300007',
    );
  });
});
