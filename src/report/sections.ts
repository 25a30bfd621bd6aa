/** Sections of a report, before they become text or pictures. They are plain data, which any program can write. */
import type { Histogram } from '../index.js';

/** Title and note of a section, and the outputs that show it. */
export interface SectionHead {
  /** Title above the section. */
  readonly title?: string;
  /** Sentence or two below the title. */
  readonly note?: string;
  /** Output that shows the section: text, or SVG and HTML; default all. */
  readonly only?: 'text' | 'picture';
}

/** Paragraphs of text; `toSVG` leaves them out. */
export interface Prose extends SectionHead {
  /** Kind of the section. */
  readonly kind: 'prose';
  /** Paragraphs. */
  readonly text: readonly string[];
}

/** Cell of a table; null and undefined stand for a missing value. */
export type Cell = string | number | boolean | null | undefined;

/** Column of a table. */
export interface Column {
  /** Head of the column. */
  readonly label: string;
  /**
   * Format of numbers: 'number' has three digits, 'share' is a percentage, 'precise' has six digits, 'count' is whole,
   * 'exact' is in full. Default 'count' if all numbers of the column are whole, otherwise 'number'.
   */
  readonly format?: 'number' | 'precise' | 'share' | 'count' | 'exact';
}

/** Table; `toSVG` leaves it out. */
export interface Table extends SectionHead {
  /** Kind of the section. */
  readonly kind: 'table';
  /** Columns, or their heads alone. */
  readonly columns: readonly (string | Column)[];
  /** Cells, row by row. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Axis of a chart. */
export interface Axis {
  /** Label of the axis. */
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
  /** Name of the line in the legend. */
  readonly label: string;
  /** Role of the line: 'theory' is dashed, 'reference' dotted. Absent for a measured series. */
  readonly role?: 'theory' | 'reference';
  /** Positions on the x axis; default the panel's. */
  readonly x?: readonly number[];
  /** Values of the line. */
  readonly y: readonly number[];
  /** Lower edge of the band. */
  readonly low?: readonly number[];
  /** Upper edge of the band. */
  readonly high?: readonly number[];
}

/** Panel of lines. */
export interface LinePanel {
  /** Title of the panel. */
  readonly label?: string;
  /** Positions on the x axis; default 1, 2, 3… */
  readonly x?: readonly number[];
  /** Lines of the panel. */
  readonly series: readonly Series[];
}

/** Value marked by a horizontal line, if it lies inside the range. */
export interface Limit {
  /** Value that is marked. */
  readonly y: number;
  /** Text beside the line. */
  readonly label: string;
}

/** Chart of series by layer; text has one bar per layer. */
export interface Bands extends SectionHead {
  /** Kind of the section. */
  readonly kind: 'bands';
  /** X axis, which is linear. */
  readonly x: {
    /** Label of the axis. */
    readonly label: string;
  };
  /** Y axis. */
  readonly y: Axis;
  /** Panels, shown side by side. */
  readonly panels: readonly LinePanel[];
  /** True (default) if the panels share their y axis. */
  readonly sameScale?: boolean;
  /** Values marked in every panel. */
  readonly limits?: readonly Limit[];
}

/** Chart of series over time or any other quantity. */
export interface Curves extends Omit<Bands, 'kind'> {
  /** Kind of the section. */
  readonly kind: 'curves';
  /** Form in text: one line of blocks for each series (default), or a plot of characters with both axes. */
  readonly text?: 'blocks' | 'plot';
}

/** Row of a panel of histograms. */
export interface HistogramRow {
  /** Name of the row. */
  readonly label: string;
  /** Histogram; absent if there was nothing to count. */
  readonly histogram?: Histogram | undefined;
  /** Few words beside the histogram, such as its standard deviation. */
  readonly caption?: string;
  /** Standard deviation of the values. A bar shows it on a logarithmic axis that the rows share. */
  readonly std?: number | undefined;
}

/** Column of histograms. */
export interface HistogramPanel {
  /** Title of the panel. */
  readonly label?: string;
  /** Histograms, from top to bottom. */
  readonly rows: readonly HistogramRow[];
}

/**
 * Small multiples of histograms: one column per panel, one row per layer. Heights are relative to the fullest bin of each
 * histogram.
 */
export interface Histograms extends SectionHead {
  /** Kind of the section. */
  readonly kind: 'histograms';
  /** Panels, from left to right. */
  readonly panels: readonly HistogramPanel[];
  /** Common range of values: none ('own', default), of rows with equal labels ('row'), or of all. */
  readonly range?: 'own' | 'row' | 'all';
  /** Gives the bars of all panels one axis if true (default), and the bars of each panel their own axis if false. */
  readonly sameScale?: boolean;
}

/** Section that is drawn as a picture. */
export type Chart = Bands | Curves | Histograms;
/** Part of a page. */
export type Section = Prose | Table | Chart;

/** Report in the form that is shown: sections with a title and a summary. */
export interface Page {
  /** Kind of the report. */
  readonly kind: 'page';
  /** Title of the page. */
  readonly title: string;
  /** Question that the page answers, above the summary. */
  readonly question?: string;
  /** Summary, one paragraph per entry. */
  readonly summary?: readonly string[];
  /** True if the result is good, false if not; absent if unknown. */
  readonly healthy?: boolean;
  /** Sections, from top to bottom. */
  readonly sections: readonly Section[];
}

/** Returns true for sections that are drawn: all but prose and tables. */
export function isChart(section: Section): section is Chart {
  return section.kind !== 'prose' && section.kind !== 'table';
}
