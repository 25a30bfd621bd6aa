import { show } from '../errors.js';
import type { Rng } from '../numbers/random.js';
import type { Stretch, TrainingData } from './loading.js';

/** Rows to train on. */
export interface Batch {
  readonly data: TrainingData;
  readonly stretch: Stretch;
}

/** Where the batches of an epoch come from: from memory at once, from a stream by and by. */
export interface Source {
  /** Batches of an epoch; undefined where nobody knows before its end. */
  readonly batches: number | undefined;
  /** What the batches follow from: an epoch begun with other ones cannot be gone on with. */
  readonly batching: string;
  /** The batches of an epoch, without the first `done`. */
  epoch(epoch: number, done: number): Iterator<Batch> | AsyncIterator<Batch>;
}

/**
 * Batches of data in memory. Epoch e is shuffled with the stream (seed, 'shuffle', e), so that two fits in a row are one.
 *
 * @param chosen  the rows to train on, in ascending order; all by default
 */
export function memorySource(
  data: TrainingData,
  chosen: Uint32Array | undefined,
  batchSize: number,
  shuffle: boolean,
  rng: Rng,
): Source {
  const rows = chosen?.length ?? data.x.rows;
  return {
    batches: Math.ceil(rows / batchSize),
    batching: `${rows} rows, ${batchSize} a batch${shuffle ? ', shuffled' : ''}`,
    *epoch(epoch, done) {
      let order = chosen;
      if (shuffle) {
        order = rng.split('shuffle').split(epoch).permutation(rows);
        if (chosen !== undefined) order = order.map((r) => chosen[r]!);
      }
      // One object for all batches: a tiny network makes hundreds of thousands a second.
      const batch = { data, stretch: { order, start: 0, rows: 0 } };
      for (let start = done * batchSize; start < rows; start += batchSize) {
        batch.stretch.start = start;
        batch.stretch.rows = Math.min(batchSize, rows - start);
        yield batch;
      }
    },
  };
}

/** What a stream of batches yields: each is a batch of its own, in the order it comes. */
export interface StreamedBatch<X, Y> {
  readonly x: X;
  readonly y: Y;
  readonly sampleWeight?: ArrayLike<number>;
}

/**
 * Batches that come from a function called anew for each epoch; each is checked when it comes.
 *
 * @param open   the user's function
 * @param check  turns what it yields into checked data
 */
export function streamSource(
  open: (epoch: number) => unknown,
  check: (argument: string, batch: unknown) => TrainingData,
): Source {
  return {
    batches: undefined,
    batching: 'stream',
    async *epoch(epoch, done) {
      const stream = open(epoch);
      if (!isIterable(stream)) {
        throw new TypeError(`x: expected the function to return an iterable of batches, got ${show(stream)}`);
      }
      let count = 0;
      for await (const batch of stream) {
        count++;
        if (count <= done) continue;
        const data = check(`batch ${count}`, batch);
        yield { data, stretch: { order: undefined, start: 0, rows: data.x.rows } };
      }
      if (count === 0) throw new RangeError(`x: the stream of epoch ${epoch} held no batch`);
    },
  };
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
