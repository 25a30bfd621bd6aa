/** Lessons as text for the terminal: the list, and the parts of one lesson. */
import type { Block, Lesson, Question } from '../lessons/lesson.js';
import { blockLines, type Paint, wrapped } from '../lessons/text.js';

/** Parts of a lesson in the order of reading, each ending in a line break. */
export interface LessonParts {
  readonly beforePicture: string;
  readonly guess: string;
  readonly afterGuess: string;
  /** Answers of both exercises. */
  readonly answers: string;
  /** Explanation of each exercise's answer. */
  readonly explained: readonly string[];
}

/** Lists number, title and question of every lesson. */
export function lessonList(lessons: readonly Lesson[], columns: number, paint: Paint): string {
  const entries = lessons.flatMap(({ number, name, title, question }) => [
    ...wrapped([title], columns - 4, paint).map((line, i) =>
      paint('bold', `${i === 0 ? String(number).padStart(2) : '  '}  ${line}`),
    ),
    ...blockLines(question.slice(0, 1), columns - 4, paint).map((line) => `    ${line}`),
    paint('dim', `    evenkeel lessons ${name}`),
    '',
  ]);
  return `${entries.join('\n')}\nevenkeel lessons 1 begins. Each takes about a quarter of an hour.\n`;
}

export function lessonParts(lesson: Lesson, columns: number, paint: Paint): LessonParts {
  const { number, title, question, idea, seen, guess, run, exercises, slides } = lesson;
  const lines = (blocks: readonly Block[]) => blockLines(blocks, columns, paint);
  const part = (heading: string, ...body: string[]) => [
    '',
    paint('bold', heading.toUpperCase()),
    '',
    ...body,
  ];
  const text = (...all: string[]) => `${all.join('\n')}\n`;
  const explained = exercises.map(({ answer }) => text(...lines(answer)));
  return {
    beforePicture: text(
      paint('bold', `Lesson ${number}: ${title}`),
      ...part('The question', ...lines(question)),
      ...part('The idea', ...lines(idea)),
      ...part('The picture'),
    ),
    guess: text('', ...lines(seen), ...part('A guess', ...lines(guess.ask)), ''),
    afterGuess: text(
      paint('bold', 'The answer'),
      '',
      ...lines(guess.answer),
      ...part('The program', ...lines(run)),
      '',
      paint('dim', `Write it into a file: evenkeel lessons ${number} --program my.mjs`),
      ...part(
        'Exercises',
        ...exercises.flatMap(({ ask }: Question, i) => numbered(i + 1, ask, columns, paint)),
      ),
      paint('dim', 'Check your answers:'),
      ...lesson.exerciseAnswers.map((answer, i) =>
        paint('dim', checkCommand(number, i + 1, 'check' in answer)),
      ),
      ...part('What the slides say', ...lines(slides)),
    ),
    answers: text(
      ...exercises.flatMap(({ answer }, i) => numbered(i + 1, answer, columns, paint)).slice(0, -1),
    ),
    explained,
  };
}

/** Command that checks an exercise: a number, or a file that exports a function. */
function checkCommand(lesson: number, exercise: number, isFunction: boolean): string {
  const command = `  evenkeel lessons ${lesson} --exercise ${exercise} --check`;
  return isFunction ? `${command} my.mjs  (it exports exercise${exercise})` : `${command} NUMBER`;
}

function numbered(number: number, blocks: readonly Block[], columns: number, paint: Paint): string[] {
  return [
    ...blockLines(blocks, columns - 3, paint).map((line, i) =>
      i === 0 ? `${number}. ${line}` : line && `   ${line}`,
    ),
    '',
  ];
}
