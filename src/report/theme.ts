/** Colours that colour-blind readers can tell apart (Okabe & Ito 2008), and marks that tell lines apart without colour. */

/** Colour theme of a picture or page. */
export type Theme = 'light' | 'dark';

/**
 * Palettes with equal order: the first series has the first colour in both. They hold those of the eight colours whose
 * contrast with the background is at least 3 : 1.
 */
export const palettes = {
  light: {
    text: '#24292f',
    background: '#ffffff',
    series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000'],
  },
  dark: {
    text: '#d0d7de',
    background: '#0d1117',
    series: ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442'],
  },
} as const satisfies Record<Theme, { text: string; background: string; series: readonly string[] }>;

/** Dashes and markers by which a line is known without colour, in the order of the palettes. */
export const lineStyles = [
  { dash: '', symbol: 'circle' },
  { dash: '6 3', symbol: 'square' },
  { dash: '2 2', symbol: 'triangle' },
  { dash: '8 3 2 3', symbol: 'diamond' },
  { dash: '12 3', symbol: 'star' },
] as const;

export const FONT = 'system-ui, sans-serif';

/**
 * CSS rules of a theme. Pictures are drawn in light colours, and a dark theme swaps them by rules that affect nothing else of
 * a page.
 */
export function themeRules(selector: string, theme: Theme): string {
  const { text, background, series } = palettes[theme];
  const swapped = palettes.light.series.flatMap((from, i) =>
    ['stroke', 'fill'].map((property) => `${selector} [${property}="${from}"]{${property}:${series[i]}}`),
  );
  return [
    `${selector}{color:${text};--background:${background}}`,
    `${selector} .background{fill:${background}}`,
    ...(theme === 'dark' ? swapped : []),
  ].join('\n');
}
