/** ZIP archives of .keras files. */
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { expectOutputs } from '../support/foreign-outputs.js';
import { fileOf, read } from '../support/keras-files.js';

describe('ZIP files', () => {
  const entries = unzipSync(fileOf('dense.keras').bytes);

  it('may be deflated and in any order, with further entries', () => {
    const { 'config.json': config, 'metadata.json': metadata, 'model.weights.h5': weights } = entries;
    const bytes = zipSync(
      {
        'model.weights.h5': weights!,
        'assets/vocabulary.txt': strToU8('a'),
        'metadata.json': metadata!,
        'config.json': config!,
      },
      { level: 9 },
    );
    expect(bytes.length).toBeLessThan(fileOf('dense.keras').bytes.length / 2);
    expectOutputs(read(bytes), fileOf('dense.keras'));
  });

  it.each(['config.json', 'model.weights.h5'])('are refused without %s', (name) => {
    const { [name]: _, ...rest } = entries;
    expect(() => read(zipSync(rest))).toThrow(
      `bytes: expected the entry '${name}' of a .keras file, got none`,
    );
  });

  it('never use a path: entries count by their exact names', () => {
    const { 'config.json': config, ...rest } = entries;
    expect(() => read(zipSync({ ...rest, '../config.json': config!, '/config.json': config! }))).toThrow(
      "expected the entry 'config.json'",
    );
  });

  it('are refused if an entry expands to far more than the file', () => {
    const bytes = zipSync({ ...entries, 'config.json': new Uint8Array(20_000_000) }, { level: 9 });
    expect(bytes.length).toBeLessThan(100_000);
    expect(() => read(bytes)).toThrow(
      /^bytes: entry 'config\.json' of the ZIP file: expected at most \d+ bytes, four times the file, got 20000000$/,
    );
  });

  it('are refused if an entry is longer or shorter than it says', () => {
    const bytes = zipSync({ ...entries, 'config.json': strToU8('{}'.padEnd(1000)) }, { level: 9 });
    const at = Buffer.from(bytes).lastIndexOf('config.json') - 46;
    for (const [size, got] of [
      [999, 'more'],
      [1001, '1000'],
    ] as const) {
      const lying = bytes.slice();
      new DataView(lying.buffer).setUint32(at + 24, size, true);
      expect(() => read(lying)).toThrow(
        `bytes: entry 'config.json' of the ZIP file: expected ${size} bytes, got ${got}`,
      );
    }
  });

  it.each<[string, number, number, string]>([
    ['a password', 8, 1, 'expected no password'],
    ['another method', 10, 12, 'expected method 0 (stored) or 8 (deflated), got 12'],
    ['a place beyond the file', 42, 0xffff, 'bytes from 65535 on, got a file of'],
  ])('are refused for %s', (_, field, value, message) => {
    const bytes = zipSync(entries, { level: 0 });
    const at = Buffer.from(bytes).lastIndexOf('config.json') - 46;
    new DataView(bytes.buffer).setUint16(at + field, value, true);
    expect(() => read(bytes)).toThrow(message);
  });

  it('are refused without their end, and with a list that is not there', () => {
    const { bytes } = fileOf('dense.keras');
    expect(() => read(bytes.subarray(0, bytes.length - 4))).toThrow(
      'bytes: expected a whole ZIP file, got one without its end',
    );
    const lying = bytes.slice();
    new DataView(lying.buffer).setUint16(bytes.length - 22 + 10, 9, true);
    expect(() => read(lying)).toThrow('bytes: expected 9 entries in the list of the ZIP file, got 3');
  });

  it('are refused if the config is no JSON', () => {
    expect(() => read(zipSync({ ...entries, 'config.json': strToU8('{') }))).toThrow(
      /^bytes: config\.json: expected JSON \(/,
    );
    expect(() => read(zipSync({ ...entries, 'config.json': Uint8Array.of(0xff) }))).toThrow(
      'bytes: config.json: expected JSON, got bytes that are not UTF-8',
    );
  });
});
