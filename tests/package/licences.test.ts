/** THIRD-PARTY.txt has the licence of every package whose code is in the bundles, also of code that another package carries. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledFolders, notice } from '../../scripts/licences.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
/** Licences by the names of their packages. */
const licences = new Map(
  textOf('build/THIRD-PARTY.txt')
    .split(/\n-{80}\n\n/)
    .map((text) => [text.split(' ')[0]!, text]),
);
/** Line that names who has the rights. Delaunator's geometry is in the public domain. */
const holder =
  /^\W*Copyright (\([cC]\) |© )?[\p{Lu}\d]|^This is free and unencumbered software released into the public/mu;

describe('THIRD-PARTY.txt', () => {
  let bundled: string[] = [];
  beforeAll(async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['src/cli/main.ts', 'src/cli/start.ts', 'src/report/index.ts'],
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['evenkeel', 'evenkeel/*'],
      outdir: 'unused',
      metafile: true,
      write: false,
    });
    bundled = [...bundledFolders([metafile])].map((folder) => folder.replace(/^.*node_modules\//, ''));
  });

  it('lists every package that esbuild puts into the bundles', () => {
    expect(bundled).toEqual(
      expect.arrayContaining(['@observablehq/plot', 'd3-array', 'linkedom', 'commander']),
    );
    expect(bundled.filter((name) => !licences.has(name))).toEqual([]);
  });

  it('has a licence with a line of copyright for each', () => {
    const without = [...licences].filter(([, text]) => !holder.test(text)).map(([name]) => name);
    expect(without).toEqual([]);
    for (const text of licences.values()) expect(text.split('\n').length).toBeGreaterThan(10);
  });

  // The published files of these packages hold others, which esbuild does not see.
  it.each([
    [
      'd3-array/dist/d3-array.mjs',
      'class InternMap extends Map',
      'internmap',
      /^Copyright 2021 Mike Bostock$/m,
    ],
    [
      'd3-delaunay/dist/d3-delaunay.mjs',
      'class Delaunator',
      'delaunator',
      /^Copyright \(c\) 20\d\d, Mapbox$/m,
    ],
    ['d3-delaunay/dist/d3-delaunay.mjs', 'orient2d', 'robust-predicates', /^This is free and unencumbered/m],
  ])('lists what %s holds: %s is of %s', (file, code, name, line) => {
    expect(textOf(`node_modules/${file}`)).toContain(code);
    expect(licences.get(name)).toMatch(line);
  });

  it('has the licence of a package without a file, with its author', () => {
    expect(licences.get('boolbase')).toMatch(/^boolbase 1\.0\.0 \(ISC\)\n\nCopyright \(c\) Felix Boehm/);
    expect(licences.get('boolbase')).toContain('THE AUTHOR DISCLAIMS ALL WARRANTIES');
  });
});

describe('the notice of a package', () => {
  const folder = mkdtempSync(join(root, 'build/licences-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const made = (name: string, licence: string, text?: string) => {
    mkdirSync(join(folder, name));
    const own = { name, version: '1.2.3', license: licence, author: { name: 'A. Author' } };
    writeFileSync(join(folder, name, 'package.json'), JSON.stringify(own));
    if (text !== undefined) writeFileSync(join(folder, name, 'LICENCE.md'), text);
    return join(folder, name);
  };

  it('is its file', () => {
    const text = '# MIT\n\nCopyright (c) 2020 B. Holder\n\nPermission …';
    expect(notice(made('file', 'MIT', text))).toBe(`file 1.2.3 (MIT)\n\n${text}\n`);
  });

  it.each([
    ['a file without a holder', 'MIT', 'The above copyright notice shall be included in all copies.'],
    ['no file and a licence of unknown text', 'MIT', undefined],
  ])('stops the build with %s', (what, licence, text) => {
    expect(() => notice(made(what.replaceAll(' ', '-'), licence, text))).toThrow(
      /expected a licence that names who has the rights \(MIT\)$/,
    );
  });
});
