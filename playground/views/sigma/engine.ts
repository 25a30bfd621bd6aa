/** Signals of each network: histograms of z and dL/dz by layer, and their mean squares beside theory. */
import { measure } from '../../engine/measure.js';
import type { Runner } from '../../engine/runner.js';
import { expectedSignals, type SignalsFrame } from '../../engine/theory.js';
import type { Lab, ViewEngine } from '../../engine/view.js';

export type Frame = readonly SignalsFrame[];

export const engine: ViewEngine<Frame> = {
  frame: (lab) => lab.runners.map((runner) => signalsOf(lab, runner)),
};

/** Measures the signals of a network, and adds theory's values for its start. */
export function signalsOf({ state, data }: Lab, runner: Runner): SignalsFrame {
  const measured = measure(runner);
  // The arrays of an answer are transferred, and theory keeps its own for the next frame.
  const expected = structuredClone(expectedSignals(state, runner.options, data));
  return { expected, ...(measured && { measured }) };
}
