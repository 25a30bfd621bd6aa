/** Tests of the examples: files, run by `npm run example` on the built package, and the description of the folders. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/data/index.js';
import { documentText } from '../support/documents.js';
import { tableBelow } from '../support/tables.js';

const root = new URL('../../', import.meta.url);
const script = fileURLToPath(new URL('scripts/example.mjs', root));
const run = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
};
/** Returns the numbers of the line that begins with `head`. */
const numbers = (stdout: string, head: string) => {
  const line = stdout.split('\n').find((text) => text.trimStart().startsWith(`${head} `)) ?? '';
  return [...line.replace(head, '').matchAll(/\d+(\.\d+)?/g)].map(([text]) => Number(text));
};

describe('iris', () => {
  it('is right about 96 of 100 unseen flowers, over ten shuffles of five folds', () => {
    const { status, stdout, stderr } = run('iris');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (let seed = 0; seed < 10; seed++) {
      const [...shares] = numbers(stdout, String(seed));
      expect(shares).toHaveLength(6);
      // Each fold has thirty flowers; the mean of the folds is exact to the printed digit.
      for (const share of shares.slice(0, 5))
        expect((share * 30) / 100).toBeCloseTo(Math.round(share * 0.3), 1);
      expect(shares[5]).toBeCloseTo(
        shares.slice(0, 5).reduce((sum, share) => sum + share / 5, 0),
        0,
      );
    }
    // Thirty seeds, ten at a time, give 96.7, 96.3, 96.4.
    expect(numbers(stdout, 'mean')[0]).toBeGreaterThanOrEqual(96);
  });
});

describe('cars', () => {
  it('explains more than four fifths of the consumption of unseen cars', () => {
    const { status, stdout, stderr } = run('cars');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^392 cars, 14 more lack a value; .*, year, origin=Europe, origin=Japan, origin=USA\n/,
    );
    // Over twenty seeds, r² is at least 0.81 and 0.87 on average; the root mean squared error is 2.7 on average.
    for (const seed of ['0', '1', '2', '3', '4']) {
      const [, r2, bestEpoch, epochs] = numbers(stdout, seed);
      expect(r2).toBeGreaterThan(0.8);
      // Early stopping ended the fit before the last allowed epoch.
      expect(epochs).toBe(bestEpoch! + 20);
      expect(epochs).toBeLessThan(300);
    }
    const [rmse, r2] = numbers(stdout, 'mean');
    expect(rmse).toBeLessThan(3);
    expect(r2).toBeGreaterThan(0.85);
  });

  // StatLib's `cars`: 406 rows, of which 8 have no mpg and 6 no horsepower (UCI, Auto MPG, auto-mpg.names).
  it('has the table that examples/README.md describes', () => {
    const text = readFileSync(new URL('../../examples/cars.csv', import.meta.url), 'utf8');
    const rowsWith = (column: string) =>
      readCsv(text, {
        onMissing: 'skip',
        columns: { mpg: 'ignore', horsepower: 'ignore', [column]: 'numeric' },
      });
    expect(rowsWith('mpg')).toMatchObject({ rows: 398, skipped: 8 });
    expect(rowsWith('horsepower')).toMatchObject({ rows: 400, skipped: 6 });
    expect(readCsv(text, { onMissing: 'skip', target: 'mpg' })).toMatchObject({ rows: 392, inputSize: 9 });
  });
});

const examples = new URL('../../examples/', import.meta.url);
const entries = readdirSync(examples);
const files = entries.flatMap((entry) => (entry.endsWith('.ts') ? [entry.slice(0, -3)] : []));
const folders = entries.filter((entry) => existsSync(new URL(`${entry}/package.json`, examples)));

describe('npm run example', () => {
  it('lists the examples and suggests the nearest', () => {
    const known = `Known: ${[...files, ...folders].sort().join(', ')}\n`;
    expect(run('crs')).toEqual({
      status: 2,
      stdout: '',
      stderr: `example: unknown name 'crs'; did you mean 'cars'? ${known}`,
    });
    expect(run()).toEqual({ status: 2, stdout: '', stderr: `example: expected a name, got none. ${known}` });
    expect(run('../scripts/build')).toMatchObject({ status: 2 });
  });
});

// `npm run test:examples` checks what the folders do.
describe('the folders', () => {
  interface Package {
    readonly private?: boolean;
    readonly version?: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  }
  const packageOf = (path: string): Package => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

  it('are in the table of the README, each with a README and checks of its own', () => {
    const listed = tableBelow(documentText('examples/README.md'), 'folder');
    expect(listed.map(([cell]) => cell)).toEqual(folders.map((name) => `[\`${name}\`](${name}/README.md)`));
    for (const name of folders) {
      expect(existsSync(new URL(`${name}/README.md`, examples)), name).toBe(true);
      expect(existsSync(new URL(`tests/examples/${name}.mjs`, root)), name).toBe(true);
    }
  });

  it('take this version of the library, and the versions that the tests lock', () => {
    const locked: Record<string, string> = {};
    for (const name of folders) {
      const example = packageOf(`examples/${name}/package.json`);
      expect(example.private, name).toBe(true);
      const { evenkeel, ...others } = { ...example.dependencies, ...example.devDependencies };
      expect(evenkeel, name).toBe(packageOf('package.json').version);
      for (const [dependency, version] of Object.entries(others)) {
        expect(version, `${dependency} of ${name}`).toMatch(/^\d+\.\d+\.\d+$/);
        expect(locked[dependency] ?? version, `${dependency} of ${name}`).toBe(version);
        locked[dependency] = version;
      }
    }
    expect(packageOf('tests/examples/package.json').dependencies).toEqual(locked);
  });
});
