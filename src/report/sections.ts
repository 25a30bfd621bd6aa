/** What a report shows, before it is text or picture: plain data, which whoever measures something may write. */
import type { Histogram } from '../index.js';

interface Part {
  readonly title?: string;
  /** A sentence or two below it. */
  readonly note?: string;
  /** Left out of text, or of SVG and HTML; everywhere if absent. */
  readonly only?: 'text' | 'picture';
}

/** Paragraphs; `toSVG` leaves them out. */
export interface Prose extends Part {
  readonly kind: 'prose';
  readonly text: readonly string[];
}

export type Cell = string | number | boolean | null | undefined;

export interface Column {
  readonly label: string;
  /** How numbers are written: 'number' in three digits, 'share' as per cent, 'precise' in six, 'count' whole, 'exact' in full. Default 'count' where all of the column are whole, else 'number'. */
  readonly format?: 'number' | 'precise' | 'share' | 'count' | 'exact';
}

/** `toSVG` leaves tables out. */
export interface Table extends Part {
  readonly kind: 'table';
  readonly columns: readonly (string | Column)[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Axis {
  readonly label: string;
  /** 'log': of positive numbers; 'ln': the numbers are natural logarithms, shown as powers of ten. Default 'linear'. */
  readonly scale?: 'linear' | 'log' | 'ln';
  /** 'share' writes per cent. */
  readonly format?: 'number' | 'share';
  /** Least range shown; it grows to hold every value. */
  readonly domain?: readonly [number, number];
}

/** A line, and round it a band where low and high are given. What is not finite is said where it stands. */
export interface Series {
  readonly label: string;
  /** 'theory' is dashed, 'reference' dotted; absent: measured. */
  readonly role?: 'theory' | 'reference';
  /** Default: the panel's. */
  readonly x?: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
}

export interface LinePanel {
  readonly label?: string;
  /** Default 1, 2, 3… */
  readonly x?: readonly number[];
  readonly series: readonly Series[];
}

/** A value worth a line of its own; shown where it lies inside the range. */
export interface Limit {
  readonly y: number;
  readonly label: string;
}

/** Series by layer: in text a bar a layer. */
export interface Bands extends Part {
  readonly kind: 'bands';
  readonly x: { readonly label: string };
  readonly y: Axis;
  /** Side by side. */
  readonly panels: readonly LinePanel[];
  /** Whether the panels share their y axis; default true. */
  readonly sameScale?: boolean;
  readonly limits?: readonly Limit[];
}

/** Series over time, or over anything: in text one line of blocks each. */
export interface Curves extends Omit<Bands, 'kind'> {
  readonly kind: 'curves';
}

export interface HistogramRow {
  readonly label: string;
  /** Absent where there was nothing to count. */
  readonly histogram?: Histogram | undefined;
  /** A few words beside it, such as its spread. */
  readonly caption?: string;
}

export interface HistogramPanel {
  readonly label?: string;
  readonly rows: readonly HistogramRow[];
}

/** Small multiples: a column a panel, a row a layer. Heights are relative to the fullest bin of each. */
export interface Histograms extends Part {
  readonly kind: 'histograms';
  readonly panels: readonly HistogramPanel[];
  /** What shares a range of values: nothing ('own', default), rows of equal label ('row'), or all. */
  readonly range?: 'own' | 'row' | 'all';
}

export type Chart = Bands | Curves | Histograms;
export type Section = Prose | Table | Chart;

/** A report as it is shown. */
export interface Page {
  readonly kind: 'page';
  readonly title: string;
  /** What it comes to, in words: a paragraph each. */
  readonly summary?: readonly string[];
  /** Whether what it comes to is good, where that is known. */
  readonly healthy?: boolean;
  readonly sections: readonly Section[];
}

/** Whether it is drawn in a picture: all but prose and tables. */
export function isChart(section: Section): section is Chart {
  return section.kind !== 'prose' && section.kind !== 'table';
}
