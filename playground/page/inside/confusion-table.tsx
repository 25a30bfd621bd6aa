/** Confusion matrix as a table whose cells are darker the larger their share of the true class. */
import type { Confusion, ShownData } from '../../engine/messages.js';
import { letters } from '../../engine/state.js';
import { count } from '../numbers.js';
import { mistakes, mistakeWords, worstWords } from './confusion-words.js';

/** Most classes for which the table is shown. With more classes, only the most frequent mistakes are listed. */
const MOST_CLASSES = 20;
/** Most mistakes of that list. */
const MOST_LISTED = 10;

interface ConfusionProps {
  readonly confusion: Confusion;
  readonly data: ShownData;
}

export function ConfusionPicture({ confusion, data }: ConfusionProps) {
  const { classes, rows } = confusion;
  const names = data.classNames ?? Array.from({ length: classes }, (_, c) => String(c));
  const worst = worstWords(confusion, names);
  const which = rows < data.testRows ? `the first ${count(rows)} of ${count(data.testRows)}` : count(rows);
  return (
    <>
      <p class="small">{worst}</p>
      {classes <= MOST_CLASSES ? (
        <>
          <Matrix confusion={confusion} names={names} worst={worst} />
          <p class="small">
            Each row of the table is a true class, and each column is a predicted class. The numbers count{' '}
            {which} test rows.
          </p>
        </>
      ) : (
        <ol class="small">
          {mistakes(confusion)
            .slice(0, MOST_LISTED)
            .map((mistake) => (
              <li key={`${mistake.truth} ${mistake.predicted}`}>{mistakeWords(mistake, names)}</li>
            ))}
        </ol>
      )}
    </>
  );
}

interface MatrixProps {
  readonly confusion: Confusion;
  readonly names: readonly string[];
  readonly worst: string;
}

function Matrix({ confusion: { network, classes, counts }, names, worst }: MatrixProps) {
  const label = `Confusion matrix of network ${letters[network]}: true classes down, predicted classes across. ${worst}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region has to be reachable by keyboard
    <section class="confusion" aria-label={label} tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col" title={name}>
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name, truth) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              <Cells counts={counts.subarray(truth * classes, (truth + 1) * classes)} truth={truth} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Share of the accent in the darkest cell, in percent. With more of it the numbers would lack contrast. */
const DARKEST = 50;

/** Cells of one true class. */
function Cells({ counts, truth }: { readonly counts: Uint32Array; readonly truth: number }) {
  const all = counts.reduce((sum, rows) => sum + rows, 0) || 1;
  return (
    <>
      {Array.from(counts, (rows, predicted) => (
        <td
          key={predicted}
          class={predicted === truth ? 'is-right' : rows === 0 ? 'is-none' : ''}
          // The square root makes a few mistakes visible beside many correct rows.
          style={{ '--share': `${DARKEST * Math.sqrt(rows / all)}%` }}
        >
          {rows}
        </td>
      ))}
    </>
  );
}
