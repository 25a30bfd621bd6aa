/** Lint refuses imports from upper rooms, and imports in a circle. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-imports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Lints files with the rules of this repository.
 *
 * @returns one `category file: line` per finding
 */
function lint(files: Readonly<Record<string, string>>): string[] {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'scripts'));
  for (const file of readdirSync(join(root, 'scripts')).filter((name) => name.endsWith('.grit'))) {
    copyFileSync(join(root, 'scripts', file), join(folder, 'scripts', file));
  }
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as object;
  writeFileSync(
    join(folder, 'biome.json'),
    JSON.stringify({ ...config, vcs: undefined, $schema: undefined }),
  );
  const report = join(folder, 'report.json');
  try {
    execFileSync(
      join(root, 'node_modules/.bin/biome'),
      ['lint', '--reporter=json', `--reporter-file=${report}`, '--max-diagnostics=none', 'src'],
      { cwd: folder, stdio: 'pipe' },
    );
  } catch {}
  const { diagnostics } = JSON.parse(readFileSync(report, 'utf8')) as {
    diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
  };
  return diagnostics
    .filter(({ category }) => category === 'plugin' || category.endsWith('noImportCycles'))
    .map(({ category, location }) => `${category} ${location.path}: ${location.start.line}`)
    .sort();
}

/** Names of the folders of src, without nested ones. */
const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
/** Files of src above the rooms; all other files of src are below all rooms. */
const upper = ['explain', 'gradient-check', 'index', 'lsuv', 'mlp', 'recommended'];
const places = [...rooms.map((room) => `${room}/index`), ...upper, 'errors'];

function importOf(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return `import '${path.startsWith('.') ? path : `./${path}`}.js';`;
}

describe('lint', () => {
  it('lets imports between rooms run one way only', () => {
    const files = places.map((from): [string, string] => [
      `src/${from}.ts`,
      places.map((to) => (to === from ? '' : importOf(from, to))).join('\n'),
    ]);
    const refused = new Set(
      lint(Object.fromEntries(files)).filter((finding) => finding.startsWith('plugin')),
    );
    const allowed = new Map(
      places.map((from) => [
        from,
        places.filter((to, t) => to !== from && !refused.has(`plugin src/${from}.ts: ${t + 1}`)),
      ]),
    );
    // Remove repeatedly every room that imports no remaining room. A circle would remain.
    const left = new Map(allowed);
    for (let size = Infinity; left.size < size; ) {
      size = left.size;
      for (const [place, imports] of left) if (!imports.some((to) => left.has(to))) left.delete(place);
    }
    expect([...left.keys()]).toEqual([]);
    expect(allowed.get('errors')).toEqual([]);
    expect(allowed.get('backend/index')).toEqual(['errors']);
    expect(allowed.get('network/index')).toEqual([
      'backend/index',
      'initializers/index',
      'numbers/index',
      'optimizers/index',
      'errors',
    ]);
  });

  it('refuses a room that is not listed, in every folder', () => {
    const folders = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
    const up = (path: string) => relative(path, 'src');
    const files = folders.map((path) => [`${path}/a.ts`, `import '${up(path)}/unlisted/a.js';`]);
    expect(lint(Object.fromEntries(files))).toEqual(folders.map((path) => `plugin ${path}/a.ts: 1`).sort());
  });

  it.each([
    "import type { A } from '../training/a.js';",
    "export { a } from '../training/a.js';",
    "export type * from '../training/a.js';",
  ])('refuses %s in src/network', (line) => {
    expect(lint({ 'src/network/a.ts': line })).toEqual(['plugin src/network/a.ts: 1']);
  });

  it('refuses a circle between files of one room', () => {
    const files = {
      'src/network/a.ts': "import type { B } from './b.js';\nexport type A = B;",
      'src/network/b.ts': "import type { A } from './a.js';\nexport type B = A | 1;",
    };
    const rule = 'lint/suspicious/noImportCycles';
    expect(lint(files)).toEqual([`${rule} src/network/a.ts: 1`, `${rule} src/network/b.ts: 1`]);
  });
});
