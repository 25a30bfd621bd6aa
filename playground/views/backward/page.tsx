/** The gradient backwards: the visitor follows it layer by layer, and sees which factor makes it die or explode. */
import { letters, networkState, type State } from '../../engine/state.js';
import { Slider } from '../../page/controls/field-control.js';
import { NetworkCard, Overflow } from '../../page/network-card.js';
import { digits } from '../../page/numbers.js';
import { updateOwn } from '../../page/store.js';
import { Term } from '../../page/terms.js';
import { nameOf, startName } from '../../page/words.js';
import { ownValue } from '../own-value.js';
import type { PageView, ViewProps } from '../pages.js';
import { FactorBars, SizeBars } from './bars.js';
import type { Backward, BackwardFrame, Frame } from './engine.js';
import { fateOf } from './fate.js';
import { ALL, own } from './fields.js';
import { fateWords, words } from './words.js';
import './view.css';

/** Returns the number of layers between the output and layer 1 in the deepest network. */
function most(state: State): number {
  return Math.max(...state.networks.map((_, n) => networkState(state, n).depth));
}

function goTo(layers: number, state: State): void {
  updateOwn('back', layers >= most(state) ? ALL : Math.max(0, layers));
}

function Stage({ state, frame }: ViewProps<Frame>) {
  const back = ownValue(state, own, 'back');
  return (
    <div class="stack">
      <Steps state={state} back={Math.min(back, most(state))} />
      <div class={`pair backward-networks of-${state.networks.length}`}>
        {state.networks.map((_, n) => (
          <Network key={letters[n]} n={n} state={state} back={back} frame={frame?.[n]} />
        ))}
      </div>
      <p class="small">
        A bar below 1 means that the gradient is smaller than at the output. The dashed line is{' '}
        <Term name="theory">theory</Term>. Each layer multiplies by two factors: its weights, and the slope of
        its activation.
      </p>
    </div>
  );
}

function Steps({ state, back }: { readonly state: State; readonly back: number }) {
  return (
    <fieldset class="buttons backward-steps" aria-label="Way back">
      <button type="button" onClick={() => goTo(0, state)} disabled={back === 0}>
        To the output
      </button>
      <button type="button" onClick={() => goTo(back + 1, state)} disabled={back === most(state)}>
        One layer back
      </button>
      <button type="button" onClick={() => goTo(ALL, state)} disabled={back === most(state)}>
        To layer 1
      </button>
      <Slider
        label="layers back from the output"
        value={back}
        low={0}
        high={most(state)}
        whole
        onChange={(layers) => goTo(layers, state)}
      />
    </fieldset>
  );
}

interface NetworkProps {
  readonly n: number;
  readonly state: State;
  readonly back: number;
  readonly frame: BackwardFrame | undefined;
}

function Network({ n, state, back, frame }: NetworkProps) {
  const options = networkState(state, n);
  const measured = frame?.measured;
  const reached = measured ? Math.max(0, measured.sizes.length - 1 - back) : 0;
  const shared = measured && {
    n,
    letter: letters[n]!,
    frame,
    measured,
    reached,
    onLayer: (layer: number) => goTo(measured.sizes.length - 1 - layer, state),
  };
  return (
    <NetworkCard n={n} caption={`${nameOf(options.activation)}, ${startName(options)}`}>
      {shared && (
        <>
          <p class="small">
            Size of the <Term name="gradient">gradient</Term> by layer, relative to the output
          </p>
          <SizeBars {...shared} />
          <p class="small">
            Factors by layer: <span class="backward-key weights" /> <Term name="weightFactor">weights</Term>{' '}
            and <span class="backward-key slope" /> <Term name="slopeFactor">slope</Term>
          </p>
          <FactorBars {...shared} />
          <Equation measured={measured} layer={reached} />
        </>
      )}
      {frame && !measured && <Overflow />}
    </NetworkCard>
  );
}

/** The gradient at the reached layer as a product, and its fate on the whole way. */
function Equation({ measured, layer }: { readonly measured: Backward; readonly layer: number }) {
  const { sizes, weights, slopes } = measured;
  const last = sizes.length - 1;
  const ratio = (l: number) => digits(sizes[l]! / sizes[last]!);
  return (
    <fieldset class="backward-equation" aria-label="Factors of this layer">
      {layer === last ? (
        <p>
          Output: the gradient begins here, with the size {digits(sizes[last])}. It counts as <b>1</b>.
        </p>
      ) : (
        <p>
          Layer {layer + 1}: {ratio(layer + 1)} × <b>{digits(weights[layer])}</b> (weights) ×{' '}
          <b>{digits(slopes[layer])}</b> (slope) = <b>{ratio(layer)}</b>
        </p>
      )}
      <p class="small">
        On the whole way, the gradient {fateWords(fateOf(measured), sizes.length).replaceAll('× ', '×\u00a0')}
        .
      </p>
    </fieldset>
  );
}

export const page: PageView<Frame> = {
  title: 'Gradient backwards',
  question: 'Where does the gradient die on its way back, and what kills it?',
  Stage,
  words,
  isStill: true,
  start: {
    depth: 12,
    width: 32,
    activation: 'sigmoid',
    init: 'glorotNormal',
    networks: [{}, { activation: 'tanh' }],
  },
};
