import { gone } from '../arrays.js';
import type { Address } from '../backend/kernels.js';
import type { Elements } from '../backend/names.js';
import type { ColumnStatistics } from '../network/column-statistics.js';
import type { InputScaler } from '../network/input-scaler.js';
import type { Network } from '../network/network.js';
import type { Samples } from '../network/rows.js';
import type { Resident, Stretch, TrainingData } from './training-data.js';

/** Largest width at which rows are copied value by value, because a view of each row costs more. */
const NARROW = 64;
/** Largest size of data, 32 MB, that a fit copies into the model's memory. */
export const RESIDENT_BYTES = 0x2000000;

/**
 * Returns the number of bytes that x takes in the network's memory during a fit; undefined for wide rows, which stay outside.
 * With narrow rows in memory, a step takes 0.75 to 1 times as long as with rows that are copied for each batch. Wide rows take
 * equally long either way (Node 24), and would fill up to 32 MB.
 */
export function residentBytes({ values, columns }: Samples, { backend }: Network): number | undefined {
  if (columns > NARROW) return undefined;
  return values.length * (values instanceof Uint8Array ? 1 : backend.elementBytes);
}

/** Copies x into the network's memory, where it stays until the memory is laid out again. */
export function bringIn(network: Network, scaler: InputScaler, x: Samples, address: Address): Resident {
  const { values, rows } = x;
  expectThere('x', values, rows);
  if (!(values instanceof Uint8Array)) {
    const all = { order: undefined, start: 0, rows };
    return { address, inputOffset: copyScaled(network, scaler, address, x, all) };
  }
  network.backend.bytes.set(values, address);
  return { address, inputOffset: 0 };
}

/** Copies rows of x, scaled, to the address of the network's batch. */
export function loadInputs(
  network: Network,
  scaler: InputScaler,
  { x, resident }: Pick<TrainingData, 'x' | 'resident'>,
  stretch: Stretch,
): void {
  const { kernels, elementBytes } = network.backend;
  const { values, columns } = x;
  const { rows } = stretch;
  if (resident === undefined) expectThere('x', values, rows);
  if (values instanceof Uint8Array) {
    const [source, order] =
      resident === undefined
        ? stage(network, values, columns, stretch)
        : locate(network, resident.address, columns, stretch);
    kernels.gather_bytes(network.x, source, order, rows, columns, scaler.byteFactor(x));
    network.inputOffset = scaler.apply(x, network.x, rows);
  } else if (resident !== undefined) {
    const [source, order] = locate(network, resident.address, columns * elementBytes, stretch);
    kernels.gather_rows(network.x, source, order, rows, columns);
    network.inputOffset = resident.inputOffset;
  } else network.inputOffset = copyScaled(network, scaler, network.x, x, stretch);
}

/**
 * Checks that values are still in memory. After their check, their buffer may have been transferred or made shorter. @throws
 * RangeError
 */
export function expectThere(argument: string, values: Samples['values'], rows: number): void {
  // An array of fixed length has length 0 once its buffer is too short.
  if (values.length === 0 && rows > 0) throw gone(argument);
}

/**
 * Returns the address of the first row of a stretch in the data at `address`, and the address of the stretch's order (0 if it has
 * none).
 */
function locate(
  network: Network,
  address: Address,
  rowBytes: number,
  { order, start, rows }: Stretch,
): [source: Address, order: Address] {
  if (order === undefined) return [address + start * rowBytes, 0];
  const { words } = network.backend;
  const at = network.order / 4;
  for (let r = 0; r < rows; r++) words[at + r] = order[start + r]!;
  return [address, network.order];
}

/** Copies bytes to the end of the batch's buffer. From there the kernel widens them in place. */
function stage(
  network: Network,
  values: Uint8Array,
  columns: number,
  stretch: Stretch,
): [source: Address, order: 0] {
  const { bytes, elementBytes } = network.backend;
  const source = network.x + (elementBytes - 1) * stretch.rows * columns;
  copyRows(bytes, source, values, columns, stretch);
  return [source, 0];
}

/** Copies rows of floats to `address`, scaled. Returns the offset that the first layer's bias must add. */
function copyScaled(
  network: Network,
  scaler: InputScaler,
  address: Address,
  x: Samples,
  stretch: Stretch,
): number {
  const { elements, elementBytes } = network.backend;
  const centring = scaler.centring(x);
  if (centring === undefined) {
    copyRows(elements, address / elementBytes, x.values, x.columns, stretch);
    return scaler.apply(x, address, stretch.rows);
  }
  copyCentred(elements, address / elementBytes, x, centring, stretch);
  scaler.clip(address, stretch.rows);
  return 0;
}

/** Copies the rows of a stretch to index `at`, scaled in f64 before they are rounded to elements. */
export function copyCentred(
  to: Elements,
  at: number,
  { values, columns }: Pick<Samples, 'values' | 'columns'>,
  { mean, std }: ColumnStatistics,
  { order, start, rows }: Stretch,
): void {
  for (let r = start; r < start + rows; r++) {
    const from = (order === undefined ? r : order[r]!) * columns;
    for (let c = 0; c < columns; c++) to[at++] = (values[from + c]! - mean[c]!) / std[c]!;
  }
}

/** Copies the rows of a stretch one after another to index `at`. */
export function copyRows(
  to: Elements | Uint8Array,
  at: number,
  values: Samples['values'],
  columns: number,
  { order, start, rows }: Stretch,
): void {
  if (order === undefined) {
    const from = start * columns;
    const whole = rows * columns === values.length;
    to.set(whole ? values : values.subarray(from, from + rows * columns), at);
    return;
  }
  for (let r = start; r < start + rows; r++, at += columns) {
    const from = order[r]! * columns;
    if (columns > NARROW) to.set(values.subarray(from, from + columns), at);
    else for (let c = 0; c < columns; c++) to[at + c] = values[from + c]!;
  }
}
