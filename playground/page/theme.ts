/** Light and dark theme. Canvases take their colours from here; style.css has the same colours for everything else. */
import { effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

/** Colours that canvases draw with. */
export interface Palette {
  readonly surface: string;
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly theory: string;
  readonly band: string;
  /** One accent for each network: blue, orange, violet, teal. */
  readonly networks: readonly string[];
  /** Colours of classes, for areas and for dots. They differ in lightness too, so that hues need not be told apart. */
  readonly classColours: readonly string[];
  readonly classDots: readonly string[];
  /** Colours of the lowest and the highest value of a regression. */
  readonly low: string;
  readonly high: string;
}

const palettes: Record<Theme, Palette> = {
  light: {
    surface: '#ffffff',
    ink: '#1d2733',
    quiet: '#5c6873',
    grid: '#e8ebee',
    theory: '#6b7680',
    band: 'rgba(107, 118, 128, 0.16)',
    networks: ['#1f6fb5', '#c4560a', '#6f4fb0', '#1b7f79'],
    classColours: ['#7a5fc0', '#e0b23a', '#3aa6a0', '#c56b9c'],
    classDots: ['#523a96', '#a87a05', '#147a74', '#9a3f71'],
    low: '#523a96',
    high: '#e0b23a',
  },
  dark: {
    surface: '#171c22',
    ink: '#e6eaee',
    quiet: '#9aa6b1',
    grid: '#2a323a',
    theory: '#94a0ab',
    band: 'rgba(148, 160, 171, 0.18)',
    networks: ['#5aa9ea', '#f0924a', '#ab8ff0', '#4fc0b8'],
    classColours: ['#8f74dd', '#c99b2b', '#3f9c96', '#c56b9c'],
    classDots: ['#b7a2f2', '#f0cd6e', '#7fd6cf', '#ea9fc6'],
    low: '#8f74dd',
    high: '#f0cd6e',
  },
};

const KEY = 'evenkeel-theme';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** Theme in use: the visitor's choice, or else the system's. */
export const theme = signal<Theme>(stored() ?? (prefersDark.matches ? 'dark' : 'light'));

prefersDark.addEventListener('change', ({ matches }) => {
  if (stored() === undefined) theme.value = matches ? 'dark' : 'light';
});
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

export function switchTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // A browser may forbid storage. The choice then lasts as long as the page.
  }
}

export function colours(name: Theme): Palette {
  return palettes[name];
}

function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    return undefined;
  }
}
