/** Edge of chaos: which weights and biases let gradients vanish, keep their size, or explode. */
import { useRef } from 'preact/hooks';
import { type Difference, letters, networkState, type State } from '../../engine/state.js';
import { Choice } from '../../page/controls/field-control.js';
import { DepthPlot } from '../../page/draw/depth-plot.js';
import { digits } from '../../page/numbers.js';
import { state as current, update, updateOwn } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { TheoryNote } from '../../page/theory-note.js';
import { nameOf } from '../../page/words.js';
import { ownValue } from '../own-value.js';
import type { PageView, ViewProps } from '../pages.js';
import type { Frame, PhaseRow, Piece } from './engine.js';
import { own } from './fields.js';
import { gridOf } from './grid.js';
import { PhaseMap } from './phase-map.js';
import { start } from './start.js';
import { words } from './words.js';
import './view.css';

type Props = ViewProps<Frame, Piece>;
type Target = (typeof own.target)['initial'];

function Stage({ state, frame, networks, pieces }: Props) {
  const { activation } = state;
  // A click restarts the networks. The rows of the map stay until the worker has sent as many again.
  const rows = pieces.flatMap(({ row }) => (row ? [row] : []));
  const last = useRef({ activation, rows });
  if (last.current.activation !== activation || rows.length >= last.current.rows.length)
    last.current = { activation, rows };
  const grid = gridOf(activation);
  const shown = last.current.rows;
  const target = targetOf(state);
  const progress =
    shown.length < grid.biasStds.length ? ` (${shown.length} of ${grid.biasStds.length} rows)` : '';
  return (
    <div class="stack">
      <figure class="card">
        <figcaption>
          <Term name="phase">Phases</Term> of deep {nameOf(activation)} networks{progress}
        </figcaption>
        <PhaseMap
          key={activation}
          grid={grid}
          rows={shown}
          places={frame?.places ?? []}
          target={target}
          onMake={(gain, biasStd) => make(target, gain, biasStd)}
        />
        <p class="small">
          The weights have the <Term name="gain">gain</Term> σ_w, and the biases the standard deviation{' '}
          <Term name="biasStd">σ_b</Term>. Gradients vanish where the map is violet and explode where it is
          yellow: the stronger the colour, the faster. On the line <Term name="chi">χ</Term> is 1
          {edgeWords(shown)}.
        </p>
      </figure>
      <div class="pair">
        <figure class="card">
          <figcaption>
            Backward: variance of the <Term name="gradient">gradient</Term>, relative to the output
          </figcaption>
          <DepthPlot frame={frame?.signals ?? []} kind="backward" />
        </figure>
        <figure class="card">
          <figcaption>
            Forward: <Term name="variance">variance</Term> of <Term name="preactivation">z</Term> by layer
          </figcaption>
          <DepthPlot frame={frame?.signals ?? []} kind="forward" />
        </figure>
      </div>
      <TheoryNote step={networks[0]?.step ?? 0} />
    </div>
  );
}

/** Tells the critical gain without biases, once its row has come. */
function edgeWords(rows: readonly PhaseRow[]): string {
  const { critical = Number.NaN } = rows.find(({ index }) => index === 0) ?? {};
  return Number.isFinite(critical) ? `; without biases that is a gain of ${digits(critical)}` : '';
}

/** Returns the letter of the network that a click makes. */
function targetOf(state: State): Target {
  return ownValue(state, own, 'target');
}

/** Gives a network a gain and a deviation of its biases. The others keep theirs. */
function make(letter: Target, size: number, biasStd: number): void {
  const state = current.value;
  const n = letters.indexOf(letter);
  const change: Difference = { init: 'gain', size, biasStd };
  const kept = (_: Difference, m: number): Difference => {
    const { init, size, biasStd } = networkState(state, m);
    return { ...state.networks[m], init, size, biasStd };
  };
  const networks = state.networks.map((difference, m) => (m === 0 ? difference : kept(difference, m)));
  if (n === 0) update({ ...change, networks });
  else
    update({
      networks: networks.length > n ? networks.with(n, { ...networks[n], ...change }) : [...networks, change],
    });
}

function Controls({ state }: Props) {
  return (
    <section class="group" aria-label="Phase map">
      <h2>Phase map</h2>
      <Choice
        label="a click makes"
        value={targetOf(state)}
        names={own.target.names}
        labels={(letter) => `network ${letter}`}
        onChange={(letter) => updateOwn('target', letter)}
      />
    </section>
  );
}

export const page: PageView<Frame, Piece> = {
  title: 'Edge of chaos',
  question: 'How large may weights and biases be for gradients to survive the depth?',
  Stage,
  Controls,
  words,
  isStill: true,
  start,
};
