import { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import type { Network } from '../network/network.js';
import type { TensorStatistics } from './diagnosis.js';
import { type Likeness, likenessOf, meanCosine } from './likeness.js';
import { type Detail, describe, quantilesOf } from './statistics.js';

/** Number of doubles that the kernel `moments` writes. */
const MOMENTS = 6;
/**
 * Share of the mean square below which a variance is computed by `likenessOf` instead, relative to the first row. The difference of
 * two sums would lose its digits.
 */
const CLOSE = 1e-4;

/**
 * Measures tensors in the memory of a network by its kernels. Results and scratch lie behind the network's buffers, so that nothing in
 * them changes. The network must not reserve rows meanwhile, because that would overwrite the results.
 */
export class Tensors {
  readonly #network: Network;
  readonly #detail: Detail;
  readonly #moments: Address;
  readonly #counts: Address;
  readonly #binScratch: Address;
  readonly #perRow: Address;
  readonly #perColumn: Address;

  /** @throws RangeError if the memory cannot grow by what the measurements need */
  constructor(network: Network, rows: number, detail: Detail) {
    this.#network = network;
    this.#detail = detail;
    const columns = Math.max(...network.layers.map(({ units }) => units));
    const arena = new Arena(network.backend, network.end);
    this.#moments = arena.bytes(8 * MOMENTS);
    this.#counts = arena.bytes(4 * detail.bins);
    this.#binScratch = arena.bytes(12 * detail.bins);
    this.#perRow = arena.bytes(8 * rows);
    this.#perColumn = arena.bytes(8 * columns);
    arena.commit();
  }

  /** Computes the statistics of n elements. */
  describe(address: Address, n: number): TensorStatistics {
    const { kernels, words } = this.#backend;
    const { bins, quantiles } = this.#detail;
    kernels.moments(this.#moments, address, n);
    const [mean, variance, zeros, nonFinite, low, high] = this.#doubles(this.#moments, MOMENTS);
    const values = this.#network.view(address, n);
    // Only finite values count, and the kernels cannot leave the others out.
    if (nonFinite! > 0) return describe(values, this.#detail);
    kernels.histogram(this.#counts, address, n, low!, high!, bins, this.#binScratch);
    const start = this.#counts / 4;
    return {
      count: n,
      mean: mean!,
      std: Math.sqrt(variance!),
      min: low!,
      max: high!,
      ...(quantiles && { quantiles: quantilesOf(values, n, 0) }),
      zeroFraction: zeros! / n,
      nonFinite: 0,
      histogram: { low: low!, high: high!, counts: Array.from(words.subarray(start, start + bins)) },
    };
  }

  /** Compares the rows of a tensor, of no more rows and columns than the network's layers have. */
  likeness(address: Address, rows: number, columns: number): Likeness {
    const { kernels, elementBytes } = this.#backend;
    const weights = this.#doubles(this.#perRow, rows);
    let total = 0;
    let directed = 0;
    for (let r = 0; r < rows; r++) {
      const squares = kernels.sum_of_squares(address + r * columns * elementBytes, columns);
      total += squares;
      directed += Number(squares > 0);
      weights[r] = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    }
    const resultant = this.#squareOfSum(address, rows, columns);
    weights.fill(1);
    const mean = this.#squareOfSum(address, rows, columns) / (rows * rows);
    const variance = total / rows - mean;
    // The comparison is false for NaN, which takes the slower way, too.
    if (!(variance > CLOSE * (total / rows)))
      return likenessOf(this.#network.view(address, rows * columns), columns);
    return { unitStd: Math.sqrt(variance / columns), correlation: meanCosine(resultant, directed) };
  }

  get #backend(): Backend {
    return this.#network.backend;
  }

  #doubles(address: Address, n: number): Float64Array {
    return this.#backend.doubles.subarray(address / 8, address / 8 + n);
  }

  /** Squared norm of the sum of all rows, each multiplied by its weight. */
  #squareOfSum(address: Address, rows: number, columns: number): number {
    this.#backend.kernels.row_forward(this.#perColumn, this.#perRow, address, rows, columns);
    let squares = 0;
    for (const sum of this.#doubles(this.#perColumn, columns)) squares += sum * sum;
    return squares;
  }
}
