/** Groups of twins: units of a layer with equal weights in, equal biases and equal weights out. */

/** Parameters of one layer: the kernel [inputs, units], and arrays with one value for each unit, or one for the layer. */
export interface LayerArrays {
  readonly kernel: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
  readonly [name: string]: ArrayLike<number>;
}

/** Group of a unit that has no twin. */
export const ALONE = -1;

/**
 * Returns the group of each unit of a hidden layer, or `ALONE`. Groups are counted from 0 in the order of their first units.
 *
 * @param layer  the layer's parameters
 * @param next   the parameters of the layer above, whose rows are the weights out
 */
export function groupsOf(layer: LayerArrays, next: LayerArrays): Int16Array {
  const units = layer.bias.length;
  let groups = [Array.from({ length: units }, (_, unit) => unit)];
  for (const read of readers(layer, next, units)) {
    groups = groups.flatMap((group) => split(group, read)).filter((group) => group.length > 1);
    if (groups.length === 0) break;
  }
  const found = new Int16Array(units).fill(ALONE);
  groups.sort(([a], [b]) => a! - b!);
  for (const [g, group] of groups.entries()) for (const unit of group) found[unit] = g;
  return found;
}

/** Returns one parameter of a unit. */
type Reader = (unit: number) => number;

/** Yields readers of all parameters that may tell units apart. */
function* readers(layer: LayerArrays, next: LayerArrays, units: number): Generator<Reader> {
  for (const values of Object.values(layer)) {
    // One value for the whole layer tells no units apart.
    if (values.length < units) continue;
    for (let start = 0; start < values.length; start += units) yield (unit) => values[start + unit]!;
  }
  const above = next.bias.length;
  for (let unit = 0; unit < above; unit++) yield (from) => next.kernel[from * above + unit]!;
}

/** Splits a group into groups of equal values. */
function split(group: readonly number[], read: Reader): number[][] {
  const parts = new Map<number, number[]>();
  for (const unit of group) {
    const part = parts.get(read(unit));
    if (part) part.push(unit);
    else parts.set(read(unit), [unit]);
  }
  return [...parts.values()];
}

/** Returns the number of different units of a layer. */
export function differentUnits(groups: ArrayLike<number>): number {
  const all = Array.from(groups);
  return all.filter((group) => group === ALONE).length + new Set(all.filter((group) => group !== ALONE)).size;
}

/** Returns the distance of the units' weights from their mean, relative to the size of the weights, as root mean squares. */
export function spreadOf({ kernel, bias: { length: units } }: LayerArrays): number {
  let [squares, distances] = [0, 0];
  for (let start = 0; start < kernel.length; start += units) {
    // Values relative to the first unit give equal weights a distance of exactly 0.
    let [sum, square] = [0, 0];
    for (let unit = 0; unit < units; unit++) {
      const value = kernel[start + unit]!;
      squares += value * value;
      sum += value - kernel[start]!;
      square += (value - kernel[start]!) ** 2;
    }
    distances += square - (sum * sum) / units;
  }
  return squares === 0 ? 0 : Math.sqrt(Math.max(0, distances) / squares);
}
