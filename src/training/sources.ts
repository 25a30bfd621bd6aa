import { isRevoked, show } from '../errors.js';
import type { Rng } from '../numbers/random.js';
import { fingerprint } from './fingerprint.js';
import type { Inputs, Targets } from './samples.js';
import type { BegunEpoch } from './trainee.js';
import type { Stretch, TrainingData } from './training-data.js';

/** Batch of training rows. */
export interface Batch {
  /** Number of the batch in the epoch, from 1. */
  readonly number: number;
  readonly data: TrainingData;
  readonly stretch: Stretch;
}

/** Source of an epoch's batches: synchronous from memory, asynchronous from a stream. */
export interface Source {
  /** Number of batches per epoch; undefined if it is unknown before the end. */
  readonly batches: number | undefined;
  /**
   * Description of the current epoch's batches, with a fingerprint of the data. For a stream the fingerprint is that of the first
   * batch, once it has arrived.
   */
  readonly batching: string;
  /** Yields the batches of an epoch. If `begun` has the same description, only the remaining ones are yielded. */
  epoch(epoch: number, begun: BegunEpoch | undefined): Iterator<Batch> | AsyncIterator<Batch>;
}

/**
 * Returns a source for data in memory. Epoch e is shuffled with the random stream (seed, 'shuffle', e), so that two fits in a row
 * equal one longer fit.
 *
 * @param chosen  training rows, in ascending order; all by default
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
      // One object serves all batches, because a tiny network takes hundreds of thousands a second.
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

/** Batch that a stream yields. The rows keep their order. */
export interface StreamedBatch<X, Y> {
  /** Rows of inputs. */
  readonly x: X;
  /** Targets of these rows. */
  readonly y: Y;
  /** One weight ≥ 0 per row; default 1 each. */
  readonly sampleWeight?: ArrayLike<number>;
}

/** Function that yields the batches of an epoch, for data that do not fit into memory. `epoch` counts over all fits, from 0. */
export type BatchStream = (
  epoch: number,
) => AsyncIterable<StreamedBatch<Inputs, Targets>> | Iterable<StreamedBatch<Inputs, Targets>>;

/** Number of values that the fingerprint of a stream's first batch covers, in every epoch. */
const STREAMED_VALUES = 1024;

/**
 * Returns a source for a stream: a function that is called once per epoch. Each batch is checked when it arrives.
 *
 * @param open   the user's function
 * @param check  turns a yielded batch into checked data
 */
export function streamSource(
  open: (epoch: number) => unknown,
  check: (argument: string, batch: unknown) => TrainingData,
): Source {
  let batching = 'stream';
  async function* batchesOf(epoch: number, begun: BegunEpoch | undefined): AsyncGenerator<Batch> {
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
        // The fingerprint is taken now, because the stream may reuse the arrays for its next batch.
        batching = `stream, first batch ${fingerprint(data, STREAMED_VALUES)}`;
        if (begun?.source.batching !== batching) done = 0;
        if (done > 0) continue;
      }
      yield { number, data, stretch: { order: undefined, start: 0, rows: data.x.rows } };
    }
    if (number === 0) throw new RangeError(`x: the stream of epoch ${epoch} held no batch`);
    // If the stream ends before the point that the begun epoch had reached, it is a different stream.
    if (number < done) yield* batchesOf(epoch, undefined);
  }
  return {
    batches: undefined,
    get batching() {
      return batching;
    },
    epoch: batchesOf,
  };
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isRevoked(value) &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
