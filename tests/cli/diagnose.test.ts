/** Tests of `evenkeel diagnose` on cases whose cause is known. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { Rng } from '../../src/index.js';
import { shell } from '../support/shell.js';

const { folder, run, start } = shell();

const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
/** Joins the lines of a text into one. */
const words = (text: string) => text.replace(/\s+/g, ' ');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

const rows = Array.from(iris.y, (label, r) => `${iris.x.subarray(4 * r, 4 * r + 4).join()},${label}`);
write('iris.csv', ['a,b,c,d,kind', ...rows.map((row) => row.replace(/.$/, (c) => `class ${c}`))].join('\n'));
const table = ['iris.csv', '--target', 'kind'] as const;

/** 512 noisy images of 12 × 12 bytes from 0 to 255. */
function writeImages(): void {
  const head = (magic: number, ...shape: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * shape.length);
    bytes.writeUInt32BE(magic);
    for (const [i, size] of shape.entries()) bytes.writeUInt32BE(size, 4 + 4 * i);
    return bytes;
  };
  for (const [prefix, count] of [
    ['train', 512],
    ['t10k', 16],
  ] as const) {
    const rng = new Rng(prefix);
    write(
      `${prefix}-images-idx3-ubyte`,
      Buffer.concat([head(0x0803, count, 12, 12), Buffer.from(rng.split('x').integers(count * 144, 256))]),
    );
    write(
      `${prefix}-labels-idx1-ubyte`,
      Buffer.concat([head(0x0801, count), Buffer.from(rng.split('y').integers(count, 10))]),
    );
  }
}

function config(hidden: object, more: object = {}, optimizer: object = { name: 'sgd', learningRate: 0.01 }) {
  const layers = [
    { units: 64, activation: 'relu', ...hidden },
    { units: 10, activation: 'softmax', ...('kernelInitializer' in hidden ? hidden : {}) },
  ];
  write(
    'config.json',
    JSON.stringify({ model: { layers, ...more }, compile: { loss: 'crossEntropy', optimizer } }),
  );
  return ['--config', 'config.json'] as const;
}

describe('known causes', () => {
  beforeAll(writeImages);

  it('raw bytes: the inputs come unscaled', () => {
    const { status, stdout } = run('diagnose', '.', ...config({}, { inputScaling: 'none' }), '--check');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^Diagnosis\nexploding \(2 layers on 512 rows, loss [\d.]+\)\.\n/);
    expect(words(stdout)).toContain(
      "the inputs come unscaled, from 0 to 255, sd 74 around a mean of 130: use inputScaling 'symmetric' for images",
    );
  });

  it('the same bytes scaled: healthy, and no advice', () => {
    const args = config({}, { inputScaling: 'symmetric' });
    const { status, stdout } = run('diagnose', '.', ...args, '--check');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Diagnosis\nhealthy \(2 layers on 512 rows/);
    expect(stdout).not.toContain('What to change');
  });

  it('raw bytes and some steps: units die', () => {
    const args = config({}, { inputScaling: 'none' }, { name: 'sgd', learningRate: 0.1 });
    const { stdout } = run('diagnose', '.', ...args, '--after', '3', '--batch', '64');
    expect(stdout).toMatch(/^Diagnosis\ndead /);
    expect(stdout).toMatch(/after 3 steps, the last one's/);
    // It was unhealthy before the steps, too.
    expect(stdout).not.toContain('it was healthy');
  });

  it('zeros: the units stay equal for ever', () => {
    const { stdout } = run('diagnose', '.', ...config({ kernelInitializer: 'zeros' }));
    expect(stdout).toMatch(/^Diagnosis\nsymmetric /);
    expect(stdout).toContain('start from random kernels');
  });

  it('a learning rate that is too high: healthy before, not after', () => {
    const args = config(
      { activation: 'prelu' },
      { inputScaling: 'symmetric' },
      { name: 'sgd', learningRate: 100 },
    );
    expect(run('diagnose', '.', ...args, '--check').status).toBe(0);
    const { status, stdout } = run('diagnose', '.', ...args, '--after', '20', '--check');
    expect(status).toBe(1);
    expect(words(stdout)).toContain('Before its first step it was healthy, so the steps caused the fault');
    expect(words(stdout)).toMatch(/after \d+ steps?, the last one's loss [\d.e]+/);
  });
});

describe('a table', () => {
  it('is diagnosed with the network that train would begin with', () => {
    const { status, stdout, stderr } = run('diagnose', ...table, '--seed', '5', '--hidden', '9,8');
    expect([status, stderr]).toEqual([0, '']);
    expect(words(stdout)).toContain(
      ' 150 rows, 4 values each, to learn kind (3 classes). 4-9-8-3, relu, softmax, seed 5; before its first step. ',
    );
    for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  });

  it('is diagnosed with a model that train saved', () => {
    run('train', ...table, '--epochs', '30');
    const { status, stdout } = run('diagnose', 'iris.csv', '--model', 'model.safetensors', '--check');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^150 rows\. 4-160-3, relu, softmax, seed 0; after \d+ epochs\.$/m);
    // Without the target's column there are no gradients.
    write('asked.csv', read('iris.csv').replace(/,[^,]*$/gm, ''));
    const asked = run('diagnose', 'asked.csv', '--model', 'model.safetensors');
    expect(asked.status).toBe(0);
    expect(asked.stdout).not.toContain('kernel gradient');
  });

  it('names columns with outliers, of a fresh network and of a saved one', () => {
    const cells = new Rng('cells').normal(600);
    const lines = Array.from({ length: 200 }, (_, r) => {
      const [age, income, noise] = cells.subarray(3 * r, 3 * r + 3) as unknown as number[];
      return `${40 + age!},${r === 17 ? 1e9 : 5e4 + 1e3 * income!},${3e5 + 1e5 * age! + noise!}`;
    });
    write('people.csv', ['age,income,price', ...lines].join('\n'));
    const people = ['people.csv', '--target', 'price'] as const;
    const seen = "inputs: feature 'income' has a value more than 10 standard deviations from its mean";
    expect(words(run('diagnose', ...people).stdout)).toContain(seen);
    run('train', ...people, '--epochs', '2', '--ensemble', '1', '--out', 'people.safetensors');
    const saved = run('diagnose', 'people.csv', '--model', 'people.safetensors');
    expect(words(saved.stdout)).toContain(seen);

    // These are prices without scaling.
    write('raw.json', JSON.stringify({ model: { targetScaling: 'none' } }));
    const raw = run('diagnose', ...people, '--config', 'raw.json', '--check');
    expect(raw.status).toBe(1);
    expect(raw.stdout).toMatch(/^Diagnosis\nunscaled \(/);
    expect(words(raw.stdout)).toMatch(/the targets come unscaled, .*: use targetScaling 'zScore'/);
  });

  it('names what has collapsed by training, and does not blame the start', () => {
    const penalized = { name: 'sgd', learningRate: 0.05, l2: 5 };
    write('decay.json', JSON.stringify({ compile: { loss: 'crossEntropy', optimizer: penalized } }));
    const { status, stdout } = run(
      ...['diagnose', ...table, '--config', 'decay.json', '--after', '200', '--check'],
    );
    expect(status).toBe(1);
    expect(words(stdout)).toMatch(/weaken l1, l2 or weight decay|weaker penalties \(l1, l2, weight decay\)/);
    expect(stdout).not.toMatch(/heNormal|glorot|start from|start anew/);
  });

  it('measures batch norms over the rows before the first step', () => {
    write(
      'norm.json',
      JSON.stringify({
        model: {
          layers: [
            ...Array(12).fill({
              units: 20,
              activation: 'relu',
              batchNorm: true,
              kernelInitializer: { name: 'randomNormal', stddev: 0.05 },
            }),
            { units: 3, activation: 'softmax' },
          ],
          inputScaling: 'zScore',
        },
      }),
    );
    const { status, stdout } = run('diagnose', ...table, '--config', 'norm.json', '--check');
    expect(status).toBe(0);
    expect(words(stdout)).toContain('batch norms by their own statistics');
  });

  it('uses no more rows than --rows allows', () => {
    expect(run('diagnose', ...table, '--rows', '40').stdout).toContain('layers on 40 rows');
  });

  it('learns numbers in their own unit, and is healthy', () => {
    const cars = fileURLToPath(new URL('../../examples/cars.csv', import.meta.url));
    const args = ['--target', 'mpg', '--on-missing', 'skip', '--after', '50', '--check'];
    const { status, stdout } = run('diagnose', cars, ...args);
    expect(status).toBe(0);
    expect(words(stdout)).toContain('targets scaled by zScore; losses refer to scaled targets');
  });
});

describe('files', () => {
  it('can be a page that stands alone, pictures, and JSON with null for values that are not finite', () => {
    // Weights of 1e38 make infinite preactivations, which have no moments.
    const layers = [
      { units: 4, kernelInitializer: { name: 'constant', value: 3e38 } },
      { units: 3, activation: 'softmax' },
    ];
    write('huge.json', JSON.stringify({ model: { layers, inputScaling: 'none' } }));
    const files = ['--html', 'd.html', '--svg', 'd.svg', '--json', 'd.json'];
    const { status, stderr } = run('diagnose', ...table, '--config', 'huge.json', ...files);
    expect([status, stderr]).toEqual([0, 'd.html written\nd.svg written\nd.json written\n']);
    const text = read('d.json');
    expect(text).not.toMatch(/NaN|Infinity/);
    const diagnosis = JSON.parse(text);
    expect([diagnosis.kind, diagnosis.layers[0].preactivation.mean]).toEqual(['diagnosis', null]);
    expect(read('d.html')).toMatch(/^<!doctype html>/);
    expect(read('d.html')).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    expect(read('d.html')).toContain('to learn kind');
    expect(read('d.svg')).toMatch(/^<svg/);
  });

  it('can be standard output, which then holds only JSON', () => {
    expect(JSON.parse(run('diagnose', ...table, '--json', '-').stdout).verdict).toBe('healthy');
  });

  it('are refused before the work if they cannot be written', () => {
    const { status, stdout, stderr } = run('diagnose', ...table, '--html', 'none/d.html');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'none/d.html: expected a file that can be written, got ENOENT (no such file or directory)\n',
    );
  });

  it('train --report: shows the epochs as a page', () => {
    const { stderr } = run('train', ...table, '--epochs', '4', '--report', 'h.html');
    expect(stderr).toMatch(/h\.html written\n$/);
    expect(read('h.html')).toMatch(/<title>iris\.csv: 4-32-3, relu, softmax, seed 0<\/title>/);
    expect(read('h.html')).toContain('Accuracy by epoch');
  });
});

it('Ctrl-C ends the steps, and the network trained so far is diagnosed', async () => {
  const running = start('diagnose', ...table, '--after', '100000000');
  await running.listens();
  running.child.kill('SIGINT');
  expect(await running.ended).toBe(130);
  expect(running.stdout).toMatch(/^Diagnosis\n/);
  expect(words(running.stdout)).toMatch(/interrupted after \d+ steps?/);
});

it.each([
  [['iris.csv'], 1, /^iris.csv: --target must name the column/],
  [['iris.csv', '--target', 'knid'], 1, /did you mean 'kind'/],
  [
    ['none.csv', '--target', 'a'],
    1,
    /^none.csv: expected a readable file, got ENOENT \(no such file or directory\)/,
  ],
  [['iris.csv', '--model', 'iris.csv'], 1, /^iris.csv: expected a model that evenkeel train wrote/],
  [['iris.csv', '--model', 'm', '--target', 'kind'], 2, /cannot be used with option '--target/],
  [['iris.csv', '--after', '0'], 2, /Expected a whole number ≥ 1/],
  [['iris.csv', '--aftre', '3'], 2, /Did you mean --after\?/],
  [[], 2, /missing required argument 'data'/],
])('%j is refused with status %d, in one line', (args, expected, message) => {
  const { status, stdout, stderr } = run('diagnose', ...args);
  expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([expected, '', 1]);
  expect(stderr).toMatch(message);
});
