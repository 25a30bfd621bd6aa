/** Skips values of JSON in the header of a safetensors file. */
import type { Scanner } from './safetensors-header.js';

/** Number or word of JSON, and then its end. */
const SIMPLE_VALUE = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=[\s,\]}]|$)/y;
/** Depth of nesting at which the reference gives up. */
const DEEPEST = 127;

/** Skips any value. @throws RangeError if it is no JSON, or nested too deep */
export function skipValue(scan: Scanner, where: string, depth = DEEPEST): void {
  if (depth === 0) throw scan.refusal(`${where}: nested deeper than ${DEEPEST}`);
  scan.skipSpace();
  const first = scan.text[scan.at];
  if (first === '"') scan.string(where);
  else if (first === '[') scan.list(where, '[', ']', () => skipValue(scan, where, depth - 1));
  else if (first === '{') {
    scan.list(where, '{', '}', () => {
      scan.string(where);
      if (!scan.took(':')) throw scan.unexpected(where, "':'");
      skipValue(scan, where, depth - 1);
    });
  } else {
    SIMPLE_VALUE.lastIndex = scan.at;
    if (!SIMPLE_VALUE.test(scan.text)) throw scan.unexpected(where, 'a value of JSON');
    scan.at = SIMPLE_VALUE.lastIndex;
  }
}
