/** The library's own UTF-8 compared with the engine's TextEncoder and fatal TextDecoder. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MLP, Rng, savedMetadata } from '../../src/index.js';
import { decodeUtf8, encodeUtf8 } from '../../src/saving/utf8.js';

const encoder = new TextEncoder();

/** Decodes bytes by TextDecoder; undefined if it refuses them. */
function reference(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

describe('decodeUtf8', () => {
  it.each<[what: string, bytes: number[]]>([
    ['nothing', []],
    ['ASCII', [0x00, 0x41, 0x7f]],
    ['the last of two bytes and the first of three', [0xdf, 0xbf, 0xe0, 0xa0, 0x80]],
    ['the last of three bytes and the first of four', [0xef, 0xbf, 0xbf, 0xf0, 0x90, 0x80, 0x80]],
    ['the last character', [0xf4, 0x8f, 0xbf, 0xbf]],
    ['one beyond', [0xf4, 0x90, 0x80, 0x80]],
    ['a lead of five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ['/ in two bytes', [0xc0, 0xaf]],
    ['/ in three', [0xe0, 0x80, 0xaf]],
    ['/ in four', [0xf0, 0x80, 0x80, 0xaf]],
    ['U+07FF in three', [0xe0, 0x9f, 0xbf]],
    ['U+FFFF in four', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['half of a pair', [0xed, 0xa0, 0x80]],
    ['the other half', [0xed, 0xbf, 0xbf]],
    ['the character before the halves, and the one behind', [0xed, 0x9f, 0xbf, 0xee, 0x80, 0x80]],
    ['a byte that leads nothing', [0x41, 0x80]],
    ['a lead alone', [0x41, 0xe2, 0x82]],
    ['a lead before ASCII', [0xc3, 0x41]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x41]],
    ['two of them', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf]],
    ['one behind a letter', [0x41, 0xef, 0xbb, 0xbf]],
    ['half of one', [0xef, 0xbb]],
    ['0xfe and 0xff', [0xfe, 0xff]],
  ])('decodes or refuses as TextDecoder does: %s', (_, bytes) => {
    const given = Uint8Array.from(bytes);
    expect(decodeUtf8(given)).toBe(reference(given));
  });

  it('equals TextDecoder on 100 000 sequences of bytes that are nearly valid', () => {
    const rng = new Rng('utf8');
    const draws = rng.integers(3_000_000, 2 ** 32);
    let at = 0;
    const next = (below: number) => draws[at++ % draws.length]! % below;
    // The ends of each range of lead and further bytes, where a decoder may go wrong.
    const edges = [
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
      0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff,
    ];
    let sound = 0;
    for (let i = 0; i < 100_000; i++) {
      const characters = Array.from(
        { length: next(5) },
        () => [0x24, 0x7ff, 0xfeff, 0xd7ff, 0x1f600][next(5)]! + next(3),
      );
      const bytes = [...encoder.encode(String.fromCodePoint(...characters))];
      const changes = next(4);
      for (let c = 0; c < changes; c++) {
        const byte = next(3) === 0 ? next(256) : edges[next(edges.length)]!;
        bytes.splice(next(bytes.length + 1), next(2), byte);
      }
      const given = Uint8Array.from(bytes);
      const expected = reference(given);
      if (expected !== undefined) sound++;
      if (decodeUtf8(given) !== expected) expect([given, decodeUtf8(given)]).toEqual([given, expected]);
    }
    // Valid and invalid sequences both occur often.
    expect(sound).toBeGreaterThan(20_000);
    expect(sound).toBeLessThan(80_000);
  });

  it('equals TextDecoder on all pairs of bytes, and on all triples that begin with the lead of three bytes', () => {
    const wrong: number[][] = [];
    const compare = (...bytes: number[]) => {
      const given = Uint8Array.from(bytes);
      if (decodeUtf8(given) !== reference(given)) wrong.push(bytes);
    };
    for (let a = 0; a < 256; a++) for (let b = 0; b < 256; b++) compare(a, b);
    for (let a = 0xe0; a < 0xf5; a++) {
      for (let b = 0x70; b < 0xd0; b++) for (const c of [0x7f, 0x80, 0xbf, 0xc0]) compare(a, b, c);
    }
    expect(wrong).toEqual([]);
  });

  it('reads a text that is longer than a call’s list of arguments', () => {
    const text = 'aé€😀'.repeat(100_000);
    expect(decodeUtf8(encoder.encode(text))).toBe(text);
  });
});

describe('a host without TextEncoder and TextDecoder', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('saves and loads', () => {
    const model = new MLP({ inputSize: 2, layers: [{ units: 3 }], seed: 'größe' });
    const metadata = { größe: '€ 😀' };
    const expected = model.save({ metadata });
    vi.stubGlobal('TextEncoder', undefined);
    vi.stubGlobal('TextDecoder', undefined);
    expect(model.save({ metadata })).toEqual(expected);
    expect(savedMetadata(expected)).toEqual(metadata);
    expect(MLP.load(expected).getWeights()).toEqual(model.getWeights());
  });
});

describe('encodeUtf8', () => {
  it('equals TextEncoder on 100 000 texts, including halves of surrogate pairs', () => {
    const units = new Rng('units').integers(400_000, 0x10000);
    // Every other unit is half of a pair, so that whole pairs occur as well.
    const biased = units.map((unit, i) => (unit % 2 === 0 ? 0xd800 + (unit >> 5) : unit >> ((i % 3) * 5)));
    for (let i = 0; i < 100_000; i++) {
      const text = String.fromCharCode(...biased.subarray(4 * i, 4 * i + (i % 5)));
      const [got, expected] = [encodeUtf8(text), encoder.encode(text)];
      if (got.join() !== expected.join()) expect([text, got]).toEqual([text, expected]);
    }
  });

  it('is inverted by decodeUtf8 for every character', () => {
    for (let plane = 0; plane < 17; plane++) {
      let text = 'a';
      for (let code = plane << 16; code < (plane + 1) << 16; code++) {
        if (code < 0xd800 || code > 0xdfff) text += String.fromCodePoint(code);
      }
      expect(decodeUtf8(encodeUtf8(text)) === text).toBe(true);
    }
  });
});
