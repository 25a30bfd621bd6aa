/** Sections of a report, before they become text or pictures. They are plain data, which any program can write. */
import type { Histogram } from '../index.js';

interface Part {
  readonly title?: string;
  /** Sentence or two below the title. */
  readonly note?: string;
  /** Output that shows the section: text, or SVG and HTML; default all. */
  readonly only?: 'text' | 'picture';
}

/** Paragraphs of text; `toSVG` leaves them out. */
export interface Prose extends Part {
  readonly kind: 'prose';
  readonly text: readonly string[];
}

/** Cell of a table; null and undefined stand for a missing value. */
export type Cell = string | number | boolean | null | undefined;

/** Column of a table. */
export interface Column {
  readonly label: string;
  /**
   * Format of numbers: 'number' has three digits, 'share' is a percentage, 'precise' has six digits, 'count' is whole,
   * 'exact' is in full. Default 'count' if all numbers of the column are whole, otherwise 'number'.
   */
  readonly format?: 'number' | 'precise' | 'share' | 'count' | 'exact';
}

/** Table; `toSVG` leaves it out. */
export interface Table extends Part {
  readonly kind: 'table';
  readonly columns: readonly (string | Column)[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Axis of a chart. */
export interface Axis {
  readonly label: string;
  /**
   * Scale: 'log' takes positive numbers; 'ln' takes natural logarithms and labels them as powers of ten. Default 'linear'.
   */
  readonly scale?: 'linear' | 'log' | 'ln';
  /** Format of the labels; 'share' writes percentages. Default 'number'. */
  readonly format?: 'number' | 'share';
  /** Minimum range shown; it grows to include every value. */
  readonly domain?: readonly [number, number];
}

/** Line, with a band around it if `low` and `high` are given. Values that are not finite are named at their place. */
export interface Series {
  readonly label: string;
  /** Role of the line: 'theory' is dashed, 'reference' dotted. Absent for a measured series. */
  readonly role?: 'theory' | 'reference';
  /** Positions on the x axis; default the panel's. */
  readonly x?: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
}

/** Panel of lines. */
export interface LinePanel {
  readonly label?: string;
  /** Positions on the x axis; default 1, 2, 3… */
  readonly x?: readonly number[];
  readonly series: readonly Series[];
}

/** Value marked by a horizontal line, if it lies inside the range. */
export interface Limit {
  readonly y: number;
  readonly label: string;
}

/** Chart of series by layer; text has one bar per layer. */
export interface Bands extends Part {
  readonly kind: 'bands';
  readonly x: { readonly label: string };
  readonly y: Axis;
  /** Panels, shown side by side. */
  readonly panels: readonly LinePanel[];
  /** If true (default), the panels share their y axis. */
  readonly sameScale?: boolean;
  readonly limits?: readonly Limit[];
}

/** Chart of series over time or any other quantity; text has one line of blocks per series. */
export interface Curves extends Omit<Bands, 'kind'> {
  readonly kind: 'curves';
}

/** Row of a panel of histograms. */
export interface HistogramRow {
  readonly label: string;
  /** Histogram; absent if there was nothing to count. */
  readonly histogram?: Histogram | undefined;
  /** Few words beside the histogram, such as its standard deviation. */
  readonly caption?: string;
}

/** Column of histograms. */
export interface HistogramPanel {
  readonly label?: string;
  readonly rows: readonly HistogramRow[];
}

/**
 * Small multiples of histograms: one column per panel, one row per layer. Heights are relative to the fullest bin of each
 * histogram.
 */
export interface Histograms extends Part {
  readonly kind: 'histograms';
  readonly panels: readonly HistogramPanel[];
  /** Common range of values: none ('own', default), of rows with equal labels ('row'), or of all. */
  readonly range?: 'own' | 'row' | 'all';
}

/** Section that is drawn as a picture. */
export type Chart = Bands | Curves | Histograms;
/** Part of a page. */
export type Section = Prose | Table | Chart;

/** Report in the form that is shown: sections with a title and a summary. */
export interface Page {
  readonly kind: 'page';
  readonly title: string;
  /** Summary, one paragraph per entry. */
  readonly summary?: readonly string[];
  /** True if the result is good, false if not; absent if unknown. */
  readonly healthy?: boolean;
  readonly sections: readonly Section[];
}

/** Returns true for sections that are drawn: all but prose and tables. */
export function isChart(section: Section): section is Chart {
  return section.kind !== 'prose' && section.kind !== 'table';
}
