/** Output of a report: on the terminal, and in the files that the options name. */
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
  /** Report as text for the terminal. */
  readonly text: Report;
  /** Report with charts for HTML and SVG files. */
  readonly pictures: Report;
  /** Report as data for JSON. */
  readonly data: unknown;
}

const LEAST_COLUMNS = 40;
const MOST_COLUMNS = 100;

export function withReportOptions(command: Command): Command {
  return command
    .option('--html <file>', 'writes the report with its charts as one page')
    .option('--svg <file>', 'writes only the charts')
    .option('--json <file>', 'writes the numbers; - writes them to standard output in place of the text');
}

/** Shows a report and writes its files. The text comes first, so that it appears even if a file cannot be written. */
export function showReport({ text, pictures, data }: Shown, { html, svg, json }: ReportOptions): void {
  if (json === STANDARD_OUTPUT) print(asJson(data));
  else print(toText(text, { columns: columns(), colour: 'auto' }));
  if (html !== undefined) write(html, toHTML(pictures));
  if (svg !== undefined) write(svg, toSVG(pictures));
  if (json !== undefined && json !== STANDARD_OUTPUT) write(json, asJson(data));
}

/** Formats data as JSON. Numbers that are not finite become null, and control characters are escaped. */
export function asJson(data: unknown): string {
  return `${visibleLines(JSON.stringify(data, null, 2))}\n`;
}

/** Returns the files of a report, for {@link checkFiles}. */
export function reportFiles({ html, svg, json }: ReportOptions): NamedFile[] {
  return Object.entries({ html, svg, json }).map(([name, path]) => ({ name: `--${name}`, path }));
}

/** Number of columns of a text on this terminal, within limits. Output that is no terminal has 80. */
export function columns(least = LEAST_COLUMNS, most = MOST_COLUMNS): number {
  const { columns = 80 } = process.stdout;
  return Math.max(least, Math.min(most, columns));
}
