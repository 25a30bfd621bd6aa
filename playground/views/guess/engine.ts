/** The guess: theory for network A, and twenty networks that differ in their seeds alone. */
import { MLP } from 'evenkeel';
import { hiddenStart } from '../../engine/hidden-start.js';
import { measure } from '../../engine/measure.js';
import { adapt, compileOptions, modelOptions } from '../../engine/model-options.js';
import { type Expected, expectedSignals } from '../../engine/theory.js';
import type { ViewEngine } from '../../engine/view.js';
import { guessOf } from './guess.js';

/** Number of networks that are drawn. */
export const NETWORKS = 20;

export interface Frame {
  readonly expected: Expected;
  /** Kernel variance of a hidden layer times its inputs; absent if theory has no such number. */
  readonly scale?: number;
}

/** Mean squares of one network by layer, before any training; empty if a value is not finite. */
export interface Path {
  readonly seed: number;
  readonly forward: Float64Array;
  /** Relative to the output. */
  readonly backward: Float64Array;
}

export const engine: ViewEngine<Frame, Path> = {
  frame: ({ runners, state, data }) => {
    // The arrays of an answer are transferred, and theory keeps its own for the next frame.
    const expected = structuredClone(expectedSignals(state, runners[0]!.options, data));
    const start = hiddenStart(state, runners[0]!);
    return { expected, ...(start && { scale: start.scale }) };
  },

  *slow({ runners, state, data }) {
    if (guessOf(state).stage !== 'networks') return;
    const { options, parameters } = runners[0]!;
    for (let i = 0; i < NETWORKS; i++) {
      const own = { ...options, seed: options.seed + i };
      const model = new MLP(modelOptions(state, own, data));
      model.compile(compileOptions(own, data));
      adapt(model, data);
      const measured = measure({ model, options: own, data, parameters });
      const backward = measured?.gradient.meanSquare ?? new Float64Array(0);
      yield {
        seed: own.seed,
        forward: measured?.z.meanSquare.slice() ?? new Float64Array(0),
        backward: backward.map((square) => square / backward.at(-1)!),
      };
    }
  },
};
