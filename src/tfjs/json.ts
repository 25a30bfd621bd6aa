import { bytesOf, isBytes } from '../arrays.js';
import { isObject, messageOf, show } from '../errors.js';
import { parseJson } from '../json.js';
import { decodeUtf8 } from '../saving/utf8.js';

/**
 * Returns the content of a JSON file that is given as an object, a text or bytes.
 *
 * @throws TypeError if it is none of these, RangeError if it is not JSON or not an object
 */
export function jsonOf(argument: string, value: unknown): object {
  if (isObject(value) && !isBytes(value)) return value;
  if (typeof value !== 'string' && !isBytes(value)) {
    throw new TypeError(`${argument}: expected an object, a text or bytes of JSON, got ${show(value)}`);
  }
  const text =
    typeof value === 'string' ? value.replace(/^\uFEFF/, '') : decodeUtf8(bytesOf(argument, value));
  if (text === undefined) throw new RangeError(`${argument}: expected JSON, got bytes that are not UTF-8`);
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch (error) {
    throw new RangeError(`${argument}: expected JSON (${messageOf(error)})`);
  }
  if (isObject(parsed)) return parsed;
  throw new RangeError(`${argument}: expected a JSON object, got ${show(parsed)}`);
}
