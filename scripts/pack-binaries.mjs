/**
 * Text for two WebAssembly binaries of which one is nearly the other, made so that gzip finds in it what it finds in the bytes:
 * base64 moves equal bytes out of step, and a bundle came out at 27 KB where this gives 11.
 */

/** Printable, and escaped in no kind of string literal. */
const characters = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).filter(
  (character) => !'\'"`\\$'.includes(character),
);
/** The commonest bytes are one character; the others two, of which the first is one of the last two characters. */
const SINGLE = characters.length - 2;
/** Shorter runs cost more to name than to repeat. */
const SHORTEST_COPY = 10;

export function packBinaries(portable, fused) {
  const alphabet = commonest(portable);
  const { literals, copies } = difference(fused, portable);
  return {
    characters: characters.join(''),
    alphabet,
    portable: encode(portable, alphabet),
    fused: { literals: encode(literals, alphabet), copies },
  };
}

/** All byte values, the commonest first as far as they are one character, the rest in order. */
function commonest(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  return [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, SINGLE);
}

function encode(bytes, alphabet) {
  const chosen = new Set(alphabet);
  const order = [...alphabet, ...Array.from({ length: 256 }, (_, b) => b).filter((b) => !chosen.has(b))];
  const codes = [];
  order.forEach((byte, rank) => {
    const rest = rank - SINGLE;
    codes[byte] =
      rest < 0
        ? characters[rank]
        : characters[SINGLE + Math.floor(rest / SINGLE)] + characters[rest % SINGLE];
  });
  return Array.from(bytes, (byte) => codes[byte]).join('');
}

/**
 * `target` as runs copied from `source` and literals between: each copy is [literals before it, skip, length], the skip from
 * where it would start if the literals stood for as many bytes. Mostly that is 0, and gzip likes it.
 */
function difference(target, source) {
  const places = new Map();
  const key = (bytes, at) => bytes.toString('latin1', at, at + SHORTEST_COPY);
  for (let at = 0; at + SHORTEST_COPY <= source.length; at++) {
    const known = places.get(key(source, at));
    if (known === undefined) places.set(key(source, at), [at]);
    else known.push(at);
  }
  const copies = [];
  const literals = [];
  let literalsBefore = 0;
  let end = 0;
  for (let at = 0; at < target.length; ) {
    const { from, length } = longest(target, at, source, places.get(key(target, at)) ?? []);
    if (length < SHORTEST_COPY) {
      literals.push(target[at++]);
      literalsBefore++;
    } else {
      copies.push(literalsBefore, from - end - literalsBefore, length);
      end = from + length;
      literalsBefore = 0;
      at += length;
    }
  }
  return { literals: Buffer.from(literals), copies };
}

function longest(target, at, source, candidates) {
  const best = { from: 0, length: 0 };
  for (const from of candidates) {
    let length = 0;
    while (at + length < target.length && target[at + length] === source[from + length]) length++;
    if (length > best.length) Object.assign(best, { from, length });
  }
  return best;
}
