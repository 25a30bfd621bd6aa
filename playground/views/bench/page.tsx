/** Training steps a second on this machine as bars, with their explanation. */
import { count, digits } from '../../page/numbers.js';
import { backToStart } from '../../page/worker-link.js';
import type { PageView, ViewProps } from '../pages.js';
import { contests, LOSS_STEPS, type Measurement, wayNames, ways } from './contest.js';
import { type Results, resultsOf } from './results.js';
import { words } from './words.js';
import './view.css';

type Props = ViewProps<undefined, Measurement | undefined>;

function Stage({ pieces }: Props) {
  const results = resultsOf(pieces);
  return (
    <div class="stack bench">
      {contests.map(({ name, batchSize }, c) => (
        <figure class="card" key={name}>
          <figcaption>
            {name}, batches of {batchSize}: training steps a second
          </figcaption>
          <Bars results={results} contest={c} />
        </figure>
      ))}
      <div class="card">
        <ul class="small">
          <li>
            A step is one batch forward, its gradients, and an update by SGD. More is better; each bar is the
            fastest of nine rounds, which other work on the machine disturbs least.
          </li>
          {wayNames.map((way) => (
            <li key={way}>
              <b>{ways[way].label}</b>: {ways[way].description}.
            </li>
          ))}
          <li>
            The loss after {LOSS_STEPS} steps shows that all train the same network. A large network spends
            its time in products of matrices, where SIMD and threads help. A small network spends it in
            function calls.
          </li>
        </ul>
        <button type="button" onClick={backToStart}>
          Measure again
        </button>
      </div>
    </div>
  );
}

function Bars({ results, contest }: { readonly results: Results; readonly contest: number }) {
  const measured = results[contest]!;
  const most = Math.max(1, ...wayNames.map((way) => measured[way]?.rate ?? 0));
  return (
    <table class="bench-bars">
      <thead class="hidden">
        <tr>
          <th scope="col">Way</th>
          <th scope="col">Bar</th>
          <th scope="col">Steps a second</th>
          <th scope="col">Loss after {LOSS_STEPS} steps</th>
        </tr>
      </thead>
      <tbody>
        {wayNames.map((way) => {
          const { rate, loss, reason } = measured[way] ?? {};
          return (
            <tr key={way} data-way={way}>
              <th scope="row">{ways[way].label}</th>
              <td class="bench-bar">
                {reason ? (
                  <span class="small">{reason}</span>
                ) : (
                  <span class="bench-fill" style={{ width: `${(100 * (rate ?? 0)) / most}%` }} />
                )}
              </td>
              <td title={rate === undefined ? '' : `${digits(1e6 / rate)} µs a step`}>
                {rate === undefined ? '–' : count(Number(rate.toPrecision(3)))}
              </td>
              <td class="small" title={String(loss)}>
                loss {digits(loss, 5)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export const page: PageView<undefined, Measurement | undefined> = {
  title: 'Bench',
  question: 'How fast does a network train on this machine?',
  Stage,
  words,
  hasOutcome: false,
  hasControls: false,
  hasVerdicts: false,
  hasInside: false,
  // Networks that train would take time from the measurement.
  isStill: true,
};
