/** Tests of every lesson: its program, its numbers, its answers and its picture. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkExercise, checkGuess, lessons } from '../../src/lessons/index.js';
import { toHTML, toSVG, toText } from '../../src/report/index.js';
import { answers } from './answers.js';
import { facts } from './facts.js';

const root = fileURLToPath(new URL('../../docs/lessons', import.meta.url));
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const textOf = (folder: string, file = 'lesson.md') => readFileSync(join(root, folder, file), 'utf8');
const node = promisify(execFile);

/** Returns the code blocks of a text. */
const codeOf = (text: string) => [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, code]) => code!);

/** Returns the decimal numbers of a text, without those in blocks of code. */
function decimalsOf(text: string): string[] {
  const prose = text.replace(/^```\w*\n[\s\S]*?^```/gm, '').replace(/\]\([^)]*\)/g, '');
  return [...prose.matchAll(/(?<![\d.])\d+\.\d+(?:e[-−+]?\d+)?|(?<![\w.])\de[-−+]?\d+/g)].map(
    ([number]) => number,
  );
}

/** Formats a value with as many digits as a printed number has. */
function likePrinted(value: number, printed: string): string {
  const [mantissa, exponent] = printed.split('e');
  const places = mantissa!.split('.')[1]?.length ?? 0;
  return exponent === undefined ? value.toFixed(places) : value.toExponential(places).replace('e+', 'e');
}

it('every folder is a lesson, in order and without gaps in the names', () => {
  expect(lessons.map(({ number, name }) => `${String(number).padStart(2, '0')}-${name}`)).toEqual(folders);
});

describe.each(lessons.map((lesson, i) => ({ ...lesson, folder: folders[i]! })))(
  'lesson $number',
  (lesson) => {
    const { number, folder, program, guessAnswer, exerciseAnswers } = lesson;
    const text = textOf(folder);
    const further = readdirSync(join(root, folder)).filter(
      (file) => file.endsWith('.mjs') && !['program.mjs', 'picture.mjs', 'answers.mjs'].includes(file),
    );

    it.each([
      { file: 'program.mjs', columns: 76 },
      // Two columns stand before the lines of a fold.
      ...further.map((file) => ({ file, columns: 74 })),
    ])('has a $file of at most fifteen lines, which prints what the text says', async ({ file, columns }) => {
      const source = textOf(folder, file);
      const lines = source.trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(15);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
      for (const [, entry] of source.matchAll(/from '([^']+)'/g))
        expect(entry).toMatch(/^evenkeel(\/[a-z]+)?$/);
      const { stdout, stderr } = await node(process.execPath, [join(root, folder, file)]);
      expect(stderr).toBe('');
      const codes = codeOf(file === 'program.mjs' ? text.slice(text.indexOf('## The program')) : text);
      const place = file === 'program.mjs' ? 0 : codes.indexOf(source);
      expect(codes[place]).toBe(source);
      expect(stdout).toBe(codes[place + 1]);
      expect(stdout).toMatch(/\d/);
    });

    it('shows the program that the command writes', () =>
      expect(program).toBe(textOf(folder, 'program.mjs')));

    it('has no decimal number that is not computed elsewhere', () => {
      const { given = [], computed = {} } = facts[number]!;
      for (const [printed, value] of Object.entries(computed))
        expect(likePrinted(value, printed)).toBe(printed);
      const known = new Set([...given, ...Object.keys(computed), ...decimalsOf(codeOf(text).join(' '))]);
      const found = decimalsOf(text);
      expect(found.filter((decimal) => !known.has(decimal))).toEqual([]);
      for (const decimal of [...given, ...Object.keys(computed)]) expect(text).toContain(decimal);
    });

    // Markdown reads such a line as the item of a list, and not as a sum.
    it('has no line of prose that begins with a sign', () => {
      expect(textOf(folder).replace(/^```\w*\n[\s\S]*?^```/gm, '')).not.toMatch(/^ *[+*] /m);
    });

    it('knows the answer of its guess', () => {
      const { guess } = answers[number]!;
      if ('choice' in guessAnswer) {
        expect(guessAnswer.choice).toBe(guess);
        expect(guessAnswer.choices).toContain(guess);
        const [, ask] = /## A guess([\s\S]*?)<details>/.exec(text)!;
        for (const letter of guessAnswer.choices) expect(ask).toContain(`- ${letter}) `);
      } else
        expect(Math.abs(guessAnswer.value - (guess as number))).toBeLessThanOrEqual(
          guessAnswer.tolerance / 4,
        );
      expect(checkGuess(guessAnswer, String(guess))).toMatchObject({ right: true });
      expect(checkGuess(guessAnswer, 'choice' in guessAnswer ? 'z' : 'much')).toBeUndefined();
    });

    it.each([1, 2] as const)(
      'checks exercise %i: its solution is right, other answers are not',
      async (exercise) => {
        const answer = exerciseAnswers[exercise - 1]!;
        const expected = answers[number]!.exercises[exercise - 1]!;
        if ('check' in answer) {
          expect(expected).toBe('function');
          const [, section] = new RegExp(`### Exercise ${exercise}([\\s\\S]*?)(?=\\n##|$)`).exec(text)!;
          const solution = codeOf(section!).find((code) => code.includes(`exercise${exercise}`))!;
          const module = await import(
            `data:text/javascript,${encodeURIComponent(withFileImports(solution))}`
          );
          expect(await checkExercise(answer, module[`exercise${exercise}`])).toEqual({
            right: true,
            says: 'Right.',
          });
          for (const wrong of [
            () => undefined,
            () => 0,
            () => Number.NaN,
            (value: unknown) => value,
            3,
            undefined,
          ]) {
            expect(await checkExercise(answer, wrong), String(wrong)).toMatchObject({ right: false });
          }
          expect(answer.call).toContain(`exercise${exercise}(`);
        } else {
          expect(typeof expected).toBe('number');
          const { value, tolerance, slips = [] } = answer;
          expect(Math.abs(value - (expected as number))).toBeLessThanOrEqual(tolerance / 4);
          expect(await checkExercise(answer, expected)).toMatchObject({ right: true });
          expect(await checkExercise(answer, value + 1.01 * tolerance + 1e-9)).toMatchObject({
            right: false,
          });
          for (const slip of slips) {
            expect(await checkExercise(answer, slip.value)).toEqual({ right: false, says: slip.says });
          }
        }
      },
    );

    it('has a picture, as text, image and page', async () => {
      const report = await lesson.picture();
      for (const columns of [40, 80]) {
        for (const line of toText(report, { columns }).split('\n'))
          expect(line.length).toBeLessThanOrEqual(columns);
      }
      expect(toText(report)).not.toMatch(/NaN|undefined/);
      expect(toHTML(report)).toContain('<svg');
      const drawn = /<title>.*?<\/title>/.exec(toSVG(report))![0];
      expect(textOf(folder, 'picture.svg')).toContain(drawn);
    });
  },
);

it.each([
  ['09-he', 'thirty.mjs', 'prelu({ shared: true })', "'relu'", /^1\.099 .*\n0\.308 undefined undefined\n$/],
  ['11-what-goes-wrong', 'plateau.mjs', "'sigmoid'", "'tanh'", /^10 0\.144 /m],
])('%s: %s prints what the text says after the change to it', async (folder, file, from, to, expected) => {
  const source = textOf(folder, file);
  const changed = source.replace(from, to);
  expect(changed).not.toBe(source);
  expect(textOf(folder)).toContain(/0\.\d{3}/.exec(expected.source.replaceAll('\\', ''))![0]);
  const options = ['--input-type=module', '--eval', changed];
  expect((await node(process.execPath, options, { cwd: root })).stdout).toMatch(expected);
});

/** A module from a data: URL cannot resolve `evenkeel`, so that it gets the path of the built file. */
function withFileImports(code: string): string {
  return code.replace(/from 'evenkeel(?:\/(\w+))?'/g, (_, entry = 'index') => {
    return `from '${new URL(`../../build/js/${entry}.js`, import.meta.url).href}'`;
  });
}
