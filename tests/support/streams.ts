/** Stream that is observed. */
import type { batchesOf } from './fits.js';

export type Batch = ReturnType<typeof batchesOf>[number];

/** Makes a stream that counts how often it is read and closed. */
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
