/** Frames of the charts: a document for Plot, a title, and several charts in one picture. */
import { parseHTML } from 'linkedom';

export const STYLE = { fontFamily: 'system-ui, sans-serif', fontSize: '11px', background: 'none' };

/** Puts charts of one size into a grid, row by row. */
export function grid(document, charts, { width, height, columns }) {
  const outer = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const size = [width * columns, height * Math.ceil(charts.length / columns)];
  outer.setAttribute('width', size[0]);
  outer.setAttribute('height', size[1]);
  outer.setAttribute('viewBox', `0 0 ${size.join(' ')}`);
  charts.forEach((chart, i) => {
    chart.setAttribute('x', width * (i % columns));
    chart.setAttribute('y', height * Math.floor(i / columns));
    outer.append(chart);
  });
  return outer;
}

/** Makes a figure that follows the reader's colour scheme and has a title for screen readers. */
export function svg(description, draw) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart = draw(document);
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  chart.setAttribute('role', 'img');
  const theme = document.createElement('style');
  theme.textContent = 'svg { color: #24292f } @media (prefers-color-scheme: dark) { svg { color: #d0d7de } }';
  const title = document.createElement('title');
  title.textContent = description;
  chart.prepend(title, theme);
  return chart.outerHTML;
}
