/** Lessons as one HTML page, in the frame of a report. */
import { frame, reportMarkup } from '../report/html.js';
import { escaped } from '../report/markup.js';
import type { Lesson, Question } from './lesson.js';
import { blocksMarkup } from './markup.js';

const STYLES: readonly string[] = [
  'pre{overflow-x:auto;font-size:13px;line-height:1.45;padding:8px 12px;margin:10px 0 0;border-radius:6px}',
  'pre,code{font-family:ui-monospace,monospace;background:color-mix(in srgb,currentColor 8%,transparent)}',
  'code{font-size:.92em;padding:0 3px;border-radius:3px}pre code{padding:0;background:none;font-size:1em}',
  'h3{font-size:15px;margin:20px 0 0}article{margin-bottom:64px}article>h2{font-size:20px}article h3{margin-top:28px}',
  'details{margin-top:12px;padding-left:12px;border-left:3px solid color-mix(in srgb,currentColor 30%,transparent)}',
  'details>summary{margin-left:-4px;font-weight:600}ol,ul{padding-left:24px}li>p{margin-top:0}',
  '.table{margin-top:10px}.table th,.table td{white-space:normal}',
];

/** Renders one lesson, or several with a table of contents, as a self-contained page. */
export async function lessonsPage(lessons: readonly Lesson[], title: string): Promise<string> {
  const articles = await Promise.all(lessons.map((lesson) => article(lesson, lessons.length > 1)));
  const items = lessons.map(
    ({ number, title }) => `<li><a href="#lesson-${number}">${escaped(title)}</a></li>`,
  );
  const contents = lessons.length > 1 ? [`<ol>\n${items.join('\n')}\n</ol>`] : [];
  return frame(title, 'auto', [...contents, ...articles], STYLES.join('\n'));
}

async function article(lesson: Lesson, titled: boolean): Promise<string> {
  const { number, title, question, idea, seen, guess, run, exercises, slides } = lesson;
  const tag = titled ? 'h3' : 'h2';
  const part = (heading: string, ...lines: string[]) => [`<${tag}>${heading}</${tag}>`, ...lines];
  return [
    `<article id="lesson-${number}">`,
    ...(titled ? [`<h2>${escaped(`${number}. ${title}`)}</h2>`] : []),
    ...part('The question', blocksMarkup(question)),
    ...part('The idea', blocksMarkup(idea)),
    ...part('The picture', reportMarkup(await lesson.picture()), blocksMarkup(seen)),
    ...part('A guess', questionMarkup(guess, 'Guess first, then unfold the answer')),
    ...part('The program', blocksMarkup(run)),
    ...part(
      'Exercises',
      ...exercises.map((one, i) => `<p><strong>${i + 1}.</strong></p>${questionMarkup(one, 'Answer')}`),
    ),
    ...part('What the slides say', blocksMarkup(slides)),
    '</article>',
  ].join('\n');
}

function questionMarkup({ ask, answer }: Question, summary: string): string {
  return `${blocksMarkup(ask)}\n<details><summary>${summary}</summary>\n${blocksMarkup(answer)}\n</details>`;
}
