/**
 * Functions of other packages that draw pictures. No other file imports these packages. The build gives this file a chunk of its own
 * (scripts/build.mjs), because code of these packages runs when it is loaded: a page that shows reports as text leaves the chunk out.
 */
export {
  areaY,
  dot,
  lineY,
  type PlotOptions,
  plot,
  rectY,
  ruleX,
  ruleY,
  text,
} from '@observablehq/plot';
export { DOMParser } from 'linkedom';
