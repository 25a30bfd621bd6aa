/** The sentence about the measurements. */
import { digits } from '../../page/numbers.js';
import type { ViewProps } from '../pages.js';
import { contests, type Measurement } from './contest.js';
import { isComplete, resultsOf } from './results.js';

export function words({ pieces }: ViewProps<undefined, Measurement | undefined>): string {
  const results = resultsOf(pieces);
  const parts = contests.flatMap(({ name }, c) => {
    const { portable, javascript } = results[c]!;
    if (portable?.rate === undefined) return [];
    const compared =
      javascript?.rate === undefined
        ? ''
        : `, ${digits(portable.rate / javascript.rate)} times as many as JavaScript`;
    return [`WebAssembly trains ${name} at ${digits(portable.rate)} steps a second${compared}`];
  });
  if (parts.length === 0) return 'The first network is being measured.';
  return `${parts.join('; ')}${isComplete(results) ? '' : ' (being measured)'}.`;
}
