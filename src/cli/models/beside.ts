/** Reader of files that a model file names. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { show } from '../../errors.js';
import { reasonOf } from '../../node/system-error.js';
import { readBytes } from '../task/read-bytes.js';

/**
 * Reads a file that another file names, from the folder of that file or a folder in it. Links may not lead elsewhere, because a
 * model may come from an untrusted source.
 *
 * @param from  path of the file with the name
 * @throws Error that opens with the path of `from`, if the name leads out of the folder or there is no such file
 */
export function readBeside(from: string, name: string): Uint8Array {
  const path = join(dirname(from), name);
  const outside = (cause?: unknown) =>
    new Error(`${from}: names the file ${show(name)}, which is not in its folder`, { cause: cause ?? name });
  if (name === '' || isAbsolute(name) || /^[a-z]:/i.test(name) || name.split(/[\\/]/).includes('..'))
    throw outside();
  let real: string;
  try {
    real = realpathSync(path);
  } catch (cause) {
    throw new Error(`${from}: expected the file ${show(name)} beside it, got ${reasonOf(cause)}`, { cause });
  }
  const way = relative(realpathSync(dirname(from)), real);
  if (isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) throw outside();
  if (!statSync(real).isFile())
    throw new Error(`${from}: names ${show(name)}, which is no file`, { cause: name });
  return readBytes(path);
}
