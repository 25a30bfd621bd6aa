/** The binaries in the library's text equal the compiler's, byte for byte. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packBinaries } from '../../scripts/pack-binaries.mjs';
import { binaries } from '../../src/backend/binary.js';
import { fused } from '../../src/backend/fused-binary.js';
import { unpackFused, unpackPortable } from '../../src/backend/unpack.js';
import { Numbers } from '../kernels/sandbox.js';

const compiled = (target: string) =>
  new Uint8Array(readFileSync(new URL(`../../build/wasm/${target}.wasm`, import.meta.url)));

it('unpacks both binaries to the bytes of the compiler', () => {
  expect(unpackPortable(binaries)).toEqual(compiled('portable'));
  expect(unpackFused(binaries, fused)).toEqual(compiled('fused'));
});

it('needs no escape in any string literal', () => {
  expect(binaries.portable + fused.literals).toMatch(/^[ -~]*$/);
  expect(binaries.portable + fused.literals).not.toMatch(/['"`\\$]/);
});

it.each([
  ['nothing', [], []],
  ['pairs that share nothing', [1, 2, 3], Array.from({ length: 100 }, (_, i) => 255 - i)],
  [
    'equal pairs',
    Array.from({ length: 300 }, (_, i) => i % 256),
    Array.from({ length: 300 }, (_, i) => i % 256),
  ],
  [
    'pairs with one more byte at the end',
    Array.from({ length: 40 }, (_, i) => i),
    Array.from({ length: 41 }, (_, i) => i),
  ],
])('packs and unpacks %s', (_, first, second) => {
  const packed = packBinaries(Buffer.from(first), Buffer.from(second));
  expect(Array.from(unpackPortable(packed.binaries))).toEqual(first);
  expect(Array.from(unpackFused(packed.binaries, packed.fused))).toEqual(second);
});

it('packs and unpacks any bytes', () => {
  const numbers = new Numbers(7);
  for (let run = 0; run < 50; run++) {
    const first = Buffer.from(Array.from({ length: numbers.below(500) }, () => numbers.below(256)));
    const second = Buffer.concat([first.subarray(numbers.below(200)), first.subarray(0, numbers.below(300))]);
    const packed = packBinaries(first, second);
    expect(unpackPortable(packed.binaries)).toEqual(new Uint8Array(first));
    expect(unpackFused(packed.binaries, packed.fused)).toEqual(new Uint8Array(second));
  }
});
