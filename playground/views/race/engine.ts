/** The race shows curves, maps and scores, which every answer has; it computes nothing of its own. */
import type { ViewEngine } from '../../engine/view.js';

export const engine: ViewEngine = {};
