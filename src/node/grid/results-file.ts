/** The JSON-lines file that a search keeps what it found in: a line on what it is, then a line a fit. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { show } from '../../errors.js';
import type { FoldSettings, JobResult, SearchData } from './job.js';
import type { GridBase, GridParameters } from './plan.js';

interface Line {
  readonly parameters: GridParameters;
  readonly fold: number;
}

/** Results by point and fold, kept in a file where there is one. */
export class Results {
  readonly #known = new Map<string, JobResult>();
  readonly #path: string | undefined;

  /**
   * @param path  of a file to go on with, or to begin
   * @throws RangeError  if it holds something else, or a search of another base, other folds or other data
   * @throws Error       if it cannot be read or written
   */
  constructor(path: string | undefined, base: GridBase, folds: FoldSettings, data: SearchData) {
    this.#path = path;
    if (path === undefined) return;
    if (typeof path !== 'string' || path === '') {
      throw new TypeError(`file: expected a path, got ${show(path)}`);
    }
    // Through JSON, as the file's own went: what is undefined is not there.
    const head = JSON.parse(JSON.stringify({ search: 1, base, folds, data: fingerprint(data) }));
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A line without its end was cut off while it was written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole === '') {
      const begun = JSON.stringify(head).slice(0, 10);
      if (!text.startsWith(begun) && !begun.startsWith(text)) throw foreign(path);
      writeFileSync(path, `${JSON.stringify(head)}\n`);
      return;
    }
    const [first, ...lines] = whole.trimEnd().split('\n');
    checkHead(path, head, parse(path, first!));
    for (const line of lines) {
      const { parameters, fold, ...result } = checkedLine(path, parse(path, line));
      this.#known.set(key(parameters, fold), result);
    }
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  }

  get(parameters: GridParameters, fold: number): JobResult | undefined {
    return this.#known.get(key(parameters, fold));
  }

  add(parameters: GridParameters, fold: number, result: JobResult): void {
    this.#known.set(key(parameters, fold), result);
    if (this.#path !== undefined) {
      appendFileSync(this.#path, `${JSON.stringify({ parameters, fold, ...result })}\n`);
    }
  }
}

function key(parameters: GridParameters, fold: number): string {
  return JSON.stringify([Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)), fold]);
}

function fingerprint({ x, y, rows }: SearchData) {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [x, y])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return { rows, sha256: hash.digest('hex') };
}

function parse(path: string, line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw foreign(path);
}

function checkedLine(path: string, line: Record<string, unknown>): Line & JobResult {
  const { parameters, fold, measures, failure } = line;
  const isResult = isObject(measures) ? failure === undefined : typeof failure === 'string';
  if (!isObject(parameters) || !Number.isInteger(fold) || !isResult) throw foreign(path);
  return line as unknown as Line & JobResult;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkHead(path: string, own: Record<string, unknown>, found: Record<string, unknown>): void {
  if (found.search !== own.search) throw foreign(path);
  const other = Object.keys(own).filter((name) => JSON.stringify(found[name]) !== JSON.stringify(own[name]));
  if (other.length === 0) return;
  throw new RangeError(
    `file: ${path} holds a search with other ${other.join(' and ')}; expected the same, or another file (the grid may differ)`,
  );
}

function foreign(path: string): RangeError {
  return new RangeError(
    `file: ${path} holds something else; expected the results of a grid search, or no such file`,
  );
}
