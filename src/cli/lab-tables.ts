/** The lab's examples as text: one step by step, or all in a table. */
import Table from 'cli-table3';
import type { ExampleRun, ExampleStep } from '../lab/examples/example.js';
import { lectures, type StepStatus } from '../lab/expected/example.js';
import { type Paint, plain, type Style } from './colours.js';
import { layout } from './layout.js';

const WIDTH = 80;
const GAP = 2;
const INDENT = '    ';
/** Widths of the texts in the lists, for lines of {@link WIDTH} columns. In wider lines the texts take all further columns. */
const SUMMARY_WIDTH = 74;
const SLIDES_WIDTH = 26;

/** Word for each status in the table, with its meaning if the word alone does not say it. */
const verdicts: Readonly<Record<StepStatus, { word: string; style?: Style; meaning?: string }>> = {
  exact: { word: 'exact', style: 'green' },
  rounds: { word: 'rounds', style: 'green', meaning: 'the slide rounds our value to the digits it prints' },
  truncates: {
    word: 'truncates',
    style: 'green',
    meaning: 'the slide cuts our value off at the digits it prints',
  },
  'display-rounding': {
    word: 'display',
    style: 'yellow',
    meaning: 'the slide computes with more digits than it displays; ours come from the displayed ones',
  },
  'random-draw': { word: 'draw', style: 'yellow', meaning: 'the slide shows one random draw' },
  'float32-artefact': {
    word: 'float32',
    style: 'yellow',
    meaning: 'the slide shows a result of float32 arithmetic',
  },
  mismatch: { word: 'MISPRINT', style: 'red', meaning: 'the slide is wrong; the note says how' },
  'not printed': { word: '' },
};

/** Example or experiment, as a list shows it. */
export interface Listed {
  readonly id: string;
  readonly title: string;
  readonly lecture?: string;
  readonly slides?: string;
}

/** Lists ids, titles and lectures under a heading. */
export function listing(heading: string, entries: readonly Listed[], columns = WIDTH): string {
  const head = ['', heading, 'lecture', ''];
  const table = new Table({ ...layout, head, colAligns: head.map(() => 'left' as const) });
  for (const { id, title, lecture = '', slides = '' } of entries)
    table.push([id, title, lecture, wrap(slides, SLIDES_WIDTH + columns - WIDTH)]);
  return trimmed(table.toString());
}

/** Lists ids and titles, and below each what is measured. */
export function experimentListing(
  heading: string,
  entries: readonly { readonly id: string; readonly title: string; readonly summary: string }[],
  columns = WIDTH,
): string {
  const table = new Table({ ...layout, head: ['', heading] });
  for (const { id, title, summary } of entries) {
    table.push([id, `${title}\n${wrap(summary, SUMMARY_WIDTH + columns - WIDTH)}`]);
  }
  return trimmed(table.toString());
}

/** Formats a worked example step by step: inputs, formulas, our values, the slide's, and the status, in lines of `columns` at most. */
export function replay(run: ExampleRun, paint: Paint = plain, columns = WIDTH): string {
  const { id, title, steps } = run;
  return [
    paint('bold', `${id}  ${title}`),
    wrap(sourceOf(run), columns),
    '',
    fill(givenOf(run), '   ', columns, '  '),
    '',
    stepTable(steps, paint, columns),
    ...meaningsOf(steps).map((meaning) => wrap(meaning, columns)),
    '',
    conclusion(run, paint),
    '',
  ].join('\n');
}

/** Names the lecture and the slides of an example. */
export function sourceOf({ lecture, slides }: ExampleRun): string {
  return `Lecture ${lecture} (${lectures[lecture]}), ${slides}`;
}

/** Formats the given numbers of an example, one by one. */
export function givenOf({ inputs }: ExampleRun): string[] {
  return Object.entries(inputs).map(([name, value]) => `${name} = ${show(value)}`);
}

function stepTable(steps: readonly ExampleStep[], paint: Paint, columns: number): string {
  const cells = steps.map(cellsOf);
  const head = ['', '', 'ours', 'slide', ''];
  const widths = head.map((title, c) => Math.max(title.length, 1, ...cells.map((row) => row[c]!.length)));
  // This is the width that the other columns leave.
  const room =
    columns - GAP * (widths.length - 1) - widths.reduce((sum, width, c) => sum + (c === 1 ? 0 : width), 0);
  const table = new Table({ ...layout, head, colAligns: ['left', 'left', 'right', 'right', 'left'] });
  // For a cell that spans columns, cli-table3 counts one of the two columns between neighbours.
  const span = columns - (GAP - 1) * (head.length - 1);
  const across = (content: string) => table.push([{ colSpan: head.length, content }]);
  for (const [i, step] of steps.entries()) {
    const [name, formula, ours, printed, verdict] = cells[i]!;
    if (step.part !== steps[i - 1]?.part) {
      across(`${i === 0 ? '' : '\n'}${painted('bold', wrap(step.part, span), paint)}`);
    }
    const style = step.agrees ? verdicts[step.status].style : 'red';
    table.push([
      name,
      wrap(formula, room).padEnd(room),
      ours,
      printed,
      style ? paint(style, verdict) : verdict,
    ]);
    for (const note of notesOf(step)) across(painted('dim', wrap(note, span, INDENT), paint));
  }
  const lines = trimmed(table.toString()).split('\n');
  // Below a cell that spans columns, cli-table3 draws too short a rule.
  return [...lines.slice(0, -1), lines[0]].join('\n');
}

/** Formats a step as the cells of a row: name, formula, our value, the slide's, and the verdict in a word. */
export function cellsOf({ name, formula = '', value, printed = '', agrees, status }: ExampleStep) {
  return [name, formula, figure(value), printed, agrees ? verdicts[status].word : 'WRONG'] as const;
}

/** Returns the remarks on a step. */
export function notesOf({ agrees, expected, tolerance, note }: ExampleStep): string[] {
  const within = tolerance === undefined ? '' : ` ± ${figure(tolerance)}`;
  return [...(agrees ? [] : [`Ours should be ${expected}${within}.`]), ...(note === undefined ? [] : [note])];
}

/** Explains those verdicts of the steps whose words alone do not say enough. */
export function meaningsOf(steps: readonly ExampleStep[]): string[] {
  const used = Object.entries(verdicts).filter(([status]) => steps.some((step) => step.status === status));
  return used.flatMap(([, { word, meaning }]) => (meaning ? [`${word}: ${meaning}.`] : []));
}

/** States in two lines how many values are right, and how many the slides misprint. */
export function conclusion({ steps, agrees }: ExampleRun, paint: Paint = plain): string {
  const { held, wrong, printed, misprints } = counts(steps);
  const ours = agrees
    ? paint(
        'green',
        held === 1
          ? 'The one value that can be checked is right.'
          : `All ${held} values that can be checked are right.`,
      )
    : paint('red', `${wrong} of our values ${wrong === 1 ? 'is' : 'are'} wrong.`);
  if (printed === 0) return `${ours} The slides print none of them.`;
  const theirs = `The slides print ${printed}`;
  return `${ours}\n${theirs}, of which ${misprints === 0 ? 'none is a misprint' : misprints === 1 ? '1 is a misprint' : `${misprints} are misprints`}.`;
}

/** Counts the steps that are checked, are wrong, are printed on a slide, and are misprints. */
export function counts(steps: readonly ExampleStep[]) {
  const number = (of: (step: ExampleStep) => boolean) => steps.filter(of).length;
  return {
    held: number(({ expected }) => expected !== undefined),
    wrong: number(({ agrees }) => !agrees),
    printed: number((step) => step.printed !== undefined),
    misprints: number(({ status }) => status === 'mismatch'),
  };
}

/** Formats all examples, one line each, with a summary. */
export function overview(runs: readonly ExampleRun[], paint: Paint = plain): string {
  const head = ['', 'example', 'checked', 'printed', 'misprints', 'ours'];
  const colAligns = ['left', 'left', 'right', 'right', 'right', 'left'] as const;
  const table = new Table({ ...layout, head, colAligns: [...colAligns] });
  for (const { id, title, steps, agrees } of runs) {
    const { held, wrong, printed, misprints } = counts(steps);
    const ours = agrees ? paint('green', 'right') : paint('red', `${wrong} wrong`);
    table.push([id, title, held, printed, misprints === 0 ? '' : misprints, ours]);
  }
  const all = counts(runs.flatMap(({ steps }) => steps));
  const ours = all.wrong === 0 ? 'all of ours are right' : `${all.wrong} of ours are wrong`;
  return [
    trimmed(table.toString()),
    `${all.held} values are checked: ${ours}.`,
    `The slides print ${all.printed} of them, with ${all.misprints} misprints.`,
    '',
  ].join('\n');
}

const DIGITS = 6;
const MOST_DIGITS = 12;
const LEAST_PLAIN = 1e-4;
const MOST_PLAIN = 1e6;

/** Formats six significant digits, and more if fewer would turn a fraction into a whole number. */
function figure(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? '0' : `${value}`;
  const size = Math.abs(value);
  if (size < LEAST_PLAIN || size >= MOST_PLAIN) return value.toExponential(3).replace(/\.?0*e\+?/, 'e');
  for (let digits = DIGITS; digits < MOST_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (!Number.isInteger(short)) return `${short}`;
  }
  return `${Number(value.toPrecision(MOST_DIGITS))}`;
}

function show(value: ExampleRun['inputs'][string]): string {
  return typeof value === 'number' ? `${value}` : `[${value.map(show).join(', ')}]`;
}

function wrap(text: string, width: number, indent = ''): string {
  return fill(text.split(' '), ' ', width, indent);
}

/** Joins pieces into lines, as many per line as fit. */
function fill(pieces: readonly string[], separator: string, width: number, indent = ''): string {
  const lines: string[] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    const longer = `${line}${separator}${piece}`;
    if (line === undefined || indent.length + longer.length > width) lines.push(piece);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => indent + line).join('\n');
}

/** Paints line by line, so that no colour runs into the padding of a cell. */
function painted(style: Style, text: string, paint: Paint): string {
  return text
    .split('\n')
    .map((line) => paint(style, line))
    .join('\n');
}

export function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
