/** Tests that docs/lectures-items.md names a place for each of the 109 things that the lectures teach. Links have a test of their own. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exampleIds, experiments } from '../../src/lab/index.js';
import { documentText, linksOf } from '../support/documents.js';

const text = documentText('docs/lectures-items.md');
const rows = [...text.matchAll(/^\| ([A-EL]\d+) \| (.+) \| (.+) \|$/gm)].map(([, id, words, place]) => ({
  id: id!,
  words: words!,
  place: place!,
}));
const counts = { A: 30, B: 24, C: 10, D: 25, E: 12, L: 8 };
const known = new Set<string>([...exampleIds, ...Object.keys(experiments)]);

it('has every item once, in order', () => {
  const all = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
  );
  expect(all).toHaveLength(109);
  expect(rows.map(({ id }) => id)).toEqual(all);
});

it.each(rows)('$id: $words has a place that exists', ({ place }) => {
  const links = linksOf(place);
  const commands = [...place.matchAll(/`lab ([EX]\d+)`/g)].map(([, id]) => id!);
  expect(links.length + commands.length).toBeGreaterThan(0);
  for (const link of links) {
    expect(existsSync(new URL(`../../docs/${link.split('#')[0]}`, import.meta.url)), link).toBe(true);
  }
  for (const id of commands) expect(known).toContain(id);
});
