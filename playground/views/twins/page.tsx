/** Twins: units that start alike and stay alike until something tells them apart. */
import { letters, networkState } from '../../engine/state.js';
import { Choice, Slider } from '../../page/controls/field-control.js';
import { NetworkCard } from '../../page/network-card.js';
import { update, updateOwn } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { startName } from '../../page/words.js';
import { ownValue } from '../own-value.js';
import type { PageView, ViewProps } from '../pages.js';
import type { Frame, TwinsFrame } from './engine.js';
import { own, type Place, places } from './fields.js';
import { LayerPicture, MOST_UNITS } from './layer-picture.js';
import { SpreadPlot } from './spread-plot.js';
import { layerWords, words } from './words.js';
import './view.css';

const MOST_LAYERS = 6;
/** Units that fit beside each other on a narrow screen. A layer with more of them scrolls. */
const FITS = 7;
const placeNames: Record<Place, string> = {
  none: 'none: all stay equal',
  in: 'from input 1 to unit 1 of layer 1',
  bias: 'bias of unit 1 of layer 1',
  middle: 'from unit 1 of layer 1 to unit 1 above',
  out: 'from unit 1 of the last layer to output 1',
};

function Stage({ state, frame }: ViewProps<Frame>) {
  const place = ownValue(state, own, 'place');
  return (
    <div class="stack twins">
      <div class="buttons twins-nudge">
        <Choice
          label="nudge the weight"
          value={place}
          names={places}
          labels={(name) => placeNames[name as Place]}
          onChange={(name) => updateOwn('place', name)}
        />
        {place !== 'none' && (
          <Slider
            label="by"
            value={ownValue(state, own, 'nudge')}
            low={1e-6}
            high={1}
            isLog
            onChange={(value) => updateOwn('nudge', value)}
          />
        )}
        {state.init === 'constant' ? (
          <button type="button" onClick={() => update({ init: 'glorotNormal' })}>
            Start at random instead
          </button>
        ) : (
          <button
            type="button"
            onClick={() => update({ init: 'constant', size: 0.5, own: { place: 'none' } })}
          >
            Start all equal
          </button>
        )}
      </div>
      {state.networks.map((_, n) => (
        <Network key={letters[n]} n={n} title={startName(networkState(state, n))} twins={frame?.[n]} />
      ))}
      <p class="small">
        Units with the same letter are <Term name="twins">twins</Term>: equal weights in, equal biases, equal
        weights out. They compute the same and get the same gradient, so training moves them together.
      </p>
    </div>
  );
}

interface NetworkProps {
  readonly n: number;
  readonly title: string;
  readonly twins: TwinsFrame | undefined;
}

function Network({ n, title, twins }: NetworkProps) {
  return (
    <NetworkCard n={n} caption={`weights start ${title}`}>
      {twins?.groups.slice(0, MOST_LAYERS).map((groups, l) => (
        <div key={l} class="twins-row">
          <p class="small">
            Layer {l + 1} {layerWords(groups)}
            {groups.length > MOST_UNITS && ` (the first ${MOST_UNITS} are shown)`}
          </p>
          <div class="twins-scroll" tabIndex={groups.length > FITS ? 0 : undefined}>
            <LayerPicture groups={groups} l={l} />
          </div>
        </div>
      ))}
      {twins && twins.groups.length > MOST_LAYERS && (
        <p class="small">… and {twins.groups.length - MOST_LAYERS} more layers</p>
      )}
      {twins && (
        <>
          <p class="small">
            <Term name="spread">Difference</Term> between the units of a layer, over the steps
          </p>
          <SpreadPlot n={n} letter={letters[n]!} twins={twins} />
        </>
      )}
    </NetworkCard>
  );
}

export const page: PageView<Frame> = {
  title: 'Twins',
  question: 'All weights start equal: what can tell the units apart?',
  Stage,
  words,
  isStill: true,
  start: {
    data: 'circles',
    depth: 2,
    width: 8,
    activation: 'tanh',
    init: 'constant',
    size: 0.5,
    optimizer: 'sgd',
    rate: 0.1,
    networks: [{}],
  },
};
