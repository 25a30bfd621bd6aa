/**
 * Entry `evenkeel/report`: reports as text, SVG and HTML.
 *
 * @packageDocumentation
 */

export type {
  ExperimentCurves,
  ExperimentFigure,
  ExperimentHistograms,
  ExperimentReport,
} from './experiment.js';
export type { GridSearchReport } from './grid-search.js';
export { type HTMLOptions, toHTML } from './html.js';
export type { Report, SideBySide } from './page.js';
export type {
  Axis,
  Bands,
  Cell,
  Chart,
  Column,
  Curves,
  HistogramPanel,
  HistogramRow,
  Histograms,
  Limit,
  LinePanel,
  Page,
  Prose,
  Section,
  SectionHead,
  Series,
  Table,
} from './sections.js';
export { type SVGOptions, toSVG } from './svg.js';
export { type TextOptions, toText } from './text.js';
export type { Theme } from './theme.js';
export type { FiveStartsReport, RecipeReport } from './trainings.js';
