/** Command `evenkeel lessons`: shows the lessons, asks their guesses and checks the exercises. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { shortened } from '../errors.js';
import { nearestName } from '../hints.js';
import type { Lesson } from '../lessons/lesson.js';
import { wrap } from '../report/width.js';
import { visible } from '../visible.js';
import { parseCount } from './arguments.js';
import { paintFor } from './colours.js';
import { checkFiles, STANDARD_OUTPUT, write } from './files.js';
import { lessonList, lessonParts } from './lesson-text.js';
import { print, reporting } from './output.js';
import { columns } from './report-files.js';

const WRONG_ANSWER = 1;
const INTERRUPTED = 130;

const help = `
Examples:
  evenkeel lessons                  list of the lessons
  evenkeel lessons 7                lesson 7, with a guess to type
  evenkeel lessons 7 --program seven.mjs
  evenkeel lessons 7 --exercise 1 --check 0.125
  evenkeel lessons 7 --check answer.mjs
  evenkeel lessons 7 --answers      the answers of its exercises
  evenkeel lessons --html lessons.html

A file that is checked exports exercise1 or exercise2, or both. A wrong answer
gives status 1.`;

interface LessonsOptions {
  readonly html?: string;
  /** File of --program; true stands for standard output. */
  readonly program?: string | true;
  readonly check?: string;
  readonly exercise?: number;
  readonly answers?: true;
}

export function addLessons(program: Command): void {
  program
    .command('lessons')
    .description('Teaches how a network starts, in lessons with guesses and exercises.')
    .argument('[lesson]', 'number or name; without it a list')
    .option('--html <file>', 'writes the lesson, or all lessons, as one page')
    .option('--program [file]', 'writes the program of the lesson; without a file, prints it')
    .option('--check <answer>', 'checks an answer: a number, or a file that exports exercise1 or exercise2')
    .option('--exercise <n>', 'exercise that a number answers (default: 1)', parseExercise)
    .option('--answers', 'prints the answers of the exercises')
    .addHelpText('after', help)
    .action((given: string | undefined, options: LessonsOptions, command: Command) =>
      reporting(() => run(given, options, command)),
    );
}

function parseExercise(text: string): number {
  const number = parseCount(text);
  if (number > 2) throw new InvalidArgumentError('Each lesson has exercises 1 and 2.');
  return number;
}

async function run(given: string | undefined, options: LessonsOptions, command: Command): Promise<void> {
  refuseTogether(given, options, command);
  const { html, program, check } = options;
  const written = [
    { name: '--html', path: html },
    { name: '--program', path: program === true ? undefined : program },
  ];
  checkFiles([{ name: '--check', path: check }], written);
  // Only this command pays for loading the lessons.
  const { lessons, lessonsPage } = await import('../lessons/index.js');
  const lesson = given === undefined ? undefined : lessonOf(lessons, given, command);
  if (html !== undefined) {
    const [shown, title] = lesson ? [[lesson], `${lesson.number}. ${lesson.title}`] : [lessons, 'Lessons'];
    write(html, await lessonsPage(shown, title));
  } else if (lesson === undefined)
    print(lessonList(lessons, columns(), paintFor(process.stdout, process.env)));
  else if (program !== undefined) writeProgram(lesson, program);
  else if (check !== undefined) await checkAnswer(lesson, check, options.exercise);
  else await show(lesson, options);
}

/** Exits with status 2 if options contradict each other, or one needs a lesson. */
function refuseTogether(given: string | undefined, options: LessonsOptions, command: Command): void {
  const actions = (['html', 'program', 'check', 'answers'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (actions.length > 1) command.error(`error: --${actions[0]} and --${actions[1]} exclude each other`);
  const [action] = actions;
  if (given === undefined && action !== undefined && action !== 'html') {
    command.error(`error: option '--${action}': needs a lesson, as in evenkeel lessons 7 --${action}`);
  }
  if (options.exercise !== undefined && options.check === undefined) {
    command.error("error: option '--exercise': belongs to --check");
  }
}

function lessonOf(lessons: readonly Lesson[], given: string, command: Command): Lesson {
  const sought = given.trim().toLowerCase();
  const found = lessons.find(
    ({ number, name }) => String(number) === sought.replace(/^0+/, '') || name === sought,
  );
  // The first word of a name is enough.
  const begun = lessons.filter(({ name }) => sought !== '' && name.startsWith(sought));
  if (found !== undefined || begun.length === 1) return found ?? begun[0]!;
  const numbers = `${lessons[0]!.number} to ${lessons.at(-1)!.number}`;
  const hint = /^-?[\d.]+$/.test(sought)
    ? `lessons are numbered ${numbers}`
    : `did you mean '${nearestName(
        shortened(sought),
        lessons.map(({ name }) => name),
      )}'? Numbers ${numbers} stand for lessons too`;
  return command.error(`error: no lesson '${visible(shortened(given))}'; ${hint}`);
}

function writeProgram({ program }: Lesson, target: string | true): void {
  if (target === true || target === STANDARD_OUTPUT) print(program);
  else write(target, program);
}

async function show(lesson: Lesson, { answers }: LessonsOptions): Promise<void> {
  const { toText } = await import('../report/index.js');
  const paint = paintFor(process.stdout, process.env);
  const parts = lessonParts(lesson, columns(), paint);
  if (answers) {
    print(parts.answers);
    return;
  }
  const picture = toText(await lesson.picture(), { columns: columns(), colour: 'auto' });
  print(parts.beforePicture + picture + parts.guess);
  if (process.stdin.isTTY && process.stdout.isTTY) print(`${await askGuess(lesson)}\n`);
  print(parts.afterGuess);
}

/** Asks until the reader types something that can be an answer. Ctrl-D skips the guess. */
async function askGuess({ guessAnswer }: Lesson): Promise<string> {
  const { checkGuess } = await import('../lessons/index.js');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const form = 'choice' in guessAnswer ? guessAnswer.choices.join(', ') : 'a number';
  lines.once('SIGINT', () => process.exit(INTERRUPTED));
  lines.setPrompt(`Your guess (${form}): `);
  lines.prompt();
  // The iterator keeps lines that arrive together, and ends with the input.
  for await (const typed of lines) {
    const checked = checkGuess(guessAnswer, typed);
    if (checked !== undefined) {
      lines.close();
      return `${wrap(checked.says, columns()).join('\n')}\n`;
    }
    print(`Type ${'choice' in guessAnswer ? `one of ${form}` : 'a number, such as 0.5 or 1/8'}.\n`);
    lines.prompt();
  }
  return '\n';
}

/** Checks a number, or what a file exports, and says what is wrong with it. */
async function checkAnswer(lesson: Lesson, given: string, exercise: number | undefined): Promise<void> {
  const { checkExercise, numberOf } = await import('../lessons/index.js');
  const value = numberOf(given);
  const answers: (readonly [exercise: number, given: unknown])[] =
    value === undefined ? await exportsOf(given, exercise) : [[exercise ?? 1, value]];
  const paint = paintFor(process.stdout, process.env);
  for (const [number, answer] of answers) {
    const { right, says } = await checkExercise(lesson.exerciseAnswers[number - 1]!, answer);
    for (const line of wrap(`Exercise ${number}: ${visible(says)}`, columns())) {
      print(`${paint(right ? 'green' : 'red', line)}\n`);
    }
    if (right) print(`${lessonParts(lesson, columns(), paint).explained[number - 1]}\n`);
    else process.exitCode = WRONG_ANSWER;
  }
}

/** Runs a reader's file and returns what it exports for each exercise. @throws Error that says what is wrong with the file */
async function exportsOf(path: string, exercise: number | undefined): Promise<[number, unknown][]> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new Error(`--check ${path}: ${reasonOf(path, error)}`, { cause: error });
  }
  const asked = exercise === undefined ? [1, 2] : [exercise];
  const found = asked.filter((number) => exported[`exercise${number}`] !== undefined);
  if (found.length === 0) {
    const names = Object.keys(exported);
    const got = names.length > 0 ? `it exports ${names.join(', ')}` : 'it exports nothing';
    throw new Error(
      `--check ${path}: expected an export named ${asked.map((n) => `exercise${n}`).join(' or ')}; ${got}`,
    );
  }
  return found.map((number) => [number, exported[`exercise${number}`]]);
}

function reasonOf(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes("'evenkeel'")) {
    return 'it imports evenkeel, which is not installed beside it; run npm install evenkeel in its folder';
  }
  if (code === 'ERR_MODULE_NOT_FOUND' && !existsSync(resolve(path))) {
    return 'expected a number, such as 0.125, or a file; there is no such file';
  }
  if (code === 'ERR_MODULE_NOT_FOUND') {
    // Node names what is missing first, in quotes, then the importing file.
    const [, missing] = /'([^']+)'/.exec(message) ?? [];
    return `it imports ${missing ?? 'a file'}, which does not exist`;
  }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return 'expected a program whose name ends in .mjs';
  return `expected a program that runs, got an error: ${message ?? String(error)}`;
}
