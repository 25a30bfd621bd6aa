/** Tests of `evenkeel train` and `predict`: a table becomes a model, and the model predicts. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { MLP, Rng, savedMetadata } from '../../src/index.js';
import { lengths, names, table } from '../support/iris-table.js';
import { shell } from '../support/shell.js';

const cars = fileURLToPath(new URL('../../examples/cars.csv', import.meta.url));
const { folder, run, start } = shell();
const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name));
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
  [
    ['train', 'none.csv', '--target', 'a'],
    1,
    /^none.csv: expected a readable file, got ENOENT \(no such file or directory\)/,
  ],
  [['train', 'iris.csv', '--target', 'kind', '--validation', '1'], 2, /from 0 to below 1/],
  [['train', 'iris.csv', '--traget', 'kind'], 2, /Did you mean --target\?/],
  [['predict', 'iris.csv', 'iris.csv'], 1, /^iris.csv: expected a model that evenkeel train wrote; /],
  [['predict', 'model.safetensors'], 2, /missing required argument/],
])('%j is refused with status %d, in one line', (args, expected, message) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([expected, '', 1]);
  expect(stderr).toMatch(message);
});
