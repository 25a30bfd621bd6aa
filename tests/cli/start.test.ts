/** Tests of `npm start`: options, tables and refusals, on a data set of a few images. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barProgress } from '../../src/cli/progress.js';
import { Rng } from '../../src/index.js';
import { recipeNames, recipes } from '../../src/lab/recipes.js';

const program = fileURLToPath(new URL('../../build/cli/start.js', import.meta.url));
const SIDE = 3;
const TRAIN = 40;
const TEST = 10;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it('trains from five starts with the given options, in plain lines', () => {
    const options = [
      '--epochs',
      '2',
      '--batch',
      '8',
      '--learning-rate',
      '0.05',
      '--units',
      '4,4',
      '--activation',
      'tanh',
      '--seed',
      '3',
    ];
    const { status, stdout, stderr } = run('--data', dataSet('plain'), ...options, '--backend', 'javascript');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('9-4-4-10, tanh: 40 training and 10 test images');
    expect(stdout).toContain('SGD, learning rate 0.05, batch 8, epochs 2, seed 3, javascript, portable');
    for (const name of ['zeros', 'normal σ = 1', 'normal σ = 0.01', 'Glorot uniform', 'He normal']) {
      expect(stdout).toMatch(new RegExp(`^${name} +epoch 2/2  loss [\\d.]+  test accuracy [\\d.]+ %`, 'm'));
    }
    expect(stdout).toBe(stripVTControlCharacters(stdout));
    expect(Array.from(stdout).filter((character) => character < ' ' && character !== '\n')).toEqual([]);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('reads gzipped files, and gives the same result for the same seed', () => {
    const options = ['--epochs', '1', '--units', '3'];
    const timed = / [\d ]+(samples\/s)?$/gm;
    const [plain, zipped] = ['plain', 'gz'].map((kind) =>
      run('--data', dataSet(kind), ...options).stdout.replaceAll(timed, ''),
    );
    expect(zipped).toContain('He normal');
    expect(zipped).toBe(plain);
  });

  it.each([
    ['a folder that is not there', (at: string) => join(at, 'nowhere'), /train-images-idx3-ubyte/],
    [
      'a truncated file',
      (at: string) => spoil(at, 'train-images-idx3-ubyte', (bytes) => bytes.subarray(0, 100)),
      /train-images-idx3-ubyte.*expected 376 bytes, got 100/,
    ],
    [
      'a wrong magic number',
      (at: string) =>
        spoil(at, 't10k-labels-idx1-ubyte', (bytes) => bytes.map((byte, i) => (i === 3 ? 9 : byte))),
      /t10k-labels-idx1-ubyte.*0x00000801/,
    ],
    [
      'counts that disagree',
      (at: string) => spoil(at, 'train-labels-idx1-ubyte', () => idx([TRAIN - 1])),
      /train-labels-idx1-ubyte.*39/,
    ],
  ])('with %s names the file and what was expected in one line, and exits with 1', (_, make, message) => {
    const { status, stderr } = run('--data', make(dataSet(`bad-${Math.random()}`)));
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });

  it.each([
    [['--epoch', '3'], /--epochs/],
    [['--epochs', '0'], /--epochs/],
    [['--units', '256,'], /--units/],
    [['--activation', 'reluu'], /relu/],
    [['--learning-rate', '-1'], /--learning-rate/],
    [['--backend', 'webgl'], /wasm/],
  ])('with %j names the option and exits with 2', (options, message) => {
    const { status, stderr } = run(...options);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('--help shows the options and an example', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    for (const option of [
      '--epochs',
      '--batch',
      '--learning-rate',
      '--units',
      '--activation',
      '--data',
      '--recipe',
      '--seed',
      '--backend',
      '--arithmetic',
    ]) {
      expect(stdout).toContain(option);
    }
    expect(stdout).toContain('npm start -- ');
  });
});

describe('npm start -- --recipe', () => {
  it('trains one network, with one line per epoch, and ends with a table', () => {
    const options = ['--recipe', 'sgd', '--epochs', '2', '--seed', '3', '--backend', 'javascript'];
    const { status, stdout, stderr } = run('--data', dataSet('plain'), ...options);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^epoch 1\/2 {2}loss .*\nepoch 2\/2 {2}loss .* validation: loss .*\n$/);
    expect(stdout).toContain("9-256-10, relu, PyTorch's start, inputs symmetric");
    expect(stdout).toContain('sgd, learning rate 0.01, batch 128, epochs 2, seed 3, javascript, portable');
    expect(stdout).toMatch(/^First gradient: layer 1 [\d.]+, last layer [\d.]+$/m);
    expect(stdout).toMatch(/^ +1( +[\d.]+){2} % +[\d.]+ %\n +2( +[\d.]+){2} % +[\d.]+ %$/m);
    // Fifty random images are not Fashion-MNIST.
    expect(stdout).toContain('these images are others');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(recipeNames)('%s runs, with its own epochs', (name) => {
    const { status, stdout } = run('--data', dataSet('plain'), '--recipe', name);
    expect(status).toBe(0);
    const { epochs } = recipes[name];
    expect(stdout).toContain(`epochs ${epochs}`);
    expect(stdout).toMatch(new RegExp(`^ +${epochs} +[\\d.–]+ `, 'm'));
  });

  it('list lists the recipes, one per line, and trains nothing', () => {
    const { status, stdout, stderr } = run('--recipe', 'list', '--data', join(folder, 'nowhere'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(recipeNames);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([
    [['--recipe', 'recomended'], /--recipe.*'recommended'/],
    [['--recipe', 'sgd', '--units', '3'], /--recipe.*--units/],
    [['--recipe', 'sgd', '--learning-rate', '1'], /--recipe.*--learning-rate/],
  ])('with %j reports the fault and exits with 2', (options, message) => {
    const { status, stdout, stderr } = run(...options);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('the progress bar', () => {
  it('shows rate and time left, and restores the cursor', () => {
    let written = '';
    const stream = {
      isTTY: true,
      columns: 80,
      write(text: string) {
        written += text;
        return true;
      },
      on: () => {},
      once: () => {},
    };
    const bar = barProgress(stream as never, { epochs: 2, samples: 100 });
    const start = {
      name: 'zeros',
      firstStd: 0,
      lastStd: 0,
      gradientNorm: 0,
      epochs: [],
      samplesPerSecond: 1234,
    };
    bar.onStart?.(start);
    bar.onBatch?.(start, { epoch: 1, samples: 50, loss: 1 });
    bar.stop();
    expect(written).toMatch(/zeros .*epoch 1\/2/);
    expect(written).toMatch(/1 234 samples\/s/);
    expect(written).toMatch(/left/);
    expect(written).toContain('\u001b[?25l');
    expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'));
  });
});

function run(...options: string[]) {
  return spawnSync(process.execPath, [program, ...options], { encoding: 'utf8' });
}

/** Writes a folder of the four files; with `gz` they are gzipped. */
function dataSet(kind: string): string {
  const at = join(folder, kind);
  mkdirSync(at, { recursive: true });
  for (const [part, count] of [
    ['train', TRAIN],
    ['t10k', TEST],
  ] as const) {
    const files = {
      [`${part}-images-idx3-ubyte`]: idx([count, SIDE, SIDE]),
      [`${part}-labels-idx1-ubyte`]: idx([count]),
    };
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(at, kind === 'gz' ? `${name}.gz` : name), kind === 'gz' ? gzipSync(bytes) : bytes);
    }
  }
  return at;
}

/** Returns an IDX file of unsigned bytes with this shape: labels 0 to 9, or pixels. */
function idx(shape: readonly number[]): Uint8Array {
  const n = shape.reduce((product, size) => product * size, 1);
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  const values = new Rng(5).split(n).integers(n, shape.length === 1 ? 10 : 256);
  return Uint8Array.from([...header, ...values]);
}

function spoil(at: string, name: string, change: (bytes: Uint8Array) => Uint8Array): string {
  const count = name.startsWith('train') ? TRAIN : TEST;
  writeFileSync(join(at, name), change(idx(name.includes('images') ? [count, SIDE, SIDE] : [count])));
  return at;
}
