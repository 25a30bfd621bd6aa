/** Lessons as one HTML page, in the frame of a report. */
import { frame, reportMarkup } from '../report/html.js';
import { escaped } from '../report/markup.js';
import type { Block, Inline, Lesson, Question } from './lesson.js';

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
    ...part('The question', blocks(question)),
    ...part('The idea', blocks(idea)),
    ...part('The picture', reportMarkup(await lesson.picture()), blocks(seen)),
    ...part('A guess', questionMarkup(guess, 'Guess first, then unfold the answer')),
    ...part('The program', blocks(run)),
    ...part(
      'Exercises',
      ...exercises.map((one, i) => `<p><strong>${i + 1}.</strong></p>${questionMarkup(one, 'Answer')}`),
    ),
    ...part('What the slides say', blocks(slides)),
    '</article>',
  ].join('\n');
}

function questionMarkup({ ask, answer }: Question, summary: string): string {
  return `${blocks(ask)}\n<details><summary>${summary}</summary>\n${blocks(answer)}\n</details>`;
}

function blocks(list: readonly Block[]): string {
  return list.map(markup).join('\n');
}

function markup(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h4>${inlines(block.text)}</h4>`;
    case 'paragraph':
      return `<p>${inlines(block.text)}</p>`;
    case 'code':
      // `escaped` turns a text into one line.
      return `<pre><code>${block.text.split('\n').map(line).join('\n')}</code></pre>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>\n${block.items.map((item) => `<li>${blocks(item)}</li>`).join('\n')}\n</${tag}>`;
    }
    case 'table': {
      const row = (tag: string, cells: readonly (readonly Inline[])[]) =>
        `<tr>${cells.map((cell, c) => `<${tag}${block.right[c] ? ' class="number"' : ''}>${inlines(cell)}</${tag}>`).join('')}</tr>`;
      const body = block.rows.map((cells) => row('td', cells)).join('\n');
      return `<div class="table"><table>\n<thead>${row('th', block.head)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
    }
    case 'fold':
      return `<details><summary>${inlines(block.summary)}</summary>\n${blocks(block.blocks)}\n</details>`;
  }
}

function line(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

function inlines(text: readonly Inline[]): string {
  return text
    .map((run) => {
      if (typeof run === 'string') return escaped(run);
      if ('href' in run) return `<a href="${escaped(run.href)}">${escaped(run.text)}</a>`;
      return `<${run.style}>${escaped(run.text)}</${run.style}>`;
    })
    .join('');
}
