/** The JSON-lines file that a search keeps what it found in: a line on what it is, then a line a fit. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { show } from '../../errors.js';
import type { FoldSettings, JobResult, SearchData } from './job.js';
import type { GridBase, GridParameters } from './plan.js';

/** One fit of a search, as far as its line in the file says which it was. */
export interface Fit {
  readonly parameters: GridParameters;
  readonly fold: number;
  /** Names of what it measures. */
  readonly measures: readonly string[];
}

/** Results by point and fold, kept in a file where there is one. */
export class Results {
  readonly #known = new Map<string, JobResult>();
  readonly #path: string | undefined;

  /**
   * @param path  of a file to go on with, or to begin
   * @param fits  of the search, in whose results the file must have what they measure
   * @throws RangeError  if it holds something else, or a search of another base, other folds or other data, or results that
   *                     no fit can have
   * @throws Error       if it cannot be read or written
   */
  constructor(
    path: string | undefined,
    base: GridBase,
    folds: FoldSettings,
    data: SearchData,
    fits: readonly Fit[],
  ) {
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
    for (const line of lines) this.#read(path, line, folds);
    for (const fit of fits) this.#check(path, fit);
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  }

  get({ parameters, fold }: Pick<Fit, 'parameters' | 'fold'>): JobResult | undefined {
    return this.#known.get(key(parameters, fold));
  }

  add({ parameters, fold }: Fit, result: JobResult): void {
    this.#known.set(key(parameters, fold), result);
    if (this.#path !== undefined) {
      appendFileSync(this.#path, `${JSON.stringify({ parameters, fold, ...result }, withNonFinite)}\n`);
    }
  }

  #read(path: string, line: string, { folds }: FoldSettings): void {
    const { parameters, fold, ...result } = parse(path, line);
    if (!isObject(parameters) || !isIndex(fold, folds)) throw foreign(path);
    const known = key(parameters, fold);
    const read = checkedResult(path, result);
    const earlier = this.#known.get(known);
    if (earlier !== undefined && !isDeepStrictEqual(earlier, read)) {
      throw new RangeError(
        `file: ${path} holds two results of fold ${fold} of ${JSON.stringify(parameters)}`,
      );
    }
    this.#known.set(known, read);
  }

  #check(path: string, fit: Fit): void {
    const result = this.get(fit);
    if (result === undefined || 'failure' in result) return;
    const [found, expected] = [Object.keys(result.measures), fit.measures].map((names) =>
      [...new Set(names)].sort().join(', '),
    );
    if (found !== expected) {
      throw new RangeError(
        `file: ${path} holds a fit of ${JSON.stringify(fit.parameters)} that measured ${found || 'nothing'}; expected ${expected}`,
      );
    }
  }
}

/** JSON has no numbers that are not finite; as texts they come back. */
function withNonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
const nonFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** @throws RangeError unless it is the measures of a fit, or why there are none */
function checkedResult(path: string, { measures, failure, ...rest }: Record<string, unknown>): JobResult {
  if (Object.keys(rest).length > 0) throw foreign(path);
  if (measures === undefined && typeof failure === 'string') return { failure };
  if (!isObject(measures) || failure !== undefined) throw foreign(path);
  const numbers = Object.entries(measures).map(([name, value]) => {
    const number = typeof value === 'string' && Object.hasOwn(nonFinite, value) ? nonFinite[value] : value;
    if (typeof number !== 'number') {
      throw new RangeError(
        `file: ${path} holds ${name} ${JSON.stringify(value)} of a fit; expected a number`,
      );
    }
    return [name, number];
  });
  return { measures: Object.fromEntries(numbers) };
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
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw foreign(path);
}

function isIndex(value: unknown, below: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;
}

function isObject(value: unknown): value is Record<string, unknown> {
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
