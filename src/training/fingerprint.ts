import type { TrainingData } from './training-data.js';

/**
 * Largest number of values that are hashed of x, of y and of the weights. At 10 ns each that is about 1 % of an epoch over as
 * many values.
 */
const MOST_VALUES = 0x40000;

/**
 * Returns a short text that differs if data differ: a hash of their sizes and of x, y and the weights as 64-bit floats. It does
 * not depend on the platform or on the kind of arrays. For data with more than `most` values it covers rows at equal distances,
 * including the first and the last.
 */
export function fingerprint({ x, y, weights }: TrainingData, most = MOST_VALUES): string {
  const hash = new Hash();
  const tables: [values: ArrayLike<number>, columns: number][] = [
    [x.values, x.columns],
    y.values === undefined ? [y.classes!, 1] : [y.values, y.values.length / y.rows],
    [weights?.rows ?? [], 1],
    [weights?.terms ?? [], 1],
  ];
  for (const [values, columns] of tables) addRows(hash, values, columns, most);
  return hash.text;
}

function addRows(hash: Hash, values: ArrayLike<number>, columns: number, most: number): void {
  hash.add(values.length);
  hash.add(columns);
  const rows = values.length / columns;
  const stride = Math.ceil(rows / Math.max(1, Math.floor(most / columns)));
  for (let r = 0; r < rows; r += stride) addRow(hash, values, columns, r);
  if (rows > 0) addRow(hash, values, columns, rows - 1);
}

function addRow(hash: Hash, values: ArrayLike<number>, columns: number, row: number): void {
  const first = row * columns;
  for (let i = first; i < first + columns; i++) hash.add(values[i]!);
}

/**
 * Hash of 64 bits over a sequence of numbers. Each half is mixed as in MurmurHash3's finalizer and then absorbs the other half.
 * A step is invertible, so that sequences that differ in one number always have different hashes.
 */
class Hash {
  readonly #view = new DataView(new ArrayBuffer(8));
  #low = 0x9e3779b9;
  #high = 0x7f4a7c15;

  add(value: number): void {
    // A DataView has one byte order on every platform.
    this.#view.setFloat64(0, value);
    let low = Math.imul(this.#low ^ this.#view.getInt32(4), 0x85ebca6b);
    low ^= low >>> 13;
    let high = Math.imul((this.#high ^ this.#view.getInt32(0)) + low, 0xc2b2ae35);
    high ^= high >>> 16;
    this.#low = low ^ high;
    this.#high = high;
  }

  get text(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
