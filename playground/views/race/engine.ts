/** The race needs nothing but what every answer has: curves, maps and scores. */
import type { ViewEngine } from '../../engine/view.js';

export const engine: ViewEngine = {};
