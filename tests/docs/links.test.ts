/** Tests that every relative link of the documents leads to a file, and every anchor to a heading. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { documentText, linksOf } from '../support/documents.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'assembly/README.md',
  'bench/README.md',
  'bench/RESULTS.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'docs/lessons/WRITING.md',
  'examples/README.md',
  ...foldersOf('examples').map((name) => `examples/${name}/README.md`),
  ...foldersOf('docs/lessons').map((name) => `docs/lessons/${name}/lesson.md`),
];

function foldersOf(path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

/** Returns an anchor as GitHub makes it: lower case, without punctuation, hyphens for spaces. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm)].map(
    ([, words]) => words!,
  );
  const slugs = headings.map((words) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return slugs.map((slug, i) => {
    const before = slugs.slice(0, i).filter((other) => other === slug).length;
    return before > 0 ? `${slug}-${before}` : slug;
  });
}

describe.each(documents)('%s', (document) => {
  const links = linksOf(documentText(document)).filter((link) => !/^[a-z]+:/.test(link));

  it('leads to existing files and headings', () => {
    for (const link of links) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : join(dirname(document), path);
      expect(existsSync(join(root, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(documentText(target)), link).toContain(anchor);
    }
  });
});

it('every document and picture of docs is linked from somewhere', () => {
  const linked = documents.flatMap((document) =>
    linksOf(documentText(document)).map((link) => join(dirname(document), link.split('#')[0]!)),
  );
  const files = readdirSync(join(root, 'docs')).filter((name) => /\.(md|svg)$/.test(name));
  for (const name of files) expect(linked).toContain(`docs/${name}`);
});

it('detects a broken link', () => {
  expect(linksOf('[a](b.md#c) ![d](e.svg) `[f](g)`')).toEqual(['b.md#c', 'e.svg']);
  expect(anchorsOf('# One & two\n## Same\n## Same\n')).toEqual(['one--two', 'same', 'same-1']);
});
