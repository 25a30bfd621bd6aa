/** Tests of the command's files: none overwrites another, and none is left half written. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MLP } from '../../src/index.js';
import { program, shell } from '../support/shell.js';

const { folder, run } = shell();
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');

const TABLE = [
  'a,b,y',
  ...Array.from({ length: 40 }, (_, r) => `${r % 7},${r % 5},${r % 2 ? 'p' : 'q'}`),
].join('\n');
const CONFIG = '{"fit": {"epochs": 2}}';

/** Returns an IDX file of unsigned bytes with this shape. */
function idx(...shape: number[]): Uint8Array {
  const n = shape.reduce((product, size) => product * size, 1);
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Uint8Array.from({ length: n }, (_, i) => i % 10)]);
}

beforeAll(() => {
  writeFileSync(at('table.csv'), TABLE);
  writeFileSync(at('config.json'), CONFIG);
  expect(run('train', 'table.csv', '--target', 'y', '--epochs', '2', '--out', 'model').status).toBe(0);
  mkdirSync(at('images'));
  for (const prefix of ['train', 't10k']) {
    writeFileSync(at(`images/${prefix}-images-idx3-ubyte`), idx(40, 2, 2));
    writeFileSync(at(`images/${prefix}-labels-idx1-ubyte`), idx(40));
  }
  linkSync(at('table.csv'), at('hard.csv'));
  linkSync(at('model'), at('hard.model'));
  symlinkSync('table.csv', at('soft.csv'));
  symlinkSync('.', at('here'));
  writeFileSync(at('old'), 'what was there');
});

/** Returns name and content of every file in the folder. */
function everything(): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, path, name }) => {
      const file = join(parentPath ?? path, name);
      return [file, readFileSync(file, 'latin1')];
    }),
  );
}

const TRAIN = ['train', 'table.csv', '--target', 'y', '--epochs', '2'];
const X2 = ['lab', 'X2'];
const X6 = ['lab', 'X6', '--data', 'images', '--only', 'zeros', '--epochs', '1'];
const COMPARE = ['lab', 'compare', 'heNormal', 'zeros', '--depth', '2', '--networks', '2'];
const DIAGNOSE = ['diagnose', 'table.csv', '--target', 'y'];

describe('a file that would be lost', () => {
  it.each([
    [[...TRAIN, '--out', 'table.csv'], '--out table.csv', 'the data table.csv'],
    [[...TRAIN, '--out', './table.csv'], '--out ./table.csv', 'the data table.csv'],
    [[...TRAIN, '--out', 'hard.csv'], '--out hard.csv', 'the data table.csv'],
    [[...TRAIN, '--out', 'soft.csv'], '--out soft.csv', 'the data table.csv'],
    [[...TRAIN, '--out', 'here/table.csv'], '--out here/table.csv', 'the data table.csv'],
    [[...TRAIN, '--report', 'table.csv'], '--report table.csv', 'the data table.csv'],
    [
      [...TRAIN, '--config', 'config.json', '--out', 'config.json'],
      '--out config.json',
      '--config config.json',
    ],
    [
      [...TRAIN, '--config', 'config.json', '--report', 'here/config.json'],
      '--report',
      '--config config.json',
    ],
    [[...TRAIN, '--out', 'new', '--report', 'new'], '--report new', '--out new'],
    [[...TRAIN, '--out', 'new', '--report', './new'], '--report ./new', '--out new'],
    [[...TRAIN, '--out', 'new', '--report', 'here/images/../new'], '--report here', '--out new'],
    [[...TRAIN, '--out', 'here/new', '--report', 'new'], '--report new', '--out here/new'],
    [[...TRAIN, '--out', 'old', '--report', 'here/old'], '--report here/old', '--out old'],
    [[...TRAIN, '--report', 'model.safetensors'], '--report', '--out model.safetensors'],
    [['train', 'images', '--out', 'images/train-labels-idx1-ubyte'], '--out images/train', 'images/train'],
    [['train', 'images', '--out', 'here/images/t10k-images-idx3-ubyte'], '--out here/images', 'images/t10k'],
    [['predict', 'model', 'table.csv', '--out', 'table.csv'], '--out table.csv', 'the data table.csv'],
    [['predict', 'model', 'table.csv', '--out', 'hard.csv'], '--out hard.csv', 'the data table.csv'],
    [['predict', 'model', 'table.csv', '--out', 'model'], '--out model', 'the model model'],
    [['predict', 'model', 'table.csv', '--out', 'hard.model'], '--out hard.model', 'the model model'],
    [[...DIAGNOSE, '--html', 'table.csv'], '--html table.csv', 'the data table.csv'],
    [[...DIAGNOSE, '--svg', 'here/table.csv'], '--svg here/table.csv', 'the data table.csv'],
    [[...DIAGNOSE, '--json', 'soft.csv'], '--json soft.csv', 'the data table.csv'],
    [[...DIAGNOSE, '--html', 'new', '--svg', 'new'], '--svg new', '--html new'],
    [[...DIAGNOSE, '--config', 'config.json', '--json', 'config.json'], '--json', '--config config.json'],
    [['diagnose', 'table.csv', '--model', 'model', '--html', 'hard.model'], '--html', '--model model'],
    [[...X2, '--html', 'new', '--json', 'here/new'], '--json here/new', '--html new'],
    [[...X2, '--html', 'old', '--svg', 'old'], '--svg old', '--html old'],
    [[...X6, '--json', 'images/train-labels-idx1-ubyte'], '--json images', 'images/train'],
    [[...X6, '--file', 'new', '--json', './new'], '--json ./new', '--file new'],
    [[...COMPARE, '--html', 'new', '--svg', './new'], '--svg ./new', '--html new'],
    [[...COMPARE, '--svg', 'old', '--json', 'here/old'], '--json here/old', '--svg old'],
  ])('is refused: %j', (args, target, lost) => {
    const before = everything();
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^[^\n]*: expected a file of its own, got the same one as [^\n]*\n$/);
    expect(stderr.startsWith(target), stderr).toBe(true);
    expect(stderr.split('as ')[1]).toContain(lost);
    expect(everything()).toEqual(before);
  });

  it.each([
    ['the data', 'predict model table.csv >> table.csv', 'standard output'],
    ['the data by another name', 'predict model table.csv >> hard.csv', 'standard output'],
    ['the model', 'train table.csv --target y --epochs 2 --out old >> old', '--out old'],
    ['the data in messages', 'train table.csv --target y --epochs 2 2>> table.csv', undefined],
  ])('is refused if the shell redirects output to it: %s', (_, line, named) => {
    const before = everything();
    const command = `"${process.execPath}" "${program}" ${line}`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect(status).toBe(1);
    if (named !== undefined) expect(stderr.startsWith(`${named}: expected a file of its own`)).toBe(true);
    // The redirected file may hold only this one line.
    if (named === undefined) writeFileSync(at('table.csv'), TABLE);
    expect(everything()).toEqual(before);
  });

  const ignoresCase = existsSync(program.toUpperCase());
  it.runIf(ignoresCase)('is refused by a name in other letters where those are the same file', () => {
    for (const args of [
      ['--out', 'TABLE.csv'],
      ['--out', 'fresh', '--report', 'FRESH'],
    ]) {
      expect(run(...TRAIN, ...args).stderr).toContain('expected a file of its own');
    }
    expect(read('table.csv')).toBe(TABLE);
  });
  it.skipIf(ignoresCase)('is not refused if names in other letters are other files', () => {
    expect(run(...TRAIN, '--out', 'fresh', '--report', 'FRESH').status).toBe(0);
    expect([read('FRESH').slice(0, 9), existsSync(at('fresh'))]).toEqual(['<!doctype', true]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a file that cannot be written', () => {
  const options = [
    [TRAIN, '--out'],
    [TRAIN, '--report'],
    [['predict', 'model', 'table.csv'], '--out'],
    [DIAGNOSE, '--html'],
    [DIAGNOSE, '--svg'],
    [DIAGNOSE, '--json'],
    [X2, '--html'],
    [X6, '--file'],
    [COMPARE, '--json'],
    [['lab', 'E6'], '--json'],
  ] as const;
  beforeAll(() => {
    symlinkSync('nowhere', at('dangling'));
    symlinkSync('nowhere/file', at('dangling too'));
  });

  it.each(options)('%j %s is refused before the work', (args, option) => {
    const before = everything();
    for (const [path, why] of [
      ['dangling', 'a link to nowhere, which does not exist'],
      ['dangling too', 'a link to nowhere/file, which does not exist'],
      ['no/such/file', 'ENOENT (no such file or directory)'],
      ['new/', 'ENOENT (no such file or directory)'],
      ['images', 'EISDIR (illegal operation on a directory)'],
    ] as const) {
      const { status, stdout, stderr } = run(...args, option, path);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toBe(`${path}: expected a file that can be written, got ${why}\n`);
    }
    expect(everything()).toEqual(before);
  });
});

describe('a file that is replaced', () => {
  const written = [
    [[...TRAIN, '--hidden', '512', '--out', 'target']],
    [[...TRAIN, '--report', 'target', '--out', '/dev/null']],
    [['predict', 'model', 'large.csv', '--out', 'target']],
    [[...DIAGNOSE, '--html', 'target']],
    [['lab', 'E6', '--json', 'target']],
    [[...X2, '--svg', 'target']],
    [[...COMPARE.slice(0, 3), 'heUniform', '--depth', '9', '--json', 'target']],
  ] as const;
  const OLD = 'what was there before';
  beforeAll(() => {
    writeFileSync(at('large.csv'), `a,b\n${'1,2\n'.repeat(2000)}`);
  });
  beforeEach(() => writeFileSync(at('target'), OLD));

  it.skipIf(process.platform === 'win32').each(written)(
    '%j keeps the old file if no room is left',
    (args) => {
      const before = everything();
      // Files may have at most 4 blocks of 512 or 1024 bytes: the first write takes what fits, as on a full disk.
      const line = 'ulimit -f 4; exec "$@"';
      const { status, stderr } = spawnSync('sh', ['-c', line, 'sh', process.execPath, program, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^target: cannot be written, EFBIG \(file too large\)$/m);
      expect(everything()).toEqual(before);
    },
  );

  it.skipIf(process.platform !== 'linux').each(written)('%j reports a full device', (args) => {
    const { status, stderr } = run(...args.map((arg) => (arg === 'target' ? '/dev/full' : arg)));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^\/dev\/full: cannot be written, ENOSPC \(no space left on device\)$/m);
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('keeps its mode, and a link to it stays a link', () => {
    chmodSync(at('target'), 0o640);
    symlinkSync('target', at('link'));
    expect(run(...TRAIN, '--out', 'link').status).toBe(0);
    expect(readlinkSync(at('link'))).toBe('target');
    expect(statSync(at('target')).mode & 0o777).toBe(0o640);
    expect(MLP.load(readFileSync(at('target'))).epoch).toBe(2);
  });

  it.skipIf(process.platform === 'win32')(
    'is a new file, so that readers of the old one are not disturbed',
    () => {
      linkSync(at('target'), at('other name'));
      expect(run(...TRAIN, '--out', 'target').status).toBe(0);
      expect(read('other name')).toBe(OLD);
    },
  );

  it('leaves no temporary file', () => {
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

it.skipIf(process.platform === 'win32')('a pipe is written to directly', () => {
  const line = `mkfifo pipe; cat pipe > piped & "${process.execPath}" "${program}" lab E6 --json pipe; wait`;
  expect(spawnSync('sh', ['-c', line], { cwd: folder }).status).toBe(0);
  expect(JSON.parse(read('piped')).id).toBe('E6');
});
