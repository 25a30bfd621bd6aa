/** Tests of `evenkeel train` and `predict` with tables of unusual form or content. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatNumber } from '../../src/format.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);

describe('an unusual table', () => {
  const rows = Array.from(
    { length: 24 },
    (_, r) => `${(r * 7) % 24},${r % 5},${(r * 7) % 24 < 12 ? 'low' : 'high'}`,
  );
  const train = (name: string, text: string, ...more: string[]) => {
    write(name, text);
    return run('train', name, '--target', 'y', '--out', `${name}.model`, '--epochs', '2', ...more);
  };
  const numbers = (scale: string) =>
    ['a,y', ...rows.map((row) => row.split(',').slice(0, 2).join() + scale)].join('\n');

  it.each([
    [
      'one class alone',
      'one.csv',
      'a,y\n1,p\n2,p\n',
      /^one.csv: expected two classes in column 'y', got 'p' in every row/,
    ],
    [
      'targets beyond f32',
      'large.csv',
      numbers('e300'),
      /^column 'y': expected numbers that 32-bit floats hold, up to 3\.4e38, got /,
    ],
    [
      'inputs beyond f32',
      'wide.csv',
      'b,a,y\n1,2,p\n2,1e39,q\n3,4,p\n',
      /^column 'a': expected numbers that 32-bit floats hold, up to 3\.4e38, got 1e\+39/,
    ],
  ])('is refused before training: %s', (_, name, text, message) => {
    const { status, stdout, stderr } = train(name, text);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('is refused before training if no row that validates has a weight', () => {
    write('weights.json', '{"fit": {"classWeight": {"low": 0, "high": 0}}}');
    const text = ['a,b,y', ...rows, '1,2,single'].join('\n');
    expect(train('weightless.csv', text, '--config', 'weights.json')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'classWeight: every row that validates weighs 0, which leaves nothing to measure\n',
    });
  });

  it('is not trained on if the model could not be written', () => {
    for (const place of [
      ['--out', 'no/such/folder.model'],
      ['--out', '.'],
      ['--report', 'no/such/page.html'],
    ]) {
      const { status, stdout, stderr } = run('train', 'iris.csv', '--target', 'kind', ...place);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/expected a file that can be written, got E/);
    }
  });

  it('is predicted if its target is blank, unknown or preceded by blank lines', () => {
    expect(train('low.csv', ['a,b,y', ...rows].join('\n')).status).toBe(0);
    for (const [text, said] of [
      ['a,b,y\n1,2,\n3,4,high\n', /^1 of 2 rows, those with a usable 'y': loss/],
      ['a,b,y\n1,2,middling\n3,4,middling\n', /^not measured, since no row has a usable 'y': .*'middling'/],
      ['\r\n\r\na,b,y\r\n1,2,low\r\n3,4,high\r\n', /^2 rows: loss/],
      ['a,b\n1,2\n3,4\n', /^$/],
    ] as const) {
      write('question.csv', text);
      const { status, stdout, stderr } = run('predict', 'low.csv.model', 'question.csv');
      expect([status, stdout.trimEnd().split('\n').length]).toEqual([0, 3]);
      expect(stderr).toMatch(said);
    }
    write('question.csv', 'a,b,y\n1,2,\n3,4,high\n,2,low\n');
    const { stdout, stderr } = run('predict', 'low.csv.model', 'question.csv', '--on-missing', 'skip');
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(stderr).toMatch(/^1 of 3 rows not predicted.*\n1 of 3 rows, those with a usable 'y': loss/);
  });

  it('has no answer in a row whose numbers overflow', () => {
    write('unclipped.json', '{"model": {"inputScaling": "zScore"}}');
    const text = ['a,b,y', ...rows].join('\n');
    expect(train('unclipped.csv', text, '--config', 'unclipped.json').status).toBe(0);
    write('question.csv', 'a,b\n1,2\n-3e38,3e38\n');
    const { status, stdout, stderr } = run('predict', 'unclipped.csv.model', 'question.csv');
    const [, first, second] = stdout.split('\n');
    expect([status, /^(low|high),/.test(first!)]).toEqual([0, true]);
    expect(second).toMatch(/^,,,"?output 0 is NaN; layers\[0\]/);
    expect(stderr).toMatch(/^1 of 2 rows not predicted.*1 with outputs that are not finite\n$/);
  });

  it('is read again as it was written: without header, with its own delimiter', () => {
    write('bare.json', '{"data": {"header": false, "delimiter": ";", "target": 2}}');
    write('bare.csv', rows.join('\n').replaceAll(',', ';'));
    const { status } = run(
      'train',
      'bare.csv',
      '--config',
      'bare.json',
      '--epochs',
      '1',
      '--out',
      'bare.model',
    );
    expect(status).toBe(0);
    const answer = run('predict', 'bare.model', 'bare.csv');
    expect(answer.stderr).toMatch(/^24 rows: loss/);
    expect(answer.stdout.trimEnd().split('\n')).toHaveLength(25);
  });

  it('has both classes of a sigmoid unit', () => {
    const layers = '[{"units": 4, "activation": "tanh"}, {"units": 1, "activation": "sigmoid"}]';
    const compile =
      '{"loss": "binaryCrossEntropy", "metrics": ["accuracy"], "optimizer": {"name": "adam", "learningRate": 0.1}}';
    write(
      'sigmoid.json',
      `{"model": {"layers": ${layers}, "inputScaling": "zScore"}, "compile": ${compile}}`,
    );
    const text = ['a,b,y', ...rows].join('\n');
    expect(train('sigmoid.csv', text, '--config', 'sigmoid.json', '--epochs', '60').status).toBe(0);
    const { stdout, stderr } = run('predict', 'sigmoid.csv.model', 'sigmoid.csv');
    const [head, ...lines] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(head).toEqual(['y', 'y=high', 'y=low', 'note']);
    const right = lines.filter(([name], r) => rows[r]!.endsWith(name!)).length;
    expect(stderr).toContain(`accuracy ${formatNumber(right / 24)}`);
    expect(right).toBeGreaterThan(18);
    for (const line of lines) expect(Number(line[1]) + Number(line[2])).toBeCloseTo(1, 6);
  });

  it('has an output unit for each class', () => {
    write('five.json', '{"model": {"layers": [{"units": 5, "activation": "softmax"}]}}');
    const { status, stderr } = train('five.csv', ['a,b,y', ...rows].join('\n'), '--config', 'five.json');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^five.json: config.model.layers: expected 2 units in the last layer, one per class of y, got 5/,
    );
  });
});
