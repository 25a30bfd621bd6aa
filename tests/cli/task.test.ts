/** Tests of `evenkeel train` and `predict`: a table becomes a model, and the model predicts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { formatNumber } from '../../src/format.js';
import { MLP, Rng, savedMetadata } from '../../src/index.js';
import { shell } from '../support/shell.js';

const cars = fileURLToPath(new URL('../../examples/cars.csv', import.meta.url));
const { folder, run, start } = shell();

const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name));

/** Values as in the table: decimals, which f32 does not hold exactly. */
const lengths = Float64Array.from(iris.x, (value) => Number(value.toFixed(1)));
const names = ['setosa', 'versi, color', 'virginica'];
const table = [
  'a,b,c,d,kind',
  ...Array.from(iris.y, (label, r) => `${lengths.subarray(4 * r, 4 * r + 4).join()},"${names[label]}"`),
].join('\n');
write('iris.csv', table);

describe('a table of classes', () => {
  it('becomes a model that knows its columns and reports its quality', () => {
    const { status, stdout } = run('train', 'iris.csv', '--target', 'kind', '--epochs', '60', '--seed', '3');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^150 rows, 4 values each, to learn kind \(3 classes\)\n4-32-3, relu, softmax, seed 3\n/,
    );
    expect(stdout).toMatch(
      /150 validation rows, which chose the epochs: loss [\d.]+, accuracy (0\.9\d+|1\.00)\nalways 'setosa': loss 1\.10, accuracy 0\.333\nmodel.safetensors written\n$/,
    );
    const model = MLP.load(read('model.safetensors'));
    expect(model.config.seed).toBe(3);
    expect(JSON.parse(savedMetadata(read('model.safetensors')).columns!).target.categories).toEqual(names);
  });

  it('is answered with the likeliest class and all probabilities, equal to the library', () => {
    const { status, stdout, stderr } = run('predict', 'model.safetensors', 'iris.csv');
    expect(status).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toBe('kind,kind=setosa,"kind=versi, color",kind=virginica,note');
    const model = MLP.load(read('model.safetensors'));
    const outputs = model.predict(lengths);
    for (const [r, line] of lines.entries()) {
      const row = outputs.subarray(3 * r, 3 * r + 3);
      const label = row.indexOf(Math.max(...row));
      expect(line.startsWith(`${label === 1 ? `"${names[1]}"` : names[label]},`)).toBe(true);
      expect(
        line
          .split(',')
          .slice(-4, -1)
          .map((cell) => Math.fround(Number(cell))),
      ).toEqual([...row]);
    }
    expect(lines).toHaveLength(150);
    // The table contains the right answers, too.
    const { loss, accuracy } = model.evaluate(lengths, iris.y);
    expect(stderr).toBe(`150 rows: loss ${loss.toPrecision(3)}, accuracy ${accuracy!.toPrecision(3)}\n`);
  });

  it('may come without the target, in another order, with more columns', () => {
    write('more.csv', 'd,c,x,b,a\n0.2,1.4,?,3.5,5.1\n');
    write('same.csv', 'a,b,c,d\n5.1,3.5,1.4,0.2\n');
    const { stdout, stderr, status } = run('predict', 'model.safetensors', 'more.csv');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(run('predict', 'model.safetensors', 'same.csv').stdout);
    run('predict', 'model.safetensors', 'more.csv', '--out', 'out.csv');
    expect(read('out.csv').toString()).toBe(stdout);
  });
});

describe('a table of numbers', () => {
  it('is learned in its own unit, whatever its size', () => {
    const train = run('train', cars, '--target', 'mpg', '--on-missing', 'skip', '--out', 'cars.model');
    expect(train.status).toBe(0);
    expect(train.stdout).toMatch(
      /^392 rows, 9 values each, to learn mpg\n14 of 406 rows are left out because /,
    );
    const r2 = Number(/r2 ([\d.]+)/.exec(train.stdout)![1]);
    expect(r2).toBeGreaterThan(0.8);
    const rmse = Number(/rootMeanSquaredError ([\d.]+)/.exec(train.stdout)![1]);
    expect(rmse).toBeGreaterThan(1.5);
    expect(rmse).toBeLessThan(4);
    const { stdout } = run('predict', 'cars.model', cars, '--on-missing', 'skip');
    const [head, ...values] = stdout.trimEnd().split('\n');
    expect(head).toBe('mpg,note');
    // Fourteen cars lack a cell or the target; the six without horsepower have no answer.
    const known = values.filter((line) => !line.startsWith(','));
    expect([values.length, known.length]).toEqual([406, 400]);
    const mean = known.reduce((sum, line) => sum + Number.parseFloat(line) / known.length, 0);
    // The mean of the 392 cars is 23.4 miles a gallon.
    expect(Math.abs(mean - 23.4)).toBeLessThan(1.5);
  });
});

describe('a regression that was trained by the command', () => {
  const rows = 300;
  const rng = new Rng(7);
  const normals = rng.split('x').normal(4 * rows);
  const noise = rng.split('noise').normal(rows);
  /** Prices of houses as in a table of Sacramento: about 250 000 ± 130 000. */
  const houses = Array.from({ length: rows }, (_, r) => {
    const [size, beds, baths, age] = normals.subarray(4 * r, 4 * r + 4) as Iterable<number>;
    const x = [Math.round(1700 + 700 * size!), Math.round(3 + beds!), Math.round(2 + baths!), 30 + 10 * age!];
    return [...x, Math.round(250000 + 100000 * size! + 40000 * Math.tanh(baths! - age!) + 30000 * noise[r]!)];
  });
  const x = houses.map((house) => house.slice(0, 4));
  const y = houses.map((house) => house[4]!);

  it.each([
    ['the network of the command', {}],
    [
      'one of a config',
      { model: { layers: [{ units: 16, activation: 'tanh' }, { units: 1 }], inputScaling: 'zScore' } },
    ],
  ])('continues training as if it had never been saved: %s', async (_, config) => {
    write('houses.csv', `size,beds,baths,age,price\n${houses.map((house) => house.join()).join('\n')}\n`);
    write('houses.json', JSON.stringify({ ...config, fit: { batchSize: 16 } }));
    const args = ['houses.csv', '--target', 'price', '--config', 'houses.json', '--epochs', '60'];
    const { status, stdout, stderr } = run('train', ...args, '--out', 'houses.model');
    expect(status).toBe(0);
    expect(stderr).not.toContain('targetScaling');
    expect(stdout).toMatch(/targets scaled by zScore; losses refer to scaled targets/);
    const model = MLP.load(read('houses.model'));
    expect(model.config.targetScaling).toBe('zScore');
    const before = model.evaluate(x, y);
    // Dropout is on, as when the epoch measures the loss.
    const { loss: inTraining } = model.gradients(x, y, { training: true });
    expect(before.r2).toBeGreaterThan(0.85);
    // The answers are prices, and the mean of all rows is known.
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v / rows, 0);
    expect(Math.abs(mean(model.predict(x)) - mean(y))).toBeLessThan(10000);
    const { loss } = await model.fit(x, y, { epochs: 1, batchSize: 16 });
    // No batch of that epoch, including the first, sees another model than the saved one.
    expect(loss[0]).toBeLessThan(1.3 * inTraining);
    // This epoch follows the best one, so the loss may grow a little.
    expect(model.evaluate(x, y).r2).toBeGreaterThan(before.r2! - 0.02);
  });

  it.each([
    ['what the config says', { targetScaling: 'unit' }, undefined, 'unit'],
    ['nothing, where it says so', { targetScaling: 'none' }, undefined, 'none'],
    [
      'nothing behind an output that ends',
      { layers: [{ units: 1, activation: 'softplus' }] },
      undefined,
      'none',
    ],
    [
      'nothing for labels',
      { layers: [{ units: 1, activation: 'sigmoid' }] },
      { loss: { name: 'binaryCrossEntropy' }, metrics: ['accuracy'] },
      'none',
    ],
  ])('scales its targets by %s', (_, model, compile, expected) => {
    write('labels.csv', 'x,label\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n');
    const layers = [{ units: 1 }];
    write('labels.json', JSON.stringify({ model: { layers, ...model }, compile, fit: { epochs: 1 } }));
    const { status } = run(
      'train',
      'labels.csv',
      '--target',
      'label',
      '--config',
      'labels.json',
      '--out',
      'l.model',
    );
    expect(status).toBe(0);
    expect(MLP.load(read('l.model')).config.targetScaling).toBe(expected);
  });
});

describe('a config', () => {
  it('sets network, loss, training and columns', () => {
    const config = {
      model: {
        layers: [{ units: 5, activation: 'tanh', kernelInitializer: 'glorotUniform' }, { units: 1 }],
        inputScaling: 'zScore',
      },
      compile: { loss: 'huber', optimizer: { name: 'sgd', learningRate: 0.01 } },
      fit: { epochs: 3, batchSize: 8 },
      data: { target: 'mpg', columns: { origin: 'ignore' }, onMissing: 'skip' },
    };
    write('config.json', JSON.stringify(config));
    const { status, stdout } = run('train', cars, '--config', 'config.json', '--out', 'own.model');
    expect(status).toBe(0);
    expect(stdout).toContain('6 values each');
    expect(stdout).toContain('6-5-1, tanh, identity, seed 0');
    const model = MLP.load(read('own.model'));
    expect([model.epoch, model.config.layers[0]!.units]).toEqual([3, 5]);
  });

  it.each([
    ['no JSON', '{', /^config.json: expected a JSON file; /],
    [
      'an unknown part',
      '{"modle": {}}',
      /^config.json: config.modle: unknown option; did you mean 'model'\?/,
    ],
    ['a list', '[]', /^config.json: config: expected an object/],
    ['an option that the library refuses', '{"model": {"layers": [{"units": 0}]}}', /units.*got 0/],
  ])('is refused in one line: %s', (_, text, message) => {
    write('config.json', text);
    const { status, stderr } = run(
      'train',
      'iris.csv',
      '--target',
      'kind',
      '--config',
      'config.json',
      '--out',
      'never.model',
    );
    expect([status, stderr.trimEnd().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, 'never.model'))).toBe(false);
  });
});

it('trains on a folder of images and predicts its test images', () => {
  // Images of 2 × 2 are dark above or below.
  const idx = (magic: number, shape: number[], bytes: number[]) => {
    const head = Buffer.alloc(4 + 4 * shape.length);
    head.writeUInt32BE(magic);
    shape.forEach((size, i) => {
      head.writeUInt32BE(size, 4 + 4 * i);
    });
    return Buffer.concat([head, Buffer.from(bytes)]);
  };
  for (const [prefix, count] of [
    ['train', 256],
    ['t10k', 32],
  ] as const) {
    const labels = [...new Rng(prefix).integers(count, 2)];
    const noise = new Rng(`${prefix} noise`).integers(4 * count, 100);
    const pixels = labels.flatMap((label, i) =>
      [0, 1, 2, 3].map((p) => noise[4 * i + p]! + (p >> 1 === label ? 150 : 0)),
    );
    write(`${prefix}-images-idx3-ubyte`, idx(0x0803, [count, 2, 2], pixels));
    write(`${prefix}-labels-idx1-ubyte.gz`, gzipSync(idx(0x0801, [count], labels)));
  }
  const { status, stdout } = run('train', '.', '--epochs', '20', '--batch', '16', '--hidden', '8');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^256 training and 32 test images of 4 values, 2 classes\n4-8-2, /);
  expect(stdout).toMatch(/32 test images: loss [\d.]+, accuracy 1\.00/);
  const answer = run('predict', 'model.safetensors', '.');
  expect(answer.stdout.split('\n')[0]).toBe('class,class=0,class=1,note');
  expect(answer.stderr).toMatch(/^32 rows: loss [\d.]+, accuracy 1\.00\n$/);
});

it('Ctrl-C keeps the trained epochs', async () => {
  write('endless.json', '{"fit": {"earlyStopping": {"patience": 1000000}}}');
  const running = start(
    ...['train', 'iris.csv', '--target', 'kind', '--epochs', '1000000', '--out', 'cut.model'],
    ...['--config', 'endless.json'],
  );
  // The first epochs are complete.
  await running.says(/^epoch +3\//m);
  running.child.kill('SIGINT');
  expect(await running.ended).toBe(130);
  expect(running.stdout).toMatch(
    /interrupted; epoch \d+, the best of \d+\n30 validation rows, which chose the epochs: .*\n(always .*\n|balanced .*\n|no better .*\n)+cut.model written\n$/,
  );
  expect(MLP.load(read('cut.model')).epoch).toBeGreaterThan(0);
});

it.each([
  [['train', 'iris.csv'], 1, /^iris.csv: --target must name the column/],
  [
    ['train', 'iris.csv', '--target', 'kinds'],
    1,
    /^--target: no column 'kinds' in iris.csv; did you mean 'kind'/,
  ],
  [['train', 'none.csv', '--target', 'a'], 1, /^none.csv: expected a readable file, got ENOENT/],
  [['train', 'iris.csv', '--target', 'kind', '--validation', '1'], 2, /from 0 to below 1/],
  [['train', 'iris.csv', '--traget', 'kind'], 2, /Did you mean --target\?/],
  [['predict', 'iris.csv', 'iris.csv'], 1, /^iris.csv: expected a model that evenkeel train wrote; /],
  [['predict', 'model.safetensors'], 2, /missing required argument/],
])('%j is refused with status %d, in one line', (args, expected, message) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([expected, '', 1]);
  expect(stderr).toMatch(message);
});

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
    expect(stderr).toMatch(/^model.layers: expected 2 units in the last layer, one per class of y, got 5/);
  });
});

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
