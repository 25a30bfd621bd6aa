/** A CSV text as rows of cells, each with its line: quotes, delimiters and line breaks end here. */
import papaparse from 'papaparse';
import { ShapeError } from '../errors.js';

export interface Records {
  /** What error messages call the text. */
  readonly source: string;
  /** The header's cells, or the columns' numbers from 0. */
  readonly names: readonly string[];
  /** Row by row, white space around each cell dropped. */
  readonly rows: readonly (readonly string[])[];
  /** The line of the text on which each row begins, from 1. */
  readonly lines: readonly number[];
}

/** Of equally consistent ones the detection takes that which makes the most columns. */
const DELIMITERS = [',', '\t', ';', '|'];

/**
 * Splits a text by RFC 4180: cells may stand in double quotes, and then hold delimiters, line breaks and doubled quotes.
 *
 * @param source     what error messages call the text
 * @param delimiter  detected from the first ten rows if not given
 * @throws ShapeError  if a row has more or fewer cells than the first
 * @throws RangeError  if the text is empty, a quote is not closed, or two columns have one name
 */
export function readRecords(
  source: string,
  text: string,
  header: boolean,
  delimiter: string | undefined,
): Records {
  const broken = withLineFeeds(text);
  const separator = delimiter ?? detectDelimiter(broken);
  const { data, errors } = parse(broken, separator);
  const flaw = errors.find(({ type }) => type === 'Quotes');
  if (flaw?.index !== undefined) {
    // Up to its opening quote the text is sound, and that quote's cell the last.
    const before = broken.slice(0, flaw.index - 1);
    const sound = parse(before, separator).data;
    const column = Math.max(0, (sound.at(-1)?.length ?? 0) - 1);
    const named = header && sound.length > 1 ? data[0]![column] : undefined;
    const place = at(source, before.split('\n').length, columnName(named, column));
    throw new RangeError(
      `${place}: a quote that is not closed before the next delimiter; quotes within a cell are doubled`,
    );
  }
  while (data.length > 0 && isBlank(data.at(-1)!)) data.pop();
  const { rows, lines } = withLines(data);
  if (rows.length === 0) throw new RangeError(`${source}: expected rows, got an empty text`);
  const width = rows[0]!.length;
  const names = nameColumns(source, lines[0]!, header ? rows[0]! : Array<string>(width).fill(''));
  for (const [r, row] of rows.entries()) {
    if (row.length === width) continue;
    const first = row.length < width ? `; no cell for '${names[row.length]}'` : '';
    const came = `${row.length} ${row.length === 1 ? 'cell' : 'cells'}`;
    throw new ShapeError(`${source}: line ${lines[r]}: expected ${width} cells, got ${came}${first}`, {
      argument: source,
    });
  }
  if (!header) return { source, names, rows, lines };
  if (rows.length === 1) {
    throw new RangeError(`${source}: expected rows after the header on line ${lines[0]}, got none`);
  }
  return { source, names, rows: rows.slice(1), lines: lines.slice(1) };
}

/** How an error begins that speaks of one cell. */
export function at(source: string, line: number, name: string): string {
  return `${source}: line ${line}, column '${name}'`;
}

/** One kind of line break and one after the last row, so that files which mix them are read as well. */
function withLineFeeds(text: string): string {
  const broken = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  return broken.endsWith('\n') ? broken : `${broken}\n`;
}

function parse(text: string, delimiter: string) {
  return papaparse.parse<string[]>(text, { delimiter, newline: '\n' });
}

/** Blank lines would count as rows of one cell and speak against every delimiter; they are left out here only. */
function detectDelimiter(text: string): string {
  const options = { newline: '\n', delimitersToGuess: DELIMITERS, skipEmptyLines: true, preview: 1 } as const;
  return papaparse.parse(text, options).meta.delimiter;
}

/** Counts lines, trims cells and drops blank lines; in a table of one column a blank line is a missing cell. */
function withLines(data: string[][]): { rows: string[][]; lines: number[] } {
  const rows: string[][] = [];
  const lines: number[] = [];
  let line = 1;
  for (const row of data) {
    const begins = line;
    line += 1;
    for (let c = 0; c < row.length; c++) {
      const cell = row[c]!;
      if (cell.includes('\n')) line += cell.split('\n').length - 1;
      row[c] = cell.trim();
    }
    if (isBlank(row) && rows[0]?.length !== 1) continue;
    rows.push(row);
    lines.push(begins);
  }
  return { rows, lines };
}

function isBlank(row: readonly string[]): boolean {
  return row.length === 1 && row[0]!.trim() === '';
}

function columnName(cell: string | undefined, column: number): string {
  return cell?.trim() || String(column);
}

function nameColumns(source: string, line: number, cells: readonly string[]): string[] {
  const names = cells.map(columnName);
  for (const [c, name] of names.entries()) {
    const earlier = names.indexOf(name);
    if (earlier === c) continue;
    throw new RangeError(
      `${at(source, line, name)}: columns ${earlier} and ${c} have this name; expected one of each`,
    );
  }
  return names;
}
