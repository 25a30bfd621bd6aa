import { knownKeys, oneOf, wholeNumber } from '../errors.js';
import type { Sample } from './line-chart.js';
import { escaped } from './markup.js';
import { pageOf, type Report } from './page.js';
import { columnsOf, type DrawnPanel, drawChart, isHalf, panelKind } from './pictures.js';
import { inherited, type Picture, roughWidth } from './plot.js';
import { type Chart, isChart, type Page } from './sections.js';
import { palettes, type Theme, themeRules } from './theme.js';
import { chartInWords } from './words.js';

/** Options of `toSVG`. */
export interface SVGOptions {
  /** Colours of the image; 'auto' (default) follows the reader's theme. */
  readonly theme?: Theme | 'auto';
  /** Width of the image in pixels, ≥ 240; default 800. */
  readonly width?: number;
  /** Height of a line chart in pixels, ≥ 120; default 240. The image is as high as its charts need. */
  readonly height?: number;
}

export const themes = ['light', 'dark', 'auto'] as const;
const LEAST = { width: 240, height: 120 };
const PADDING = 16;
/** Space above the heading of a chart. */
const ABOVE = 16;
/** Font sizes, and the line that holds each. */
const sizes = { title: 17, summary: 12, heading: 14, note: 10.5, label: 12, legend: 11 } as const;
const LEADING = 1.35;

/**
 * Renders the charts of a report as one SVG image, without tables and advice.
 *
 * @param report   a report, several of one kind with labels, a page, or an array of sections
 * @param options  `theme`, `width` and `height`
 * @returns  markup without scripts and references, which stands alone as a file or in a page
 * @throws TypeError   if the report is of no known kind, or an option is unknown or of the wrong type
 * @throws RangeError  if it has no charts, or width or height is too small
 */
export function toSVG(report: Report, options: SVGOptions = {}): string {
  knownKeys('options', options, ['theme', 'width', 'height']);
  const { theme: given = 'auto', width = 800, height = 240 } = options;
  const theme = oneOf('theme', given, themes);
  wholeNumber('width', width, LEAST.width);
  wholeNumber('height', height, LEAST.height);
  const page = pageOf(report);
  const charts = page.sections.filter(isChart).filter(({ only }) => only !== 'text');
  if (charts.length === 0)
    throw new RangeError('report: has no chart to draw; toText and toHTML show its tables');

  const sheet = new Sheet(PADDING, PADDING, width - 2 * PADDING);
  sheet.text(page.title, 'title', 700);
  for (const line of [page.question ?? [], page.summary ?? []].flat()) sheet.text(line, 'summary');
  for (const beside of inRows(charts, sheet.width)) drawRow(sheet, beside, height);
  return framed(page, charts, sheet, theme, width);
}

/** Rows of charts. Charts of one panel stand beside each other if there is room; others get a row of their own. */
function inRows(charts: readonly Chart[], width: number): Chart[][] {
  const { count } = columnsOf('lines', charts.length, width);
  const rows: Chart[][] = [];
  for (const chart of charts) {
    const row = rows.at(-1);
    if (row && row.length < count && [...row, chart].every(isHalf)) row.push(chart);
    else rows.push([chart]);
  }
  return rows;
}

function drawRow(sheet: Sheet, charts: readonly Chart[], height: number): void {
  const { width, gap } = columnsOf('lines', charts.length, sheet.width);
  const columns = charts.map((chart, i) => {
    const column = new Sheet(sheet.x + i * (width + gap), sheet.y + ABOVE, width);
    drawOn(column, chart, height);
    return column;
  });
  sheet.parts.push(...columns.flatMap(({ parts }) => parts));
  sheet.y = Math.max(...columns.map(({ y }) => y));
}

/** Sheet that fills from above. */
class Sheet {
  readonly parts: string[] = [];

  constructor(
    readonly x: number,
    public y: number,
    readonly width: number,
  ) {}

  text(words: string, kind: keyof typeof sizes, weight = 400, opacity = 1): void {
    const size = sizes[kind];
    for (const line of brokenAt(words, this.width, size)) {
      this.parts.push(textAt(this.x, this.y + size, line, size, weight, opacity));
      this.y += Math.ceil(size * LEADING);
    }
  }

  put({ markup }: Picture, x: number, y: number): void {
    this.parts.push(`<g transform="translate(${x},${y})">${markup}</g>`);
  }
}

function drawOn(sheet: Sheet, chart: Chart, height: number): void {
  const { legend, panels } = drawChart(chart, { width: sheet.width, height });
  const { count, gap, width } = columnsOf(panelKind(chart), panels.length, sheet.width);
  if (chart.title) sheet.text(chart.title, 'heading', 600);
  if (chart.note) sheet.text(chart.note, 'note', 400, 0.85);
  if (legend.length > 0) putLegend(sheet, legend);
  for (let first = 0; first < panels.length; first += count) {
    putPanels(sheet, panels.slice(first, first + count), width + gap);
  }
}

function putPanels(sheet: Sheet, panels: readonly DrawnPanel[], step: number): void {
  const labelled = panels.some(({ label }) => label !== undefined);
  const top = sheet.y + (labelled ? 22 : 4);
  for (const [i, panel] of panels.entries()) {
    const x = sheet.x + i * step;
    if (panel.label !== undefined) {
      const line = brokenAt(panel.label, panel.width, sizes.label)[0]!;
      sheet.parts.push(textAt(x, sheet.y + 16, line, sizes.label, 600));
    }
    sheet.put(panel, x, top);
  }
  sheet.y = top + Math.max(...panels.map(({ height }) => height));
}

function putLegend(sheet: Sheet, samples: readonly Sample[]): void {
  sheet.y += 4;
  let x = 0;
  for (const { label, picture } of samples) {
    const taken = picture.width + 6 + roughWidth(label, sizes.legend) + 16;
    if (x > 0 && x + taken > sheet.width) {
      x = 0;
      sheet.y += 18;
    }
    sheet.put(picture, sheet.x + x, sheet.y);
    sheet.parts.push(textAt(sheet.x + x + picture.width + 6, sheet.y + 11, label, sizes.legend));
    x += taken;
  }
  sheet.y += 20;
}

function framed(
  page: Page,
  charts: readonly Chart[],
  sheet: Sheet,
  theme: Theme | 'auto',
  width: number,
): string {
  const height = Math.ceil(sheet.y + PADDING);
  const words = [
    ...(page.summary ?? []),
    ...charts.map((chart) => [chart.title ?? '', chartInWords(chart)].join(': ')),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="evenkeel-report" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${inherited}>`,
    `<title>${escaped(page.title)}</title>`,
    `<desc>${escaped(words.join(' ').trim())}</desc>`,
    // Everything is drawn in light colours, so that a page that forbids styles can show the picture.
    ...(theme === 'light' ? [] : [`<style>${style(theme)}</style>`]),
    `<rect class="background" width="${width}" height="${height}" fill="${palettes.light.background}"/>`,
    ...sheet.parts,
    '</svg>',
    '',
  ].join('\n');
}

function style(theme: 'dark' | 'auto'): string {
  const dark = themeRules('.evenkeel-report', 'dark');
  return theme === 'dark' ? dark : `@media (prefers-color-scheme:dark){${dark}}`;
}

function textAt(x: number, y: number, text: string, size: number, weight = 400, opacity = 1): string {
  const faint = opacity < 1 ? ` fill-opacity="${opacity}"` : '';
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="start"${faint}>${escaped(text)}</text>`;
}

/** Breaks a text into lines by an estimated width of letters. A word longer than a line is broken. */
function brokenAt(words: string, width: number, size: number): string[] {
  const lines = [''];
  const append = (text: string, between: string) => {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = text;
    else if (roughWidth(line + between + text, size) > width) lines.push(text);
    else lines[lines.length - 1] = line + between + text;
  };
  for (const word of words.split(/\s+/)) {
    if (roughWidth(word, size) <= width) append(word, ' ');
    else for (const [i, character] of [...word].entries()) append(character, i === 0 ? ' ' : '');
  }
  return lines;
}
