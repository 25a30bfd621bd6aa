/** The file model_meta.json of an ml5 neural network: names, ranges and classes of its inputs and outputs. */
import { isArray, isObject, LARGEST_F32, show } from '../errors.js';
import type { Step } from '../interchange/steps.js';
import { own } from '../keras/fields.js';

/** Column of the inputs or outputs. */
interface Column {
  /** Name of the input or output, with the class behind a colon for one of several columns of classes. */
  readonly name: string;
  /** Class of a column of classes. */
  readonly value: string | undefined;
  /** Lowest and highest value in training, for a column of numbers. */
  readonly range: readonly [low: number, high: number] | undefined;
}

/** Meaning of an ml5 network's inputs and outputs. */
export interface Meta {
  readonly inputs: readonly Column[];
  readonly outputs: readonly Column[];
  readonly isNormalized: boolean;
}

/** Reads model_meta.json. @throws RangeError that opens with meta */
export function metaOf(meta: object): Meta {
  const isNormalized = own(meta, 'isNormalized') ?? false;
  if (typeof isNormalized !== 'boolean') {
    throw new RangeError(`meta.isNormalized: expected true or false, got ${show(isNormalized)}`);
  }
  return { inputs: columnsOf(meta, 'inputs'), outputs: columnsOf(meta, 'outputs'), isNormalized };
}

function columnsOf(meta: object, side: 'inputs' | 'outputs'): Column[] {
  const all = own(meta, side);
  if (!isObject(all)) throw new RangeError(`meta.${side}: expected an object, got ${show(all)}`);
  return Object.entries(all).flatMap(([name, entry]) => {
    const at = `meta.${side}: column ${show(name)}`;
    const dtype = own(entry, 'dtype');
    if (dtype === 'number') {
      const range = [own(entry, 'min'), own(entry, 'max')];
      const isRange = range.every((value) => typeof value === 'number' && Math.abs(value) <= LARGEST_F32);
      const [low, high] = range as [number, number];
      if (!isRange || low > high) {
        throw new RangeError(`${at}: expected numbers as min and max, got ${range.map(show).join(' and ')}`);
      }
      return [{ name, value: undefined, range: [low, high] as const }];
    }
    if (dtype === 'string') return classColumns(at, name, own(entry, 'legend'));
    throw new RangeError(`${at}: expected dtype 'number' or 'string', got ${show(dtype)}`);
  });
}

/** Returns the columns of classes in the order of their ones in the legend. */
function classColumns(at: string, name: string, legend: unknown): Column[] {
  const entries = isObject(legend) ? Object.entries(legend) : [];
  const values: string[] = [];
  for (const [value, row] of entries) {
    const place = isArray(row) && row.length === entries.length ? row.indexOf(1) : -1;
    const isOneHot = place >= 0 && (row as unknown[]).every((each, i) => each === (i === place ? 1 : 0));
    if (!isOneHot || values[place] !== undefined) {
      throw new RangeError(
        `${at}: legend: expected a one-hot row for each class, got ${show(row)} for ${show(value)}`,
      );
    }
    values[place] = value;
  }
  if (values.length === 0)
    throw new RangeError(`${at}: legend: expected at least one class, got ${show(legend)}`);
  return values.map((value) => ({ name: `${name}: ${value}`, value, range: undefined }));
}

/** Names of the classes, if all outputs are columns of classes. */
export function classNamesOf({ outputs }: Meta): string[] | undefined {
  const values = outputs.flatMap(({ value }) => value ?? []);
  return values.length === outputs.length ? values : undefined;
}

/**
 * Returns the steps of ml5 before and after a network: (x − min) / (max − min), and y · (max − min) + min. A column that was constant
 * in training becomes 0.
 *
 * @param constant  factor of the constant columns; 0, or 1 if the kernel of the first layer has zeros for them
 */
export function scalingSteps(
  { inputs, outputs, isNormalized }: Meta,
  constant: 0 | 1,
): { first: Step[]; last: Step[] } {
  const width = (side: 'inputs' | 'outputs', columns: readonly Column[]): Step => ({
    kind: 'width',
    width: columns.length,
    from: `meta.${side}`,
  });
  const first = [width('inputs', inputs)];
  const last = [width('outputs', outputs)];
  const isScaled = (columns: readonly Column[]) => isNormalized && columns.some(({ range }) => range);
  if (isScaled(inputs)) {
    const scale = inputs.map(({ range: [low, high] = [0, 1] }) =>
      low === high ? constant : 1 / (high - low),
    );
    // Adding 0 turns −0 into 0.
    const shift = inputs.map(({ range: [low] = [0] }, c) => -low * scale[c]! + 0);
    first.push({ kind: 'affine', scale, shift, from: 'meta.inputs' });
  }
  if (isScaled(outputs)) {
    const scale = outputs.map(({ range: [low, high] = [0, 1] }) => high - low);
    const shift = outputs.map(({ range: [low] = [0] }) => low);
    last.push({ kind: 'affine', scale, shift, from: 'meta.outputs' });
  }
  return { first, last };
}

/** Returns the columns of numbers that were constant in training. ml5 gives the network 0 for every value there. */
export function constantColumns({ inputs, isNormalized }: Meta): number[] {
  return inputs.flatMap(({ range }, c) => (isNormalized && range && range[0] === range[1] ? [c] : []));
}
