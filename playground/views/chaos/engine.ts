/** Edge of chaos: the phase map of an activation, row by row, and the places of the networks on it. */
import { type MeanField, meanField, type PhaseTableRow, phaseTable } from 'evenkeel/theory';
import { type HiddenStart, hiddenStart } from '../../engine/hidden-start.js';
import type { Runner } from '../../engine/runner.js';
import type { ActivationChoice, State } from '../../engine/state.js';
import type { ViewEngine } from '../../engine/view.js';
import { type Frame as SigmaFrame, engine as sigma } from '../sigma/engine.js';
import { gridOf } from './grid.js';

/** A network on the map. */
export interface Place extends MeanField {
  /** Gain σ_w of the hidden layers. */
  readonly gain: number;
  /** Standard deviation σ_b of the biases. */
  readonly biasStd: number;
}

export interface Frame {
  /** Place of each network; undefined if theory has no phase for it, as with a batch norm. */
  readonly places: readonly (Place | undefined)[];
  readonly signals: SigmaFrame;
}

/** A row of the map. An empty piece gives the worker a break between two points. */
export interface Piece {
  readonly row?: PhaseRow;
}

export interface PhaseRow {
  /** Index of the row's deviation of the biases. */
  readonly index: number;
  /** χ₁ for each gain. */
  readonly chi: Float64Array;
  /** Gain at which χ₁ reaches 1; NaN if it does so nowhere on the map. */
  readonly critical: number;
}

/** Halvings of the interval between two gains, for the critical line. */
const HALVINGS = 7;
const rows = new Map<ActivationChoice, Map<number, PhaseRow>>();
const places = new WeakMap<Runner, Place | undefined>();

export const engine: ViewEngine<Frame, Piece> = {
  frame: (lab) => ({
    places: lab.runners.map((runner) => placeOf(lab.state, runner)),
    signals: sigma.frame!(lab),
  }),

  *slow({ state: { activation } }) {
    const known = rows.get(activation) ?? new Map<number, PhaseRow>();
    rows.set(activation, known);
    const { biasStds } = gridOf(activation);
    for (const index of biasStds.keys()) {
      const found = known.get(index) ?? (yield* row(activation, index));
      known.set(index, found);
      yield { row: { ...found, chi: found.chi.slice() } };
    }
  },
};

function placeOf(state: State, runner: Runner): Place | undefined {
  if (!places.has(runner)) {
    const start = hiddenStart(state, runner);
    places.set(runner, start && place(start));
  }
  return places.get(runner);
}

function place({ activation, scale, biasVariance }: HiddenStart): Place {
  const field = meanField({ activation, scale, biasVariance });
  return { gain: Math.sqrt(scale), biasStd: Math.sqrt(biasVariance), ...field };
}

/** Computes a row, with a break after each point. */
function* row(activation: ActivationChoice, index: number): Generator<Piece, PhaseRow> {
  const { gains, biasStds } = gridOf(activation);
  const biasStd = biasStds[index]!;
  const at = (gain: number): PhaseTableRow =>
    phaseTable({ activation, gains: [gain], biasStds: [biasStd] })[0]!;
  const chi = new Float64Array(gains.length);
  for (const [i, gain] of gains.entries()) {
    chi[i] = at(gain).chi;
    yield {};
  }
  const beyond = chi.findIndex((value) => value >= 1);
  if (beyond < 1) return { index, chi, critical: Number.NaN };
  let [low, high] = [gains[beyond - 1]!, gains[beyond]!];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (at(middle).chi < 1) low = middle;
    else high = middle;
    yield {};
  }
  return { index, chi, critical: high };
}
