/** Lessons as lines of text for a terminal. */
import { padEnd, padStart, widthOf } from '../report/width.js';
import type { Block, Inline } from './lesson.js';

export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'green', text: string) => string;

const INDENT = '    ';
const GAP = '  ';

/** Renders blocks as lines, with an empty line between two blocks. Code is indented and never wrapped. */
export function blockLines(blocks: readonly Block[], columns: number, paint: Paint): string[] {
  return blocks.flatMap((block, i) => [...(i > 0 ? [''] : []), ...linesOf(block, columns, paint)]);
}

function linesOf(block: Block, columns: number, paint: Paint): string[] {
  switch (block.kind) {
    case 'heading':
      return wrapped(block.text, columns, paint).map((line) => paint('bold', line));
    case 'paragraph':
      return wrapped(block.text, columns, paint);
    case 'code':
      return block.text.split('\n').map((line) => (line ? INDENT + line : ''));
    case 'list':
      return block.items.flatMap((item, i) => {
        const mark = block.ordered ? `${i + 1}. ` : '- ';
        const lines = blockLines(item, columns - mark.length, paint);
        return lines.map((line, l) => (l === 0 ? mark + line : line && ' '.repeat(mark.length) + line));
      });
    case 'table':
      return tableLines(block, columns, paint);
    case 'fold':
      return [
        ...wrapped(block.summary, columns, paint).map((line) => paint('bold', line)),
        ...blockLines(block.blocks, columns - 2, paint).map(
          (line) => paint('dim', '│') + (line && ` ${line}`),
        ),
      ];
  }
}

/** Word of a line, with its width and how it is shown. */
interface Word {
  readonly width: number;
  readonly shown: string;
  /** True if a blank stands before the word. */
  readonly apart: boolean;
}

/** Wraps a text. Words are measured before they are painted. */
export function wrapped(text: readonly Inline[], columns: number, paint: Paint): string[] {
  const lines = [''];
  let taken = 0;
  for (const { width, shown, apart } of joined(text, paint)) {
    const before = apart && taken > 0 ? 1 : 0;
    if (taken > 0 && apart && taken + before + width > columns) {
      lines.push(shown);
      taken = width;
    } else {
      lines[lines.length - 1] += ' '.repeat(before) + shown;
      taken += before + width;
    }
  }
  return lines;
}

/** Returns the words of a text. Runs without a blank between them, such as a code and its comma, are one word. */
function joined(text: readonly Inline[], paint: Paint): Word[] {
  const words: Word[] = [];
  let blank = true;
  for (const run of text) {
    // Code keeps its blanks, which a line break would hide.
    const pieces =
      typeof run !== 'string' && 'style' in run && run.style === 'code'
        ? [run.text]
        : plain(run).split(/( )/);
    for (const piece of pieces) {
      if (piece === ' ') blank = true;
      else if (piece !== '') {
        const word = { width: widthOf(piece), shown: styled(run, piece, paint), apart: blank };
        const last = words.at(-1);
        if (blank || last === undefined) words.push(word);
        else
          words[words.length - 1] = {
            ...last,
            width: last.width + word.width,
            shown: last.shown + word.shown,
          };
        blank = false;
      }
    }
  }
  return words;
}

function styled(run: Inline, piece: string, paint: Paint): string {
  return typeof run !== 'string' && 'style' in run && run.style !== 'code' ? paint('bold', piece) : piece;
}

/** Text of a run without its style; a link names its address. */
export function plain(run: Inline): string {
  if (typeof run === 'string') return run;
  return 'href' in run ? `${run.text} (${run.href})` : run.text;
}

function tableLines(
  { head, rows, right }: Extract<Block, { kind: 'table' }>,
  columns: number,
  paint: Paint,
): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.map(plain).join('')));
  const widths = columnWidths(cells, columns);
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length));
  const [first, ...others] = cells.map((row) => rowLines(row, widths, right, paint));
  return [rule, ...first!, rule, ...others.flat(), rule];
}

/** Widths that the cells need. If there is not room for all, the widest columns give way. */
function columnWidths(cells: readonly (readonly string[])[], columns: number): number[] {
  const widths = cells[0]!.map((_, c) => Math.max(1, ...cells.map((row) => widthOf(row[c] ?? ''))));
  const room = columns - GAP.length * (widths.length - 1);
  const total = () => widths.reduce((sum, width) => sum + width, 0);
  while (total() > room && Math.max(...widths) > 8) widths[widths.indexOf(Math.max(...widths))]!--;
  return widths;
}

function rowLines(
  row: readonly string[],
  widths: readonly number[],
  right: readonly boolean[],
  paint: Paint,
): string[] {
  const broken = widths.map((width, c) => wrapped([row[c] ?? ''], width, paint));
  return Array.from({ length: Math.max(...broken.map(({ length }) => length)) }, (_, l) =>
    widths
      .map((width, c) => (right[c] ? padStart : padEnd)(broken[c]![l] ?? '', width))
      .join(GAP)
      .trimEnd(),
  );
}
