/** A report on the terminal, and in the files that were asked for. */
import { accessSync, closeSync, constants, existsSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { type Report, toHTML, toSVG, toText } from '../report/index.js';

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

const STANDARD_OUTPUT = '-';
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
  if (json === STANDARD_OUTPUT) process.stdout.write(asJson(data));
  else process.stdout.write(toText(text, { columns: columns(), colour: 'auto' }));
  if (html !== undefined) write(html, toHTML(pictures));
  if (svg !== undefined) write(svg, toSVG(pictures));
  if (json !== undefined && json !== STANDARD_OUTPUT) write(json, asJson(data));
}

/** What is not finite is null. */
function asJson(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** @throws Error that opens with the path */
export function write(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`${path}: cannot be written, ${code ?? message}`, { cause });
  }
  process.stderr.write(`${path} written\n`);
}

/** What takes long is not to be lost to a folder that is not there; nothing is made. @throws Error that opens with the path */
export function checkWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (existsSync(path)) closeSync(openSync(path, 'r+'));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`${path}: expected a file that can be written, got ${code ?? message}`, { cause });
  }
}

/** The same of all files that are asked for. */
export function checkReportFiles({ html, svg, json }: ReportOptions): void {
  for (const file of [html, svg, json]) {
    if (file !== undefined && file !== STANDARD_OUTPUT) checkWritable(file);
  }
}

function columns(): number {
  const { columns = 80 } = process.stdout;
  return Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, columns));
}
