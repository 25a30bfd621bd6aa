/** Texts, pictures and checks of the lessons. They are large, so the engine loads this file only when the lessons are opened. */
import { type Report, toHTML } from 'evenkeel/report';
import { type Checked, checkExercise, checkGuess, numberOf } from '../../../src/lessons/check.js';
import { lessons } from '../../../src/lessons/compiled.js';
import type { ExerciseAnswer, GuessAnswer, Lesson, Question } from '../../../src/lessons/lesson.js';
import { blocksMarkup } from '../../../src/lessons/markup.js';
import { themeRules } from '../../../src/report/theme.js';
import type {
  AnswerForm,
  Given,
  LessonLine,
  LessonPicture,
  LessonQuestion,
  LessonText,
  Values,
} from './form.js';

/** Rules that swap the colours of a picture in the dark theme of the page. */
const STYLE = `<style>${themeRules('[data-theme="dark"] .report', 'dark')}</style>`;

/** Longest time for the check of a function. */
const PATIENCE_MS = 10_000;

/** All lessons in their order, each with its question. */
export const list: readonly LessonLine[] = lessons.map(({ number, title, question }) => ({
  number,
  title,
  question: blocksMarkup(question),
}));

/** Returns the text of a lesson. */
export function textOf(number: number): LessonText {
  const { title, question, idea, seen, guess, run, exercises, slides, ...answers } = lessonOf(number);
  return {
    number,
    title,
    question: blocksMarkup(question),
    idea: blocksMarkup(idea),
    seen: blocksMarkup(seen),
    guess: questionOf(guess, answers.guessAnswer),
    run: blocksMarkup(run),
    exercises: exercises.map((exercise, i) => questionOf(exercise, answers.exerciseAnswers[i]!)),
    slides: blocksMarkup(slides),
  };
}

function lessonOf(number: number): Lesson {
  return lessons[number - 1]!;
}

function questionOf({ ask, answer }: Question, given: GuessAnswer | ExerciseAnswer): LessonQuestion {
  return { ask: blocksMarkup(ask), answer: blocksMarkup(answer), form: formOf(given) };
}

function formOf(answer: GuessAnswer | ExerciseAnswer): AnswerForm {
  if ('check' in answer) return { kind: 'function', call: answer.call };
  return 'choice' in answer ? { kind: 'choice', choices: answer.choices } : { kind: 'number' };
}

/** Computes the picture of a lesson. */
export async function pictureOf(lesson: number, values: Values): Promise<LessonPicture> {
  // The compiled lessons declare `picture` without the options that only the playground uses.
  const picture = lessonOf(lesson).picture as (values: Values) => Report | Promise<Report>;
  const report = await picture(values);
  return { lesson, values, report, markup: `${STYLE}<div class="report">${sectionsOf(report)}</div>` };
}

/** Returns the sections of a report's page, without its frame and its title. */
function sectionsOf(report: Report): string {
  return /<main>\n<h1>.*<\/h1>\n([\s\S]*)<\/main>/.exec(toHTML(report))![1]!;
}

/** Checks an answer. */
export async function judge({ lesson, part, text }: Given): Promise<Checked> {
  const { guessAnswer, exerciseAnswers } = lessonOf(lesson);
  if (part === 0) return checkGuess(guessAnswer, text) ?? { right: false, says: 'Expected a number.' };
  const answer = exerciseAnswers[part - 1]!;
  if (!('check' in answer)) return checkExercise(answer, numberOf(text));
  try {
    const check = import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`).then(
      (module) => checkExercise(answer, module[`exercise${part}`]),
    );
    return await Promise.race([check, endOfPatience()]);
  } catch (error) {
    return { right: false, says: `The code has an error: ${(error as Error).message}` };
  }
}

/** Returns the verdict on code that waits for something that never comes. Code that never stops ends the whole worker. */
function endOfPatience(): Promise<Checked> {
  const verdict = { right: false, says: `The code has not ended after ${PATIENCE_MS / 1000} s.` };
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, verdict));
}
