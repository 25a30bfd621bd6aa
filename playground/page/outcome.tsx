/** Column of the outcome: maps, losses, scores and verdicts. */
import type { NetworkAnswer } from '../engine/messages.js';
import { letters } from '../engine/state.js';
import { MapPicture } from './draw/decision-map.js';
import { LossCurves } from './draw/loss-curves.js';
import { Inside } from './inside/inside.js';
import { count, digits, percent } from './numbers.js';
import { sentenceOf } from './phrases.js';
import { data, networks, state } from './store.js';
import { Term } from './terms.js';
import { differenceWords, shortName } from './words.js';

interface OutcomeProps {
  readonly hasPictures: boolean;
  readonly hasVerdicts: boolean;
  readonly hasInside: boolean;
}

export function Outcome({ hasPictures, hasVerdicts, hasInside }: OutcomeProps) {
  const all = networks.value;
  return (
    <>
      {hasPictures && data.value?.inputSize === 2 && (
        <div class="maps">
          {all.map((network, n) => (
            <figure key={letters[n]} class={`network-${letters[n]}`}>
              <NetworkMap network={network} n={n} />
              <figcaption>
                <span class="letter">{letters[n]}</span> {shortName(state.value, n)}
              </figcaption>
            </figure>
          ))}
        </div>
      )}
      {hasPictures && <LossCurves networks={all} height={150} />}
      <Scores networks={all} />
      {hasVerdicts && <Verdicts networks={all} />}
      {hasInside && <Inside />}
    </>
  );
}

/** Decision map of a network, with a label for screen readers. */
export function NetworkMap({ network, n }: { readonly network: NetworkAnswer; readonly n: number }) {
  const { score } = network;
  const what =
    score?.testAccuracy === undefined
      ? `test loss ${digits(score?.testLoss)}`
      : `${percent(score.testAccuracy)} of the test rows right`;
  return (
    <MapPicture
      map={network.map}
      data={data.value}
      label={`Decision map of network ${letters[n]}: ${what}`}
    />
  );
}

/** Table of losses and accuracies. */
function Scores({ networks }: { readonly networks: readonly NetworkAnswer[] }) {
  const hasAccuracy = (data.value?.classes ?? 0) > 0;
  return (
    <table class="scores">
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden">Network</span>
          </th>
          <th scope="col">
            <Term name="loss">loss</Term>
          </th>
          <th scope="col">test loss</th>
          {hasAccuracy && (
            <th scope="col">
              <Term name="accuracy">test accuracy</Term>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {networks.map(({ score }, n) => (
          <tr key={letters[n]} class={`network-${letters[n]}`}>
            <th scope="row">
              <span class="letter">{letters[n]}</span>
            </th>
            {/* The titles have all digits, as the program prints them. */}
            <td title={String(score?.loss)}>{score ? digits(score.loss) : 'not finite'}</td>
            <td title={String(score?.testLoss)}>{digits(score?.testLoss)}</td>
            {hasAccuracy && <td title={String(score?.testAccuracy)}>{percent(score?.testAccuracy)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Words for verdicts. A verdict that is not here is its own word. */
const verdictWords: Readonly<Record<string, string>> = { nonFinite: 'not finite' };

/** Verdict and first advice for each network. */
function Verdicts({ networks }: { readonly networks: readonly NetworkAnswer[] }) {
  return (
    <section class="verdicts" aria-label="Verdicts">
      {networks.map(({ verdict, failure, step }, n) => (
        <div key={letters[n]} class={`verdict network-${letters[n]}`}>
          <span class="letter">{letters[n]}</span>
          <div>
            <strong>
              {verdict && <Mark isWell={verdict.verdict === 'healthy' && !failure} />}
              <Term name="verdict">
                {verdict ? (verdictWords[verdict.verdict] ?? verdict.verdict) : 'not yet examined'}
              </Term>
            </strong>
            {verdict && verdict.step < step && <span class="small"> at step {count(verdict.step)}</span>}
            {n > 0 && <p class="small">{differenceWords(state.value, n)}.</p>}
            {failure && <p class="small">Training ended: {failure}.</p>}
            {verdict?.advice.slice(0, 2).map((sentence) => (
              <p key={sentence} class="small">
                {sentenceOf(sentence)}
              </p>
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}

/** Tick or exclamation mark of a verdict. Colours belong to the networks, so the mark has none. */
function Mark({ isWell }: { readonly isWell: boolean }) {
  return <span aria-hidden="true">{isWell ? '✓ ' : '! '}</span>;
}
