/**
 * UTF-8 with the results of TextEncoder and of a fatal TextDecoder (https://encoding.spec.whatwg.org). jsdom has neither, and
 * elsewhere they may belong to another realm.
 */

/** Number of characters per call of String.fromCharCode, which takes each as an argument. */
const CHUNK = 4096;
const REPLACEMENT = 0xfffd;

/** Encodes a text as UTF-8; an unpaired surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  // A unit of UTF-16 takes at most three bytes; two units that make one character take four.
  const bytes = new Uint8Array(3 * text.length);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i)!;
    if (code > 0xffff) i++;
    else if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT;
    if (code < 0x80) {
      bytes[n++] = code;
      continue;
    }
    const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    // The lead byte is 110…, 1110… or 11110…, by the number of bytes that follow.
    bytes[n++] = ((0xff00 >> (more + 1)) & 0xff) | (code >> (6 * more));
    for (let rest = more - 1; rest >= 0; rest--) bytes[n++] = 0x80 | ((code >> (6 * rest)) & 0x3f);
  }
  return bytes.slice(0, n);
}

/** Decodes UTF-8 and drops a byte order mark; returns undefined if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = '';
  let units: number[] = [];
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length) {
    const lead = bytes[at++]!;
    if (lead < 0x80) units.push(lead);
    else {
      const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
      if (more === 0) return undefined;
      let code = lead & (0x3f >> more);
      for (let rest = more; rest > 0; rest--) {
        const byte = bytes[at++];
        if (byte === undefined || (byte & 0xc0) !== 0x80) return undefined;
        code = (code << 6) | (byte & 0x3f);
      }
      // Refuse a longer encoding than necessary, half of a surrogate pair, and code points beyond Unicode.
      if (code < LEAST[more]! || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return undefined;
      if (code > 0xffff) units.push(0xd7c0 + (code >> 10), 0xdc00 | (code & 0x3ff));
      else units.push(code);
    }
    if (units.length >= CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** Smallest code point for each number of bytes after the first. */
const LEAST = [0, 0x80, 0x800, 0x10000] as const;
