/** Blocks of a lesson as HTML. */
import { escaped } from '../report/markup.js';
import type { Block, Inline } from './lesson.js';

/** Renders blocks as markup. */
export function blocksMarkup(list: readonly Block[]): string {
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
      return `<${tag}>\n${block.items.map((item) => `<li>${blocksMarkup(item)}</li>`).join('\n')}\n</${tag}>`;
    }
    case 'table': {
      const row = (tag: string, cells: readonly (readonly Inline[])[]) =>
        `<tr>${cells.map((cell, c) => `<${tag}${block.right[c] ? ' class="number"' : ''}>${inlines(cell)}</${tag}>`).join('')}</tr>`;
      const body = block.rows.map((cells) => row('td', cells)).join('\n');
      return `<div class="table"><table>\n<thead>${row('th', block.head)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
    }
    case 'fold':
      return `<details><summary>${inlines(block.summary)}</summary>\n${blocksMarkup(block.blocks)}\n</details>`;
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
