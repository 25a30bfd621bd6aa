/** Tests of `evenkeel lab compare`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shell } from '../support/shell.js';

const { folder, run: evenkeel, start } = shell();
const run = (...args: string[]) => evenkeel('lab', 'compare', ...args);

it('summarizes the starts within 80 columns and two screens', () => {
  const { status, stdout, stderr } = run('heNormal', 'glorotUniform', '--networks', '100');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^heNormal beside glorotUniform\nheNormal keeps signal and gradient: typically 0\.\d+ of/,
  );
  expect(stdout).toMatch(
    /glorotUniform\nloses signal and gradient: \de-16|loses signal and gradient: [\d.]+e-1[56]/,
  );
  // The kernel variances are 2/100 and 1/100, so that the variance at layer 50 is 2 and 2^−49 at infinite width.
  expect(stdout).toMatch(/^kernel variance +0\.02 +0\.01$/m);
  expect(stdout).toMatch(/^… at infinite width +2\.00 +1\.8e-15$/m);
  const lines = stdout.split('\n');
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(lines.length).toBeLessThan(72);
  expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  // The bars show the first layer, the last, and round numbers.
  expect(
    lines
      .flatMap((line) => /^ *(\d+) .*█/.exec(line)?.[1] ?? [])
      .slice(0, 11)
      .join(),
  ).toBe('1,5,10,15,20,25,30,35,40,45,50');
});

it('explains by theory what the verdict says, and does not call a lost signal kept', () => {
  const { stdout } = run('heNormal', 'tfjsHeNormal', '--networks', '100');
  const text = stdout.replace(/\s+/g, ' ');
  expect(text).toMatch(/tfjsHeNormal loses signal and gradient/);
  expect(text).not.toMatch(/leaves|1e-3 to 1e3/);
  // A normal distribution cut at 2σ has this standard deviation. Without widening, each layer multiplies by it.
  const cut = 0.87962566103423978;
  const [first, last] = [Math.SQRT2 * cut, Math.SQRT2 * cut ** 50];
  const digits = (value: number) => String(Number(value.toPrecision(2)));
  const sentence = (label: string, from: number, to: number, back: number) =>
    `${label}: the standard deviation of the preactivations goes from ${digits(from)} in the first layer to ${digits(to)} in the last, that of the gradients from 1 in the last to ${digits(back)} in the first`;
  expect(text).toContain(sentence('heNormal', Math.SQRT2, Math.SQRT2, 1));
  expect(text).toContain(sentence('tfjsHeNormal', first, last, cut ** 49));
});

it('names the layers at which theory loses the signal by their numbers, in place of the change', () => {
  const { stdout } = run('heNormal', 'glorotUniform', '--networks', '10');
  const text = stdout.replace(/\s+/g, ' ');
  // The sd is 2^(−(k − 1)/2) in layer k, below 1e-3 from 21 on; the gradient is 2^(−(50 − k)/2), down to 30.
  expect(text).toMatch(/glorotUniform: layer 21: the signal has died/);
  expect(text).toMatch(/glorotUniform: layer 30: gradients have vanished/);
  expect(text).not.toMatch(/glorotUniform: the standard deviation of/);
});

it('has every layer on request, and says where f32 ends', () => {
  const { stdout } = run(
    'heNormal',
    '{"name": "randomNormal", "stddev": 0.03}',
    '--networks=3',
    '--width=40',
    '--all-layers',
  );
  for (let layer = 1; layer <= 50; layer++) expect(stdout).toMatch(new RegExp(`^ *${layer} .*█`, 'm'));
  expect(stdout).toMatch(/^f32: variance subnormal +never +at layer \d+$/m);
});

it('writes a page that stands alone, pictures, and JSON', () => {
  const files = ['--html', 'c.html', '--svg', 'c.svg', '--json', 'c.json'];
  const { status, stderr } = run('heNormal', 'lecunNormal', '--depth', '4', '--networks', '5', ...files);
  expect([status, stderr]).toEqual([0, 'c.html written\nc.svg written\nc.json written\n']);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  expect(read('c.html')).toMatch(/^<!doctype html>/);
  expect(read('c.html')).toContain('heNormal keeps signal and gradient');
  expect(read('c.html')).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  expect(read('c.svg')).toMatch(/^<svg/);
  const { labels, reports, verdict } = JSON.parse(read('c.json'));
  expect([labels, reports[0].layers.length]).toEqual([['heNormal', 'lecunNormal'], 4]);
  expect(verdict).toMatch(/^heNormal keeps/);
});

it('writes only JSON to standard output on request, with null if nothing is left', () => {
  const start = '{"name": "randomNormal", "stddev": 100}';
  const { stdout } = run(start, 'heNormal', '--activation=tanh', '--networks=4', '--json', '-');
  expect(JSON.parse(stdout).outcomes[0].backward).toEqual({ fate: 'lost', lnRatio: null });
});

it('Ctrl-C shows the completed start', async () => {
  const running = start(
    ...['lab', 'compare', 'heNormal', 'glorotUniform', '--networks', '1000000', '--width', '200'],
  );
  await running.listens();
  running.child.kill('SIGINT');
  expect(await running.ended).toBe(130);
  expect(running.stdout).toBe('Interrupted before a start was complete.\n');
});

it.each([
  [['heNorml', 'heNormal'], 2, /Did you mean 'heNormal'/],
  [['heNormal'], 2, /missing required argument 'b'/],
  [
    ['heNormal', '{"name": "randomNormal", "stdev": 1}'],
    2,
    /config\.stdev: unknown option; did you mean 'stddev'/,
  ],
  [['heNormal', '{"name"'], 2, /JSON/],
  [['heNormal', 'heUniform', '--activation', 'rleu'], 2, /Did you mean 'relu'/],
  [['heNormal', 'heUniform', '--deph', '3'], 2, /Did you mean --depth/],
  [['heNormal', 'heUniform', '--width', '1'], 2, /one unit has no variance/],
  [['heNormal', 'zeros', '--networks', '1'], 1, /^zeros: expected values that differ/],
])('%j is refused with status %d, in one line', (args, expected, message) => {
  const { status, stdout, stderr } = run(...args);
  expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([expected, '', 1]);
  expect(stderr).toMatch(message);
});

it('lab compare is suggested for similar names', () => {
  const { status, stderr } = evenkeel('lab', 'compar');
  expect([status, stderr]).toEqual([2, expect.stringContaining("Did you mean 'compare'?")]);
});
