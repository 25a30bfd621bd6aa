/** Tests of the options that say how a table is written: given to a command, stored in the model, and overridden later. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { savedMetadata } from '../../src/index.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const latin = (text: string) => Buffer.from(text, 'latin1');

/** Trains on a table for one epoch, and returns what the command prints. */
function train(name: string, ...args: string[]): string {
  const options = ['--target', 'y', '--out', `${name}.model`, '--epochs', '1', '--ensemble', '1'];
  const { status, stdout, stderr } = run('train', name, ...options, ...args);
  expect([status, stderr.replace(/epoch.*\n/g, '')]).toEqual([0, '']);
  return stdout;
}

/** Returns the answers to a table, without the notes of the reader. */
function answers(model: string, table: string | Uint8Array, ...args: string[]): string[] {
  write('asked.csv', table);
  const { status, stdout, stderr } = run('predict', model, 'asked.csv', ...args);
  expect([status, stderr]).toEqual([0, expect.not.stringMatching(/not predicted|unknown to training/)]);
  return stdout.trimEnd().split('\n').slice(1);
}

const metadata = (name: string) => savedMetadata(readFileSync(join(folder, name)));

describe('a table in windows-1252 with its own marks', () => {
  const rows = Array.from(
    { length: 20 },
    (_, r) => `${r % 3 ? 'Zürich' : 'Genève'};'${r};5';1'${200 + r};${r % 2}`,
  );
  const head = '% kept by hand\nort;text;betrag;y\n';
  const reading = ['--encoding', 'windows-1252', '--comment', '%', '--quote', "'", '--delimiter', ';'];

  it('is described in the model, so that later tables need no options', () => {
    const text = `${head}${rows.join('\n').replaceAll("1'", '1.')}\n`;
    write('ort.csv', latin(text));
    const stdout = train('ort.csv', ...reading, '--thousands', '.', '--kinds', 'text=category,y=category');
    expect(stdout).toMatch(/^20 rows, 23 values each/);
    expect(JSON.parse(metadata('ort.csv.model').task!).reading).toEqual({
      encoding: 'windows-1252',
      comment: '%',
      quote: "'",
      delimiter: ';',
    });
    expect(JSON.parse(metadata('ort.csv.model').columns!).reading).toMatchObject({ thousands: '.' });
    expect(answers('ort.csv.model', latin(text))).toHaveLength(20);
    write('test.csv', latin(text));
    expect(
      train('ort.csv', ...reading, '--thousands', '.', '--kinds', 'y=category', '--test', 'test.csv'),
    ).toContain('20 test rows');
  });

  it('gives way to options of predict, and to a byte order mark', () => {
    const utf8 = `ort|text|betrag\nZürich|"1;5"|1,200\n`;
    const expected = answers('ort.csv.model', latin("ort;text;betrag\nZürich;'1;5';1.200\n"));
    const given = [
      '--encoding',
      'utf-8',
      '--delimiter',
      '|',
      '--quote',
      '"',
      '--thousands',
      ',',
      '--decimal',
      '.',
    ];
    expect(answers('ort.csv.model', utf8, ...given)).toEqual(expected);
    const marked = `\uFEFFort;text;betrag\nZürich;'1;5';1.200\n`;
    expect(answers('ort.csv.model', marked)).toEqual(expected);
    expect(answers('ort.csv.model', Buffer.from(marked, 'utf16le'))).toEqual(expected);
  });

  it('does not change the encoding of JSON lines', () => {
    const expected = answers('ort.csv.model', latin("ort;text;betrag\nZürich;'1;5';1.200\n"));
    write('asked.jsonl', '{"ort": "Zürich", "text": "1;5", "betrag": 1200}\n');
    const { stdout, stderr } = run(
      'predict',
      'ort.csv.model',
      'asked.jsonl',
      '--format',
      'csv',
      '--out',
      'a.csv',
    );
    expect([stdout, stderr]).toEqual(['', '']);
    expect(readFileSync(join(folder, 'a.csv'), 'utf8').trimEnd().split('\n').slice(1)).toEqual(expected);
  });
});

describe('amounts, shares and dates', () => {
  const row = (r: number) => `"$1,${200 + r}.50",${r}%,${(r % 12) + 1}/4/2005,${r % 2 ? 'a' : 'b'}\n`;
  const table = `paid,share,due,y\n${Array.from({ length: 24 }, (_, r) => row(r)).join('')}`;

  beforeAll(() => {
    write('paid.csv', table);
    train('paid.csv', '--thousands', ',', '--percent', '--currency', '--day-first');
  });

  it('are read by the options', () => {
    const { features, reading } = JSON.parse(metadata('paid.csv.model').columns!);
    expect(features).toMatchObject([
      { name: 'paid', kind: 'numeric' },
      { name: 'share', kind: 'numeric' },
      { name: 'due', kind: 'date', format: 'day-month-year' },
    ]);
    expect(features[0].mean).toBeGreaterThan(1200);
    expect(features[1].mean).toBeLessThan(1);
    expect(reading).toMatchObject({ thousands: ',', percent: true, currency: true });
  });

  it('are read in the same way in a later table, or by its own options', () => {
    const expected = answers('paid.csv.model', `paid,share,due\n"$1,210.50",10%,11/4/2005\n`);
    expect(
      answers(
        'paid.csv.model',
        `paid;share;due\nEUR 1.210,50;10%;4/11/2005\n`,
        ...[...['--currency', 'EUR', '--thousands', '.', '--decimal', ',', '--no-day-first']],
      ),
    ).toEqual(expected);
  });

  it('follow the options in JSON lines too', () => {
    const expected = answers('paid.csv.model', `paid,share,due\n"$1,210.50",10%,11/4/2005\n`);
    write('asked.jsonl', '{"paid": "EUR 1.210,50", "share": "10%", "due": "4/11/2005"}\n');
    const marks = ['--currency', 'EUR', '--thousands', '.', '--decimal', ',', '--no-day-first'];
    const { stdout } = run(
      'predict',
      'paid.csv.model',
      'asked.jsonl',
      '--format',
      'csv',
      '--out',
      'a.csv',
      ...marks,
    );
    expect(stdout).toBe('');
    expect(readFileSync(join(folder, 'a.csv'), 'utf8').trimEnd().split('\n').slice(1)).toEqual(expected);
  });

  it('continue a training and show in a diagnosis without options', () => {
    const from = run('train', 'paid.csv', '--from', 'paid.csv.model', '--out', 'more.model', '--epochs', '1');
    expect([from.status, from.stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^24 rows, 7 values each/),
    ]);
    const { status, stdout } = run('diagnose', 'paid.csv', '--model', 'paid.csv.model');
    expect([status, stdout]).toEqual([0, expect.stringContaining('24 rows')]);
    write('other.csv', table.replaceAll(',', ';'));
    const other = run('diagnose', 'other.csv', '--model', 'paid.csv.model', '--thousands', ';');
    expect([other.status, other.stdout]).toEqual([0, expect.stringContaining('24 rows')]);
  });
});

it('a table without a header, which its model calls by numbers, may later have a single row', () => {
  const rows = Array.from({ length: 20 }, (_, r) => `${r % 7}.5,${r % 5},${r % 2 ? 'up' : 'down'}\n`).join(
    '',
  );
  write('bare.csv', rows);
  const args = ['--target', '2', '--out', 'bare.model', '--epochs', '1', '--ensemble', '1'];
  expect(run('train', 'bare.csv', ...args).status).toBe(0);
  expect(answers('bare.model', '3.5,2,up\n')).toHaveLength(1);
});
