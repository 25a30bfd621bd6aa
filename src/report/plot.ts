/** Runs Observable Plot on its own document, so that the picture is the same in Node, in a page and in a worker. */

import { computed } from '../computed.js';
import { DOMParser, type PlotOptions, plot } from './libraries.js';
import { legible } from './markup.js';
import { FONT, palettes } from './theme.js';

export type { PlotOptions };

/** Drawing without its frame, to be put into an SVG. */
export interface Picture {
  readonly markup: string;
  readonly width: number;
  readonly height: number;
}

const FONT_SIZE = 11;

/** Members of DOM elements that are used here. */
interface Drawn {
  readonly innerHTML: string;
  getElementsByTagName(name: string): ArrayLike<Drawn>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

export function draw(width: number, height: number, options: PlotOptions): Picture {
  // An empty document needs neither a parser nor selectors, which the bundles leave out.
  const document = new DOMParser().parseFromString('', 'image/svg+xml');
  document.appendChild(document.createElement('svg'));
  const drawn = plot({ ...options, width, height, document: document as never }) as unknown as Drawn;
  // Plot's own style rules are for stand-alone elements.
  for (const style of Array.from(drawn.getElementsByTagName('style'))) style.remove();
  // Plot names its groups by aria-label. The whole picture is one image with a name, and ARIA allows no names of groups within.
  for (const group of Array.from(drawn.getElementsByTagName('g'))) {
    const name = group.getAttribute('aria-label');
    if (name === null) continue;
    group.removeAttribute('aria-label');
    group.setAttribute('data-mark', name);
  }
  return { markup: rounded(legible(drawn.innerHTML)), width, height };
}

/** Rounds coordinates to hundredths of a pixel, which is invisible and saves a third of the file. */
export function rounded(markup: string): string {
  return markup.replace(/ (?:x|y|x1|x2|y1|y2|width|height|d|transform)="[^"]*"/g, (attribute) =>
    // Every number is matched as a whole. A pattern for long numbers only would try again from each digit of the others.
    attribute.replace(/-?\d+(?:\.\d+)?/g, (value) =>
      (value.split('.')[1]?.length ?? 0) < 3 ? value : String(Number(Number(value).toFixed(2))),
    ),
  );
}

/** Attributes that Plot's elements inherit. */
export const inherited = /* @__PURE__ */ computed(
  () =>
    `font-family="${FONT}" font-size="${FONT_SIZE}" text-anchor="middle" fill="currentColor" color="${palettes.light.text}"`,
);

/** Estimated width of a text, since nothing here can measure it. */
export function roughWidth(text: string, fontSize: number = FONT_SIZE): number {
  let units = 0;
  for (const character of text) units += character > '\u2e7f' ? 1 : 0.57;
  return units * fontSize;
}
