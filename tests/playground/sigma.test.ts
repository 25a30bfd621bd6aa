/** The sentence about the signals names the layer at which a signal is lost. */
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState, type State } from '../../playground/engine/state.js';
import type { Frame } from '../../playground/views/sigma/engine.js';
import { words } from '../../playground/views/sigma/words.js';

const common = { view: 'sigma', activation: 'identity', data: 'blobs', width: 64, networks: [{}] } as const;

/** Returns the sentence, and the mean squares that it tells. */
function told(change: Partial<State>) {
  const state = { ...initialState, ...common, ...change };
  const lab = new Lab();
  lab.set(state);
  const { view } = lab.answer({ id: 1, steps: 0, want: ['view'] });
  const frame = view as Frame;
  const sentence = words({
    state,
    frame,
    networks: [],
    data: undefined,
    pieces: [],
    isPlaying: false,
    act: () => {},
  });
  return { sentence, measured: frame[0]!.measured! };
}

/** Sizes relative to the first one, which a linear network multiplies by its gain in each layer. */
const sizes = (squares: Float64Array) => Array.from(squares, (square) => Math.sqrt(square / squares[0]!));

describe('the sentence about the signals', () => {
  it.each([
    { gain: 0.6, fate: 'dies', isLost: (size: number) => size < 0.01 },
    { gain: 1.7, fate: 'explodes', isLost: (size: number) => size > 100 },
  ])('names the layer at which a signal $fate', ({ gain, fate, isLost }) => {
    const { sentence, measured } = told({ depth: 20, init: 'gain', size: gain });
    const forward = 1 + sizes(measured.z.meanSquare.subarray(0, 20)).findIndex(isLost);
    const backward = 21 - sizes(measured.gradient.meanSquare.toReversed()).findIndex(isLost);
    // A gain of 0.6 or 1.7 needs ln 0.01 / ln gain, which is 9 layers, give or take what the drawn weights do.
    expect(Math.abs(forward - 10)).toBeLessThanOrEqual(1);
    expect(sentence).toContain(`z ${fate} at layer ${forward} of 20`);
    expect(sentence).toContain(`the gradient ${fate} at layer ${backward} on its way back`);
  });

  it('says that a signal of gain 1 keeps its size', () => {
    const { sentence } = told({ depth: 20, init: 'gain', size: 1 });
    expect(sentence).toMatch(
      /z keeps its size over 20 layers \(× .*the gradient keeps its size on its way back/,
    );
  });
});
