/** Two inputs down the network: does the angle between them close or open? */
import { useRef } from 'preact/hooks';
import { letters, networkState } from '../../engine/state.js';
import { Slider } from '../../page/controls/field-control.js';
import { NetworkCard } from '../../page/network-card.js';
import { BEING_MADE } from '../../page/phrases.js';
import { update, updateOwn } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { startName } from '../../page/words.js';
import { ownValue } from '../own-value.js';
import type { PageView, ViewProps } from '../pages.js';
import type { Frame, Piece } from './engine.js';
import { own } from './fields.js';
import { CorrelationMap, Correlations, Fans, Plane } from './pictures.js';
import { start } from './start.js';
import { type Theory, theories, words } from './words.js';
import './view.css';

type Props = ViewProps<Frame, Piece>;

function Stage({ state, frame, pieces, data }: Props) {
  // While the visitor drags an input, theory's last answer stays until the next one comes.
  const last = useRef<readonly Theory[]>([]);
  if (!frame || frame.networks.length !== state.networks.length) return <p class="card">{BEING_MADE}</p>;
  const theory = theories(pieces, state.networks.length).map((part, n) => ({ ...last.current[n], ...part }));
  last.current = theory;
  return (
    <div class="stack">
      <div class={`angle-top ${data?.inputSize === 2 ? '' : 'one'}`}>
        {data?.inputSize === 2 && (
          <figure class="card">
            <figcaption>The two inputs: drag them</figcaption>
            <Plane state={state} data={data} onMove={(values) => update({ own: values })} />
          </figure>
        )}
        <figure class="card">
          <figcaption>
            <Term name="correlation">Correlation</Term> by layer; layer 0 is the inputs
          </figcaption>
          <Correlations frame={frame} theory={theory} />
        </figure>
      </div>
      {frame.networks.map((angles, n) => (
        <NetworkCard key={letters[n]} n={n} caption={startName(networkState(state, n))}>
          <div class="angle-network">
            <Fans n={n} inputCosine={frame.inputs.cosine} angles={angles} theory={theory[n]!} />
            <div>
              <p class="small">
                <Term name="correlationMap">Map</Term>: correlation in one layer →, in the next ↑
              </p>
              <CorrelationMap n={n} theory={theory[n]!} />
            </div>
          </div>
        </NetworkCard>
      ))}
      <p class="small">
        Coloured fans and dots are measured. Dashed lines are <Term name="theory">theory</Term>. The dotted
        line and the ring mark the fixed point of the map. The thin stairs are theory’s steps from layer to
        layer.
      </p>
    </div>
  );
}

function Controls({ state, data }: Props) {
  const names =
    data?.inputSize === 2 ? (['angle', 'turn', 'length'] as const) : (['first', 'second'] as const);
  return (
    <section class="group" aria-label="Inputs">
      <h2>Two inputs</h2>
      {names.map((name) => (
        <Slider
          key={name}
          label={own[name].label}
          value={ownValue(state, own, name)}
          {...own[name].limits}
          unit={name === 'angle' || name === 'turn' ? '°' : ''}
          onChange={(value) => updateOwn(name, value)}
        />
      ))}
    </section>
  );
}

export const page: PageView<Frame, Piece> = {
  title: 'Two inputs',
  question: 'Can a deep network still tell two inputs apart?',
  Stage,
  Controls,
  words,
  isStill: true,
  start,
};
