/** Tests of `evenkeel lab` of the built program. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { paintFor, plain } from '../../src/cli/colours.js';
import { replay } from '../../src/cli/lab-tables.js';
import { exampleIds, examples } from '../../src/lab/index.js';

const program = join(fileURLToPath(new URL('../..', import.meta.url)), 'build', 'cli', 'evenkeel.js');

function run(args: readonly string[], node: readonly string[] = []) {
  const given = [...node, program, 'lab', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: 'utf8' });
  return { status, stderr, text: stdout };
}

/** A Node whose square root is off by a millionth, so that dependent values are wrong. */
const wrongRoot = [
  '--import',
  'data:text/javascript,const root = Math.sqrt; Math.sqrt = (x) => root(x) * (1 + 1e-6);',
];

const lineOf = (text: string, start: string) =>
  text.split('\n').find((line) => line.startsWith(`${start} `))!;

describe('evenkeel lab', () => {
  it('lists every example with its title', () => {
    const { status, stderr, text } = run([]);
    expect([status, stderr]).toEqual([0, '']);
    for (const id of exampleIds) expect(lineOf(text, id)).toContain(examples[id].title);
    expect(JSON.parse(run(['--json']).text)[0].entries.map(({ id }: { id: string }) => id)).toEqual(
      exampleIds,
    );
  });

  it('replays an example: inputs, computed and printed values, verdict, misprint', () => {
    const { status, stderr, text } = run(['E15']);
    expect([status, stderr]).toEqual([0, '']);
    expect(text).toContain('m = [[0.86, -1.04], [0.41, -0.65]]');
    expect(lineOf(text, 'z1')).toMatch(/0\.43904 +0\.439 +rounds$/);
    expect(lineOf(text, '∂L/∂w[relu1,1]')).toMatch(/-0\.861887 +-0\.628 +MISPRINT$/);
    expect(text).toContain('omits the factor relu1 = 1.372');
    expect(text).toMatch(/^Forward again/m);
  });

  it('accepts an id in upper or lower case', () => expect(run(['e15']).text).toBe(run(['E15']).text));

  it('shows all examples in a table, with status 0', () => {
    const { status, stderr, text } = run(['examples']);
    expect([status, stderr]).toEqual([0, '']);
    for (const id of exampleIds) expect(lineOf(text, id)).toMatch(/ right$/);
    // Six printed figures of E15 are wrong, eight of E17, none of E14.
    expect(lineOf(text, 'E15')).toMatch(/ 54 +6 +right$/);
    expect(lineOf(text, 'E17')).toMatch(/ 19 +8 +right$/);
    expect(lineOf(text, 'E14')).toMatch(/ 42 +right$/);
  });

  it('writes the result of run() as JSON', () => {
    const plainly = (value: unknown) => JSON.parse(JSON.stringify(value));
    expect(JSON.parse(run(['E6', '--json']).text)).toEqual(plainly(examples.E6.run()));
    const all = JSON.parse(run(['examples', '--json']).text) as { id: string; agrees: boolean }[];
    expect(all.map(({ id }) => id)).toEqual(exampleIds);
    expect(all.every(({ agrees }) => agrees)).toBe(true);
  });

  it('exits with status 1 if a value of ours is wrong, and names it', () => {
    const all = run(['examples'], wrongRoot);
    expect([all.status, all.stderr]).toEqual([1, '']);
    expect(lineOf(all.text, 'E2')).toMatch(/ 1 wrong$/);
    expect(lineOf(all.text, 'E1')).toMatch(/ right$/);
    expect(all.text).toMatch(/of ours are wrong\.$/m);
    const one = run(['E2'], wrongRoot);
    expect(one.status).toBe(1);
    expect(lineOf(one.text, 'σ')).toMatch(/WRONG$/);
    expect(one.text).toContain('Ours should be 1.4142135623730951.');
    expect(run(['E2', '--json'], wrongRoot).status).toBe(1);
    expect(run(['E1'], wrongRoot).status).toBe(0);
  });

  it.each([79, 100, 120, 200])('uses a terminal of %d columns, up to its last column', (columns) => {
    const terminal = `data:text/javascript,process.stdout.columns = ${columns};`;
    for (const args of [[], ['E15'], ['e11']]) {
      const lines = run(args, ['--import', terminal]).text.split('\n');
      const longest = Math.max(...lines.map((line) => [...line].length));
      // 80 columns are the least. The list has no rule across the page, so that its last words may end earlier.
      expect(longest, args[0]).toBeLessThanOrEqual(Math.max(80, columns));
      if (args.length > 0) expect(longest, args[0]).toBe(Math.max(80, columns));
    }
  });

  it('writes an example as a page with every step, remark and verdict, beside the text', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lab-'));
    const file = join(folder, 'e15.html');
    const { status, text, stderr } = run(['E15', '--html', file]);
    expect([status, stderr]).toEqual([0, `${file} written\n`]);
    expect(text).toBe(run(['E15']).text);
    const page = readFileSync(file, 'utf8');
    const { steps } = examples.E15.run();
    for (const { name, printed, note } of steps) {
      expect(page).toContain(`<td>${name}</td>`);
      if (printed !== undefined) expect(page).toContain(`>${printed}</td>`);
      if (note !== undefined) expect(page).toContain(note);
    }
    expect(page.split('>MISPRINT</td>')).toHaveLength(7);
    const all = join(folder, 'all.html');
    expect(run(['examples', '--html', all]).status).toBe(0);
    for (const id of exampleIds) expect(readFileSync(all, 'utf8')).toContain(`<td>${id}</td>`);
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['E155'], "'E15'"],
    [['exmaples'], "'examples'"],
    [['list'], 'Did you mean'],
    [['E15', 'E16'], 'too many arguments'],
    [['E15', '--jsno'], '--json'],
  ])('%j: status 2, and one line on stderr with %s', (args, hint) => {
    const { status, stderr, text } = run(args);
    expect([status, text]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(hint);
  });

  it('has help with examples, within 80 columns', () => {
    const { status, text } = run(['--help']);
    expect(status).toBe(0);
    expect(text).toContain('evenkeel lab E15');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(['', 'examples'])('%s: whole lines of at most 80 columns, no control characters', (id) => {
    expectPlainLines(run(id === '' ? [] : [id]).text);
  });
});

function expectPlainLines(text: string): void {
  expect(text).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*\n$/u);
  for (const line of text.split('\n')) {
    expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(line).toBe(line.trimEnd());
  }
}

describe.each(exampleIds)('%s as text', (id) => {
  const done = examples[id].run();
  const text = replay(done);

  it('fits 80 columns, without control characters', () => expectPlainLines(text));

  it('uses a wider terminal, up to its last column', () => {
    const wide = replay(done, plain, 100)
      .split('\n')
      .map((line) => [...line].length);
    expect(Math.max(...wide)).toBe(100);
  });

  it('shows every step and every printed figure in order', () => {
    let at = 0;
    for (const { name, printed = '' } of done.steps) {
      const found = text.indexOf(`\n${name} `, at);
      expect(found, name).toBeGreaterThan(0);
      at = found + 1;
      expect(text.slice(at, text.indexOf('\n', at))).toContain(printed);
    }
  });

  it('is equal in colour, except for the colours', () => {
    const painted = replay(done, (_, part) => `\u001b[1m${part}\u001b[22m`);
    expect(painted).not.toBe(text);
    expect(stripVTControlCharacters(painted)).toBe(text);
  });
});

describe('colours', () => {
  it.each([
    ['a terminal', { isTTY: true }, {}, true],
    ['a pipe', {}, {}, false],
    ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR, which counts as unset', { isTTY: true }, { NO_COLOR: '' }, true],
  ])('%s', (_, stream, env, painted) => expect(paintFor(stream, env) !== plain).toBe(painted));
});
