/** Any activation: its curve, its numbers, and the signals of network A with it. */
import { activationDerivative, activationValue } from 'evenkeel';
import type { PointwiseActivation } from 'evenkeel/theory';
import type { Runner } from '../../engine/runner.js';
import type { SignalsFrame } from '../../engine/theory.js';
import type { Lab, ViewEngine } from '../../engine/view.js';
import { signalsOf } from '../sigma/engine.js';
import { EDGE, evenly, POINTS } from './axes.js';
import { type Curve, curveThrough, readCurve } from './curve.js';
import { measureCurve, type Start, startOf } from './network.js';
import { edgeOfChaos, expectedOfCurve, type Numbers, numbersOf } from './theory.js';

export interface Frame {
  readonly isDrawn: boolean;
  /** f and f′ at the points. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly numbers: Numbers;
  readonly signals: SignalsFrame;
}

/** Parts of a frame that training does not change. A drawn curve does not train, so that its signals are among them. */
type FixedFrame = Omit<Frame, 'signals'> & { readonly signals?: SignalsFrame };

const starts = new WeakMap<Runner, Start>();
const fixedFrames = new WeakMap<Runner, FixedFrame>();

/** Gain at the edge of chaos; undefined if there is none. It takes longer than a frame. */
export interface Piece {
  readonly critical: number | undefined;
}

export const engine: ViewEngine<Frame, Piece | undefined> = {
  // Changes nothing, but keeps the first weights of A before any training.
  prepare: (runner, _, index) => {
    if (index > 0) return;
    try {
      starts.set(runner, startOf(runner));
    } catch {
      // A value is not finite. The view then has no measured signals.
    }
  },
  frame: (lab) => {
    const runner = lab.runners[0]!;
    let fixed = fixedFrames.get(runner);
    if (!fixed) {
      fixed = fixedFrame(lab);
      fixedFrames.set(runner, fixed);
    }
    const signals = fixed.signals ?? signalsOf(lab, runner);
    // The arrays of an answer are transferred, so that the page gets copies.
    return structuredClone({ ...fixed, signals });
  },
  *slow(lab) {
    const { options } = lab.runners[0]!;
    const activation = drawnCurve(lab) ?? (options.activation as PointwiseActivation);
    yield { critical: yield* edgeOfChaos(activation, options.biasStd ** 2) };
  },
};

/** Returns the function that the visitor has drawn; undefined if there is none. */
function drawnCurve(lab: Lab): Curve | undefined {
  const values = readCurve(lab.own<string>('curve'));
  return values && curveThrough(values);
}

function fixedFrame(lab: Lab): FixedFrame {
  const points = evenly(EDGE, POINTS);
  const curve = drawnCurve(lab);
  if (!curve) {
    const name = lab.runners[0]!.options.activation;
    return {
      isDrawn: false,
      values: activationValue(name, points),
      slopes: activationDerivative(name, points),
      numbers: numbersOf(lab, name as PointwiseActivation),
    };
  }
  return {
    isDrawn: true,
    values: points.map(curve.value),
    slopes: points.map(curve.derivative),
    numbers: numbersOf(lab, curve),
    signals: curveSignals(lab, curve),
  };
}

function curveSignals(lab: Lab, curve: Curve): SignalsFrame {
  const runner = lab.runners[0]!;
  const start = starts.get(runner);
  const expected = expectedOfCurve(lab, curve);
  // A drawn curve cannot run through the library's batch norm. Theory ignores the batch norm.
  const measured =
    start && runner.options.batchNorm === 'none' ? measureCurve(runner, start, curve) : undefined;
  return { expected, ...(measured && { measured }) };
}
