import { explainModel, gain, type MLPOptions } from 'evenkeel';
import { criticalGain, meanField } from 'evenkeel/theory';
import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { measure } from '../../playground/engine/measure.js';
import { modelOptions } from '../../playground/engine/model-options.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { curveThrough, KNOTS, MOST, readCurve, writeCurve } from '../../playground/views/activation/curve.js';
import { engine, type Frame } from '../../playground/views/activation/engine.js';

const RELU = KNOTS.map((z) => Math.max(0, z));
const state: State = { ...initialState, view: 'activation', networks: [{}], init: 'gain', size: 1.3 };

function frameOf(change: Partial<State>): { lab: Lab; frame: Frame } {
  const lab = new Lab();
  lab.set({ ...state, ...change });
  return { lab, frame: engine.frame!(lab) };
}

/** Expects two lists of numbers to agree to a share of the larger ones. */
function expectAlike(a: ArrayLike<number>, b: ArrayLike<number>, share: number): void {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) {
    expect(Math.abs(a[i]! - b[i]!)).toBeLessThanOrEqual(share * Math.max(1, Math.abs(b[i]!)));
  }
}

describe('a drawn activation', () => {
  it('survives a link, and other text is refused', () => {
    for (const values of [RELU, KNOTS.map(() => -MOST), [-3.9, 0.1, 2.5, 4, -4, 0, 1.1, -0.3, 3.3]]) {
      expect(readCurve(writeCurve(values))).toEqual(values);
    }
    for (const text of ['', 'zz', 'zz'.repeat(KNOTS.length), '14'.repeat(20), '%0'.repeat(9)]) {
      expect(readCurve(text)).toBeUndefined();
    }
  });

  it('passes through its points, is linear beyond the ends, and has the left slope at a point', () => {
    const { value, derivative, kinks } = curveThrough([0, 0, 0, 0, 0, 1, 2, 2, 0]);
    expect(KNOTS.map(value)).toEqual([0, 0, 0, 0, 0, 1, 2, 2, 0]);
    expect([value(0.5), value(6), value(-9)]).toEqual([0.5, -4, 0]);
    expect([derivative(0), derivative(0.5), derivative(3), derivative(3.1), derivative(9)]).toEqual([
      0, 1, 0, -2, -2,
    ]);
    expect(kinks).toEqual([0, 2, 3]);
  });

  it('has the numbers and signals of the library’s ReLU if it is drawn as ReLU', () => {
    for (const change of [
      {},
      { data: 'wave', biasStd: 0.3, scaling: 'zScore', depth: 3 },
    ] as Partial<State>[]) {
      const { lab, frame } = frameOf({ ...change, own: { curve: writeCurve(RELU) } });
      const { numbers, signals, isDrawn } = frame;
      expect(isDrawn).toBe(true);
      expectAlike([numbers.gain, numbers.gradientGain], [Math.SQRT2, Math.SQRT2], 1e-6);
      const runner = lab.runners[0]!;
      const { z, gradient } = measure(runner)!;
      expectAlike(signals.measured!.z.meanSquare, z.meanSquare, 1e-4);
      const relative = (squares: Float64Array) => squares.map((square) => square / squares.at(-1)!);
      expectAlike(relative(signals.measured!.gradient.meanSquare), relative(gradient.meanSquare), 1e-4);
      const native = frameOf(change).frame.signals.expected;
      expectAlike(signals.expected.forward, native.forward, 1e-5);
      expectAlike(signals.expected.backward, native.backward, 1e-5);
    }
  });

  it.each([
    ['0', KNOTS.map(() => 0)],
    ['constant', KNOTS.map(() => 2)],
    ['0 near 0', [-4, -2, -1, 0, 0, 0, 1, 2, 4]],
    ['steep', KNOTS.map((z) => z ** 3 / 16)],
  ])('has numbers at any size of the weights if it is %s', (_, values) => {
    for (const size of [0, 0.01, 1, 100]) {
      const { frame } = frameOf({ depth: 50, size, own: { curve: writeCurve(values) } });
      expect(frame.signals.expected.forward).toHaveLength(51);
    }
  });

  it('shows the signals of the start after steps, too', () => {
    const { lab, frame } = frameOf({ own: { curve: writeCurve(RELU) } });
    lab.run(20);
    expect(engine.frame!(lab)).toEqual(frame);
  });
});

describe('a named activation', () => {
  it.each(['tanh', 'relu', 'gelu', 'sigmoid'] as const)(
    '%s has the numbers of evenkeel/theory',
    (activation) => {
      const { lab, frame } = frameOf({ activation });
      const options = { activation, scale: 1.3 ** 2, biasVariance: 0 };
      expect(frame.numbers.field).toEqual(meanField({ ...options, scale: frame.numbers.weights ** 2 }));
      expect(frame.numbers.weights).toBeCloseTo(1.3, 12);
      expect(frame.numbers.gain).toBeCloseTo(gain(activation), 12);
      const given = modelOptions(lab.state, lab.runners[0]!.options, lab.data) as MLPOptions;
      const { layers } = explainModel(given);
      expect(frame.signals.expected.forward).toHaveLength(layers.length);
    },
  );

  it('has the edge of chaos of criticalGain, if there is one', () => {
    const edge = (change: Partial<State>) => {
      const { lab } = frameOf(change);
      return [...engine.slow!(lab)].at(-1)?.critical;
    };
    expect(
      edge({ activation: 'tanh', biasStd: 0.3 })! / criticalGain('tanh', { biasVariance: 0.09 }),
    ).toBeCloseTo(1, 4);
    expect(edge({ own: { curve: writeCurve(RELU) } })).toBeCloseTo(Math.SQRT2, 4);
    expect(edge({ own: { curve: writeCurve(KNOTS.map(() => 1)) } })).toBeUndefined();
  });

  it('shows the signals of the present step', () => {
    const { lab, frame } = frameOf({});
    lab.run(20);
    expect(engine.frame!(lab).signals).not.toEqual(frame.signals);
  });
});
