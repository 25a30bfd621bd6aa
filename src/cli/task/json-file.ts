/** Reader of JSON files that people write. It accepts any byte order mark, and refuses repeated keys. */
import { visit } from 'jsonc-parser';
import { parseJson } from '../../json.js';
import { readBytes } from './read-bytes.js';

/** Reads a JSON file. @throws Error that opens with the path, if it cannot be read, is not JSON, or has a key twice in one object */
export function readJson(path: string): unknown {
  const bytes = readBytes(path);
  try {
    const text = decoded(bytes);
    const value: unknown = parseJson(text);
    refuseTwins(text);
    return value;
  } catch (cause) {
    throw new Error(`${path}: expected a JSON file; ${(cause as Error).message}`, { cause });
  }
}

/** Decodes bytes. Windows PowerShell writes UTF-16; its byte order mark, like that of UTF-8, is not part of the text. */
function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`its bytes are not ${encoding.toUpperCase()}`);
  }
}

/** Checks for repeated keys, of which JSON.parse would keep the last. @throws Error that names the key and its line */
function refuseTwins(text: string): void {
  const objects: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => {
      objects.push(new Set());
    },
    onObjectProperty: (key, offset) => {
      const keys = objects.at(-1)!;
      if (keys.has(key)) {
        const line = text.slice(0, offset).split('\n').length;
        throw new Error(`'${key}' occurs twice in one object, the second time in line ${line}`);
      }
      keys.add(key);
    },
    onObjectEnd: () => {
      objects.pop();
    },
  });
}
