import { describe, expect, it } from 'vitest';
import { initialState, type State } from '../../playground/engine/state.js';
import { differenceWords, shortName } from '../../playground/page/words.js';

describe('words for options', () => {
  it('name a seed with all its digits', () => {
    const state: State = { ...initialState, seed: 999999, networks: [{}, { seed: 999998 }, { seed: 12345 }] };
    expect(shortName(state, 0)).toBe('seed 999\u2009999');
    expect(shortName(state, 1)).toBe('seed 999\u2009998');
    expect(shortName(state, 2)).toBe('seed 12\u2009345');
    expect(differenceWords(state, 1)).toBe('B differs in: seed, 999\u2009998 where A has 999\u2009999');
  });
});
