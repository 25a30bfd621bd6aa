/** Tests of `evenkeel predict`: every row of the data has an answer or a reason, in its place. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import papaparse from 'papaparse';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeRow } from '../../src/data/index.js';
import { MLP, Rng, savedMetadata } from '../../src/index.js';
import { program, shell } from '../support/shell.js';

const { folder, run, start } = shell();
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name));

const ROWS = 60;
const rng = new Rng('cli-predict');
const [a, b] = [rng.split('a').normal(ROWS), rng.split('b').normal(ROWS)];
const cells = (r: number) =>
  `row ${r},${r % 7 === 1 ? '' : a[r]!.toFixed(3)},${b[r]!.toFixed(3)},${'pq'[r % 2]}`;
const lines = Array.from(a, (_, r) => `${cells(r)},${a[r]! + b[r]! > 0 ? 'yes' : 'no'}`);

beforeAll(() => {
  write('table.csv', ['name,a,b,kind,y', ...lines].join('\n'));
  const { status } = run(
    'train',
    'table.csv',
    '--target',
    'y',
    '--out',
    'm',
    '--epochs',
    '2',
    '--ensemble',
    '1',
  );
  expect(status).toBe(0);
});

/** Returns the library's answer for a single row. */
function expected(row: { a: number | null; b: number; kind: string }): number[] {
  const bytes = read('m');
  const { columns } = savedMetadata(bytes);
  return [...MLP.load(bytes).predict(encodeRow(JSON.parse(columns!), row))].map((value) =>
    Number(value.toPrecision(9)),
  );
}

const table = (text: string) =>
  papaparse.parse<Record<string, string>>(text.trimEnd(), { header: true, delimiter: ',' }).data;
const objects = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('names the column of a number that a 32-bit float cannot hold', () => {
  write('wide.csv', 'b,name,a,kind\n1,x,2,p\n1,x,1e39,q\n-1e39,x,1,p\n');
  const { stdout, stderr } = run('predict', 'm', 'wide.csv');
  expect(table(stdout).map(({ note }) => note)).toEqual([
    '',
    "column 'a': expected a number that a 32-bit float holds, up to 3.4e38, got '1e39'",
    "column 'b': expected a number that a 32-bit float holds, up to 3.4e38, got '-1e39'",
  ]);
  expect(stderr).toContain('2 with a number too large for a 32-bit float');
});

it('says what an array of JSON is not', () => {
  const message =
    /^rows\.json: expected JSON lines, one object per line; line 1: expected a JSON object, got /;
  for (const text of ['[{"a":1,"b":2,"kind":"p"}]\n', '[\n  {"a":1}\n]\n']) {
    write('rows.json', text);
    const { status, stderr } = run('predict', 'm', 'rows.json');
    expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
  }
});

it('names a missing column, even if a line of the file is no object', () => {
  write('junk.jsonl', 'junk\n{"a":1,"kind":"p"}\n');
  const { status, stderr } = run('predict', 'm', 'junk.jsonl');
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^no object of junk\.jsonl has 'b'/)]);
});

describe('every row', () => {
  const rows = [
    ['1', 'p,x,2,1', undefined],
    ['2', 'p,x,,1', "column 'b': expected a value, got nothing"],
    ['3', 'p,x,few,1', "column 'b': expected a number, got 'few'"],
    ['4', 'p,x,1,1,1', 'expected 5 cells, got 6 cells'],
    ['5', 'p,x', "expected 5 cells, got 3 cells; no cell for 'b'"],
    ['6', 'z,x,1,1', /^column 'kind': unknown category 'z'/],
    ['7', 'p,x,inf,1', /^column 'b': expected a finite number/],
    ['8', 'q,x,2,1', undefined],
  ] as const;
  const strict = ['--on-missing', 'error', '--on-unknown', 'error'];

  it('is answered in its place, or has blanks and the reason if it cannot be predicted', () => {
    write('odd.csv', ['id,kind,more,b,a', ...rows.map(([id, text]) => `${id},${text}`)].join('\n'));
    const { status, stdout, stderr } = run('predict', 'm', 'odd.csv', '--columns', 'id', ...strict);
    expect(status).toBe(0);
    const answers = table(stdout);
    expect(Object.keys(answers[0]!)).toEqual(['id', 'y', 'y=no', 'y=yes', 'note']);
    expect(answers.map(({ id }) => id)).toEqual(rows.map(([id]) => id));
    for (const [r, [, text, reason]] of rows.entries()) {
      const { y, 'y=no': no, 'y=yes': yes, note } = answers[r]!;
      if (reason === undefined) {
        const [first, second] = expected({ a: 1, b: 2, kind: text[0]! });
        expect([y, Number(no), Number(yes), note]).toEqual([
          first! > second! ? 'no' : 'yes',
          first,
          second,
          '',
        ]);
      } else {
        expect([y, no, yes]).toEqual(['', '', '']);
        if (typeof reason === 'string') expect(note).toBe(reason);
        else expect(note).toMatch(reason);
      }
    }
    expect(stderr).toBe(
      "6 of 8 rows not predicted, for which the column 'note' gives the reason: " +
        '1 with a missing cell (--on-missing mean fills it), 1 with no number where one is expected, ' +
        '2 with too few or too many cells, ' +
        '1 with a category unknown to training (--on-unknown zeros reads it as none of the known ones), ' +
        '1 with an infinite number\n',
    );
  });

  it('keeps its place over many batches', () => {
    const many = Array.from({ length: 3000 }, (_, r) => `${r},${r % 5 === 4 ? '?!' : '1'},2,p`);
    write('many.csv', ['id,a,b,kind', ...many].join('\n'));
    const { stdout } = run('predict', 'm', 'many.csv', '--columns', 'id');
    const answers = table(stdout);
    expect(answers.map(({ id }) => Number(id))).toEqual(many.map((_, r) => r));
    expect(
      answers.every(({ y, note }, r) => (r % 5 === 4 ? y === '' && note !== '' : y !== '' && note === '')),
    ).toBe(true);
  });

  it('may be filled in another way than in training, if the model has learnt the fill', () => {
    write('hole.csv', 'a,b,kind\n,2,p\n');
    const filled = table(run('predict', 'm', 'hole.csv').stdout)[0]!;
    expect(Number(filled['y=no'])).toBe(expected({ a: null, b: 2, kind: 'p' })[0]);
    for (const how of ['skip', 'error']) {
      const { status, stdout } = run('predict', 'm', 'hole.csv', '--on-missing', how);
      // No row has an answer.
      expect([status, stdout]).toEqual([
        1,
        `y,y=no,y=yes,note\n,,,"column 'a': expected a value, got nothing"\n`,
      ]);
    }
    expect(run('predict', 'm', 'hole.csv', '--on-missing', 'median')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        "--on-missing median: the model holds no median of 'a'; train with --on-missing median, or fill with the mean\n",
    });
  });

  it('is not read if a column is missing, which is named', () => {
    write('short.csv', 'a,bb,kind\n1,2,p\n');
    const { status, stdout, stderr } = run('predict', 'm', 'short.csv');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe("no column 'b' in short.csv; did you mean 'a'? Known: a, bb, kind\n");
    expect(run('predict', 'm', 'table.csv', '--columns', 'nme').stderr).toMatch(
      /^--columns: no column 'nme' in table\.csv; did you mean 'name'\?/,
    );
  });

  it('measures the model if its target is known', () => {
    const { stderr } = run('predict', 'm', 'table.csv');
    expect(stderr).toMatch(/^60 rows: loss [\d.]+, accuracy [\d.]+\n$/);
    write('some.csv', 'a,b,kind,y\n1,2,p,yes\n1,2,p,\n1,2,p,perhaps\n');
    const measured = run('predict', 'm', 'some.csv').stderr;
    expect(measured).toMatch(/^1 of 3 rows, those with a usable 'y': loss [\d.]+, accuracy (0|1\.00)\n$/);
    const loss = -Math.log(expected({ a: 1, b: 2, kind: 'p' })[1]!);
    expect(measured).toContain(`loss ${loss.toPrecision(3)},`);
  });
});

describe('columns beside the answers', () => {
  it('are those of --columns, in this order, or all; an answer of the same name is renamed', () => {
    write('two.csv', 'name,y,kind,b,a\n"x, y",no,p,2,1\n');
    const head = (...more: string[]) => run('predict', 'm', 'two.csv', ...more).stdout.split('\n')[0];
    expect(head('--columns', 'kind,name')).toBe('kind,name,y,y=no,y=yes,note');
    expect(head('--columns', '*')).toBe('name,y,kind,b,a,y (predicted),y=no,y=yes,note');
    expect(table(run('predict', 'm', 'two.csv', '--columns', 'name,y').stdout)[0]).toMatchObject({
      name: 'x, y',
      y: 'no',
    });
  });
});

describe('JSON lines', () => {
  const text = [
    '{"kind":"p","b":2,"a":1,"id":{"n":1}}',
    '{"kind":"p","b":2,"a":null,"id":null}',
    '{"kind":"p","b":"2"}',
    'a,b',
    '',
    '{"kind":["p"],"b":2,"a":1}',
    '{"other":1}',
  ].join('\n');

  it('are read and written according to the ending of the file', () => {
    write('rows.jsonl', text);
    const { status, stdout } = run('predict', 'm', 'rows.jsonl', '--columns', 'id');
    expect(status).toBe(0);
    const answers = objects(stdout);
    expect(answers.map(({ note }) => note)).toEqual([
      null,
      null,
      null,
      "expected a JSON object, got 'a,b'",
      "column 'kind': expected a number, a string or null, got Array of 1",
      "expected an object with the model's columns, got none of them",
    ]);
    const [no, yes] = expected({ a: 1, b: 2, kind: 'p' });
    expect(answers[0]).toEqual({
      id: { n: 1 },
      y: no! > yes! ? 'no' : 'yes',
      'y=no': no,
      'y=yes': yes,
      note: null,
    });
    const filled = expected({ a: null, b: 2, kind: 'p' })[0];
    expect([answers[1]!['y=no'], answers[2]!['y=no']]).toEqual([filled, filled]);
    expect(answers[3]).toMatchObject({ y: null, 'y=no': null });
  });

  it.each([
    ['rows.ndjson', ['rows.ndjson'], true],
    ['CSV for --format', ['rows.jsonl', '--format', 'csv'], false],
    ['objects of CSV', ['table.csv', '--format', 'jsonl'], true],
  ])('%s', (_, args, areObjects) => {
    write('rows.ndjson', text);
    expect(run('predict', 'm', ...args).stdout.startsWith('{')).toBe(areObjects);
  });

  it('are written to a file with such an ending', () => {
    expect(run('predict', 'm', 'table.csv', '--out', 'answers.jsonl').status).toBe(0);
    expect(objects(read('answers.jsonl').toString())).toHaveLength(ROWS);
    run('predict', 'm', 'rows.jsonl', '--out', 'answers.csv', '--columns', 'id');
    expect(table(read('answers.csv').toString())[0]!.id).toBe('{"n":1}');
  });

  it('are refused if a column is missing in all of them', () => {
    write('misspelt.jsonl', '{"kind":"p","b":2,"aa":1}\n{"kind":"p","b":2,"aa":1}\n');
    expect(run('predict', 'm', 'misspelt.jsonl')).toEqual({
      status: 1,
      stdout: '',
      stderr: "no object of misspelt.jsonl has 'a'; did you mean 'b'? Known: kind, b, aa\n",
    });
  });
});

describe('a pipe', () => {
  const piped = (input: string | Uint8Array, ...more: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'predict', 'm', '-', ...more], {
      cwd: folder,
      input,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  it('carries CSV or JSON lines, gzipped or not', () => {
    const { stdout } = run('predict', 'm', 'table.csv');
    expect(piped(read('table.csv')).stdout).toBe(stdout);
    expect(piped(gzipSync(read('table.csv'))).stdout).toBe(stdout);
    const json = '{"kind":"p","b":2,"a":1}\n';
    expect(objects(piped(json).stdout)).toHaveLength(1);
    expect(objects(piped(gzipSync(json)).stdout)).toHaveLength(1);
    expect(piped('').stderr).toBe('standard input: expected rows, got an empty text\n');
  });

  it('is answered while it is still open', async () => {
    const running = start('predict', 'm', '-');
    const row = '1,2,p\n';
    running.child.stdin!.write(`a,b,kind\n${row.repeat(100_000)}`);
    await new Promise<void>((resolve) => {
      running.child.stdout!.on('data', () => resolve());
    });
    expect(running.child.exitCode).toBeNull();
    running.child.stdin!.end();
    expect(await running.ended).toBe(0);
    expect(running.stdout.trimEnd().split('\n')).toHaveLength(100_001);
  });

  it('leaves no half file after Ctrl-C', async () => {
    const running = start('predict', 'm', '-', '--out', 'cut.csv');
    // The program ends before it has read everything. Node 22 and later report the broken pipe.
    running.child.stdin!.on('error', () => {});
    running.child.stdin!.write(`a,b,kind\n${'1,2,p\n'.repeat(100_000)}`);
    await running.listens();
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
    expect(running.stderr).toContain('interrupted; cut.csv is not written\n');
    expect(existsSync(join(folder, 'cut.csv'))).toBe(false);
  });
});

it('reads bytes in another encoding', () => {
  write('western.csv', Buffer.from('name,a,b,kind\nJosé,1,2,p\n', 'latin1'));
  const refused = run('predict', 'm', 'western.csv', '--columns', 'name');
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--encoding windows-1252')]);
  const { stdout } = run('predict', 'm', 'western.csv', '--columns', 'name', '--encoding', 'windows-1252');
  expect(table(stdout)[0]!.name).toBe('José');
});
