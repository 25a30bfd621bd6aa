/** The start of a network: histograms of z and dL/dz by layer, and their mean squares beside theory. */
import { measure } from '../../engine/measure.js';
import { type Expected, expectedSignals, type SignalsFrame } from '../../engine/theory.js';
import type { ViewEngine } from '../../engine/view.js';

export type Frame = readonly SignalsFrame[];

export const engine: ViewEngine<Frame> = {
  frame: ({ runners, state, data }) =>
    runners.map((runner) => {
      const measured = measure(runner);
      const { forward, backward, ...spreads } = expectedSignals(state, runner.options, data);
      const expected = { forward: forward.slice(), backward: backward.slice(), ...copies(spreads) };
      return { expected, ...(measured && { measured }) };
    }),
};

/** Copies arrays that are kept, because an answer's arrays are transferred. */
function copies(spreads: Partial<Expected>): Partial<Expected> {
  return Object.fromEntries(Object.entries(spreads).map(([name, values]) => [name, values.slice()]));
}
