/** A stream that is watched. */
import type { batchesOf } from './fits.js';

export type Batch = ReturnType<typeof batchesOf>[number];

/** A stream that keeps count of how often it was asked and closed. */
export function watchedStream(batches: readonly Batch[], waitAt = Infinity) {
  const seen = { asked: 0, closed: 0 };
  const open = () => ({
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = batches[seen.asked++];
        if (seen.asked > waitAt) await new Promise(() => {});
        return value === undefined ? { done: true as const, value: undefined } : { value };
      },
      async return() {
        seen.closed++;
        return { done: true as const, value: undefined };
      },
    }),
  });
  return { seen, open };
}
