import { knownKeys, oneOf, wholeNumber } from '../errors.js';
import { pageOf, type Report } from './page.js';
import type { Page, Section } from './sections.js';
import { bandLines, curveLines, histogramLines } from './text-charts.js';
import { tableLines } from './text-table.js';
import { printable, wrap } from './width.js';

export interface TextOptions {
  /** Width that no line exceeds, in columns of a terminal, ≥ 20. Default 80. */
  readonly columns?: number;
  /** 'auto': where standard output is a terminal and NO_COLOR is not set. Default false. */
  readonly colour?: boolean | 'auto';
}

const LEAST_COLUMNS = 20;

/** SGR codes; those of 16 colours, which every theme of a terminal maps to something legible. */
const codes = { bold: '1', dim: '2', good: '32', bad: '31' } as const;
type Paint = (style: keyof typeof codes, line: string) => string;

/**
 * A report as text for a terminal or a log: verdict and advice, tables, histograms of blocks, a bar a layer.
 *
 * @returns lines of at most `columns`, the last ending in a newline
 * @throws TypeError   if the report is of no known kind, or an option is unknown or of the wrong type
 * @throws RangeError  if columns is below 20
 */
export function toText(report: Report, options: TextOptions = {}): string {
  knownKeys('options', options, ['columns', 'colour']);
  const { columns = 80, colour = false } = options;
  wholeNumber('columns', columns, LEAST_COLUMNS);
  const lines = pageLines(pageOf(report), columns, painter(colour));
  return `${lines.join('\n')}\n`;
}

function painter(colour: boolean | 'auto'): Paint {
  const painted = typeof colour === 'boolean' ? colour : oneOf('colour', colour, ['auto']) && inTerminal();
  return painted ? (style, line) => `\u001b[${codes[style]}m${line}\u001b[0m` : (_, line) => line;
}

/** Node's; a page has no terminal. */
function inTerminal(): boolean {
  const { process } = globalThis as {
    process?: { stdout?: { isTTY?: boolean }; env?: Readonly<Record<string, string | undefined>> };
  };
  const { NO_COLOR, TERM } = process?.env ?? {};
  return process?.stdout?.isTTY === true && !NO_COLOR && TERM !== 'dumb';
}

function pageLines({ title, summary, healthy, sections }: Page, columns: number, paint: Paint): string[] {
  const style = healthy === undefined ? undefined : healthy ? 'good' : 'bad';
  const verdict = (summary ?? []).flatMap((line) => wrap(printable(line), columns));
  return [
    ...wrap(printable(title), columns).map((line) => paint('bold', line)),
    ...verdict.map((line) => (style ? paint(style, line) : line)),
    ...sections
      .filter(({ only }) => only !== 'picture')
      .flatMap((section) => ['', ...sectionLines(section, columns, paint)]),
  ];
}

function sectionLines(section: Section, columns: number, paint: Paint): string[] {
  const { title, note } = section;
  return [
    ...(title ? wrap(printable(title), columns).map((line) => paint('bold', line)) : []),
    ...bodyLines(section, columns),
    ...(note ? wrap(printable(note), columns).map((line) => paint('dim', line)) : []),
  ];
}

function bodyLines(section: Section, columns: number): string[] {
  switch (section.kind) {
    case 'prose':
      return section.text.flatMap((paragraph) =>
        bullet(printable(paragraph), columns, section.text.length > 1),
      );
    case 'table':
      return tableLines(section, columns);
    case 'bands':
      return bandLines(section, columns);
    case 'curves':
      return curveLines(section, columns);
    case 'histograms':
      return histogramLines(section, columns);
  }
}

function bullet(paragraph: string, columns: number, several: boolean): string[] {
  if (!several) return wrap(paragraph, columns);
  return wrap(paragraph, columns - 2).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
}
