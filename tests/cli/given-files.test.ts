/** Tests of the model files and config files that the command is given, sound and damaged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MLP } from '../../src/index.js';
import { names, table } from '../support/iris-table.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
write('iris.csv', table);

describe('a model file that was not written by train', () => {
  const model = new MLP({ inputSize: 4, layers: [{ units: 3, activation: 'softmax' }] });
  model.compile({ loss: 'crossEntropy' });
  const features = ['a', 'b', 'c', 'd'].map((name) => ({ name, kind: 'numeric' }));
  const task = { target: 'kind', classNames: names };
  const columns = { features, target: { name: 'kind', kind: 'category', categories: names } };
  const save = (given: unknown, of: unknown = columns) =>
    write(
      'odd.model',
      model.save({
        metadata: {
          task: typeof given === 'string' ? given : JSON.stringify(given),
          ...(of !== undefined && { columns: typeof of === 'string' ? of : JSON.stringify(of) }),
        },
      }),
    );

  it('is accepted if nothing is changed', () => {
    save(task);
    expect(run('predict', 'odd.model', 'iris.csv').status).toBe(0);
  });

  it.each<[string, unknown, unknown, RegExp]>([
    ['no JSON', '{', columns, /task: expected JSON; /],
    ['null', null, columns, /task: expected an object, got null/],
    ['a number', 5, columns, /task: expected an object, got 5/],
    ['a list', [], columns, /task: expected an object, got Array of 0/],
    ['no target', {}, columns, /task.target: expected a string or an array of strings, got undefined/],
    [
      'a target of no name',
      { ...task, target: 5 },
      columns,
      /task.target: expected a string or an array of strings, got 5/,
    ],
    [
      'too few class names',
      { ...task, classNames: names.slice(1) },
      columns,
      /task.classNames: expected 3, got 2/,
    ],
    [
      'too many class names',
      { ...task, classNames: [...names, 'x'] },
      columns,
      /task.classNames: expected 3, got 4/,
    ],
    [
      'no class names in a list',
      { ...task, classNames: 'abc' },
      columns,
      /task.classNames: expected different strings, got 'abc'/,
    ],
    [
      'class names that are none',
      { ...task, classNames: [1, 2, 3] },
      columns,
      /task.classNames: expected different strings/,
    ],
    [
      'one class twice',
      { ...task, classNames: ['a', 'b', 'a'] },
      columns,
      /task.classNames: expected different strings/,
    ],
    [
      'class names that are null',
      { ...task, classNames: null },
      columns,
      /task.classNames: expected different strings, got null/,
    ],
    ['a reading that is none', { ...task, reading: 5 }, columns, /task.reading: expected an object, got 5/],
    [
      'an unknown way of reading',
      { ...task, reading: { target: 'a' } },
      columns,
      /task.reading.target: unknown option/,
    ],
    [
      'a header that is none',
      { ...task, reading: { header: 'yes' } },
      columns,
      /task.reading.header: expected true or false/,
    ],
    [
      'marks that are none',
      { ...task, reading: { missing: 'NA' } },
      columns,
      /task.reading.missing: expected an array/,
    ],
    ['columns that are null', task, 'null', /columns: expected an object, got null/],
    ['columns that are no JSON', task, '[', /columns: expected JSON; /],
    [
      'too few columns',
      task,
      { ...columns, features: features.slice(1) },
      /columns.features: expected 4 values, .* got 3/,
    ],
    [
      'a feature of no kind',
      task,
      { ...columns, features: [...features.slice(1), { name: 'a' }] },
      /columns.features\[3\].kind/,
    ],
    ['no target among them', task, { features }, /columns.target: expected the column 'kind', got none/],
    [
      'another target',
      task,
      { ...columns, target: { name: 'a2', kind: 'numeric' } },
      /columns.target: expected the column 'kind', got 'a2'/,
    ],
    [
      'a target of numbers',
      task,
      { ...columns, target: { name: 'kind', kind: 'numeric' } },
      /columns.target: expected the categories/,
    ],
    [
      'classes in another order',
      { ...task, classNames: [...names].reverse() },
      columns,
      /columns.target: expected the categories/,
    ],
  ])('is refused in one line: %s', (_, given, of, message) => {
    save(given, of);
    for (const args of [
      ['predict', 'odd.model', 'iris.csv'],
      ['diagnose', 'iris.csv', '--model', 'odd.model'],
    ]) {
      const { status, stdout, stderr } = run(...args);
      expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([1, '', 1]);
      expect(stderr).toMatch(/^odd.model: expected a model that evenkeel train wrote; /);
      expect(stderr).toMatch(message);
    }
  });
});

describe('a config file', () => {
  const text = '{"fit": {"epochs": 2}, "data": {"target": "kind"}}';
  const train = () => run('train', 'iris.csv', '--config', 'bom.json', '--out', 'bom.model');

  it.each<[string, Uint8Array]>([
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('may be %s', (_, bytes) => {
    write('bom.json', bytes);
    const { status, stdout } = train();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^epochs [12](, [12]){4}, the best of each network$/m);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    [
      'bytes that are no text',
      Uint8Array.of(0x7b, 0xff, 0x7d),
      /^bom.json: expected a JSON file; its bytes are not UTF-8$/m,
    ],
    [
      'a part twice',
      '{"fit": {},\n"fit": {"epochs": 1}}',
      /'fit' occurs twice in one object, the second time in line 2$/m,
    ],
    [
      'an option twice',
      '{"fit": {"epochs": 1,\n\n"epochs": 2}}',
      /'epochs' occurs twice in one object, the second time in line 3$/m,
    ],
    [
      'an option twice deep inside',
      '{"model": {"layers": [{"units": 3}, {"units": 1, "units": 3}]}}',
      /'units' occurs twice/,
    ],
    ['a name twice, once escaped', '{"fit": {"epochs": 1, "epoch\\u0073": 2}}', /'epochs' occurs twice/],
    ['a comment', '{"fit": {} /* none */}', /^bom.json: expected a JSON file; /],
  ])('is refused in one line: %s', (_, given, message) => {
    write('bom.json', given);
    const { status, stdout, stderr } = train();
    expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([1, '', 1]);
    expect(stderr).toMatch(message);
  });
});
