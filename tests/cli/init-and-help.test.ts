/** Tests of the built `evenkeel`: init, random, errors and help. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { histogram } from '../../src/cli/histogram.js';
import { initializerNames, MLP, Rng } from '../../src/index.js';

const program = join(fileURLToPath(new URL('../..', import.meta.url)), 'build', 'cli', 'evenkeel.js');

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { maxBuffer: 1e8 });
  return { status, stdout, stderr: stderr.toString(), text: stdout.toString() };
}

/** Returns the numbers of a kernel's row in the table, in the order of its columns. */
function row(text: string, kernel: string): string[] {
  const line = text.split('\n').find((line) => line.startsWith(`${kernel} `))!;
  return line.slice(kernel.length).trim().split(/\s+/);
}

describe('evenkeel init', () => {
  // The lectures' listings for 50-80-100 (E9, E10): σ = √(2/130), √(2/180), √(2/50), √(2/80); a = √3 σ.
  it.each([
    ['glorotNormal', ['0.124', '0.105'], ['±0.282', '±0.240']],
    ['glorotUniform', ['0.124', '0.105'], ['±0.215', '±0.183']],
    ['heNormal', ['0.200', '0.158'], ['±0.455', '±0.360']],
    ['heUniform', ['0.200', '0.158'], ['±0.346', '±0.274']],
  ])('%s prints formula and draw of both kernels', (name, stddevs, limits) => {
    const { status, stderr, text } = run('init', '50,80,100', '--initializer', name);
    expect([status, stderr]).toEqual([0, '']);
    ['[50, 80]', '[80, 100]'].forEach((kernel, l) => {
      const [stddev, drawn, limit, min, max] = row(text, kernel);
      expect([stddev, limit]).toEqual([stddevs[l], limits[l]]);
      // The standard error of a drawn deviation is below σ / √(2n), n ≥ 4000, for each of these distributions.
      expect(Math.abs(Number(drawn) / Number(stddev) - 1)).toBeLessThan(5 / Math.sqrt(8000));
      const bound = Number(limit!.slice(1));
      for (const end of [-Number(min), Number(max)]) {
        expect(end).toBeLessThanOrEqual(bound);
        expect(end).toBeGreaterThan(0.97 * bound);
      }
    });
    expect(text).toMatch(/^formula: .*fanIn/m);
    expect(text).toMatch(/^source: (Glorot|He) .*20\d\d/m);
  });

  it('shows the kernels that a network of the same seed starts with', () => {
    const kernelInitializer = 'heNormal';
    const layers = [80, 80, 80].map((units) => ({ units, kernelInitializer }) as const);
    const weights = new MLP({ inputSize: 80, layers, seed: 7 }).getWeights();
    const { text } = run('init', '80,80,80,80', '--initializer', kernelInitializer, '--seed', '7');
    const rows = text.split('\n').filter((line) => /^\[80, 80\] .*±/.test(line));
    expect(rows.map((line) => line.trim().split(/\s+/).slice(-2))).toEqual(
      weights.map(({ kernel }) =>
        [Math.min(...kernel), Math.max(...kernel)].map((end) => end.toPrecision(3)),
      ),
    );
    expect(new Set(rows).size).toBe(3);
  });

  it.each(initializerNames)('%s: whole lines of at most 80 columns, no control characters', (name) => {
    const { status, stderr, text } = run('init', '12,7,1030,9', '--initializer', name);
    expect([status, stderr]).toEqual([0, '']);
    expect(stripVTControlCharacters(text)).toBe(text);
    expect(text).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*\n$/u);
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('omits the histograms on request', () => {
    const args = ['init', '50,80', '--initializer', 'heNormal'];
    expect(run(...args, '--histogram').text).toBe(run(...args).text);
    expect(run(...args).text).toContain('█');
    expect(run(...args, '--no-histogram').text).not.toMatch(/[▁-█]/);
  });
});

describe('the histogram', () => {
  const draw = (...values: number[]) =>
    histogram(Float32Array.from(values), { min: Math.min(...values), max: Math.max(...values) });
  const bars = (lines: readonly string[]) => lines.slice(0, -2).map((line) => line.replace(/^.*?[┤│]/, ''));

  it('scales its bars to the fullest of 20 bins, and puts every value into one', () => {
    // Bin i of [0, 20] holds i + 1 values; its upper edge belongs to the last bin.
    const values = Array.from({ length: 20 }, (_, i) => Array<number>(i === 19 ? 19 : i + 1).fill(i)).flat();
    const lines = draw(...values, 20);
    expect(lines[0]).toMatch(/^20 ┤.* ██$/);
    const heights = Array.from({ length: 20 }, (_, i) =>
      bars(lines).reduce((sum, line) => sum + ' ▁▂▃▄▅▆▇█'.indexOf(line[3 * i] ?? ' '), 0),
    );
    // There are six rows of eight steps, rounded up so that every value is visible.
    expect(heights).toEqual(heights.map((_, i) => Math.ceil(((i + 1) / 20) * 48)));
    expect(lines.at(-1)!.trim().split(/\s+/)).toEqual(['0', '5.00', '10.0', '15.0', '20.0']);
  });

  it('is centred on 0 if values have both signs, with each edge below its tick', () => {
    const lines = draw(-1, 0.25, 0.5);
    expect(lines.at(-1)!.trim().split(/\s+/)).toEqual(['-1.00', '-0.500', '0', '0.500', '1.00']);
    const [ticks, labels] = lines.slice(-2) as [string, string];
    expect(ticks.match(/[┼┴]/g)).toHaveLength(21);
    expect(labels.indexOf(' 0 ') + 1).toBe(ticks.indexOf('┼', ticks.indexOf('┼', 4) + 1));
  });

  it('has no bars for a single value', () => expect(draw(0.5, 0.5)).toEqual(['all 0.500']));
});

describe('evenkeel random', () => {
  const bytes = (words: Uint32Array) => {
    const buffer = Buffer.alloc(4 * words.length);
    for (const [i, word] of words.entries()) buffer.writeUInt32LE(word, 4 * i);
    return buffer;
  };

  it.each([
    ['7', [], new Rng(7)],
    ['-7', ['a', '3'], new Rng(-7).split('a').split(3)],
    ['deep', [], new Rng('deep')],
  ])('seed %s at %j: little-endian words, beyond one block', (seed, labels, rng) => {
    const path = labels.flatMap((label) => ['--split', label]);
    const { status, stderr, stdout } = run('random', '--seed', seed, ...path, '--count', '70001');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.equals(bytes(rng.bits(70001)))).toBe(true);
  });

  it.each([1, 3, 256, 5000])('%d streams interleaved take turns, beyond one block', (streams) => {
    const count = 200_003;
    const rng = new Rng(7);
    const each = Array.from({ length: streams }, (_, s) => rng.split(s).bits(Math.ceil(count / streams)));
    const expected = Uint32Array.from(
      { length: count },
      (_, j) => each[j % streams]![Math.floor(j / streams)]!,
    );
    const args = ['--seed', '7', '--format', 'raw', '--interleave', `${streams}`, '--count', `${count}`];
    expect(run('random', ...args).stdout.equals(bytes(expected))).toBe(true);
  });

  it.each([
    ['hex', (word: number) => word.toString(16).padStart(8, '0')],
    ['dec', String],
  ])('writes one word per line as %s', (format, write) => {
    const lines = Array.from(new Rng(0).bits(1000), (word) => `${write(word)}\n`);
    expect(run('random', '--format', format, '--count', '1000').text).toBe(lines.join(''));
  });

  it('continues as long as it is read, and ends with status 0 when its reader leaves', async () => {
    const child = spawn(process.execPath, [program, 'random', '--format', 'raw'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    let read = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      read += chunk.length;
      if (read > 4_000_000) break;
    }
    const [status, signal] = await once(child, 'close');
    expect([status, signal, errors]).toEqual([0, null, '']);
  });

  it.skipIf(process.platform !== 'linux')('reports in one line that the disk is full', () => {
    const command = `"${process.execPath}" "${program}" random > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ENOSPC.*\n$/);
  });
});

describe('a wrong command line', () => {
  it.each([
    ['intit 50,80', 'init'],
    ['init 50,80 --initialiser heNormal', '--initializer'],
    ['init 50,80 --initializer glorotNormel', "'glorotNormal'"],
    ['init 50', 'two sizes'],
    ['init 50,,80', '≥ 1'],
    ['init 50,0', '≥ 1'],
    ['init 50,8.5', '≥ 1'],
    ['init 50,-80', '≥ 1'],
    ['init 50 80', 'too many arguments'],
    ['init', 'sizes'],
    ['init 9000000,9000000', '[9000000, 9000000]'],
    ['init 50,80 --seed 9007199254740993', '53 bits'],
    ['random --sed 7', '--seed'],
    ['random --format rwa', "'raw'"],
    ['random --count 0', '≥ 1'],
    ['random --interleave 65537', '65536'],
  ])('%s gives status 2 and one line on stderr with %s', (line, hint) => {
    const { status, stderr, text } = run(...line.split(' '));
    expect([status, text]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(hint);
  });
});

describe('help', () => {
  it.each([
    [['--help'], ['init 50,80,100', 'random --seed 7']],
    [['help', 'init'], ['init 50,80,100']],
    [['init', '--help'], initializerNames],
    [['random', '--help'], ['--interleave 256 |']],
  ])('%j has examples, within 80 columns', (args, parts) => {
    const { status, stderr, text } = run(...args);
    expect([status, stderr]).toEqual([0, '']);
    for (const part of ['Examples:', ...parts]) expect(text).toContain(part);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('tells the version of the package', () => expect(run('--version').text).toBe(`${version}\n`));
});
