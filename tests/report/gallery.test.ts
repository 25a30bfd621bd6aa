/** Tests docs/gallery.md: its figures are those of docs/fashion.md, and its pictures fit a page. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentText } from '../support/documents.js';
import { tableBelow } from '../support/tables.js';

/** Reads docs/fashion.md by recipe and epochs: accuracy here with seed 0, and PyTorch's. */
function fashionFigures(): Map<string, [here: string, pytorch: string]> {
  let recipe = '';
  return new Map(
    tableBelow(documentText('docs/fashion.md'), 'recipe').map(([name, , epochs, here, pytorch]) => {
      // A row without a name belongs to the recipe above.
      recipe = name || recipe;
      return [`${recipe} ${epochs}`, [here!.split(',')[0]!, pytorch!]];
    }),
  );
}

it('has the Fashion-MNIST accuracies of docs/fashion.md', () => {
  const known = fashionFigures();
  const rows = tableBelow(documentText('docs/gallery.md'), 'recipe');
  expect(rows.length).toBeGreaterThan(5);
  for (const [recipe, , epochs, ...figures] of rows)
    expect(figures).toEqual(known.get(`${recipe} ${epochs}`));
});

const docs = new URL('../../docs/', import.meta.url);
const pictures = readdirSync(docs).filter((name) => name.endsWith('.svg'));

it.each(pictures)('%s is small, follows the reader’s theme and describes its content', (name) => {
  const svg = readFileSync(new URL(name, docs), 'utf8');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).toContain('prefers-color-scheme');
  expect(svg).toMatch(/<svg[^>]* role="img"/);
  expect(svg).toContain('<title>');
  expect(svg).not.toMatch(/<script|<foreignObject|<image|href=/);
});
