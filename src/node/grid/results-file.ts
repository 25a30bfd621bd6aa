/** JSON-lines file of a search's results: a first line that describes the search, then one line per fit. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { show } from '../../errors.js';
import { parseJson } from '../../json.js';
import type { FoldSettings, JobResult, SearchData } from './job.js';
import type { GridBase, GridParameters } from './plan.js';

/** Identity of one fit, as its line in the file states it. */
export interface Fit {
  readonly parameters: GridParameters;
  readonly fold: number;
  /** Names of the measures. */
  readonly measures: readonly string[];
}

/** Results by point and fold, stored in a file if a path is given. */
export class Results {
  readonly #known = new Map<string, JobResult>();
  readonly #path: string | undefined;

  /**
   * Opens the file, or creates it.
   *
   * @param path  file to continue or to create; undefined keeps the results in memory only
   * @param fits  fits of the search, whose results in the file must have the same measures
   * @throws RangeError  if the file is not a search's, belongs to another base, other folds or other data, or holds impossible results
   * @throws Error       if the file cannot be read or written
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
    // The head goes through JSON like the one in the file, which drops undefined values.
    const head = parse(path, JSON.stringify({ search: 1, base, folds, data: fingerprint(data) }));
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A last line without a line end was cut off during writing.
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

/** Converts numbers that JSON cannot hold into strings; reading converts them back. */
function withNonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
const nonFinite: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
};

/** Returns a result as it was measured. @throws RangeError unless it holds either the measures of a fit or the reason why there are none */
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
    const value: unknown = parseJson(line);
    if (isObject(value)) return value;
  } catch {
    // The throw below reports it.
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
    `file: ${path} is not a file of results; expected the results of a grid search, or no such file`,
  );
}
