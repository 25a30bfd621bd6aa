import { knownKeys, oneOf, wholeNumber } from '../errors.js';
import { pageOf, type Report } from './page.js';
import type { Page, Section } from './sections.js';
import { bandLines, curveLines } from './text-charts.js';
import { histogramLines } from './text-histograms.js';
import { plotLines } from './text-plot.js';
import { tableLines } from './text-table.js';
import { printable, wrap } from './width.js';

/** Options of `toText`. */
export interface TextOptions {
  /** Maximum width of a line in terminal columns, ≥ 20; default 80. */
  readonly columns?: number;
  /** Colours by terminal codes; 'auto' uses them if standard output is a terminal and NO_COLOR is not set. Default false. */
  readonly colour?: boolean | 'auto';
}

const LEAST_COLUMNS = 20;

/** SGR codes of the 16 basic colours, which every terminal theme makes legible. */
const codes = { bold: '1', dim: '2', good: '32', bad: '31' } as const;
type Paint = (style: keyof typeof codes, line: string) => string;

/**
 * Renders a report as text for a terminal or a log: verdict and advice, tables, histograms of blocks, one bar per layer.
 *
 * @param report   a report, several of one kind with labels, a page, or an array of sections
 * @param options  `columns` and `colour`
 * @returns  lines of at most `columns`, the last ending in a newline
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

/** Returns true if Node's standard output is a terminal. A page has none. */
function inTerminal(): boolean {
  const { process } = globalThis as {
    process?: { stdout?: { isTTY?: boolean }; env?: Readonly<Record<string, string | undefined>> };
  };
  const { NO_COLOR, TERM } = process?.env ?? {};
  return process?.stdout?.isTTY === true && !NO_COLOR && TERM !== 'dumb';
}

function pageLines(
  { title, question = '', summary, healthy, sections }: Page,
  columns: number,
  paint: Paint,
): string[] {
  const style = healthy === undefined ? undefined : healthy ? 'good' : 'bad';
  const verdict = (summary ?? []).flatMap((line) => wrap(printable(line), columns));
  return [
    ...wrap(printable(title), columns).map((line) => paint('bold', line)),
    ...(question ? wrap(printable(question), columns) : []),
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
      return section.text === 'plot' ? plotLines(section, columns) : curveLines(section, columns);
    case 'histograms':
      return histogramLines(section, columns);
  }
}

function bullet(paragraph: string, columns: number, several: boolean): string[] {
  if (!several) return wrap(paragraph, columns);
  return wrap(paragraph, columns - 2).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
}
