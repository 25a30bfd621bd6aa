/** Kill a ReLU: three ways to do it, the diagnosis, and the cure. */
import { signal } from '@preact/signals';
import type { NetworkAnswer, VerdictAnswer } from '../../engine/messages.js';
import { letters, networkState, type State } from '../../engine/state.js';
import { Slider } from '../../page/controls/field-control.js';
import { NetworkCard, Overflow } from '../../page/network-card.js';
import { sentenceOf } from '../../page/phrases.js';
import { isPlaying, update } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { nameOf } from '../../page/words.js';
import { backToStart } from '../../page/worker-link.js';
import type { PageView, ViewProps } from '../pages.js';
import type { Frame, UnitsFrame } from './engine.js';
import { own } from './fields.js';
import { SumsPicture } from './sums-picture.js';
import { UnitGrid } from './unit-grid.js';
import { has, healthy, type Way, ways } from './ways.js';
import { unitWords, words } from './words.js';
import './view.css';

/** Unit that the visitor looks at, counted from 0. */
const looked = signal({ layer: 0, unit: 0 });

function Stage({ state, frame, networks }: ViewProps<Frame>) {
  const active = ways.find(({ kills }) => has(state, kills));
  return (
    <div class="stack">
      <Ways active={active} />
      {state.networks.map((_, n) => (
        <Network key={letters[n]} n={n} state={state} units={frame?.[n]} answer={networks[n]} />
      ))}
    </div>
  );
}

function Ways({ active }: { readonly active: Way | undefined }) {
  return (
    <section class="dead-ways" aria-label="Ways to kill a unit">
      <div class="buttons dead-buttons">
        <span>Kill it</span>
        {ways.map((way) => (
          <button type="button" key={way.name} aria-pressed={way === active} onClick={() => kill(way)}>
            {way.name}
          </button>
        ))}
        {active && (
          <>
            <span>Cure:</span>
            <button type="button" class="primary" onClick={() => cure(active)}>
              {active.cure}
            </button>
            <button type="button" onClick={() => update({ activation: 'leakyRelu' })}>
              Leaky ReLU
            </button>
          </>
        )}
      </div>
      <p class="small">
        {active?.why ?? 'Choose a way to kill units, or choose a unit below and set its bias.'}
      </p>
    </section>
  );
}

/** Takes a way to kill a unit, and starts the training if the way needs it. */
function kill(way: Way): void {
  if (way.kills.own?.bias) looked.value = { layer: 0, unit: 0 };
  update(way.kills);
  if (way.trains) isPlaying.value = true;
}

/** Cures the networks and starts them again, because a dead unit does not come back by itself. */
function cure(way: Way): void {
  update(way.cures);
  backToStart();
}

interface NetworkProps {
  readonly n: number;
  readonly state: State;
  readonly units: UnitsFrame | undefined;
  readonly answer: NetworkAnswer | undefined;
}

function Network({ n, state, units, answer }: NetworkProps) {
  const layers = units?.layers;
  const layer = Math.min(looked.value.layer, (layers?.length ?? 1) - 1);
  const at = layers?.[layer];
  const unit = Math.min(looked.value.unit, (at?.dead.length ?? 1) - 1);
  const verdict = answer?.verdict;
  return (
    <NetworkCard
      n={n}
      caption={
        <>
          {nameOf(networkState(state, n).activation)} units: filled by the share of rows with a{' '}
          <Term name="slope">slope</Term>, grey if <Term name="dead">dead</Term>
        </>
      }
    >
      {layers && (
        <UnitGrid
          layers={layers}
          chosen={{ layer, unit }}
          onChoose={(next) => {
            looked.value = next;
          }}
        />
      )}
      {units && !layers && <Overflow />}
      {at && (
        <div class="dead-unit">
          <div>
            <p>{unitWords(at, layer, unit)}</p>
            <BiasSlider layer={layer} unit={unit} bias={at.bias[unit]!} />
          </div>
          <SumsPicture n={n} letter={letters[n]!} units={at} unit={unit} />
        </div>
      )}
      {verdict && <Verdict verdict={verdict} />}
    </NetworkCard>
  );
}

/** Verdict and advice of the library's diagnosis. */
function Verdict({ verdict: { verdict, advice } }: { readonly verdict: VerdictAnswer }) {
  return (
    <div class="dead-verdict">
      <p>
        <b>
          <Term name="verdict">diagnose</Term>: <span aria-live="polite">{verdict}</span>.
        </b>{' '}
        {advice.slice(0, 2).map((sentence) => `${sentenceOf(sentence)} `)}
      </p>
    </div>
  );
}

interface BiasSliderProps {
  readonly layer: number;
  readonly unit: number;
  readonly bias: number;
}

/** The bias of the chosen unit. Only one unit at a time has a bias from the visitor. The networks start again with it. */
function BiasSlider({ layer, unit, bias }: BiasSliderProps) {
  const { low, high } = own.bias.limits;
  return (
    <Slider
      label={`bias of unit ${unit + 1} in layer ${layer + 1}`}
      value={bias}
      low={low}
      high={high}
      step={0.5}
      onChange={(value) => update({ own: { layer: layer + 1, unit: unit + 1, bias: value } })}
    />
  );
}

export const page: PageView<Frame> = {
  title: 'Kill a ReLU',
  question: 'What kills a ReLU unit, and what brings it back?',
  Stage,
  words,
  hasVerdicts: false,
  isStill: true,
  start: healthy,
};
