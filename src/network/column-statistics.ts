import { firstBeyond, NonFiniteError } from '../errors.js';
import type { Samples } from './rows.js';

/** Centre and spread of each column of data, which scale a value to (value − mean) / std. */
export interface ColumnStatistics {
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

/**
 * Measures the centre and spread of every column. 'zScore' scales to mean 0 and standard deviation 1. 'tabular' does the same,
 * but in a column of two different values these become 2 apart. 'unit' and 'symmetric' map a column's lowest and highest value to
 * 0 and 1, or to −1 and 1.
 */
export function columnStatistics(
  kind: 'unit' | 'symmetric' | 'zScore' | 'tabular',
  samples: Samples,
): ColumnStatistics {
  if (kind === 'unit' || kind === 'symmetric') return centreAndSpan(samples, kind);
  const statistics = meanAndDeviation(samples);
  return kind === 'zScore' ? statistics : { ...statistics, std: withTwoValues(samples, statistics.std) };
}

/**
 * Returns the spreads, with half the difference of the values for columns of two different values. A 1 among a thousand zeros is
 * then 2 away from them; its standard deviation would put it 32 away.
 */
function withTwoValues({ values, columns }: Samples, std: Float64Array): Float64Array {
  const first = values.slice(0, columns);
  const second = first.slice();
  const more = new Uint8Array(columns);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    const value = values[i]!;
    if (value === first[c] || value === second[c]) continue;
    if (first[c] === second[c]) second[c] = value;
    else more[c] = 1;
  }
  return std.map((deviation, c) => {
    const difference = Math.abs(second[c]! / 2 - first[c]! / 2);
    return more[c] === 1 || first[c] === second[c] ? deviation : spread(difference, first[c]!);
  });
}

/**
 * Checks that the statistics are finite in the arithmetic. Values may fit into a float although their spread does not.
 *
 * @param bound  largest number of the arithmetic that scales
 * @throws NonFiniteError that names the column
 */
export function expectFiniteStatistics(
  argument: string,
  { mean, std }: ColumnStatistics,
  bound: number,
): ColumnStatistics {
  for (const [what, values] of Object.entries({ mean, spread: std })) {
    const index = firstBeyond(values, bound);
    if (index < 0) continue;
    const value = values[index]!;
    const message = `${argument}: the ${what} of column ${index} is ${value}, beyond what the scaling can work with; bring the values into another unit`;
    throw new NonFiniteError(message, { argument, value });
  }
  return { mean, std };
}

/** Returns copies of the rows that `rows` names; without `rows`, the data themselves. */
export function chosenRows(samples: Samples, rows: Uint32Array | undefined): Samples {
  if (rows === undefined) return samples;
  const { columns } = samples;
  const values = samples.values.slice(0, rows.length * columns);
  rows.forEach((r, to) => {
    values.set(samples.values.subarray(r * columns, (r + 1) * columns), to * columns);
  });
  return { values, rows: rows.length, columns };
}

function meanAndDeviation({ values, rows, columns }: Samples): ColumnStatistics {
  const mean = new Float64Array(columns);
  const std = new Float64Array(columns);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1)
    mean[c]! += values[i]! / rows;
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    const difference = values[i]! - mean[c]!;
    std[c]! += (difference * difference) / rows;
  }
  return { mean, std: std.map((variance, c) => spread(Math.sqrt(variance), mean[c]!)) };
}

function centreAndSpan({ values, columns }: Samples, kind: 'unit' | 'symmetric'): ColumnStatistics {
  const low = new Float64Array(columns).fill(Infinity);
  const high = new Float64Array(columns).fill(-Infinity);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    low[c] = Math.min(low[c]!, values[i]!);
    high[c] = Math.max(high[c]!, values[i]!);
  }
  if (kind === 'unit') return { mean: low, std: high.map((top, c) => spread(top - low[c]!, low[c]!)) };
  return {
    mean: low.map((bottom, c) => bottom / 2 + high[c]! / 2),
    std: high.map((top, c) => spread(top / 2 - low[c]! / 2, low[c]!)),
  };
}

/** Relative size below which a column's spread is only rounding of its sums. */
const ROUNDING = 1e-10;

/** Returns the spread to divide by. It is 1 for a constant column, which is only centred, because dividing by 0 gives NaN. */
function spread(value: number, size: number): number {
  return Math.fround(value) === 0 || value <= ROUNDING * Math.abs(size) ? 1 : value;
}
