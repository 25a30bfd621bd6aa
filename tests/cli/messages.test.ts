/** Tests of the most difficult messages of reading, training and predicting, as the command prints them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inCommandWords } from '../../src/cli/wording.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
/** Options of a training that is soon over. */
const quick = ['--target', 'y', '--out', 'none', '--epochs', '1', '--ensemble', '1'] as const;
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);

const rows = Array.from({ length: 12 }, (_, r) => `${r}.5,${r},${r % 2 ? 'up' : 'down'}\n`).join('');
const table = `a,b,y\n${rows}`;

beforeAll(() => {
  write('good.csv', table);
  const args = ['good.csv', '--target', 'y', '--out', 'm', '--epochs', '1', '--ensemble', '1'];
  expect(run('train', ...args).status).toBe(0);
});

/** Fault, table, and message after `t.csv: `; some tables need an option. */
const refusals: readonly (readonly [
  what: string,
  text: string | Uint8Array,
  message: string,
  ...args: string[],
])[] = [
  [
    'a thousands separator',
    `${table}3.5,"1,200",up\n`,
    `line 14, column 'b': expected a number, got '1,200'; --thousands ',' reads such cells, or --kinds b=category if the column is text`,
  ],
  [
    'a word among numbers',
    `${table}3.5,few,up\n`,
    "line 14, column 'b': expected a number, got 'few'; name it in --missing if it stands for no value, or set --kinds b=category if the column is text",
  ],
  [
    'a number that is not finite',
    `${table}inf,3,up\n`,
    "line 14, column 'a': expected a finite number, got 'inf'; name it in --missing if it stands for no value",
  ],
  [
    'bytes of another encoding',
    Buffer.from(`${table}3.5,3,José\n`, 'latin1'),
    'expected UTF-8, got invalid byte 0xE9 at offset 139, on line 14; try --encoding windows-1252, which Excel and older Windows programs use, or another label of TextDecoder',
  ],
  [
    'a missing cell',
    `${table}3.5,,up\n`,
    "line 14, column 'b': expected a value, got nothing; --on-missing mean fills such cells, --on-missing skip leaves their rows out",
    '--on-missing',
    'error',
  ],
  [
    'a cell too many',
    `${table}3.5,3,up,high\n`,
    'line 14: expected 3 cells, got 4 cells; a cell with a delimiter in it needs quotes',
  ],
  [
    'a quote that does not end',
    `${table}3.5,"3,up\n`,
    "line 14, column 'b': expected a quote at the end of the cell, got none before the next delimiter; a quote within a quoted cell is written twice",
  ],
  ['one class', 'a,y\n1,p\n2,p\n', "expected two classes in column 'y', got 'p' in every row"],
  [
    'one number as target',
    'a,y\n1,5.5\n2,5.5\n3,5.5\n',
    "expected different numbers in column 'y', got 5.5 in every row",
  ],
  [
    'a workbook',
    Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 6, 0, 0x84, 0xff),
    'expected a table as text, got a ZIP file, such as an Excel workbook; save the table as CSV',
  ],
  [
    'numbers that should be dates',
    'd,b,y\n73,3,up\n74,4,down\n',
    "line 2, column 'd': expected a date, such as 2005-03-14, 3/14/2005 or 14-Mar-05, got '73'; --kinds d=numeric reads numbers",
    '--kinds',
    'd=date',
  ],
  [
    'a word among dates',
    'd,b,y\n2020-01-01,3,up\nsoon,4,down\n',
    "line 3, column 'd': expected a date, year-month-day, got 'soon'; name it in --missing if it stands for no value, or set --kinds d=category if the column is text",
    '--kinds',
    'd=date',
  ],
  ['a blank target', 'a,y\n1,\n2,\n', "expected values in the target column 'y', got none"],
  [
    'a target that names each row',
    `a,y\n${Array.from({ length: 12 }, (_, r) => `${r}.5,n${r}\n`).join('')}`,
    "expected numbers or classes in the target column 'y', got 12 different values in 12 rows, such as 'n0', 'n1'",
  ],
  [
    'identifiers and a blank column alone',
    `id,name,blank,y\n${Array.from({ length: 12 }, (_, r) => `${r},n${r},,${r % 2}\n`).join('')}`,
    "expected a column to learn from, got none beside the target and ignored ones; column 'id' is ignored: it holds a different whole number in each row; --kinds id=numeric keeps it; column 'name' is ignored: it has 12 different values in 12 rows; --kinds name=category keeps it; column 'blank' is ignored: all its cells are blank or missing",
  ],
];

it.each(refusals.map(([what, text, message, ...args]) => ({ what, text, message, args })))(
  'training reports the fault and the remedy in one line: $what',
  ({ text, message, args }) => {
    write('t.csv', text);
    const { status, stdout, stderr } = run('train', 't.csv', '--target', 'y', '--out', 'none', ...args);
    expect([status, stdout, stderr]).toEqual([1, '', `t.csv: ${message}\n`]);
  },
);

it('training names a target that it does not find', () => {
  const { stderr } = run('train', 'good.csv', '--target', 'yy', '--out', 'none');
  expect(stderr).toBe("--target: no column 'yy' in good.csv; did you mean 'y'? Known: a, b, y\n");
});

it('training names classes of a single row, columns that it ignores and what would keep them', () => {
  const text = Array.from({ length: 12 }, (_, r) => `${r}.5,n${r},,${r % 2 ? 'up' : 'down'}\n`).join('');
  write('t.csv', `a,name,blank,y\n${text}3,n12,,rare\n`);
  const { stdout } = run('train', 't.csv', ...quick);
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    '13 rows, 1 value each, to learn y (3 classes)',
    "column 'name' is ignored: it has 13 different values in 13 rows; --kinds name=category keeps it",
    "column 'blank' is ignored: all its cells are blank or missing",
    "1 class of 'y' has a single row, which trains and never validates: 'rare'",
  ]);
});

it('training cuts a long list of notes and of rows that it left out', () => {
  const names = Array.from({ length: 30 }, (_, c) => `c${c}`);
  write(
    't.csv',
    `a,y,${names}\n${Array.from({ length: 20 }, (_, r) => `${r},${r % 2}${','.repeat(30)}\n`).join('')}${'1\n'.repeat(9)}`,
  );
  write('skip.json', '{"data": {"onBadRow": "skip"}}');
  const { stdout } = run('train', 't.csv', ...quick, '--config', 'skip.json');
  expect(stdout.split('\n').slice(1, 10)).toEqual([
    ...[0, 1, 2].map((c) => `column 'c${c}' is ignored: all its cells are blank or missing`),
    '… and 27 more columns like that',
    '9 rows are left out because they cannot be read:',
    ...[22, 23, 24].map((line) => `  t.csv: line ${line}: expected 32 cells, got 1 cell; no cell for 'y'`),
    '  … and 6 more',
  ]);
});

it('predicting names a missing column and an unknown class', () => {
  write('t.csv', 'a,y\n1,up\n');
  expect(run('predict', 'm', 't.csv').stderr).toBe("no column 'b' in t.csv; did you mean 'a'? Known: a, y\n");
  write('t.csv', 'a,b,y\n1,2,upp\n');
  expect(run('predict', 'm', 't.csv').stderr).toBe(
    "not measured, since no row has a usable 'y': t.csv: line 2, column 'y': unknown class 'upp'; did you mean 'up'? Known: down, up\n",
  );
});

it('predicting says that a table is no model', () => {
  const { status, stderr } = run('predict', 'good.csv', 'good.csv');
  expect([status, stderr]).toEqual([
    1,
    'good.csv: expected a model that evenkeel train wrote; its bytes are not those of a safetensors file\n',
  ]);
});

it('writes options of a config as JSON', () => {
  const [, json] = /"data": (\{.*\}) in/.exec(inCommandWords("set onBadRow: 'skip', maxCategories: true"))!;
  expect(JSON.parse(json!)).toEqual({ onBadRow: 'skip', maxCategories: true });
});

it.each([
  ["percent: true, currency: true, thousands: ','", "--percent --currency --thousands ','"],
  ["thousands: '''", '--thousands "\'"'],
  ["decimal: ','", "--decimal ','"],
  ['dayFirst: true reads', '--day-first reads'],
  ['dayFirst: false reads', '--no-day-first reads'],
  ["header: true, quote: '\"'", "--header, --quote '\"'"],
  ['comment: false reads them', '--no-comment reads them'],
  ["such as 'adam' or { name: 'adam' }", 'such as \'adam\' or { "name": "adam" }'],
])('writes %s as %s', (ofLibrary, ofCommand) => {
  expect(inCommandWords(ofLibrary)).toBe(ofCommand);
});

describe('a message about an option', () => {
  const faults: readonly (readonly [args: readonly string[], message: string])[] = [
    [['--test', '0.999'], '--test: 12 of 13 rows leave 1, where training and validation need two;'],
    [['--kinds', 'q=numeric'], "--kinds: no column 'q' in t.csv;"],
    [['--kinds', 'y=date'], "--kinds: expected numeric or category for the target 'y', got date"],
    [['--ignore', 'b,q'], "--ignore: no column 'q' in t.csv;"],
    [['--ignore', 'y'], "--ignore: the target 'y' cannot be ignored"],
    [['--encoding', 'utf-7x'], '--encoding: expected a label of TextDecoder'],
    [['--learning-rate', '1e39'], '--learning-rate: expected a number that is finite as a 32-bit float'],
    [['--thousands', '12'], '--thousands: expected one character that is no digit'],
    [['--thousands', ',', '--decimal', ','], '--thousands: expected another character than decimal'],
    [['--currency', 'EUR,7'], "--currency: expected currency marks without digits, got '7'"],
    [['--delimiter', '"'], '--delimiter: expected characters other than quote'],
    [['--comment', '"'], '--comment: expected characters other than delimiter'],
    [['--target', 'b', '--task', 'regression', '--class-weight', 'balanced'], '--class-weight: b is learned'],
  ];
  it.each(faults)('opens with the option as it was typed: %j', (args, message) => {
    write('t.csv', `${table}3.5,3,up\n`);
    const target = args.includes('--target') ? [] : ['--target', 'y'];
    const { status, stderr } = run('train', 't.csv', ...target, '--out', 'none', ...args);
    expect([status, stderr.startsWith(message), stderr]).toEqual([1, true, stderr]);
  });

  it('opens with the config file if the option is set there', () => {
    write('t.csv', table);
    const refused = (config: object, ...args: string[]) => {
      write('c.json', JSON.stringify(config));
      return run('train', 't.csv', '--target', 'y', '--out', 'none', '--config', 'c.json', ...args).stderr;
    };
    const layers = [{ units: 'four' }, { units: 2, activation: 'softmax' }];
    expect(refused({ model: { layers } })).toMatch(/^c\.json: config\.model\.layers\[0\]\.units: expected/);
    expect(refused({ compile: { loss: 'mse' } })).toMatch(
      /^c\.json: config\.compile\.loss: unknown name 'mse'/,
    );
    expect(refused({ data: { columns: { a: 'number' } } })).toMatch(/^c\.json: config\.data\.columns\.a: /);
    expect(refused({ data: { columns: { q: 'date' } } })).toMatch(
      /^c\.json: config\.data\.columns\.q: no col/,
    );
    expect(refused({ fit: { classWeight: { upp: 2 } } })).toMatch(
      /^c\.json: config\.fit\.classWeight\.upp: no cl/,
    );
    expect(refused({ data: { decimal: ',' } }, '--decimal', ';')).toContain('--decimal');
    expect(refused({ data: { decimal: ',' } }, '--thousands', ',')).toMatch(/^--thousands: /);
    expect(refused({ fit: { validationSplit: 0.5 } }, '--test', '0.95')).toMatch(
      /^--test: 11 of 12 rows leave 1,/,
    );
  });

  it('opens with the path if a file has the name of an option', () => {
    write('seed', 'a,b,y\n1,2\n');
    expect(run('train', 'seed', '--target', 'y', '--seed', '3', '--out', 'none').stderr).toMatch(
      /^seed: line 2/,
    );
    write('loss', 'a,b,y\n1,2\n');
    write('c.json', '{}');
    expect(run('train', 'loss', '--target', 'y', '--config', 'c.json', '--out', 'none').stderr).toMatch(
      /^loss: l/,
    );
  });
});
