/** Reader for MNIST's four files, or those of a data set with the same names and format. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIdx } from '../data/idx.js';
import { reasonOf } from './system-error.js';

/** Images and their classes. */
export interface Images {
  /** Grey values 0 to 255, one image per row, shape [count, inputSize]. */
  x: Uint8Array;
  /** Classes 0 to 9, shape [count]. */
  y: Uint8Array;
  /** Number of images. */
  count: number;
  /** Number of pixels per image. */
  inputSize: number;
}

const IMAGES_MAGIC = 0x0803;
const LABELS_MAGIC = 0x0801;
const CLASSES = 10;

/** Returns true for the names of the files that `readImageFolder` reads. */
export function isImageFile(name: string): boolean {
  return /^(train|t10k)-(images-idx3|labels-idx1)-ubyte(\.gz)?$/.test(name);
}

/** Training and test images of a folder. */
export interface ImageFolder {
  /** Images to train on. */
  train: Images;
  /** Images to test on. */
  test: Images;
}

/**
 * Reads train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each plain or `.gz`.
 *
 * @param folder  path of the folder with the four files
 * @throws Error       if a file is missing or cannot be read
 * @throws RangeError  if a file does not hold what its name promises, or the files disagree
 */
export async function readImageFolder(folder: string): Promise<ImageFolder> {
  const train = await readImages(folder, 'train');
  const test = await readImages(folder, 't10k');
  const [size, testSize] = [train.images.inputSize, test.images.inputSize];
  if (testSize !== size) {
    throw new RangeError(
      `${test.path}: expected images of ${size} values like those of ${train.path}, got ${testSize}`,
    );
  }
  return { train: train.images, test: test.images };
}

async function readImages(folder: string, prefix: string): Promise<{ images: Images; path: string }> {
  const images = await readBytes(folder, `${prefix}-images-idx3-ubyte`, IMAGES_MAGIC);
  const labels = await readBytes(folder, `${prefix}-labels-idx1-ubyte`, LABELS_MAGIC);
  const [count = 0, height = 0, width = 0] = images.shape;

  if (images.data.length === 0) {
    throw new RangeError(`${images.path}: expected images, got ${images.shape.join(' × ')} values`);
  }
  if (labels.data.length !== count) {
    throw new RangeError(
      `${labels.path}: expected ${count} labels, one per image of ${images.path}, got ${labels.data.length}`,
    );
  }
  const wrong = labels.data.findIndex((label) => label >= CLASSES);
  if (wrong !== -1) {
    throw new RangeError(
      `${labels.path}: expected labels from 0 to ${CLASSES - 1}, got ${labels.data[wrong]} for image ${wrong}`,
    );
  }
  return { images: { x: images.data, y: labels.data, count, inputSize: height * width }, path: images.path };
}

async function readBytes(folder: string, file: string, magic: number) {
  const plain = join(folder, file);
  const found = (await readIfThere(plain)) ?? (await readIfThere(`${plain}.gz`));
  if (!found) throw new Error(`${plain}: no such file; expected an IDX file, plain or with .gz`);

  const { shape, data } = await readIdx(found.bytes, { name: found.path, magic });
  // The magic number guarantees unsigned bytes; this check tells the compiler so.
  if (!(data instanceof Uint8Array)) throw new RangeError(`${found.path}: expected unsigned bytes`);
  return { path: found.path, shape, data };
}

async function readIfThere(path: string): Promise<{ path: string; bytes: Uint8Array } | undefined> {
  try {
    return { path, bytes: await readFile(path) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path}: expected a readable file, got ${reasonOf(cause)}`, { cause });
  }
}
