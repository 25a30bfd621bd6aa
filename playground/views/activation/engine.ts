/** Any activation: its curve, its numbers, and what it does to the signals of network A. */
import { activationDerivative, activationValue } from 'evenkeel';
import type { PointwiseActivation } from 'evenkeel/theory';
import { measure } from '../../engine/measure.js';
import type { Runner } from '../../engine/runner.js';
import { expectedSignals, type SignalsFrame } from '../../engine/theory.js';
import type { Lab, ViewEngine } from '../../engine/view.js';
import { type Curve, curveThrough, readCurve } from './curve.js';
import { measureCurve, type Start, startOf } from './network.js';
import { edgeOfChaos, expectedOfCurve, type Numbers, numbersOf } from './theory.js';

/** Points of the picture of f, from −EDGE to EDGE. */
export const [POINTS, EDGE] = [161, 5] as const;

export interface Frame {
  readonly isDrawn: boolean;
  /** f and f′ at the points. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly numbers: Numbers;
  readonly signals: SignalsFrame;
}

const starts = new WeakMap<Runner, Start>();
/** What does not change from frame to frame. */
const kept = new WeakMap<Runner, Omit<Frame, 'signals'> & { readonly signals?: SignalsFrame }>();

/** Gain at the edge of chaos, which takes longest. */
export interface Piece {
  readonly critical: number | undefined;
}

export const engine: ViewEngine<Frame, Piece | undefined> = {
  // Nothing is changed, but the start of A is taken down before any training.
  prepare: (runner, _, index) => {
    if (index > 0) return;
    try {
      starts.set(runner, startOf(runner));
    } catch {
      // A value is not finite, which the page says.
    }
  },
  frame: (lab) => {
    const runner = lab.runners[0]!;
    let fixed = kept.get(runner);
    if (!fixed) {
      fixed = compute(lab);
      kept.set(runner, fixed);
    }
    const signals = fixed.signals ?? ofLibrary(lab);
    return structuredClone({ ...fixed, signals });
  },
  *slow(lab) {
    const { options } = lab.runners[0]!;
    const drawn = readCurve(lab.own<string>('curve'));
    const activation = drawn ? curveThrough(drawn) : (options.activation as PointwiseActivation);
    yield { critical: yield* edgeOfChaos(activation, options.biasStd ** 2) };
  },
};

function compute(lab: Lab): Omit<Frame, 'signals'> & { readonly signals?: SignalsFrame } {
  const runner = lab.runners[0]!;
  const points = Float64Array.from({ length: POINTS }, (_, i) => EDGE * ((2 * i) / (POINTS - 1) - 1));
  const drawn = readCurve(lab.own<string>('curve'));
  if (!drawn) {
    const name = runner.options.activation;
    return {
      isDrawn: false,
      values: activationValue(name, points),
      slopes: activationDerivative(name, points),
      numbers: numbersOf(lab, name as PointwiseActivation),
    };
  }
  const curve = curveThrough(drawn);
  return {
    isDrawn: true,
    values: points.map(curve.value),
    slopes: points.map(curve.derivative),
    numbers: numbersOf(lab, curve),
    signals: ofCurve(lab, curve),
  };
}

function ofLibrary({ runners, state, data }: Lab): SignalsFrame {
  const measured = measure(runners[0]!);
  const expected = expectedSignals(state, runners[0]!.options, data);
  return { expected, ...(measured && { measured }) };
}

function ofCurve(lab: Lab, curve: Curve): SignalsFrame {
  const runner = lab.runners[0]!;
  const start = starts.get(runner);
  const expected = expectedOfCurve(lab, curve);
  // A batch norm is the library's own; theory is shown as if there were none.
  const measured =
    start && runner.options.batchNorm === 'none' ? measureCurve(runner, start, curve) : undefined;
  return { expected, ...(measured && { measured }) };
}
