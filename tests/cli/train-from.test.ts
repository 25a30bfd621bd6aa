/** Tests of `evenkeel train` with several targets, with fills of the training rows, and with a saved model to continue. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MLP, Rng, savedMetadata } from '../../src/index.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const bytes = (name: string) => readFileSync(join(folder, name));
const load = (name: string) => MLP.load(bytes(name));
const columns = (name: string) => JSON.parse(savedMetadata(bytes(name)).columns!);

const ROWS = 80;
const rng = new Rng('cli-from');
const [a, b] = [rng.split('a').normal(ROWS), rng.split('b').normal(ROWS)];
const rows = Array.from(a, (_, r) => `${a[r]!.toFixed(3)},${b[r]!.toFixed(3)},${'pq'[r % 2]}`);
const price = (r: number) => (100 + 20 * a[r]!).toFixed(2);
const rent = (r: number) => (5 - 2 * b[r]!).toFixed(3);
write(
  'flats.csv',
  ['a,b,kind,price,rent', ...rows.map((row, r) => `${row},${price(r)},${rent(r)}`)].join('\n'),
);
write('kinds.csv', ['a,b,kind,y', ...rows.map((row, r) => `${row},${a[r]! > 0 ? 'up' : 'down'}`)].join('\n'));

const train = (...args: string[]) => {
  const { status, stdout, stderr } = run('train', ...args);
  expect(status, stderr).toBe(0);
  return stdout;
};

describe('several targets', () => {
  const scores = (stdout: string) => Number(/rows[^:]*: .*r2 (-?[\d.]+)/.exec(stdout)![1]);

  it('become one number each, by --target or by a config', () => {
    const stdout = train(
      'flats.csv',
      '--target',
      'price',
      '--target',
      'rent',
      '--out',
      'm',
      '--report',
      'm.html',
    );
    expect(stdout).toMatch(/^80 rows, 4 values each, to learn price, rent\n4-32-2, relu, identity, seed 0\n/);
    expect(scores(stdout)).toBeGreaterThan(0.8);
    const [head, ...lines] = run('predict', 'm', 'flats.csv').stdout.trimEnd().split('\n');
    expect(head).toBe('price,rent,note');
    const error = lines.reduce((sum, line, r) => {
      const [first, second] = line.split(',').map(Number);
      return (
        sum + (Math.abs(first! - Number(price(r))) / 20 + Math.abs(second! - Number(rent(r))) / 2) / ROWS
      );
    }, 0);
    expect(error).toBeLessThan(0.8);
    expect(bytes('m.html').toString()).toMatch(/Residuals of price[\s\S]*Residuals of rent/);
    write('two.json', '{"data": {"target": ["rent", "price"]}, "fit": {"epochs": 1}}');
    expect(train('flats.csv', '--config', 'two.json', '--out', 'm2', '--ensemble', '1')).toContain(
      'to learn rent, price\n',
    );
  });

  it('cannot be classes', () => {
    const { status, stderr } = run(
      'train',
      'flats.csv',
      '--target',
      'price',
      '--target',
      'kind',
      '--task',
      'classification',
    );
    expect([status, stderr]).toEqual([
      1,
      '--task classification: expected one --target, since several are learned as numbers\n',
    ]);
  });
});

it('test rows do not influence the fills of missing cells', () => {
  // In the order of the file the last rows test; their a is a thousand.
  const lines = Array.from({ length: 40 }, (_, r) => `${r === 0 ? '' : r < 30 ? r % 2 : 1000},${r}.5`);
  write('drift.csv', ['a,y', ...lines].join('\n'));
  const args = [
    'drift.csv',
    '--target',
    'y',
    '--split',
    'ordered',
    '--test',
    '0.25',
    '--epochs',
    '1',
    '--out',
    'm',
  ];
  train(...args, '--validation', '0', '--ensemble', '1');
  expect(columns('m').features[0].mean).toBeCloseTo(15 / 29, 12);
  // The validation rows of a single network do not influence its fills either; several networks share theirs.
  train(...args, '--validation', '0.5', '--ensemble', '1');
  expect(columns('m').features[0].mean).toBeCloseTo(7 / 14, 12);
  train(...args, '--ensemble', '2');
  expect(columns('m').features[0].mean).toBeCloseTo(15 / 29, 12);
});

describe('--from', () => {
  beforeAll(() => {
    train(
      'kinds.csv',
      '--target',
      'y',
      '--out',
      'first',
      '--epochs',
      '3',
      '--ensemble',
      '1',
      '--validation',
      '0',
    );
  });

  it('continues as if the model had never been saved', () => {
    const more = train(
      'kinds.csv',
      '--from',
      'first',
      '--out',
      'second',
      '--epochs',
      '4',
      '--validation',
      '0',
    );
    expect(more).toMatch(
      /^80 rows, 4 values each, to learn y \(2 classes\)\n4-32-2, relu, softmax, seed 0\n/,
    );
    expect(load('second').epoch).toBe(7);
    train(
      'kinds.csv',
      '--target',
      'y',
      '--out',
      'whole',
      '--epochs',
      '7',
      '--ensemble',
      '1',
      '--validation',
      '0',
    );
    expect(load('second').getWeights()).toEqual(load('whole').getWeights());
    expect(load('second').step).toBe(load('whole').step);
    expect(savedMetadata(bytes('second'))).toEqual(savedMetadata(bytes('first')));
  });

  it('reads other rows with the columns of the model', () => {
    write('more.csv', 'kind,y,extra,b,a\np,up,1,0.5,1\nz,down,2,,-1\nq,up,3,0.1,2\nq,down,3,0.1,-2\n');
    const stdout = train(
      'more.csv',
      '--from',
      'first',
      '--out',
      'second',
      '--epochs',
      '2',
      '--validation',
      '0',
    );
    expect(stdout).toMatch(/^4 rows, 4 values each/);
    expect(stdout).toContain("column 'kind': 1 cell with categories unknown to training ('z')");
    expect(columns('second')).toEqual(columns('first'));
    const strict = run('train', 'more.csv', '--from', 'first', '--out', 'third', '--on-unknown', 'error');
    expect([strict.status, strict.stderr]).toEqual([
      1,
      expect.stringMatching(/^more\.csv: line 3, column 'kind': unknown category 'z'/),
    ]);
  });

  it.each([
    [['--hidden', '8'], /^--hidden: the model of --from has its layers already; leave the option out/],
    [['--target', 'b'], /^--target: the model of --from has its target already/],
    [['--ignore', 'b'], /^--ignore: the model of --from has its columns already/],
    [['--learning-rate', '0.1'], /^--learning-rate: the model of --from has its optimizer already/],
    [['--ensemble', '5'], /^--ensemble: the model of --from has one network/],
    [['--no-header'], /^--no-header: /],
    [['--config', 'layers.json'], /^'model' of the config: the model of --from has its own already/],
    [['--on-missing', 'median'], /^--on-missing median: the model holds no median of 'a'/],
    [['--out', 'first'], /^--out first: expected a file of its own, got the same one as --from first/],
  ])('refuses %j', (args, message) => {
    write('layers.json', '{"model": {"seed": 1}}');
    const before = bytes('first');
    const { status, stdout, stderr } = run('train', 'kinds.csv', '--from', 'first', '--out', 'none', ...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(bytes('first')).toEqual(before);
  });

  it('accepts the mean of several networks', () => {
    train('flats.csv', '--target', 'price', '--out', 'mean', '--epochs', '2');
    train('flats.csv', '--from', 'mean', '--out', 'mean2', '--epochs', '2');
    expect(load('mean2').config).toEqual(load('mean').config);
  });
});
