import { readFileSync } from 'node:fs';
import { reasonOf } from '../../node/system-error.js';

/** Returns the bytes of a file. @throws Error that opens with the path */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`${path}: expected a readable file, got ${reasonOf(cause)}`, { cause });
  }
}
