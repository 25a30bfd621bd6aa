/**
 * Every pattern and loop of the command, of evenkeel/node and of initializers over a user's text, on a million characters of the
 * kinds that make a backtracking pattern try again from each place: a quadratic one would not end.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  inOneLine,
  parseCount,
  parseLabel,
  parseName,
  parsePositive,
  parseUnits,
  parseWhole,
} from '../../src/cli/arguments.js';
import { trimmed } from '../../src/cli/lab-tables.js';
import { FORMULA } from '../../src/cli/task/answers.js';
import { readJson } from '../../src/cli/task/json-file.js';
import { initializerFromConfig, initializerNames } from '../../src/index.js';
import { isImageFile } from '../../src/node/image-folder.js';

const MILLION = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
afterAll(() => rmSync(folder, { recursive: true }));

const kinds = [
  '1',
  '-',
  '-1',
  '1.',
  '1e',
  ' ',
  '\t',
  '\r\n',
  'a',
  'aB',
  ',',
  '1,',
  '"',
  '\\',
  '\\"',
  '=',
  '+1',
  '{',
  '[',
  '{"a":',
  '\u001b[',
];
/** The run alone, and followed by a character that makes a pattern fail. */
const texts = kinds.flatMap((kind) =>
  ['', 'x', '!'].map((end) => [kind, end, kind.repeat(MILLION / kind.length) + end] as const),
);

/** Runs to the end, with a result or an error. An endless run fails by the time limit of its test. */
function ends(run: () => unknown): boolean {
  try {
    run();
  } catch {}
  return true;
}

describe.each(texts)(
  'a million characters of %j before %j are read in linear time',
  { timeout: 60_000 },
  (_, __, text) => {
    it.each<[string, (text: string) => unknown]>([
      ['parseWhole', parseWhole],
      ['parseCount', parseCount],
      ['parsePositive', parsePositive],
      ['parseUnits', parseUnits],
      ['parseLabel', parseLabel],
      ['parseName', parseName(initializerNames)],
      ['inOneLine', inOneLine],
      ['trimmed', trimmed],
      ['isImageFile', isImageFile],
      ['FORMULA', (text) => FORMULA.test(text)],
      ['an initializer by name', (text) => initializerFromConfig({ name: text } as never)],
    ])('by %s', (_, run) => expect(ends(() => run(text))).toBe(true));

    it('as a config file', () => {
      const path = join(folder, 'config.json');
      writeFileSync(path, text);
      expect(ends(() => readJson(path))).toBe(true);
      writeFileSync(path, JSON.stringify({ [text]: [text, { [text]: text }] }));
      expect(readJson(path)).toEqual({ [text]: [text, { [text]: text }] });
    });
  },
);

it('a config is read or refused however deep it is nested', () => {
  const path = join(folder, 'deep.json');
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    writeFileSync(path, `${open.repeat(100_000)}1${close.repeat(100_000)}`);
    expect(ends(() => readJson(path))).toBe(true);
  }
});
