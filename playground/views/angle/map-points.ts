/** Points of the map of correlations, for engine and page. */
const STEPS = 40;

/** Correlations at which the map is drawn, evenly spread from −1 to 1. */
export const mapPoints = Array.from({ length: STEPS + 1 }, (_, i) => (2 * i) / STEPS - 1);
