/** Colours that differ for colour-blind eyes too (Okabe & Ito 2008), and what tells lines apart without colour. */

export type Theme = 'light' | 'dark';

/**
 * The same places in both: what is the first series in light is the first in dark. Of their eight colours those that stand
 * out from the background by 3 : 1 at least.
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

/** In grey a line is known by its dashes and markers; the places are those of the palette. */
export const lineStyles = [
  { dash: '', symbol: 'circle' },
  { dash: '6 3', symbol: 'square' },
  { dash: '2 2', symbol: 'triangle' },
  { dash: '8 3 2 3', symbol: 'diamond' },
  { dash: '12 3', symbol: 'star' },
] as const;

export const FONT = 'system-ui, sans-serif';

/** Pictures are drawn in light colours; a reader's dark theme swaps them, by rules that touch nothing else of a page. */
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
