/** Tests that CONTRIBUTING.md is short, and that its plan names every folder and only existing files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { documentText } from '../support/documents.js';
import { tableBelow } from '../support/tables.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = documentText('CONTRIBUTING.md');
const folders = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`${path}${entry.name}/`] : [],
  );
const codeIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

it('has at most 120 lines', () => {
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

describe('the plan', () => {
  const rows = tableBelow(text, 'folder');
  const named = rows.flatMap(([cell]) => codeIn(cell!));

  it('names existing folders', () => {
    for (const path of named.filter((name) => !name.includes('*')))
      expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('has every folder of the sources', () => {
    // The build writes a folder for each entry, which git ignores.
    const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
    const generated = [
      'node_modules/',
      'build/',
      ...folders('').filter((path) => ignored.includes(`/${path}`)),
    ];
    const top = folders('').filter(
      (path) => !path.startsWith('.') && !generated.includes(path) && path !== 'src/' && path !== 'docs/',
    );
    for (const path of [...top, ...folders('src/')]) expect(named).toContain(path);
  });

  it('names files that are in the folders of their row', () => {
    for (const [cell, content] of rows) {
      const places = codeIn(cell!).map((place) => place.replace('*.ts', ''));
      for (const file of codeIn(content!).filter((code) => /^[\w-]+(\.(ts|mjs|md)|\/)$/.test(code)))
        expect(
          places.some((place) => existsSync(join(root, place, file))),
          `${file} in ${places}`,
        ).toBe(true);
    }
  });
});

describe('the lists of what to add', () => {
  it.each(['an activation', 'an optimizer'])('%s: the files exist', (head) => {
    const rows = tableBelow(text, head);
    expect(rows.length).toBeGreaterThan(5);
    for (const [files, , tests] of rows)
      for (const path of codeIn(`${files} ${tests}`)) expect(existsSync(join(root, path)), path).toBe(true);
  });
});
