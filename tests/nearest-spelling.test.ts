/** The suggestions of error messages are those of the package `leven`. */
import fc from 'fast-check';
import { closestMatch } from 'leven';
import { expect, it } from 'vitest';
import { nearestSpelling } from '../src/names.js';

const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c', 'd') });

it('suggests the first name of those with the fewest edits', () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 8 }), (given, names) => {
      // Equal names are found before any distance is computed.
      fc.pre(given !== '' && !names.includes(given));
      expect(nearestSpelling(given, names)).toBe(closestMatch(given, names));
    }),
    { numRuns: 3000, seed: 15 },
  );
});

it('prefers a name that differs only in case and separators', () => {
  expect(nearestSpelling('he_normal', ['heNorma', 'heNormal'])).toBe('heNormal');
});

it('suggests nothing where there are no names', () => {
  expect(nearestSpelling('relu', [])).toBeUndefined();
});
