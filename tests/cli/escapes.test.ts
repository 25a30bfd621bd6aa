/** Tests that names with control characters are escaped wherever the command writes for people. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHTML, toSVG, toText } from '../../src/report/index.js';
import { visible, visibleLines } from '../../src/visible.js';
import { program, shell } from '../support/shell.js';

const { folder, run } = shell();
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** Colour, link, title, C1's CSI, delete, bell, overrides and isolates of the writing direction, marks, line separator. */
const parts = [
  '\u001b[31m',
  '\u001b]8;;mailto:a\u0007',
  '\u001b]0;t\u001b\\',
  '\u009b2J',
  '\u009d0;t\u009c',
  '\u007f',
  '\u0008',
];
const turns = [
  '\u202a',
  '\u202b',
  '\u202c',
  '\u202d',
  '\u202e',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
  '\u200e',
  '\u200f',
  '\u061c',
];
const EVIL = `n${[...parts, ...turns, '\u2028'].join('')}x`;
/** Characters that no output may contain. */
const OBEYED = /[^\P{Cc}\n]|[\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]/u;

function expectShown(
  { stdout, stderr }: { stdout: string; stderr: string },
  ...where: ('stdout' | 'stderr')[]
) {
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    expect(OBEYED.exec(text)?.[0], `${name}: ${JSON.stringify(text)}`).toBeUndefined();
    if (where.some((place) => place === name)) expect(text.replace(/\s+/g, '')).toContain('\\u001b[31m');
  }
}

beforeAll(() => {
  const rows = Array.from({ length: 40 }, (_, r) => `${r % 7},${r % 5},"${EVIL}${r % 2}"`);
  write('evil.csv', [`"${EVIL}a",b,"${EVIL}y"`, ...rows].join('\n'));
  write(`${EVIL}.csv`, 'a,b,y\n1,2,p\n2,x,q\n');
  const trained = run('train', 'evil.csv', '--target', `${EVIL}y`, '--epochs', '2', '--out', `${EVIL}.model`);
  expect(trained.status).toBe(0);
  expectShown(trained, 'stdout');
});

describe('an error', () => {
  it.each([
    [['train', 'evil.csv', '--target', 'z']],
    [['train', 'evil.csv', '--target', `${EVIL}z`]],
    [['train', `${EVIL}.csv`, '--target', 'a', '--config', `${EVIL}.json`]],
    [['train', 'evil.csv', '--target', 'b', '--config', 'evil.json']],
    [['train', 'evil.csv', '--target', 'b', '--out', `${EVIL}/no`]],
    [['train', 'evil.csv', '--target', 'b', '--out', `${EVIL}.csv`, '--report', `./${EVIL}.csv`]],
    [['train', 'evil.csv', '--target', 'b', '--seed', 'a', `--${EVIL}`]],
    [['train', 'evil.csv', '--epochs', EVIL]],
    [['predict', `${EVIL}.model`, `${EVIL}.csv`]],
    [['predict', `${EVIL}.csv`, 'evil.csv']],
    [['diagnose', `${EVIL}.csv`, '--model', `${EVIL}.model`]],
    [['lab', EVIL]],
    [['lab', 'compare', EVIL, 'zeros']],
    [['lab', 'compare', `{"name": "${'\\u001b[31m'}"}`, 'zeros']],
    [['init', EVIL]],
    [['random', '--format', EVIL]],
    [[EVIL]],
  ])('%#: %j', (args) => {
    write('evil.json', JSON.stringify({ [EVIL]: {} }));
    const ran = run(...args);
    expect(ran.status).toBeGreaterThan(0);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
    expectShown(ran, 'stderr');
  });
});

describe('text on the terminal', () => {
  it.each([
    [['diagnose', 'evil.csv', '--target', `${EVIL}y`], 'stdout'],
    [['diagnose', 'evil.csv', '--target', `${EVIL}y`, '--json', '-', '--html', `${EVIL}.html`], 'stderr'],
    [['init', '5,4', '--seed', `${EVIL}`], 'stdout'],
    [
      ['train', 'evil.csv', '--target', 'b', '--epochs', '1', '--seed', EVIL, '--report', `${EVIL}.html`],
      'stderr',
    ],
    [
      ['lab', 'compare', 'heNormal', 'heUniform', '--depth', '2', '--networks', '3', '--seed', EVIL],
      'stdout',
    ],
    [['lab', 'E6', '--json', `${EVIL}.json`], 'stderr'],
  ] as const)('has no control characters: %j', (args, where) => {
    const ran = run(...args);
    expect(ran.status).toBe(0);
    expectShown(ran, where);
  });

  it('is equal after parsing if it is JSON', () => {
    const json = JSON.stringify({ [EVIL]: [EVIL, '\t\r'] }, null, 2);
    expect(visibleLines(json)).not.toMatch(OBEYED);
    expect(JSON.parse(visibleLines(json))).toEqual(JSON.parse(json));
  });

  it('is unchanged without such characters', () => {
    const text = "naïve 'quoted' \\u001b 日本語 👩‍👩‍👧 עברית";
    expect([visible(text), visibleLines(`${text}\n`)]).toEqual([text, `${text}\n`]);
    expect(visible('a\tb\r\nc\ud800')).toBe('a\\tb\\r\\nc\\ud800');
  });
});

describe('CSV', () => {
  it('is unchanged for programs', () => {
    const { stdout } = run('predict', `${EVIL}.model`, 'evil.csv');
    expect(stdout.split('\n')[1]).toContain(`${EVIL}0`);
  });

  const hasScript = spawnSync('script', ['--version']).status === 0;
  it.skipIf(!hasScript)('is escaped on a terminal', () => {
    const line = `"${process.execPath}" "${program}" predict *.model evil.csv`;
    const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { cwd: folder, encoding: 'utf8' });
    expect(stdout.replaceAll('\r', '')).not.toMatch(OBEYED);
    expect(stdout).toContain('\\u001b[31m');
  });
});

describe('a report', () => {
  const page = {
    kind: 'page' as const,
    title: EVIL,
    summary: [EVIL],
    sections: [
      { kind: 'prose' as const, title: EVIL, text: [EVIL, EVIL], note: EVIL },
      { kind: 'table' as const, columns: ['', EVIL, { label: EVIL }], rows: [[EVIL, 1, EVIL]] },
    ],
  };

  it('escapes them as text, as a page and as pictures', () => {
    expectShown({ stdout: toText(page), stderr: toText(page, { columns: 20 }) }, 'stdout', 'stderr');
    expect(stripVTControlCharacters(toText(page, { colour: true }))).not.toMatch(OBEYED);
    const html = toHTML(page);
    expect(html).not.toMatch(OBEYED);
    expect(html).toContain('\\u001b[31m');
    expect(toSVG({ ...page, sections: [curves] })).not.toMatch(OBEYED);
  });

  const curves = {
    kind: 'curves' as const,
    title: EVIL,
    x: { label: EVIL },
    y: { label: EVIL },
    panels: [{ label: EVIL, x: [0, 1], series: [{ label: EVIL, y: [1, 2] }] }],
  };
});

describe('predict --spreadsheet-safe', () => {
  const names = ['=1+1', '+1', '-x', '@x', '\tx', '=a\nb', "'x", '-1.5', 'plain', '＝1', '"=q'];
  beforeAll(() => {
    const rows = names.flatMap((name, c) =>
      Array.from({ length: 4 }, () => [c, `"${name.replaceAll('"', '""')}"`]),
    );
    write('sums.csv', ['a,=y', ...rows.map((row) => row.join())].join('\n'));
    const args = ['--target', '=y', '--epochs', '2', '--validation', '0.3', '--out', 'sums.model'];
    expect(run('train', 'sums.csv', ...args).status).toBe(0);
  });

  it('begins no cell as a formula, and leaves numbers unchanged', () => {
    const plainly = run('predict', 'sums.model', 'sums.csv').stdout;
    const safely = run('predict', 'sums.model', 'sums.csv', '--spreadsheet-safe');
    expect(safely.status).toBe(0);
    const cells = (text: string) =>
      [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,\n]*))/gm)].map((cell) => cell[1] ?? cell[2]!);
    const [before, after] = [cells(plainly), cells(safely.stdout)];
    expect(before.some((cell) => /^[=+@\t]|^-x/.test(cell))).toBe(true);
    expect(after).toEqual(
      before.map((cell) =>
        /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && Number.isNaN(Number(cell)) ? `'${cell}` : cell,
      ),
    );
  });

  it('does so in a file, too', () => {
    expect(run('predict', 'sums.model', 'sums.csv', '--spreadsheet-safe', '--out', 'safe.csv').status).toBe(
      0,
    );
    expect(readFileSync(join(folder, 'safe.csv'), 'utf8')).toMatch(/^"'=y","'=y=/);
  });
});
