/** Tests of bytes as text: encodings by their marks or by name, and the place of an invalid byte. */
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { learnCsv, readCsv } from '../../src/data/index.js';
import { untyped } from '../support/refusals.js';

const text = 'naïve,größe\nä,1\n€,2\nä,3\n';
const plain = readCsv(text);
const utf8 = new TextEncoder().encode(text);

function utf16(source: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * source.length));
  for (let i = 0; i < source.length; i++) view.setUint16(2 * i, source.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

/** Text of windows-1252 whose characters are all in Latin-1. */
const latin = (source: string) => Uint8Array.from(source, (character) => character.charCodeAt(0));

describe('bytes', () => {
  it.each<[what: string, bytes: Uint8Array | ArrayBuffer]>([
    ['UTF-8', utf8],
    ['UTF-8 with its mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8)],
    ['an ArrayBuffer', utf8.slice().buffer],
    ['a Buffer', Buffer.from(utf8)],
    ['part of a buffer', Uint8Array.of(1, 2, ...utf8, 3).subarray(2, 2 + utf8.length)],
    ['UTF-16, little end first', utf16(`\uFEFF${text}`, true)],
    ['UTF-16, big end first', utf16(`\uFEFF${text}`, false)],
    ['gzip', gzipSync(utf8)],
    ['gzip of UTF-16', gzipSync(utf16(`\uFEFF${text}`, true))],
  ])('may be %s', (_, bytes) => {
    expect(readCsv(bytes)).toEqual(plain);
  });

  it('may be in any encoding that TextDecoder knows, if the option names it', () => {
    const western = readCsv('ä\n1\n');
    expect(readCsv(latin('ä\n1\n'), { encoding: 'windows-1252' })).toEqual(western);
    expect(readCsv(Uint8Array.of(0x80, 10, 49, 10), { encoding: 'windows-1252' }).featureNames).toEqual([
      '€',
    ]);
    expect(readCsv(Uint8Array.of(0x83, 0x41, 10, 49, 10), { encoding: 'shift_jis' }).featureNames).toEqual([
      'ア',
    ]);
    expect(readCsv(utf16('ä\n1\n', true), { encoding: 'utf-16le' })).toEqual(western);
    expect(() => readCsv(utf8, { encoding: 'utf-9' })).toThrow(
      new RangeError("encoding: expected a label of TextDecoder, such as 'windows-1252', got 'utf-9'"),
    );
    expect(() => readCsv(utf8, { encoding: untyped<string>(8) })).toThrow(/^encoding: expected a label/);
  });

  // An earlier version put U+FFFD into names and categories in silence.
  it.each<[what: string, bytes: Uint8Array, offset: number, line: number, byte: string]>([
    ['in the header', latin('Größe,b\n1,2\n'), 2, 1, 'F6'],
    ['in a cell', latin('a,b\n1,2\n3,Zürich\n'), 11, 3, 'FC'],
    ['at the end', latin('a\nxé'), 3, 2, 'E9'],
    ['cut in a character', Uint8Array.of(97, 10, 0xe2, 0x82), 2, 2, 'E2'],
    ['a stray continuation', Uint8Array.of(97, 10, 49, 0x80, 10), 3, 2, '80'],
    ['an overlong slash', Uint8Array.of(97, 10, 0xc0, 0xaf, 10), 2, 2, 'C0'],
    ['a surrogate', Uint8Array.of(97, 10, 0xed, 0xa0, 0x80, 10), 2, 2, 'ED'],
  ])('are an error with the place if they are not UTF-8: %s', (_, bytes, offset, line, byte) => {
    expect(() => readCsv(bytes, { name: 'f.csv' })).toThrow(
      new RangeError(
        `f.csv: expected UTF-8, got invalid byte 0x${byte} at offset ${offset}, on line ${line}; try encoding: 'windows-1252', which Excel and older Windows programs use, or another label of TextDecoder`,
      ),
    );
  });

  it.each([0, 1, 2, 3, 4, 5])('are located in a long table, whatever the pieces: %d', (shift) => {
    // Characters of two, three and four bytes cross the ends of pieces of a mebibyte.
    const filler = `${'x'.repeat(shift)}${'é€😀'.repeat(250_000)}`;
    const good = new TextEncoder().encode(`a\n${filler}`);
    const bad = new Uint8Array(good.length + 3);
    bad.set(good);
    bad.set([0xe4, 0x62, 10], good.length);
    expect(() => readCsv(bad)).toThrow(new RegExp(`byte 0xE4 at offset ${good.length}, on line 2;`));
    expect(
      readCsv(Uint8Array.of(...new TextEncoder().encode('a,b\n'), ...new TextEncoder().encode(`1,é\n`)))
        .inputSize,
    ).toBe(2);
  });

  it('are an error that says so if they look like UTF-16 without a mark', () => {
    expect(() => readCsv(utf16(text, true))).toThrow(/got many zero bytes, .*; try encoding: 'utf-16le'$/);
    expect(() => readCsv(utf16(text, false))).toThrow(/; try encoding: 'utf-16be'$/);
  });

  /** Returns bytes in which any value may occur, from a linear congruential generator. */
  const noise = (length: number) => {
    let state = 1;
    return Uint8Array.from({ length }, () => {
      state = (state * 16807) % 2147483647;
      return state >> 8;
    });
  };

  it.each<[what: string, data: Uint8Array]>([
    ['noise', noise(3000)],
    ['a short file', noise(60)],
    [
      'a Python pickle',
      Uint8Array.of(0x80, 4, 0x95, 0x1f, 0, 0, 0, 0, 0, 0, 0, ...latin('}\x94\x8c\x01a\x94]')),
    ],
    ['ASCII with control characters', latin('Obj\x01\x04\x14name\x08null\x16'.repeat(9))],
    ['many zeros at any place', latin('\0asm\x01\0\0\0\x01\x0b\0\0\x7f\x7f\0\0\0'.repeat(9))],
    ['text that binary data follow', latin(`a,b\n1,2\n${String.fromCharCode(...noise(900))}`)],
  ])('are an error that says so if they are no text, also with an encoding: %s', (_, data) => {
    const message = 'f.dat: expected a table as text, got a binary file; save the table as CSV';
    expect(() => readCsv(data, { name: 'f.dat' })).toThrow(new RangeError(message));
    expect(() => readCsv(data, { name: 'f.dat', encoding: 'windows-1252' })).toThrow(message);
  });

  it('are called probably binary if they are no text far behind the beginning', () => {
    const bytes = latin(`a,b\n${'1,2\n'.repeat(500)}${String.fromCharCode(...noise(2000))}`);
    expect(() => readCsv(bytes)).toThrow(
      /^text: expected UTF-8, got invalid byte 0x.*; the file is probably binary$/,
    );
  });

  it('are read if the text has a few control characters', () => {
    const marked = 'a,b\n1,x\x1fy\n2,\x1b[0m\n3,\x01\n4,z\n\x1a,u\n'.replaceAll('z', 'long '.repeat(20));
    expect(readCsv(latin(marked), { onBadRow: 'skip', columns: { a: 'numeric' } }).rows).toBe(4);
  });

  it('have the encoding that their byte order mark names, whatever the option says', () => {
    for (const bytes of [new TextEncoder().encode(`\uFEFF${text}`), utf16(`\uFEFF${text}`, true)]) {
      expect(readCsv(bytes, { encoding: 'windows-1252' })).toEqual(plain);
    }
    expect(readCsv(latin('\u00ff\u00e9a,b\n1,2\n'), { encoding: 'windows-1252' }).featureNames[0]).toBe(
      'ÿéa',
    );
  });

  /** Encodes every character in four bytes. */
  const utf32 = (source: string, littleEndian: boolean) => {
    const view = new DataView(new ArrayBuffer(4 * source.length));
    for (let i = 0; i < source.length; i++) view.setUint32(4 * i, source.charCodeAt(i), littleEndian);
    return new Uint8Array(view.buffer);
  };
  const bytes = (start: string) => latin(`${start}${'\x01rest'.repeat(20)}`);

  it.each<[what: string, data: Uint8Array | string, message: string]>([
    [
      'UTF-32 by its mark',
      utf32(`\uFEFF${text}`, true),
      'expected UTF-8, got UTF-32; save the table as UTF-8',
    ],
    ['UTF-32, big end first', utf32(`\uFEFF${text}`, false), 'expected UTF-8, got UTF-32; save'],
    [
      'UTF-32 without a mark',
      utf32(text, true),
      'expected UTF-8, got mostly zero bytes, as UTF-32 and binary',
    ],
    [
      'a page',
      '<!DOCTYPE html>\n<html><body>Please, log in</body></html>\n',
      'a table as text, got what looks like an HTML page;',
    ],
    [
      'a page without doctype',
      ' \r\n<HTML lang="en">\n',
      'what looks like an HTML page; save the table as CSV',
    ],
    ['a page in UTF-16', utf16('\uFEFF<html>\n<p>a, b</p>', true), 'what looks like an HTML page;'],
    ['XML', '<?xml version="1.0"?>\n<Workbook/>\n', 'what looks like XML;'],
    ['an array of objects', '[{"a": 1, "b": 2},\n {"a": 3, "b": 4}]\n', 'what looks like JSON;'],
    ['an object', '{\n  "a": [1, 2]\n}\n', 'what looks like JSON;'],
    [
      'ARFF',
      '% iris\r\n%\r\n\r\n@RELATION iris\r\n@attribute a real\r\n@data\r\n1\r\n',
      'what looks like an ARFF file;',
    ],
    ['RTF', '{\\rtf1\\ansi a, b\\par\n1, 2}', 'an RTF document;'],
    [
      'a pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n',
      'a pointer of Git LFS',
    ],
    ['SQLite', bytes('SQLite format 3\0'), 'an SQLite database;'],
    ['HDF5', bytes('\x89HDF\r\n'), 'an HDF5 file;'],
    ['a NumPy array', bytes('\x93NUMPY'), 'a NumPy array;'],
    ['a picture', bytes('\x89PNG\r\n'), 'a picture;'],
    ['an Arrow file', bytes('ARROW1\0\0'), 'an Arrow file;'],
    ['bzip2', bytes('BZh91AY&SY'), 'expected plain text or gzip, got bzip2; decompress it'],
    ['xz', bytes('\xfd7zXZ\0'), 'got xz; decompress it'],
    ['zstd', bytes('(\xb5/\xfd'), 'got zstd; decompress it'],
    ['gzip in gzip', gzipSync(gzipSync(utf8)), 'got gzip within gzip; decompress it'],
  ])('are refused with the name of their format: %s', async (_, data, message) => {
    expect(() => readCsv(data, { name: 'f.csv' })).toThrow(/^f\.csv: expected /);
    expect(() => readCsv(data, { name: 'f.csv' })).toThrow(message);
    // One byte at a time, the first of which say nothing.
    const pieces = typeof data === 'string' ? [data] : Array.from(data, (byte) => Uint8Array.of(byte));
    await expect(learnCsv(() => pieces, { name: 'f.csv' })).rejects.toThrow(message);
  });

  it('are read as a table that begins like another format', () => {
    expect(readCsv('<b>,{x}\n1,2\n').featureNames).toEqual(['<b>', '{x}']);
    expect(readCsv('[a],b\n1,2\n').featureNames).toEqual(['[a]', 'b']);
    expect(readCsv('PAR1,BZh\n1,2\n').featureNames).toEqual(['PAR1', 'BZh']);
    expect(readCsv('% @relation,b\n1,2\n').featureNames).toEqual(['% @relation', 'b']);
  });

  it('are an error if their gzip is broken', () => {
    expect(() => readCsv(gzipSync(utf8).subarray(0, 20), { name: 'f.csv.gz' })).toThrow(
      /^f\.csv\.gz: expected whole gzip data/,
    );
  });

  it('may be of another realm, or shared with another thread', () => {
    const foreign = runInNewContext('Uint8Array.from(bytes)', { bytes: [...utf8] });
    expect(readCsv(foreign)).toEqual(plain);
    const shared = new Uint8Array(new SharedArrayBuffer(utf8.length));
    shared.set(utf8);
    expect(readCsv(shared)).toEqual(plain);
    const given = utf8.slice();
    structuredClone(given, { transfer: [given.buffer] });
    expect(() => readCsv(given)).toThrow(
      'text: expected bytes, got an array whose memory was transferred or made shorter',
    );
  });

  it('are refused with the remedy if they are in a Blob', () => {
    expect(() => readCsv(untyped<string>(new Blob([utf8])))).toThrow(
      /^text: expected a string or bytes, got Blob; await blob\.arrayBuffer\(\)/,
    );
  });
});
