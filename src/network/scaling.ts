import { isList, settle } from '../arrays.js';
import { finiteF32, isObject, knownKeys, oneOf, ShapeError, show } from '../errors.js';
import { actsOnRows, type CheckedActivation, rangeOf } from './activations.js';

const scalingNames = ['none', 'unit', 'symmetric', 'zScore', 'tabular'] as const;
/** Name of a scaling. */
export type ScalingName = (typeof scalingNames)[number];
const scopes = ['feature', 'dataset'] as const;
/** Values that share their statistics: each feature, or the whole data set. */
export type ScalingScope = (typeof scopes)[number];

/** Scaling that learns from the data, for each feature or, with per: 'dataset', for all features together. */
export interface LearnedScaling {
  /** Name of the scaling. */
  readonly kind: Exclude<ScalingName, 'none'>;
  /** Values that share their statistics: each 'feature' (default), or the whole 'dataset'. */
  readonly per?: ScalingScope;
}
/** Scaling (value − mean) / std with given numbers: one for all columns, or one per column (feature of x, output of y). */
export interface GivenScaling {
  /** Number that is subtracted, in the unit of the data. */
  readonly mean: number | readonly number[];
  /** Number that divides, in the unit of the data; > 0 as a 32-bit float. */
  readonly std: number | readonly number[];
}
/** Scaling of inputs before the first layer. Statistics that it learns are stored with the model. */
export type InputScaling = ScalingName | LearnedScaling | GivenScaling;

const targetScalingNames = ['none', 'zScore', 'unit'] as const satisfies readonly ScalingName[];
/** Name of a scaling of targets. */
export type TargetScalingName = (typeof targetScalingNames)[number];
/**
 * Scaling of targets before the loss, per output: 'zScore' to mean 0 and standard deviation 1, 'unit' from the lowest and highest
 * value to 0 and 1, or with given numbers. Statistics that it learns are stored with the model.
 */
export type TargetScaling = TargetScalingName | GivenScaling;

interface Given {
  readonly kind: 'given';
  readonly mean: Float64Array;
  readonly std: Float64Array;
}
/** Checked scaling with its defaults filled in. */
export type CheckedScaling = { readonly kind: ScalingName; readonly per: ScalingScope } | Given;
export type CheckedTargetScaling = { readonly kind: TargetScalingName } | Given;

const scalingKeys = ['kind', 'per', 'mean', 'std'] as const satisfies readonly (
  | keyof LearnedScaling
  | keyof GivenScaling
)[];

/** Copies a scaling and reads each part once. The copy is checked, used and kept in the model's config. */
export function copyScaling<Scaling extends InputScaling | TargetScaling>(value: Scaling): Scaling {
  if (!isObject(value)) return value;
  const keys = new Set([...Object.keys(value), ...scalingKeys.filter((key) => key in value)]);
  const parts = Array.from(keys, (key): [string, unknown] => {
    const part = (value as unknown as Record<string, unknown>)[key];
    return [key, isList(part) ? Array.from(settle(key, part, 'numbers')) : part];
  });
  return Object.fromEntries(parts) as unknown as Scaling;
}

/** Returns the name of an input scaling, or 'given' for one with given statistics. */
export function scalingKind(scaling: InputScaling): ScalingName | 'given' {
  if (typeof scaling === 'string') return scaling;
  return 'kind' in scaling ? scaling.kind : 'given';
}

/** Checks an input scaling. @throws TypeError, RangeError or ShapeError that opens with inputScaling */
export function checkScaling(value: unknown, columns: number): CheckedScaling {
  const at = 'inputScaling';
  if (typeof value === 'string') return { kind: oneOf(at, value, scalingNames), per: 'feature' };
  expectObject(at, value, scalingNames);
  if ('kind' in value) {
    knownKeys(at, value, ['kind', 'per']);
    const { kind, per = 'feature' } = value as LearnedScaling;
    return { kind: oneOf(`${at}.kind`, kind, scalingNames), per: oneOf(`${at}.per`, per, scopes) };
  }
  return checkGiven(at, value, columns, 'feature');
}

/**
 * Checks a target scaling.
 *
 * @throws TypeError, RangeError or ShapeError that opens with targetScaling, also if the output layer cannot reach the scaled
 *         targets
 */
export function checkTargetScaling(value: unknown, { units, activation }: OutputLayer): CheckedTargetScaling {
  const at = 'targetScaling';
  if (typeof value !== 'string') {
    expectObject(at, value, targetScalingNames);
    checkReach('as given', activation);
    return checkGiven(at, value, units, 'output');
  }
  const kind = oneOf(at, value, targetScalingNames);
  if (kind !== 'none') checkReach(`'${kind}'`, activation);
  return { kind };
}

interface OutputLayer {
  readonly units: number;
  readonly activation: CheckedActivation;
}

/** Checks that the output layer can reach the scaled targets. @throws RangeError */
function checkReach(scaling: string, activation: CheckedActivation): void {
  const { name } = activation;
  if (actsOnRows(activation)) {
    throw new RangeError(
      `targetScaling: ${scaling} needs targets that are numbers, but the output layer's '${name}' gives probabilities of classes`,
    );
  }
  const [lowest, highest] = rangeOf(activation);
  if (scaling !== "'zScore'" || (lowest === -Infinity && highest === Infinity)) return;
  const reached = highest === Infinity ? `nothing below ${lowest}` : `only ${lowest} to ${highest}`;
  throw new RangeError(
    `targetScaling: 'zScore' makes targets of mean 0 on both sides, and the output layer's '${name}' gives ${reached}; use an 'identity' output, or 'unit'`,
  );
}

function expectObject(at: string, value: unknown, names: readonly string[]): asserts value is object {
  if (isObject(value)) return;
  throw new TypeError(`${at}: expected one of ${names.join(', ')} or an object, got ${show(value)}`);
}

/** Checks given numbers. @param column  name of a column in messages */
function checkGiven(at: string, value: object, columns: number, column: 'feature' | 'output'): Given {
  knownKeys(at, value, ['mean', 'std']);
  const { mean, std } = value as GivenScaling;
  const given = {
    mean: perColumn(`${at}.mean`, mean, columns, column),
    std: perColumn(`${at}.std`, std, columns, column),
  };
  const bad = given.std.findIndex((deviation) => !(Math.fround(deviation) > 0));
  if (bad >= 0) throw new RangeError(`${at}.std: expected numbers > 0, got ${given.std[bad]} at ${bad}`);
  return { kind: 'given', ...given };
}

function perColumn(argument: string, value: unknown, columns: number, column: string): Float64Array {
  if (typeof value === 'number') return new Float64Array(columns).fill(finiteF32(argument, value));
  const given = settle(argument, value, `a number or an array of ${columns}`);
  if (given.length !== columns) {
    const message = `${argument}: expected ${columns} numbers, one for each ${column}, got ${given.length}`;
    throw new ShapeError(message, { argument });
  }
  return Float64Array.from(given as ArrayLike<unknown>, (entry, i) => finiteF32(`${argument}[${i}]`, entry));
}
