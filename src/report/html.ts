import { knownKeys, oneOf, show } from '../errors.js';
import { escaped } from './markup.js';
import { formatColumn } from './numbers.js';
import { pageOf, type Report } from './page.js';
import { columnsOf, type DrawnPanel, drawChart, GAP, isHalf, panelKind } from './pictures.js';
import { inherited, type Picture } from './plot.js';
import { type Chart, isChart, type Page, type Section, type Table } from './sections.js';
import { themes } from './svg.js';
import { FONT, palettes, type Theme, themeRules } from './theme.js';

/** Options of `toHTML`. */
export interface HTMLOptions {
  /** Title of the page; default the kind of the report, or the labels of the compared reports. */
  readonly title?: string;
  /** Colours of the page; 'auto' (default) follows the reader's theme. */
  readonly theme?: Theme | 'auto';
}

/** Size of two line panels beside each other. A narrow page has one column. */
const SPACE = { width: 860, height: 250 };
/** Largest width of a panel, that of a telephone's page. Panels that do not fit beside each other go below. */
const WIDEST = 350;
/** Number of rows from which a table is folded. */
const LONG = 16;

/**
 * Renders a report as a self-contained HTML file. It has no script and no external resources, and its policy allows neither.
 *
 * @param report   a report, several of one kind with labels, a page, or an array of sections
 * @param options  `title` and `theme`
 * @throws TypeError  if the report is of no known kind, or an option is unknown or of the wrong type
 */
export function toHTML(report: Report, options: HTMLOptions = {}): string {
  knownKeys('options', options, ['title', 'theme']);
  const theme = oneOf('theme', options.theme === undefined ? 'auto' : options.theme, themes);
  const page = pageOf(report);
  const { title = page.title } = options;
  if (typeof title !== 'string') throw new TypeError(`title: expected a string, got ${show(title)}`);
  const summary = [page.question ?? [], page.summary ?? []].flat().map((line) => `<p>${escaped(line)}</p>`);
  return frame(title, theme, [...summary, ...sectionsOf(page)]);
}

/** Renders the sections of a report as part of another page, without its title and summary. */
export function reportMarkup(report: Report): string {
  return `<div class="report">${sectionsOf(pageOf(report)).join('\n')}</div>`;
}

function sectionsOf({ sections }: Page): string[] {
  return sections.filter(({ only }) => only !== 'text').map(sectionMarkup);
}

/** Puts markup into a page with the styles of a report, and with further ones. */
export function frame(title: string, theme: Theme | 'auto', body: readonly string[], further = ''): string {
  return [
    '<!doctype html>',
    `<html lang="en" data-theme="${theme}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${[styles(), further].join('\n')}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escaped(title)}</h1>`,
    ...body,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function styles(): string {
  const dark = `color-scheme:dark}\n${themeRules('[data-theme="dark"]', 'dark')}`;
  const auto = `color-scheme:light dark}\n@media (prefers-color-scheme:dark){${themeRules('[data-theme="auto"]', 'dark')}}`;
  return [
    themeRules(':root', 'light'),
    `[data-theme="dark"]{${dark}`,
    `[data-theme="auto"]{${auto}`,
    `body{margin:0;background:var(--background,${palettes.light.background});font:15px/1.5 ${FONT}}`,
    `main{max-width:${SPACE.width}px;margin:0 auto;padding:16px;${columns(`${WIDEST}px`)}}`,
    'main>*{grid-column:1/-1;min-width:0}main>.half{grid-column:auto}',
    'h1{font-size:22px;line-height:1.25;overflow-wrap:anywhere}h2{font-size:17px;margin:32px 0 6px}',
    'h1,p,ul{margin-bottom:0}p,li{overflow-wrap:anywhere}figure{margin:0}',
    '.note{font-size:13px;opacity:.85;margin:4px 0}',
    ...[1, 2, 3, 4].map((count) => `.fit-${count}{--least:${panelWidth(count)}px}`),
    `.panels{${columns('var(--least)', 'fit')}}`,
    '.panel h3{font-size:13px;margin:8px 0 0}',
    // A picture grows with its column, to at most 1.25 times its own width. It shrinks only if the page is narrower.
    '.panel svg{display:block;width:100%;max-width:calc(1.25*var(--least));height:auto}',
    '.legend{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;margin:6px 0;padding:0;font-size:13px}',
    '.legend li{display:flex;align-items:center;gap:6px}',
    '.table{overflow-x:auto}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}',
    'th,td{padding:3px 10px 3px 0;text-align:left;white-space:nowrap;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}',
    'th{vertical-align:bottom;white-space:normal;max-width:8em}.number{text-align:right}',
    'summary{cursor:pointer}',
  ].join('\n');
}

/** CSS for as many equal columns as have room. 'fit' leaves no column empty. */
function columns(least: string, spare: 'fill' | 'fit' = 'fill'): string {
  return `display:grid;gap:0 12px;grid-template-columns:repeat(auto-${spare},minmax(min(100%,${least}),1fr))`;
}

function sectionMarkup(section: Section): string {
  const { title, note } = section;
  return [
    isChart(section) && isHalf(section) ? '<section class="half">' : '<section>',
    ...(title ? [`<h2>${escaped(title)}</h2>`] : []),
    ...(note ? [`<p class="note">${escaped(note)}</p>`] : []),
    bodyMarkup(section),
    '</section>',
  ].join('\n');
}

function bodyMarkup(section: Section): string {
  if (section.kind === 'table') return tableMarkup(section);
  if (section.kind !== 'prose') return chartMarkup(section);
  const { text } = section;
  const tag = text.length > 1 ? 'li' : 'p';
  const paragraphs = text.map((paragraph) => `<${tag}>${escaped(paragraph)}</${tag}>`).join('\n');
  return text.length > 1 ? `<ul>\n${paragraphs}\n</ul>` : paragraphs;
}

function tableMarkup({ columns, rows }: Table): string {
  const numeric = columns.map((_, c) => rows.some((row) => typeof row[c] === 'number'));
  const cell = (tag: string, text: string, c: number) =>
    `<${tag}${numeric[c] ? ' class="number"' : ''}>${escaped(text)}</${tag}>`;
  const head = columns.map((column, c) =>
    cell('th', headOf(typeof column === 'string' ? column : column.label), c),
  );
  const written = columns.map((column, c) =>
    formatColumn(
      column,
      rows.map((row) => row[c]),
    ),
  );
  const body = rows.map((_, r) => `<tr>${written.map((cells, c) => cell('td', cells[r]!, c)).join('')}</tr>`);
  const table = `<div class="table"><table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
  return rows.length > LONG ? `<details><summary>${rows.length} rows</summary>\n${table}\n</details>` : table;
}

/** Joins a word that was divided for narrow terminals. */
export function headOf(label: string): string {
  return label.replace(/(\p{L})- (?=\p{Ll})/gu, '$1');
}

/** Width of each of `count` panels in a row, at most that of a narrow page: a wider panel would be shrunk there, letters included. */
function panelWidth(count: number): number {
  return Math.min(WIDEST, Math.floor((SPACE.width - (count - 1) * GAP) / count));
}

function chartMarkup(chart: Chart): string {
  const kind = panelKind(chart);
  const { count } = columnsOf(kind, chart.panels.length, SPACE.width);
  const { legend, panels } = drawChart(chart, {
    ...SPACE,
    width: count * panelWidth(count) + (count - 1) * GAP,
  });
  const items = legend.map(
    ({ label, picture }) => `<li>${svg(picture, 'aria-hidden="true"')}${escaped(label)}</li>`,
  );
  return [
    '<figure>',
    ...(items.length > 0 ? [`<ul class="legend">${items.join('')}</ul>`] : []),
    `<div class="panels fit-${count}">${panels.map((panel) => panelMarkup(chart, panel)).join('\n')}</div>`,
    '</figure>',
  ].join('\n');
}

function panelMarkup({ title = 'Chart' }: Chart, panel: DrawnPanel): string {
  const name = panel.label === undefined ? title : `${title}: ${panel.label}`;
  const words = `<title>${escaped(name)}</title><desc>${escaped(panel.words)}</desc>`;
  const label = panel.label === undefined ? '' : `<h3>${escaped(panel.label)}</h3>`;
  return `<div class="panel">${label}${svg(panel, 'role="img"', words)}</div>`;
}

function svg({ markup, width, height }: Picture, attributes: string, before = ''): string {
  // Removes the colour of a stand-alone picture, so that the page's applies.
  const own = inherited.replace(/ color="[^"]*"/, '');
  return `<svg xmlns="http://www.w3.org/2000/svg" ${attributes} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${own}>${before}${markup}</svg>`;
}
