/** Next token of JSON that is already known to be valid: the start of a string, a bracket, or a number or word. */
const TOKEN = /["[\]{}]|[^\s",:[\]{}]+/g;

/**
 * Parses JSON like `JSON.parse`, with every key as it is written. V8 13.6 (Node 24) and 14.6 (Node 26) misread keys: once a text had
 * the key `"\\"` behind a key `a`, the key `"\""` behind `a` comes back as a backslash, and so do `"\n"` and `"\u0041"`. They compare
 * the written form of a key with the keys of earlier objects. V8 11.3 (Node 20), 12.4 (Node 22) and 15.6 (Chromium 156) are right.
 *
 * Keys without an escape, and all strings outside keys, are right everywhere. A key that is misread contains a backslash. Texts whose
 * keys must be among known names, such as the header of a predictor's file, are therefore refused either way and need no care.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('\\') ? rebuilt(text) : value;
}

/** Builds the value of a valid text from its tokens. */
function rebuilt(text: string): unknown {
  // The innermost list is last. In an object, keys and values alternate.
  const open: unknown[][] = [[]];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match;
    if (token === '{' || token === '[') open.push([]);
    else if (token === '}') close(open, objectOf);
    else if (token === ']') close(open, (list) => list);
    else {
      if (token === '"') TOKEN.lastIndex = stringEnd(text, match.index);
      open.at(-1)!.push(JSON.parse(text.slice(match.index, TOKEN.lastIndex)));
    }
  }
  return open[0]![0];
}

/** Returns the place after a string. One pattern for a whole string would overflow the stack on long strings. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function close(open: unknown[][], finished: (list: unknown[]) => unknown): void {
  const list = open.pop()!;
  open.at(-1)!.push(finished(list));
}

/** Makes an object without assigning to keys, because an assignment to `__proto__` makes no key. */
function objectOf(list: readonly unknown[]): object {
  return Object.fromEntries(
    Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i] as string, list[2 * i + 1]]),
  );
}
