/** Tests of the options of `evenkeel train`: the target, the network, and the rows that judge it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MLP, Rng } from '../../src/index.js';
import { shell } from '../support/shell.js';

const { folder, run } = shell();
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const load = (name = 'm') => MLP.load(readFileSync(join(folder, name)));

const ROWS = 120;
const rng = new Rng('cli-train');
const [a, b] = [rng.split('a').normal(ROWS), rng.split('b').normal(ROWS)];
const kinds = rng.split('kind').integers(ROWS, 3);
const line = (r: number) => `${r},${a[r]!.toFixed(3)},${b[r]!.toFixed(3)},${'pqr'[kinds[r]!]}`;
/** Columns that follow from a: a grade of whole numbers 0 to 2, a price, and a rare class. */
const grade = (r: number) => (a[r]! > 0.5 ? 2 : a[r]! > -0.5 ? 1 : 0);
const table = (name: string, target: (r: number) => unknown) =>
  write(name, ['id,a,b,kind,y', ...Array.from(a, (_, r) => `${line(r)},${target(r)}`)].join('\n'));
table('grades.csv', grade);
table('prices.csv', (r) => (2e5 + 1e5 * a[r]!).toFixed(2));
table('rare.csv', (r) => (a[r]! > 1.2 ? 'yes' : 'no'));

const train = (name: string, ...more: string[]) => {
  const { status, stdout, stderr } = run(
    'train',
    name,
    '--target',
    'y',
    '--out',
    'm',
    '--epochs',
    '8',
    ...more,
  );
  expect(
    stderr
      .split('\n')
      .filter((text) => !/^(epoch|network|m written|page|\d|linear)/.test(text) && text !== ''),
  ).toEqual([]);
  expect(status).toBe(0);
  return stdout;
};
const refused = (name: string, ...more: string[]) => {
  const { status, stdout, stderr } = run('train', name, '--target', 'y', '--out', 'none', ...more);
  expect([status === 0, stdout]).toEqual([false, '']);
  return stderr;
};

describe('the target', () => {
  it('becomes classes if it has few whole numbers, in the order of the numbers, with a note', () => {
    const stdout = train('grades.csv', '--ensemble', '1');
    expect(stdout).toContain('to learn y (3 classes)\n');
    expect(stdout).toContain(
      "column 'y' has whole numbers, 3 of them, and is learned as classes; --task regression learns it as a number\n",
    );
    expect(load().config.layers.at(-1)).toMatchObject({ units: 3, activation: { name: 'softmax' } });
    expect(run('predict', 'm', 'grades.csv').stdout).toMatch(/^y,y=0,y=1,y=2,note\n/);
  });

  it('is a number with --task regression, or if the config describes a network for numbers', () => {
    expect(train('grades.csv', '--ensemble', '1', '--task', 'regression')).toMatch(/r2/);
    write('line.json', '{"model": {"layers": [{"units": 1}]}}');
    const stdout = train('grades.csv', '--config', 'line.json');
    expect(stdout).not.toContain('is learned as classes');
    expect(stdout).toMatch(/r2/);
  });

  it('is a number if it has other numbers, and classes with --task classification', () => {
    expect(train('prices.csv', '--ensemble', '1')).not.toContain('classes');
    write('halves.csv', ['a,y', ...Array.from(a, (value, r) => `${value},${grade(r) / 2}`)].join('\n'));
    expect(train('halves.csv', '--ensemble', '1')).not.toContain('classes');
    expect(train('halves.csv', '--ensemble', '1', '--task', 'classification')).toContain('(3 classes)');
    expect(refused('rare.csv', '--task', 'regression')).toMatch(
      /^rare\.csv: line 2, column 'y': expected a number, got 'no'/,
    );
  });

  it('is a number if it has as many whole numbers as rows', () => {
    write(
      'count.csv',
      ['a,y', ...Array.from({ length: 18 }, (_, r) => `${(r * 7) % 18},${(r * 5) % 18}`)].join('\n'),
    );
    expect(train('count.csv', '--ensemble', '1')).not.toContain('classes');
  });
});

describe('the table', () => {
  it('loses the columns that --ignore names', () => {
    // Numbers that count the rows are ignored anyway.
    expect(train('rare.csv', '--ensemble', '1')).toContain("column 'id' is ignored");
    expect(train('rare.csv', '--ensemble', '1', '--ignore', 'id,kind')).toMatch(/^120 rows, 2 values each/);
    expect(refused('rare.csv', '--ignore', 'kinds')).toContain("did you mean 'kind'?");
  });

  it('may have no header, another decimal mark and other marks of missing cells', () => {
    const rows = Array.from(a, (value, r) => `${r === 3 ? '-999' : value.toFixed(2)};${grade(r)}`);
    write('bare.csv', rows.join('\n').replaceAll('.', ','));
    const bare = ['--no-header', '--decimal', ',', '--missing', '-999', '--ensemble', '1', '--epochs', '2'];
    const { status, stdout } = run('train', 'bare.csv', '--target', '1', '--out', 'm', ...bare);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^120 rows, 2 values each, to learn 1 \(3 classes\)\n/);
    expect(stdout).toContain(
      "column '0': 1 cell is missing and read as the mean, and '0 (missing)' says which\n",
    );
    // It is read as in training, without options.
    expect(run('predict', 'm', 'bare.csv').stdout.trimEnd().split('\n')).toHaveLength(121);
  });

  it('is trained on with holes and new categories, and every such row is predicted', () => {
    write(
      'holes.csv',
      [
        'a,kind,y',
        ...Array.from(
          a,
          (value, r) => `${r % 9 === 0 ? '' : value},${r % 7 === 0 ? 'NA' : 'pq'[r % 2]},${grade(r)}`,
        ),
      ].join('\n'),
    );
    train('holes.csv', '--ensemble', '1');
    write('new.csv', 'a,kind\n,z\n1,NA\n2,p\n');
    const { status, stdout } = run('predict', 'm', 'new.csv');
    expect([status, stdout.trimEnd().split('\n').length]).toEqual([0, 4]);
    expect(refused('holes.csv', '--on-missing', 'error')).toMatch(
      /line 2, column 'a': expected a value, got nothing/,
    );
  });
});

describe('the rows', () => {
  it('are called validation rows if they chose the epoch, and stand beside the majority', () => {
    const stdout = train('rare.csv', '--ensemble', '1', '--validation', '0.25');
    expect(stdout).toMatch(/^30 validation rows, which chose the epochs: loss [\d.]+, accuracy [\d.]+$/m);
    expect(stdout).toMatch(/^always 'no': loss [\d.]+, accuracy 0\.[89]\d+$/m);
    expect(stdout).toMatch(/^balanced accuracy [\d.]+; recall: no [\d.]+, yes [\d.]+$/m);
  });

  it('are used for nothing else if --test names them by a share or a file', () => {
    const stdout = train('prices.csv', '--test', '0.25', '--ensemble', '2', '--epochs', '40');
    expect(stdout).toMatch(
      /^36 validation rows, which chose the epochs: .*\n30 test rows: .* r2 0\.\d+\nalways the mean: .*r2 -?\d/m,
    );
    // The score equals that on a file with these rows, so training never saw them.
    write('other.csv', 'a,b,kind,y\n0,0,p,200000\n1,0,p,300000\n-1,0,p,100000\n');
    const [shared, filed] = ['prices.csv', 'other.csv'].map((test) =>
      train('prices.csv', '--test', test, '--ensemble', '1'),
    );
    expect(shared).toMatch(/^120 test rows: /m);
    const model = load();
    expect(filed).toMatch(/^3 test rows: /m);
    const { stderr } = run('predict', 'm', 'other.csv');
    expect(filed).toContain(`3 test rows: ${stderr.replace(/^3 rows: /, '').trim()}`);
    expect(model.epoch).toBe(8);
  });

  it('may all be trained on, which leaves none to measure on', () => {
    const stdout = train('grades.csv', '--validation', '0', '--ensemble', '1');
    expect(stdout).toContain('no validation rows, so all epochs are trained\n');
    expect(stdout).toMatch(
      /\n8 epochs\nnot measured, because no rows were kept back; --test gives an unbiased score\nm written\n$/,
    );
    expect(load().epoch).toBe(8);
  });

  it('are divided in the order of time if they are sorted by it, unless an option says otherwise', () => {
    const day = (r: number) => new Date(86400000 * (18000 + r)).toISOString().slice(0, 10);
    write(
      'days.csv',
      ['when,a,y', ...Array.from(a, (value, r) => `${day(r)},${value},${1e3 * value}`)].join('\n'),
    );
    const said =
      "rows in the order of time, by 'when': the last ones validate and test; --split random mixes them\n";
    expect(train('days.csv', '--epochs', '1')).toContain(
      `${said}mean of 5 networks, all validated on the last 20 % of the rows\n`,
    );
    expect(train('days.csv', '--epochs', '1', '--split', 'random')).not.toContain('order of time');
    expect(train('prices.csv', '--epochs', '1', '--split', 'ordered')).toContain('as they are in the file: ');
  });
});

describe('the networks', () => {
  it('are five with their mean as the model, as good as the best of them, and one with --ensemble 1', () => {
    expect(train('prices.csv')).toContain('mean of 5 networks, each validated on another 20 % of the rows\n');
    const { layers } = load().config;
    expect(layers[0]!.units).toBe(5 * 32);
    train('prices.csv', '--ensemble', '1');
    expect(load().config.layers[0]!.units).toBe(32);
  });

  it('are linear with --hidden 0', () => {
    expect(train('prices.csv', '--hidden', '0')).toMatch(/^5-1, identity, seed 0$/m);
    expect(load().config.layers).toHaveLength(1);
  });

  it('are tried by --search, and the best by validation is kept', () => {
    const stdout = train('prices.csv', '--search', 'small', '--ensemble', '1', '--epochs', '12');
    const tried = [...stdout.matchAll(/^(\S.*?) +validation loss ([\d.e-]+)$/gm)].map(([, name, loss]) => ({
      name: name!,
      loss: Number(loss),
    }));
    expect(tried.map(({ name }) => name)).toEqual([
      'linear',
      '32',
      '128',
      '64,64',
      '128 at a third of the rate',
      '64,64 at a third of the rate',
    ]);
    const best = tried.reduce((least, one) => (one.loss < least.loss ? one : least));
    const sizes = load()
      .config.layers.slice(0, -1)
      .map(({ units }) => units);
    expect(sizes.join() || 'linear').toBe(best.name.split(' ')[0]);
    expect(refused('prices.csv', '--search', 'small', '--hidden', '4')).toMatch(
      /^--search: the hidden layers are fixed already/,
    );
  });

  it('treat all classes equally with --class-weight, or as the config says by name', () => {
    const recall = (...more: string[]) =>
      Number(/yes ([\d.]+)$/m.exec(train('rare.csv', '--ensemble', '1', '--epochs', '30', ...more))![1]);
    expect(recall('--class-weight', 'balanced')).toBeGreaterThanOrEqual(0.8);
    write('named.json', '{"fit": {"classWeight": {"yes": 9}}}');
    expect(recall('--config', 'named.json')).toBeGreaterThanOrEqual(0.8);
    write('named.json', '{"fit": {"classWeight": {"yse": 9}}}');
    expect(refused('rare.csv', '--config', 'named.json')).toMatch(
      /^named\.json: config\.fit\.classWeight\.yse: no class has this name; did you mean 'yes'\?/,
    );
  });

  it('train although a batch norm would get a batch of one row', () => {
    write(
      'normed.json',
      '{"model": {"layers": [{"units": 4, "activation": "relu", "batchNorm": true}, {"units": 1}]}}',
    );
    // The 97 training rows would make three batches of 32, and one row.
    write('97.csv', ['a,y', ...Array.from({ length: 121 }, (_, r) => `${r % 10},${r / 7}`)].join('\n'));
    expect(train('97.csv', '--config', 'normed.json', '--epochs', '2')).toMatch(/2 epochs|the best of 2/);
  });
});

describe('the config', () => {
  const model = { layers: [{ units: 3, activation: 'tanh' }, { units: 1 }], inputScaling: 'zScore' };

  it('yields to the options of the command', () => {
    const optimizer = { name: 'sgd', learningRate: 0.5, momentum: 0.9 };
    const fit = { epochs: 9, batchSize: 7, validationSplit: 0.5 };
    write(
      'all.json',
      JSON.stringify({
        model: { ...model, seed: 3 },
        compile: { loss: 'huber', optimizer },
        fit,
        data: { target: 'b' },
      }),
    );
    const own = run('train', 'prices.csv', '--config', 'all.json', '--out', 'm');
    expect(own.stdout).toMatch(/^119 rows|^120 rows/);
    expect(own.stdout).toContain('-3-1, tanh, identity, seed 3\n');
    expect(own.stdout).toMatch(/^60 validation rows, /m);
    const stdout = train(
      'prices.csv',
      '--config',
      'all.json',
      '--hidden',
      '6,5',
      '--learning-rate',
      '0.01',
      '--seed',
      '4',
      '--validation',
      '0.25',
      '--epochs',
      '2',
    );
    expect(stdout).toContain('5-6-5-1, tanh, identity, seed 4\n');
    expect(stdout).toMatch(/^30 validation rows, /m);
    expect(stdout).toContain('to learn y\n');
    const saved = JSON.parse(
      new TextDecoder().decode(readFileSync(join(folder, 'm'))).match(/"evenkeel":("(?:[^"\\]|\\.)*")/)![1]!,
    );
    expect(JSON.parse(saved).training.compiled.optimizer).toMatchObject({
      name: 'sgd',
      learningRate: 0.01,
      momentum: 0.9,
    });
  });

  it('without layers modifies the default network for the data', () => {
    write(
      'scaled.json',
      '{"model": {"inputScaling": "unit"}, "compile": {"metrics": ["r2", "meanAbsoluteError"]}}',
    );
    const stdout = train('prices.csv', '--config', 'scaled.json', '--ensemble', '1');
    expect(stdout).toMatch(/r2 -?[\d.]+, meanAbsoluteError \d+$/m);
    expect(load().config).toMatchObject({
      inputScaling: 'unit',
      targetScaling: 'zScore',
      layers: [{ units: 32 }, { units: 1 }],
    });
  });

  it('turns early stopping off with false', () => {
    write('patient.json', '{"fit": {"earlyStopping": false}}');
    expect(train('grades.csv', '--config', 'patient.json', '--ensemble', '1', '--epochs', '30')).toMatch(
      /\n30 epochs\n24 validation rows: /,
    );
  });

  it.each([
    [
      '{"fit": {"epoch": 3}}',
      "config.json: config.fit.epoch: unknown option; did you mean 'epochs'? Known: ",
    ],
    ['{"fit": {"validationData": []}}', 'config.json: config.fit.validationData: unknown option;'],
    ['{"fit": {"batchSize": 0}}', 'config.json: config.fit.batchSize: expected a whole number ≥ 1, got 0\n'],
    [
      '{"fit": {"classWeight": {"1": -2}}}',
      'config.json: config.fit.classWeight.1: expected a weight ≥ 0, got -2\n',
    ],
    [
      '{"fit": {"validationSplit": 2}}',
      'config.json: config.fit.validationSplit: expected a number from 0 to below 1, got 2\n',
    ],
    [
      '{"fit": {"validationSplit": "a"}}',
      "config.json: config.fit.validationSplit: expected a finite number, got 'a'\n",
    ],
    ['{"model": {"layers": null}}', 'config.json: config.model.layers: expected'],
    [
      '{"model": {"layers": [{"activation": "rleu"}]}}',
      "config.json: config.model.layers[0].activation: unknown name 'rleu'",
    ],
    [
      '{"compile": {"optimizer": 5}}',
      'config.json: config.compile.optimizer: expected an optimizer, such as \'adam\' or { "name": "adam" }, got 5\n',
    ],
    [
      '{"compile": {"optimizer": {"name": "sgd", "learningRate": "x"}}}',
      'config.json: config.compile.optimizer.learningRate: expected a schedule, such as { "name": "cosineDecay", … }, got \'x\'\n',
    ],
    ['{"model": {"inputSize": 3}}', 'config.json: config.model.inputSize: unknown option;'],
    ['{"data": {"like": {}}}', 'config.json: config.data.like: unknown option;'],
    ['{"compile": {"optimiser": "sgd"}}', "did you mean 'optimizer'? Known: loss, optimizer, metrics\n"],
    [
      '{"fit": {"earlyStopping": {"patience": -3}}}',
      'config.json: config.fit.earlyStopping.patience: expected a whole number ≥ 0, got -3\n',
    ],
    [
      '{"fit": {"earlyStopping": {"monitor": "vall"}}}',
      "config.json: config.fit.earlyStopping.monitor: unknown name 'vall'",
    ],
    [
      '{"fit": {"classWeight": {"0": 0, "1": 0, "2": 0}}}',
      'config.json: config.fit.classWeight: every row weighs 0, which leaves nothing to measure\n',
    ],
    [
      '{"model": {"layers": [{"batchNorm": true, "units": 3, "activation": "softmax"}]}, "fit": {"batchSize": 1}}',
      'config.json: config.fit.batchSize: every batch would be 1 row, and batchNorm needs 2 or more; got 1\n',
    ],
    ['{"fit": []}', 'config.json: config.fit: expected an object, got Array of 0\n'],
  ])('%s is refused', (text, message) => {
    write('config.json', text);
    expect(refused('grades.csv', '--config', 'config.json')).toContain(message);
  });
});

describe('a report', () => {
  it('shows the baseline, classes, calibration, influence and the curves of each network', () => {
    train('rare.csv', '--ensemble', '2', '--report', 'page.html');
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    for (const title of [
      'Scores on validation rows',
      'Classes',
      'Predicted classes',
      'Calibration',
      'Influence of the columns',
      'Loss by epoch',
      'network 2',
    ]) {
      expect(page).toContain(title);
    }
    expect(page).toMatch(/always (&#39;|&apos;|')no/);
    // Column a has the largest influence.
    expect(page.indexOf('<td>a<')).toBeLessThan(page.indexOf('<td>b<'));
  });

  it('for numbers shows residuals; without judged rows it has only the curves', () => {
    train('prices.csv', '--ensemble', '1', '--report', 'page.html', '--test', '0.2');
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toMatch(
      /Scores on test rows[\s\S]*Residuals by prediction/,
    );
    train('prices.csv', '--ensemble', '1', '--report', 'page.html', '--validation', '0');
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect([page.includes('Residuals'), page.includes('Loss by epoch')]).toEqual([false, true]);
  });
});
