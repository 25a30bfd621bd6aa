import { settle } from '../arrays.js';
import { finiteF32, knownKeys, oneOf, ShapeError, show } from '../errors.js';

const scalingNames = ['none', 'unit', 'symmetric', 'zScore'] as const;
export type ScalingName = (typeof scalingNames)[number];
const scopes = ['feature', 'dataset'] as const;
export type ScalingScope = (typeof scopes)[number];

/** Scales by what is learned from the data, for each feature or, per: 'dataset', for all alike. */
export interface LearnedScaling {
  readonly kind: Exclude<ScalingName, 'none'>;
  readonly per?: ScalingScope;
}
/** (x − mean) / std, as given: one number for all features, or one a feature. */
export interface GivenScaling {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
}
/** How inputs are scaled before the first layer; what it learns from data is stored with the model. */
export type InputScaling = ScalingName | LearnedScaling | GivenScaling;

/** @throws TypeError, RangeError or ShapeError that opens with inputScaling. */
export function checkScaling(value: unknown, columns: number): CheckedScaling {
  const at = 'inputScaling';
  if (typeof value === 'string') return { kind: oneOf(at, value, scalingNames), per: 'feature' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${at}: expected one of ${scalingNames.join(', ')} or an object, got ${show(value)}`);
  }
  if ('kind' in value) {
    knownKeys(at, value, ['kind', 'per']);
    const { kind, per = 'feature' } = value as LearnedScaling;
    return { kind: oneOf(`${at}.kind`, kind, scalingNames), per: oneOf(`${at}.per`, per, scopes) };
  }
  knownKeys(at, value, ['mean', 'std']);
  const { mean, std } = value as GivenScaling;
  const given = { mean: perFeature(`${at}.mean`, mean, columns), std: perFeature(`${at}.std`, std, columns) };
  const bad = given.std.findIndex((deviation) => !(Math.fround(deviation) > 0));
  if (bad >= 0) throw new RangeError(`${at}.std: expected numbers > 0, got ${given.std[bad]} at ${bad}`);
  return { kind: 'given', ...given };
}

/** A scaling with its defaults filled in. */
export type CheckedScaling =
  | { readonly kind: ScalingName; readonly per: ScalingScope }
  | { readonly kind: 'given'; readonly mean: Float64Array; readonly std: Float64Array };

function perFeature(argument: string, value: unknown, columns: number): Float64Array {
  if (typeof value === 'number') return new Float64Array(columns).fill(finiteF32(argument, value));
  const given = settle(argument, value, `a number or an array of ${columns}`);
  if (given.length !== columns) {
    const message = `${argument}: expected ${columns} numbers, one a feature, got ${given.length}`;
    throw new ShapeError(message, { argument });
  }
  return Float64Array.from(given as ArrayLike<unknown>, (entry, i) => finiteF32(`${argument}[${i}]`, entry));
}
