import { show } from '../errors.js';
import type { Rng } from '../numbers/random.js';
import { fingerprint } from './fingerprint.js';
import type { Stretch, TrainingData } from './loading.js';
import type { BegunEpoch } from './step.js';

/** Rows to train on. */
export interface Batch {
  /** Its number in the epoch, from 1. */
  readonly number: number;
  readonly data: TrainingData;
  readonly stretch: Stretch;
}

/** Where the batches of an epoch come from: from memory at once, from a stream by and by. */
export interface Source {
  /** Batches of an epoch; undefined where nobody knows before its end. */
  readonly batches: number | undefined;
  /**
   * What the batches of the present epoch follow from, with a fingerprint of the data; of a stream, of its first batch, once that
   * has come.
   */
  readonly batching: string;
  /** The batches of an epoch: those not yet behind `begun` where it was begun on the same, otherwise all. */
  epoch(epoch: number, begun: BegunEpoch | undefined): Iterator<Batch> | AsyncIterator<Batch>;
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
  let batching: string | undefined;
  return {
    batches: Math.ceil(rows / batchSize),
    get batching() {
      batching ??= `${rows} rows, ${batchSize} a batch${shuffle ? ', shuffled' : ''}, data ${fingerprint(data)}`;
      return batching;
    },
    *epoch(epoch, begun) {
      const done = begun !== undefined && begun.source.batching === this.batching ? begun.batches : 0;
      let order = chosen;
      if (shuffle) {
        order = rng.split('shuffle').split(epoch).permutation(rows);
        if (chosen !== undefined) order = order.map((r) => chosen[r]!);
      }
      // One object for all batches: a tiny network makes hundreds of thousands a second.
      const batch = { number: done, data, stretch: { order, start: 0, rows: 0 } };
      for (let start = done * batchSize; start < rows; start += batchSize) {
        batch.number++;
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

/** Values of a stream's first batch that its fingerprint looks at, in every epoch. */
const STREAMED_VALUES = 1024;

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
  let batching = 'stream';
  return {
    batches: undefined,
    get batching() {
      return batching;
    },
    async *epoch(epoch, begun) {
      const stream = open(epoch);
      if (!isIterable(stream)) {
        throw new TypeError(`x: expected the function to return an iterable of batches, got ${show(stream)}`);
      }
      let done = begun?.batches ?? 0;
      let number = 0;
      for await (const batch of stream) {
        number++;
        if (number > 1 && number <= done) continue;
        const data = check(`batch ${number}`, batch);
        if (number === 1) {
          // Now or never: the stream may fill the same arrays with its next batch.
          batching = `stream, first batch ${fingerprint(data, STREAMED_VALUES)}`;
          if (begun?.source.batching !== batching) done = 0;
          if (done > 0) continue;
        }
        yield { number, data, stretch: { order: undefined, start: 0, rows: data.x.rows } };
      }
      if (number === 0) throw new RangeError(`x: the stream of epoch ${epoch} held no batch`);
    },
  };
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
