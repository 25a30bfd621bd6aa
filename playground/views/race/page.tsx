/** The race: the networks side by side on the same data from the same seed. */
import { letters } from '../../engine/state.js';
import { LossCurves } from '../../page/draw/loss-curves.js';
import { NetworkCaption } from '../../page/network-card.js';
import { NetworkMap } from '../../page/outcome.js';
import { shortName } from '../../page/words.js';
import type { PageView, ViewProps } from '../pages.js';
import { words } from './words.js';
import './view.css';

function Stage({ state, networks, data }: ViewProps) {
  return (
    <div class="stack">
      {data?.inputSize === 2 && (
        <div class={`pair race-maps of-${networks.length}`}>
          {networks.map((network, n) => (
            <figure key={letters[n]} class={`network network-${letters[n]}`}>
              <NetworkCaption n={n}>{shortName(state, n)}</NetworkCaption>
              <NetworkMap network={network} n={n} />
            </figure>
          ))}
        </div>
      )}
      <figure class="card">
        <figcaption>Loss on training rows, and thinner on test rows</figcaption>
        <LossCurves networks={networks} height={data?.inputSize === 2 ? 220 : 420} />
      </figure>
    </div>
  );
}

export const page: PageView = {
  title: 'Race',
  question: 'Same data, same seed, one difference: which network learns?',
  Stage,
  words,
  hasOutcome: false,
};
