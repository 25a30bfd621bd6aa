import { criticalGain, meanField, phaseTable } from 'evenkeel/theory';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { buffersOf } from '../../playground/engine/messages.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { engine, type Frame, type Piece } from '../../playground/views/chaos/engine.js';
import { gridOf } from '../../playground/views/chaos/grid.js';
import { start } from '../../playground/views/chaos/start.js';
import { placeWords, words } from '../../playground/views/chaos/words.js';

const first: State = { ...initialState, ...start, view: 'chaos' };

function labOf(change: Partial<State> = {}): Lab {
  const lab = new Lab();
  lab.set({ ...first, ...change });
  return lab;
}

function rowsOf(lab: Lab) {
  return ([...engine.slow!(lab)] as Piece[]).flatMap(({ row }) => (row ? [row] : []));
}

describe('the phase map', () => {
  it.each(['tanh', 'relu', 'sigmoid'] as const)(
    'has the bits of phaseTable for %s, row by row',
    (activation) => {
      const { gains, biasStds } = gridOf(activation);
      const rows = rowsOf(labOf({ activation }));
      expect(rows.map(({ index }) => index)).toEqual([...biasStds.keys()]);
      const table = phaseTable({ activation, gains, biasStds });
      for (const { index, chi } of rows) {
        const direct = table.filter(({ biasStd }) => biasStd === biasStds[index]).map((cell) => cell.chi);
        expect([...chi]).toEqual(direct);
      }
    },
  );

  it.each(['tanh', 'relu', 'sigmoid', 'gelu'] as const)(
    'has its critical line at criticalGain for %s',
    (activation) => {
      const { gains, biasStds } = gridOf(activation);
      const rows = rowsOf(labOf({ activation }));
      for (const index of [0, 4, 10]) {
        const gain = criticalGain(activation, { biasVariance: biasStds[index]! ** 2 });
        // Seven halvings of the distance between two gains.
        expect(Math.abs(rows[index]!.critical - gain)).toBeLessThan((gains[1]! - gains[0]!) / 2 ** 7);
      }
    },
  );

  it('keeps its rows for the same activation, and sends copies', () => {
    const lab = labOf({ activation: 'softsign' });
    const pieces = [...engine.slow!(lab)] as Piece[];
    const rows = pieces.flatMap(({ row }) => (row ? [row] : []));
    structuredClone(rows, { transfer: buffersOf(rows) });
    const again = [...engine.slow!(lab)] as Piece[];
    expect(again).toHaveLength(gridOf('softsign').biasStds.length);
    expect(again[3]!.row!.chi).toHaveLength(20);
  });

  it('gives the worker a break after each point', () => {
    const pieces = engine.slow!(labOf({ activation: 'elu' }));
    for (let i = 0; i < 20; i++) expect(pieces.next().value).toEqual({});
  });
});

describe('the networks on the map', () => {
  it('have the mean field of direct calls', () => {
    const { places, signals } = engine.frame!(labOf()) as Frame;
    expect(signals).toHaveLength(2);
    for (const [n, gain] of [0.8, 2.4].entries()) {
      const place = places[n]!;
      expect(place.gain).toBeCloseTo(gain, 10);
      const { gain: _, biasStd, ...field } = place;
      expect(biasStd).toBe(0.3);
      const direct = meanField({ activation: 'tanh', scale: gain * gain, biasVariance: 0.3 * 0.3 });
      expect(field.phase).toBe(direct.phase);
      expect(field.chi).toBeCloseTo(direct.chi, 10);
    }
  });

  it('have their gain for named initializers: He’s is √2', () => {
    const { places } = engine.frame!(
      labOf({ init: 'heNormal', biasStd: 0, activation: 'relu', networks: [{}] }),
    ) as Frame;
    expect(places[0]!.gain).toBeCloseTo(Math.SQRT2, 10);
    expect(places[0]!.phase).toBe('critical');
  });

  it('have no place with a batch norm or without random weights', () => {
    const { places } = engine.frame!(labOf({ batchNorm: 'before', networks: [{}] })) as Frame;
    expect(places).toEqual([undefined]);
    const zero = engine.frame!(labOf({ init: 'zeros', networks: [{}] })) as Frame;
    expect(placeWords(first, zero.places[0], 0)).toBe(
      'Theory has no phase for network A, because its weights are not random.',
    );
  });

  it('have a sentence each, with χ to the power of the depth', () => {
    const lab = labOf();
    const frame = engine.frame!(lab) as Frame;
    const told = words({ state: lab.state, frame } as never);
    expect(told).toMatch(
      /^A \(σ_w 0\.8, σ_b 0\.3\) is in the ordered phase: .* they vanish, .*B \(σ_w 2\.4, σ_b 0\.3\) is in the chaotic phase: .* explode/,
    );
    const chi = meanField({ activation: 'tanh', scale: 2.4 * 2.4, biasVariance: 0.3 * 0.3 }).chi;
    const factor = Number(/20 layers by ([\d.]+); they explode/.exec(told)![1]);
    expect(Math.abs(factor / chi ** 20 - 1)).toBeLessThan(0.01);
    const wide = { ...first, activation: 'relu', init: 'gain', size: 2, networks: [{}] } as const;
    const [place] = (engine.frame!(labOf(wide)) as Frame).places;
    // ReLU's correlations go to 1 at every gain: no inputs are torn apart, however large the gradients grow.
    expect(placeWords(wide, place, 0)).toMatch(/they explode, and the signal explodes\.$/);
    const he = { ...first, activation: 'relu', init: 'heNormal', biasStd: 0, networks: [{}] } as const;
    const { places } = engine.frame!(labOf(he)) as Frame;
    expect(placeWords(he, places[0], 0)).toMatch(/at the edge of chaos: gradients keep their size/);
  });
});
