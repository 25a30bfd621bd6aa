/** A report on the terminal, and in the files that were asked for. */
import type { Command } from 'commander';
import { type Report, toHTML, toSVG, toText } from '../report/index.js';
import { visibleLines } from '../visible.js';
import { type NamedFile, STANDARD_OUTPUT, write } from './files.js';
import { print } from './output.js';

export interface ReportOptions {
  readonly html?: string;
  readonly svg?: string;
  readonly json?: string;
}

export interface Shown {
  /** As the terminal has it. */
  readonly text: Report;
  /** As files have it. */
  readonly pictures: Report;
  /** As programs have it. */
  readonly data: unknown;
}

const LEAST_COLUMNS = 40;
const MOST_COLUMNS = 100;

export function withReportOptions(command: Command): Command {
  return command
    .option('--html <file>', 'the report with its charts as one page')
    .option('--svg <file>', 'the charts alone')
    .option('--json <file>', 'the numbers; - for standard output, in place of the text');
}

/** The text comes first: where a file cannot be written, it is there all the same. */
export function showReport({ text, pictures, data }: Shown, { html, svg, json }: ReportOptions): void {
  if (json === STANDARD_OUTPUT) print(asJson(data));
  else print(toText(text, { columns: columns(), colour: 'auto' }));
  if (html !== undefined) write(html, toHTML(pictures));
  if (svg !== undefined) write(svg, toSVG(pictures));
  if (json !== undefined && json !== STANDARD_OUTPUT) write(json, asJson(data));
}

/** JSON in which numbers that are not finite are null, and no character is one that a terminal obeys. */
export function asJson(data: unknown): string {
  return `${visibleLines(JSON.stringify(data, null, 2))}\n`;
}

/** The files of a report, for {@link checkFiles}. */
export function reportFiles({ html, svg, json }: ReportOptions): NamedFile[] {
  return Object.entries({ html, svg, json }).map(([name, path]) => ({ name: `--${name}`, path }));
}

function columns(): number {
  const { columns = 80 } = process.stdout;
  return Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, columns));
}
