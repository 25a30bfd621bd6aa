import { readFileSync } from 'node:fs';

/** Returns the bytes of a file. @throws Error that opens with the path */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`${path}: expected a readable file, got ${code ?? message}`, { cause });
  }
}
