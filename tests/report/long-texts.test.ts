/**
 * Runs every pattern and every loop over a user's text, outside src/data and src/cli, on a million characters of kinds that
 * make a backtracking pattern start again from each position. No result depends on the time, but a quadratic pattern would
 * not end.
 */
import { describe, expect, it } from 'vitest';
import { inWords } from '../../src/report/history.js';
import { headOf } from '../../src/report/html.js';
import { escaped, legible } from '../../src/report/markup.js';
import { rounded } from '../../src/report/plot.js';
import { printable, wrap } from '../../src/report/width.js';
import { readSafetensors, writeSafetensors } from '../../src/saving/safetensors.js';
import { parseHeader } from '../../src/saving/safetensors-header.js';
import { visible, visibleLines } from '../../src/visible.js';

const MILLION = 1_000_000;
const times = (text: string) => text.repeat(MILLION / text.length);

const texts: readonly (readonly [what: string, text: string])[] = [
  ['digits', times('1')],
  ['minus signs and digits', times('-1')],
  ['digits and points', times('1.')],
  ['blanks', times(' ')],
  ['line breaks', times('\r\n')],
  ['small letters', times('a')],
  ['lower and upper case in turn', times('aB')],
  ['words and hyphens', times('a- ')],
  ['quotes', times('"')],
  ['attributes', times(' x="')],
  ['backslashes', times('\\')],
  ['escaped quotes', times('\\"')],
  ['wide characters', times('漢')],
  ['what combines', times('\u0301')],
  ['controls', times('\u001b[')],
  ['halves of surrogate pairs', times('\ud800')],
];

describe.each(texts)('a million characters: %s', (_, text) => {
  it.each<[name: string, run: (text: string) => unknown]>([
    ['escaped', escaped],
    ['legible', legible],
    ['printable', printable],
    ['visible', visible],
    ['visibleLines', visibleLines],
    ['headOf', headOf],
    ['inWords', inWords],
    ['rounded, as text', (text) => rounded(`<text x="1.2345">${text}</text>`)],
    ['rounded, after an attribute begins', (text) => rounded(`<text x="${text}`)],
  ])('%s', (_, run) => {
    expect(run(text)).toBeDefined();
  });

  it('is wrapped into lines', () => {
    // This is a loop instead of a pattern, and slower per character.
    const part = text.slice(0, MILLION / 10);
    expect(wrap(part, 80).join('').length).toBeGreaterThanOrEqual(part.replaceAll(' ', '').length);
  });

  it('is refused in the header of a file', () => {
    const file = () => writeSafetensors({ w: { shape: [1], values: Float32Array.of(1) } }, { note: text });
    if (text.includes('\ud800')) expect(file).toThrow(/half of a surrogate pair/);
    else expect(readSafetensors(file()).metadata.get('note')).toBe(text);
    // Wherever the grammar expects something else, the error says what is wrong.
    for (const before of ['', '{', '{"a":', '{"a":{"dtype":', '{"a":{"shape":[', '{"__metadata__":{"a":"']) {
      expect(() => parseHeader(before + text)).toThrow(/^bytes: /);
    }
  });
});
