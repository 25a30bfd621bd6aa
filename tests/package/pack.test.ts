/** The package holds what a user needs, no more, and what its documents link to. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { npm } from '../../scripts/npm.mjs';
import { documentText, linksOf } from '../support/documents.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** docs/decisions.md has the reason. */
const MAX_BYTES = 950_000;

interface Pack {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const { stdout } = npm(['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' });
const [pack] = JSON.parse(stdout as string) as [Pack];
const packed = new Set(pack.files.map(({ path }) => path));

/** The only kinds of files in the package. */
const kinds = [
  /^(package\.json|README\.md|CHANGELOG\.md|SECURITY\.md|LICENSE)$/,
  // Some documents are for who works on the repository, and some have pictures or links that lead out of the package.
  /^docs\/(?!activations|decisions|fashion|gallery|lectures|migration|releasing|speed)[\w-]+\.md$/,
  /^docs\/x3\.svg$/,
  /^build\/THIRD-PARTY\.txt$/,
  /^build\/cli\/evenkeel\.js$/,
  /^build\/js\/[\w-]+(\.node|\.workerd|\.edge-light)?\.js$/,
  /^build\/script\/evenkeel\.js$/,
  // Tools that do not read `exports` find the entries by these.
  /^[a-z]+(\/javascript)?\/package\.json$/,
  // Programs bring them as files of their own.
  /^build\/wasm\/(evenkeel|evenkeel-fused|predictor)\.wasm$/,
  /^build\/types\/.*\.d\.ts$/,
];

/**
 * Pictures that only the repository has. They would double the package, and sites that show the README take relative pictures from
 * the repository.
 */
const repositoryPictures = /^docs\/playground\/[\w-]+\.(png|webp)$/;

/** Relative links of a document that lead out of the package. */
function brokenLinks(document: string, text: string, files: ReadonlySet<string>): string[] {
  const relative = linksOf(text).filter((link) => !/^[a-z]+:|^#/.test(link));
  return relative.filter((link) => !files.has(join(dirname(document), link.split('#')[0]!)));
}

describe('the package', () => {
  it(`has at most ${MAX_BYTES} bytes`, () => {
    expect(pack.size).toBeGreaterThan(MAX_BYTES / 10);
    expect(pack.size).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('has no other kinds of files', () => {
    const other = [...packed].filter((path) => !kinds.some((kind) => kind.test(path)));
    expect(other).toEqual([]);
  });

  it('has every file that its description names', () => {
    const targets = Object.values(packageJson.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const path of [...targets, packageJson.bin.evenkeel, 'LICENSE', 'build/THIRD-PARTY.txt'])
      expect(packed).toContain(path.replace('./', ''));
  });

  it('has every file that a file of it imports', () => {
    const code = [...packed].filter((path) => /\.(js|d\.ts)$/.test(path));
    for (const path of code) {
      const text = readFileSync(join(root, path), 'utf8');
      for (const [, specifier] of text.matchAll(
        /(?:\bfrom |\bimport\()?["'](\.{1,2}\/[\w./-]+\.(?:js|wasm))["']/g,
      )) {
        const target = join(dirname(path), specifier!);
        expect(packed, `${path} imports ${specifier}`).toContain(
          path.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target,
        );
      }
    }
  });
});

it('links of its documents lead to files of the package', () => {
  const documents = [...packed].filter((path) => path.endsWith('.md'));
  expect(documents).toContain('docs/training.md');
  const pictures = linksOf(documentText('README.md')).filter((link) => repositoryPictures.test(link));
  const there = new Set([...packed, ...pictures.filter((picture) => existsSync(join(root, picture)))]);
  const broken = documents.flatMap((path) =>
    brokenLinks(path, documentText(path), path === 'README.md' ? there : packed).map(
      (link) => `${path}: ${link}`,
    ),
  );
  expect(broken).toEqual([]);
  expect(pictures.filter((picture) => packed.has(picture))).toEqual([]);
  expect(brokenLinks('README.md', '[a](docs/gone.md) [b](LICENSE) ![c](docs/x.svg)', packed)).toEqual([
    'docs/gone.md',
    'docs/x.svg',
  ]);
});

describe('the CDN path of the README', () => {
  const paths = [
    ...documentText('README.md').matchAll(/https:\/\/cdn\.[\w./]+\/evenkeel@([\d.]+)\/([\w./-]+)/g),
  ];

  it('names a file of this version', () => {
    expect(paths).toHaveLength(1);
    const [, version, path] = paths[0]!;
    expect(version).toBe(packageJson.version);
    expect(packed).toContain(path);
  });

  it('leads a page to files of the package alone', () => {
    const open = paths.map(([, , path]) => path!);
    const seen = new Set<string>();
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const text = readFileSync(join(root, path), 'utf8');
      for (const [, specifier] of text.matchAll(/^(?:import|export)\b[^'"]*?["']([^"']+)["'];?$/gm)) {
        expect(specifier, path).toMatch(/^\.\/[\w-]+\.js$/);
        expect(packed).toContain(join(dirname(path), specifier!));
        open.push(join(dirname(path), specifier!));
      }
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});
