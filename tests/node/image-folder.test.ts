import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImageFolder } from '../../src/node/index.js';

const TRAIN_IMAGES = 'train-images-idx3-ubyte';
const TRAIN_LABELS = 'train-labels-idx1-ubyte';
const TEST_IMAGES = 't10k-images-idx3-ubyte';
const TEST_LABELS = 't10k-labels-idx1-ubyte';

/** Three images of 2 × 2 to train on and two to test with. */
const files = {
  [TRAIN_IMAGES]: [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255],
  [TRAIN_LABELS]: [0, 0, 8, 1, 0, 0, 0, 3, 0, 9, 5],
  [TEST_IMAGES]: [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 21, 22, 23, 24, 25, 26, 27, 28],
  [TEST_LABELS]: [0, 0, 8, 1, 0, 0, 0, 2, 7, 8],
};
type Name = keyof typeof files;

const expected = {
  train: {
    x: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255),
    y: Uint8Array.of(0, 9, 5),
    count: 3,
    inputSize: 4,
  },
  test: { x: Uint8Array.of(21, 22, 23, 24, 25, 26, 27, 28), y: Uint8Array.of(7, 8), count: 2, inputSize: 4 },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes the whole data set with the given changes; `null` leaves a file out. */
async function write(changes: Partial<Record<Name, number[] | null>> = {}, zipped: readonly string[] = []) {
  for (const [name, bytes] of Object.entries({ ...files, ...changes })) {
    if (!bytes) continue;
    const zip = zipped.includes(name);
    const path = join(folder, zip ? `${name}.gz` : name);
    await writeFile(path, zip ? gzipSync(Uint8Array.from(bytes)) : Uint8Array.from(bytes));
  }
}

async function refusal(): Promise<string> {
  const error = await readImageFolder(folder).then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
}

describe('readImageFolder reads', () => {
  it.each([
    { kind: 'plain files', zipped: [] },
    { kind: 'gzipped files', zipped: Object.keys(files) },
    { kind: 'a mixture', zipped: [TRAIN_LABELS, TEST_IMAGES] },
  ])('$kind', async ({ zipped }) => {
    await write({}, zipped);
    expect(await readImageFolder(folder)).toEqual(expected);
  });

  it('the plain file if both are there', async () => {
    await write({}, [TEST_LABELS]);
    await writeFile(join(folder, TEST_LABELS), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 1, 2));
    expect((await readImageFolder(folder)).test.y).toEqual(Uint8Array.of(1, 2));
  });
});

describe.each(Object.keys(files) as Name[])('%s', (name) => {
  const [magic, other] = name.includes('images') ? ['0x00000803', 1] : ['0x00000801', 3];

  it('is reported if it is missing', async () => {
    await write({ [name]: null });
    expect(await refusal()).toBe(
      `${join(folder, name)}: no such file; expected an IDX file, plain or with .gz`,
    );
  });

  it('is refused with another magic number', async () => {
    // The numbers stand for the other kind of file, one rank too many, signed bytes, and a PNG.
    for (const wrong of [
      [0, 0, 8, other],
      [0, 0, 8, 4],
      [0, 0, 9, 3],
      [0x89, 0x50, 0x4e, 0x47],
    ]) {
      await write({ [name]: [...wrong, ...files[name].slice(4)] });
      expect(await refusal()).toMatch(`${join(folder, name)}: wrong magic number; expected ${magic}`);
    }
  });

  it('is refused when truncated', async () => {
    const size = files[name].length;
    await write({ [name]: files[name].slice(0, -1) });
    expect(await refusal()).toMatch(
      `${join(folder, name)}: truncated; expected ${size} bytes, got ${size - 1}`,
    );
  });

  it('is refused by its full name when gzipped and truncated', async () => {
    await write({ [name]: files[name].slice(0, -1) }, [name]);
    expect(await refusal()).toMatch(`${join(folder, `${name}.gz`)}: truncated; expected`);
  });

  it('is refused when it is a folder', async () => {
    await write({ [name]: null });
    await mkdir(join(folder, name));
    expect(await refusal()).toMatch(
      `${join(folder, name)}: expected a readable file, got EISDIR (illegal operation on a directory)`,
    );
  });
});

describe('readImageFolder refuses', () => {
  it('a folder that does not exist', async () => {
    await expect(readImageFolder(join(folder, 'none'))).rejects.toThrow(
      `${join(folder, 'none', TRAIN_IMAGES)}: no such file`,
    );
  });

  it.each([
    { images: TRAIN_IMAGES, labels: TRAIN_LABELS, count: 3 },
    { images: TEST_IMAGES, labels: TEST_LABELS, count: 2 },
  ] as const)('$labels that disagree with $images', async ({ images, labels, count }) => {
    for (const wrong of [count - 1, count + 1]) {
      await write({ [labels]: [0, 0, 8, 1, 0, 0, 0, wrong, ...Array(wrong).fill(1)] });
      expect(await refusal()).toBe(
        `${join(folder, labels)}: expected ${count} labels, one per image of ${join(folder, images)}, got ${wrong}`,
      );
    }
  });

  it('test images of another size', async () => {
    await write({ [TEST_IMAGES]: [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4] });
    expect(await refusal()).toBe(
      `${join(folder, TEST_IMAGES)}: expected images of 4 values like those of ${join(folder, TRAIN_IMAGES)}, got 2`,
    );
  });

  it('labels over 9', async () => {
    await write({ [TEST_LABELS]: [0, 0, 8, 1, 0, 0, 0, 2, 9, 10] });
    expect(await refusal()).toBe(
      `${join(folder, TEST_LABELS)}: expected labels from 0 to 9, got 10 for image 1`,
    );
  });

  it.each([
    { sizes: '0 × 2 × 2', header: [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2] },
    { sizes: '3 × 0 × 2', header: [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2] },
  ])('$sizes values', async ({ sizes, header }) => {
    await write({ [TRAIN_IMAGES]: header });
    expect(await refusal()).toBe(`${join(folder, TRAIN_IMAGES)}: expected images, got ${sizes} values`);
  });
});
