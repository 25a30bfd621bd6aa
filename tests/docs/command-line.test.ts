import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { shell } from '../support/shell.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'docs', 'command-line.md'), 'utf8');
const { folder, run } = shell();

/** Returns the names that a help lists under 'Commands:'. */
function listed(...path: string[]): string[] {
  const { stdout } = run(...path, '--help');
  const lines = stdout.split('Commands:\n')[1]?.split('\n\n')[0]?.split('\n') ?? [];
  return lines.flatMap((line) => /^ {2}(\w+)/.exec(line)?.[1] ?? []).filter((name) => name !== 'help');
}

const names = listed().flatMap((name) => [name, ...listed(name).map((under) => `${name} ${under}`)]);
const table = [...text.matchAll(/^\| \[`([\w ]+)`\]\(#([\w-]+)\)/gm)].map(
  ([, name, anchor]) => [name!, anchor!] as const,
);

describe('every command', () => {
  it('is in the table of the document, which has no other', () => {
    expect(table.map(([name]) => name).sort()).toEqual([...names].sort());
  });

  it.each(table)('%s leads to its section', (name, anchor) => {
    expect(anchor).toBe(name.replaceAll(' ', '-'));
    const section = text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0];
    expect(section).toContain(`\nevenkeel ${name}`);
    expect(section).toContain('```text\n');
  });

  it.each(names)('%s --help has an example, within 80 columns', (name) => {
    const { status, stdout } = run(...name.split(' '), '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Examples:\n {2}evenkeel ${name}`, 'm'));
    for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  });
});

describe('the configs of the document', () => {
  const [ofIris, ofCars] = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json!);
  const rows = Array.from(
    iris.y,
    (label, r) => `${iris.x.subarray(4 * r, 4 * r + 4).join()},${iris.classNames[label]}`,
  );
  writeFileSync(join(folder, 'iris.csv'), ['a,b,c,d,species', ...rows].join('\n'));
  copyFileSync(join(root, 'examples', 'cars.csv'), join(folder, 'cars.csv'));

  it.each([
    ['iris.csv', ofIris, /accuracy (0\.9\d*|1\.00)\n/],
    ['cars.csv', ofCars, /r2 0\.[89]\d*\n/],
  ])('train and diagnose %s', (data, config, good) => {
    writeFileSync(join(folder, 'config.json'), config!);
    const args = [data, '--config', 'config.json'];
    expect(run('train', ...args).stdout).toMatch(good);
    expect(run('diagnose', ...args, '--check').status).toBe(0);
  });
});
