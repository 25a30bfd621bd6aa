/** Tests that the command keeps its work when its reader leaves, its disk is full, or a signal ends it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MLP, Rng } from '../../src/index.js';
import { program, Running, shell } from '../support/shell.js';

const { folder, run, start } = shell();
const at = (name: string) => join(folder, name);

/** Classes that are unrelated to the numbers, so that the validation loss is best after a few epochs and then grows. */
const FEATURES = 30;
const labels = new Rng('labels').integers(120, 2);
const values = new Rng('values').normal(120 * FEATURES);
const rows = Array.from(
  labels,
  (label, r) => `${values.subarray(FEATURES * r, FEATURES * (r + 1)).join()},${label ? 'p' : 'q'}`,
);
writeFileSync(
  at('noise.csv'),
  [`${Array.from({ length: FEATURES }, (_, c) => `x${c}`)},y`, ...rows].join('\n'),
);
writeFileSync(at('patient.json'), '{"fit": {"earlyStopping": {"patience": 1000000}}}');

const TRAIN = ['train', 'noise.csv', '--target', 'y', '--out', 'out.model'];
const ENDLESS = [...TRAIN, '--config', 'patient.json', '--epochs', '1000000', '--hidden', '16'];

beforeEach(() => {
  for (const name of readdirSync(folder)) if (name.startsWith('out.')) rmSync(at(name));
});

/** Runs a line of a shell in which `evenkeel` is the command. */
function inShell(line: string) {
  const command = `evenkeel() { "${process.execPath}" "${program}" "$@"; }; ${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('a reader that leaves', () => {
  const train = `evenkeel ${[...TRAIN, '--epochs', '30', '--report', 'out.html'].join(' ')}`;
  it.each([
    ['standard output', `${train} | true`, 'out.model', 'out.html'],
    ['standard output after a line', `${train} | head -n 1`, 'out.model', 'out.html'],
    ['both', `${train} 2>&1 | true`, 'out.model', 'out.html'],
    ['standard error', `${train} 2> >(true)`, 'out.model', 'out.html'],
    [
      'a diagnosis',
      'evenkeel diagnose noise.csv --target y --html out.html --svg out.svg | true',
      'out.html',
      'out.svg',
    ],
    ['an experiment', 'evenkeel lab X2 --html out.html --json out.json | true', 'out.html', 'out.json'],
    ['a comparison', 'evenkeel lab compare heNormal heUniform --networks 9 --svg out.svg | true', 'out.svg'],
    ['an example', 'evenkeel lab E6 --json out.json | true', 'out.json'],
  ])('%s: the files are written', (_, line, ...files) => {
    const { stderr } = inShell(`set -o pipefail; ${line}; echo "status $?" >&2`);
    // The last command of the pipe has status 0, so this status is the command's own.
    expect(stderr).toMatch(/^status 0$/m);
    for (const file of files) expect(existsSync(at(file)), file).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('ends a command that writes no files', () => {
    const { stderr } = inShell('set -o pipefail; evenkeel random | true; echo "status $?" >&2');
    expect(stderr).toBe('status 0\n');
  });
});

it.skipIf(process.platform !== 'linux')(
  'a full disk under the output: the model is written, and the status is 1',
  () => {
    const { status, stderr } = inShell(`evenkeel ${[...TRAIN, '--epochs', '3'].join(' ')} > /dev/full`);
    expect(status).toBe(1);
    expect(stderr.match(/ENOSPC/g)).toHaveLength(1);
    expect(MLP.load(readFileSync(at('out.model'))).epoch).toBe(3);
  },
);

describe.skipIf(process.platform === 'win32')('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s leaves the best weights, the report, and status %d', async (signal, status) => {
    const running = start(...ENDLESS, '--report', 'out.html');
    await running.says(/^epoch +60\//m);
    running.child.kill(signal);
    expect(await running.ended).toBe(status);
    const losses = [...running.stderr.matchAll(/validation: loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
    const best = Math.min(...losses);
    const [, epoch, last] = /interrupted; epoch (\d+), the best of (\d+)/.exec(running.stdout)!.map(Number);
    expect([last! >= 60, losses[epoch! - 1]]).toEqual([true, best]);
    // The last weights are much worse.
    expect(losses.at(-1)).toBeGreaterThan(1.2 * best);
    expect(running.stdout).toMatch(new RegExp(`24 validation rows, which chose the epochs: loss ${best},`));
    const { stderr } = run('diagnose', 'noise.csv', '--model', 'out.model');
    expect(stderr).toBe('');
    expect(readFileSync(at('out.html'), 'utf8')).toContain('Accuracy by epoch');
    expect(run('predict', 'out.model', 'noise.csv').status).toBe(0);
  });

  it('is ignored when npm repeats it', async () => {
    const running = start(...ENDLESS);
    await running.says(/^epoch +9\//m);
    for (let i = 0; i < 3; i++) running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
    expect(running.stdout).toMatch(/interrupted; (.*\n)+out.model written\n$/);
  });
});

it('keeps the best epoch before an overflow, with status 1', () => {
  writeFileSync(
    at('wild.json'),
    JSON.stringify({
      model: { layers: [{ units: 1 }], inputScaling: 'zScore' },
      compile: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 4 } },
      fit: { epochs: 500, batchSize: 96, earlyStopping: { patience: 1000 } },
    }),
  );
  const numbers = Array.from({ length: 120 }, (_, r) => `${values[r]},${values[r]! * 2 + 1}`);
  writeFileSync(at('line.csv'), ['a,y', ...numbers].join('\n'));
  const { status, stdout, stderr } = run(
    ...['train', 'line.csv', '--target', 'y', '--config', 'wild.json', '--out', 'out.model'],
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/not finite|infinit|NaN/i);
  expect(stdout).toMatch(
    /^diverged; epoch 1, the best of \d+\n24 validation rows, which chose the epochs: (.*\n)+out.model written\n$/m,
  );
  expect(MLP.load(readFileSync(at('out.model'))).getWeights()[0]!.kernel[0]).toBeLessThan(100);
});

describe.skipIf(process.platform === 'win32')('work that takes hours', () => {
  it.each([
    // Theory of a hundred thousand layers takes minutes by itself.
    ['lab compare heNormal glorotUniform --depth 100000 --width 10'],
    ['lab compare heNormal glorotUniform --depth 2000 --width 2000 --networks 1000'],
    ['lab X1 --networks 1000000'],
    ['lab X3 --networks 1000000'],
    ['lab X4 --networks 1000000'],
    ['lab X5 --networks 1000000'],
    ['diagnose noise.csv --target y --after 1000000000'],
  ])('%s ends at Ctrl-C', async (line) => {
    const running = start(...line.split(' '));
    await running.listens();
    running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
  });

  it('ends at a second Ctrl-C, even if the first has no effect', async () => {
    const deaf = "AbortController.prototype.abort = () => process.stderr.write('heard\\n');";
    const node = ['--import', `data:text/javascript,${deaf}`, program, ...ENDLESS];
    const running = new Running(spawn(process.execPath, node, { cwd: folder }));
    await running.says(/^epoch +3\//m);
    running.child.kill('SIGINT');
    await running.says(/^heard$/m);
    // It is repeated, because a signal that follows at once counts as the first one.
    const again = setInterval(() => running.child.kill('SIGINT'), 50);
    expect(await running.ended).toBe(130);
    clearInterval(again);
    expect(existsSync(at('out.model'))).toBe(false);
  });
});
