/** Tests of `evenkeel lessons` of the built program. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lessons } from '../../src/lessons/index.js';
import { program, shell } from '../support/shell.js';

const { folder, run } = shell();
const seven = lessons.find(({ number }) => number === 7)!;
const fileWith = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return name;
};

/** Runs the command as if standard input and output were a terminal of 60 columns without colours. */
function typed(input: string, ...args: string[]) {
  const terminal = `data:text/javascript,${encodeURIComponent(
    'process.stdin.isTTY = true; process.stdout.isTTY = true; process.stdout.columns = 60;',
  )}`;
  return spawnSync(process.execPath, ['--import', terminal, program, 'lessons', ...args], {
    cwd: folder,
    encoding: 'utf8',
    input,
    env: { ...process.env, NO_COLOR: '1' },
  });
}

describe('the list', () => {
  it('has number, title and question of every lesson', () => {
    const { status, stdout, stderr } = run('lessons');
    expect([status, stderr]).toEqual([0, '']);
    for (const { number, title, name } of lessons) {
      expect(stdout).toContain(`${String(number).padStart(2)}  ${title}`);
      expect(stdout).toContain(`evenkeel lessons ${name}`);
    }
  });
});

describe('a lesson', () => {
  const headings = ['QUESTION', 'IDEA', 'PICTURE', 'GUESS', 'PROGRAM', 'EXERCISES', 'SLIDES SAY'];

  it.each(lessons.map(({ number }) => number))('%i has all parts in their order, in 80 columns', (number) => {
    const { status, stdout, stderr } = run('lessons', String(number));
    expect([status, stderr]).toEqual([0, '']);
    const places = headings.map((heading) =>
      stdout.search(new RegExp(`^(THE |A |WHAT THE )?${heading}$`, 'm')),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    // Markdown is rendered: no marks of it are left in the prose.
    expect(stdout.replace(/^ {4}.*$/gm, '')).not.toMatch(/\*\*|```|<\/?details>|<summary>/);
  });

  it('is found by its name as well', () => {
    expect(run('lessons', seven.name).stdout).toBe(run('lessons', '7').stdout);
    expect(run('lessons', 'variance').stdout).toBe(run('lessons', '7').stdout);
    expect(run('lessons', '07').stdout).toBe(run('lessons', '7').stdout);
  });

  it('answers its guess below when standard input is no terminal', () => {
    const { stdout } = run('lessons', '7');
    expect(stdout.indexOf('The answer')).toBeGreaterThan(stdout.indexOf('A GUESS'));
    expect(stdout).not.toContain('Your guess');
  });

  it('asks for the guess in a terminal, again if it is no answer, and says whether it is right', () => {
    const right = typed('ten\n10\n', '7');
    expect([right.status, right.stderr]).toEqual([0, '']);
    expect(right.stdout).toMatch(
      /Your guess \(a number\): .*Type a number, such as 0\.5 or 1\/8\..*Right\..*The answer/s,
    );
    for (const line of right.stdout.split('\n').filter((line) => !line.startsWith(' ')))
      expect([...line.replace(/^Your guess \(a number\): /, '')].length, line).toBeLessThanOrEqual(60);
    const wrong = typed('100\n', '7');
    expect(wrong.stdout.replace(/\s+/g, ' ')).toMatch(/or it is the variance.*The answer is 10/is);
    for (const line of wrong.stdout.split('\n').filter((line) => !line.startsWith(' ')))
      expect([...line.replace(/^Your guess \(a number\): /, '')].length, line).toBeLessThanOrEqual(60);
    const choice = typed('c)\n', '1');
    expect(choice.stdout).toContain('Right.');
    expect(typed('b\n', '1').stdout).toContain('It is c.');
  });

  it('goes on without a guess at the end of the input', () => {
    const { status, stdout } = typed('', '7');
    expect(status).toBe(0);
    expect(stdout).toContain('WHAT THE SLIDES SAY');
  });

  it('is refused with what was expected', () => {
    expect(run('lessons', '99')).toMatchObject({ status: 2, stdout: '' });
    expect(run('lessons', '99').stderr).toMatch(/^error: no lesson '99'; lessons are numbered 1 to \d+\n$/);
    expect(run('lessons', 'varience-of-sum').stderr).toContain(`did you mean '${seven.name}'`);
    expect(run('lessons', '7', '--answers', '--program').stderr).toContain('exclude each other');
    expect(run('lessons', '--answers').stderr).toContain("option '--answers': needs a lesson");
    expect(run('lessons', '7', '--exercise', '1').stderr).toContain("'--exercise': belongs to --check");
    expect(run('lessons', '7', '--exercise', '3', '--check', '1').stderr).toContain('exercises 1 and 2');
  });
});

describe('--program', () => {
  it('prints the program, or writes it into a file', () => {
    expect(run('lessons', '7', '--program').stdout).toBe(seven.program);
    expect(run('lessons', '7', '--program', 'seven.mjs')).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(folder, 'seven.mjs'), 'utf8')).toBe(seven.program);
  });
});

describe('--answers', () => {
  it('prints the answers of both exercises', () => {
    expect(run('lessons', '7', '--answers').stdout).toMatch(
      /^1\. It is 0\.125\..*\n2\. {5}export const exercise2/s,
    );
  });
});

describe('--check', () => {
  it.each(['0.125', '1/8', '12.5%', ' 0.125 ', '.125', '1.25e-1'])('accepts %j', (answer) => {
    expect(run('lessons', '7', '--check', answer)).toMatchObject({ status: 0 });
    expect(run('lessons', '7', '--check', answer).stdout).toMatch(/^Exercise 1: Right\.\nIt is 0\.125\./);
  });

  it('says what is wrong with a number, without the answer', () => {
    const { status, stdout } = run('lessons', '7', '--check', '1/64');
    expect([status, stdout]).toEqual([
      1,
      'Exercise 1: That is the variance. The standard deviation is its square root.\n',
    ]);
    expect(run('lessons', '7', '--check', '3').stdout).toBe('Exercise 1: Not yet: that is too large.\n');
    expect(run('lessons', '7', '--check=-3').stdout).toBe('Exercise 1: Not yet: that is too small.\n');
    expect(run('lessons', '7', '--exercise', '2', '--check', '3').stdout).toMatch(
      /^Exercise 2: Expected a function exercise2\(n\), exported from a file, got 3\.\n$/,
    );
  });

  it('runs a file and checks what it exports', () => {
    const file = fileWith(
      'answer.mjs',
      'export const exercise1 = 1 / 8;\nexport const exercise2 = (n) => Math.sqrt(3 / n);\n',
    );
    const { status, stdout } = run('lessons', '7', '--check', file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Exercise 1: Right\..*^Exercise 2: Right\./ms);
    const wrong = fileWith('wrong.mjs', 'export function exercise2(n) { return Math.sqrt(1 / n); }\n');
    expect(run('lessons', '7', '--check', wrong)).toMatchObject({ status: 1 });
    expect(run('lessons', '7', '--check', wrong).stdout).toContain('the bound is larger');
  });

  it.each([
    ['gone.mjs', undefined, /expected a number, such as 0\.125, or a file; there is no such file/],
    ['empty.mjs', '', /expected an export named exercise1 or exercise2; it exports nothing/],
    ['named.mjs', 'export const answer = 3;', /it exports answer/],
    ['broken.mjs', 'export const = 3;', /expected a program that runs, got an error/],
    ['thrown.mjs', 'throw new Error("no");', /got an error: no/],
    ['odd.txt', '3', /expected a program whose name ends in \.mjs/],
    ['imports.mjs', "import 'evenkeel';", /run npm install evenkeel in its folder/],
    ['helped.mjs', "import './helper.mjs';", /it imports \S*helper\.mjs, which does not exist/],
    ['packed.mjs', "import 'no-such-package';", /it imports no-such-package, which does not exist/],
  ])('says what is wrong with %s', (name, text, message) => {
    if (text !== undefined) fileWith(name, text);
    const { status, stdout, stderr } = run('lessons', '7', '--check', name);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('reports an error within a function', () => {
    const file = fileWith('throws.mjs', 'export const exercise2 = () => { throw new Error("oh"); };\n');
    expect(run('lessons', '7', '--check', file).stdout).toBe('Exercise 2: The function threw an error: oh\n');
  });
});

describe('--html', () => {
  it('writes one lesson as a page without scripts, whose guess unfolds', () => {
    expect(run('lessons', '7', '--html', 'seven.html')).toMatchObject({ status: 0, stdout: '' });
    const page = readFileSync(join(folder, 'seven.html'), 'utf8');
    expect(page).toMatch(/<title>7\. The variance of a sum: why 1\/n<\/title>/);
    expect(page).toMatch(/<details><summary>Guess first, then unfold the answer<\/summary>\n<p>It is 10\./);
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/<script|\*\*|```/);
    expect(page).toContain('@media (prefers-color-scheme:dark)');
  });

  it('writes all lessons with a table of contents', () => {
    run('lessons', '--html', 'all.html');
    const page = readFileSync(join(folder, 'all.html'), 'utf8');
    for (const { number } of lessons) {
      expect(page).toContain(`href="#lesson-${number}"`);
      expect(page).toContain(`<article id="lesson-${number}">`);
    }
  });
});

it('no other command loads the lessons', () => {
  const seen = new Set<string>();
  const open = [program];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    expect(text.includes(seven.title), path).toBe(false);
    for (const [, source] of text.matchAll(
      /(?:^|[;}\s])(?:import|export)\b[^"'()]*?["'](\.[^"']+\.js)["']/g,
    )) {
      open.push(join(path, '..', source!));
    }
  }
  expect(seen.size).toBeGreaterThan(5);
});
