/** Models of scikit-learn's MLPClassifier and MLPRegressor, from the JSON that docs/interchange.md shows how to write. */
import type { BackendName, DefaultBackend } from '../backend/names.js';
import { isArray, ShapeError, show } from '../errors.js';
import type { MLP } from '../index.js';
import type { ActivationName } from '../network/activations.js';
import { chainOf } from './chain.js';
import { finite, JsonObject, jsonOf, listOf, matrixOf, numbersOf, place } from './json-values.js';
import { modelOf } from './model.js';
import { checkImport, type ImportOptions } from './options.js';
import type { AffineStep, Step } from './steps.js';

/** Facts about an estimator of scikit-learn that its model does not hold. */
export interface SklearnInfo {
  /** Class of the estimator: 'MLPClassifier' or 'MLPRegressor'. */
  readonly estimator: string;
  /**
   * Names of the classes by the index of their output, or of the two classes of a single output; absent for a regressor, and for a
   * classifier of several labels.
   */
  readonly classNames?: readonly string[];
}

const estimators = { MLPClassifier: 'MLPClassifier', MLPRegressor: 'MLPRegressor' } as const;
const activations = {
  identity: 'identity',
  logistic: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
} as const satisfies Record<string, ActivationName>;
const outputActivations = {
  identity: 'identity',
  logistic: 'sigmoid',
  softmax: 'softmax',
} as const satisfies Record<string, ActivationName>;

/** Steps of a scaler for rows of some length, by its class. */
const scalers: Readonly<Record<string, (scaler: JsonObject, columns: number) => Step[]>> = {
  StandardScaler: (scaler, columns) => {
    const mean = numbersIn(scaler, 'mean_', 'with_mean', columns) ?? new Float64Array(columns);
    const std = numbersIn(scaler, 'scale_', 'with_std', columns) ?? new Float64Array(columns).fill(1);
    return [
      affine(
        scaler,
        std.map((value) => 1 / value),
        mean.map((value, c) => -value / std[c]!),
      ),
    ];
  },
  MinMaxScaler: (scaler, columns) => {
    const map = affine(scaler, scaler.numbers('scale_', columns), scaler.numbers('min_', columns));
    if (scaler.get('clip') !== true) return [map];
    const [low, high] = scaler.numbers('feature_range', 2) as unknown as [number, number];
    return [map, { kind: 'clip', low, high, from: scaler.at }];
  },
};

/** Returns the numbers of a scaler; undefined if it has none, or an option switches them off. */
function numbersIn(scaler: JsonObject, key: string, option: string, columns: number) {
  const isOff = scaler.get(key) === undefined || scaler.get(option) === false;
  return isOff ? undefined : scaler.numbers(key, columns);
}

function affine(scaler: JsonObject, scale: Float64Array, shift: Float64Array): AffineStep {
  for (const [c, value] of scale.entries()) finite(`${scaler.at}: 1 / scale_[${c}]`, value);
  return { kind: 'affine', scale, shift, from: scaler.at };
}

/**
 * Makes a model of an MLPClassifier or MLPRegressor of scikit-learn, alone or in a Pipeline behind a StandardScaler or a MinMaxScaler,
 * which becomes the input scaling. The JSON is what the program in the document on models of other tools writes. It need not be trusted.
 *
 * @param json     the JSON, as a text or parsed
 * @param options  backend, arithmetic and threads; all have defaults
 * @returns  the model. A classifier predicts the probabilities of the classes, and for two classes only that of the second;
 *           {@link sklearnInfo} has their names.
 * @throws TypeError, RangeError, ShapeError or NonFiniteError that opens with `json` and the place in it
 */
export function fromSklearn<B extends BackendName = DefaultBackend>(
  json: unknown,
  options: ImportOptions<B> = {},
): MLP<B> {
  checkImport(options, []);
  const file = estimatorOf(json);
  const kernels = file
    .list('coefs_')
    .map((matrix, l) => matrixOf(`${place('json', 'coefs_')}[${l}]`, matrix));
  const biases = file.list('intercepts_');
  if (kernels.length === 0 || biases.length !== kernels.length) {
    throw new ShapeError(
      `json: expected as many intercepts_ as coefs_, got ${biases.length} and ${kernels.length}`,
      { argument: 'json' },
    );
  }
  const steps = scalersOf(file).flatMap((scaler) =>
    scaler.choice('class', scalers)(scaler, kernels[0]!.rows),
  );
  const hidden = paramsOf(file).choice('activation', activations);
  for (const [l, { rows: fanIn, columns: units, values: kernel }] of kernels.entries()) {
    const bias = numbersOf(`json.intercepts_[${l}]`, biases[l], units);
    const activation = l < kernels.length - 1 ? hidden : outputOf(file);
    steps.push({ kind: 'dense', fanIn, units, kernel, bias, from: `json.coefs_[${l}]` });
    if (activation !== 'identity') steps.push({ kind: 'activation', activation, from: 'json' });
  }
  classNamesOf(file);
  return modelOf('json', chainOf('json', steps), options);
}

/**
 * Returns what the JSON of an estimator says beside its model: its class and the names of the classes.
 *
 * @param json  the JSON, as a text or parsed
 * @throws TypeError, RangeError or ShapeError that opens with `json` and the place in it
 */
export function sklearnInfo(json: unknown): SklearnInfo {
  const file = estimatorOf(json);
  const classNames = classNamesOf(file);
  return { estimator: file.choice('class', estimators), ...(classNames && { classNames }) };
}

function estimatorOf(json: unknown): JsonObject {
  const file = new JsonObject('json', jsonOf(json));
  file.choice('class', estimators);
  return file;
}

/** Returns the object that has the activation: the parameters, or the file itself. */
function paramsOf(file: JsonObject): JsonObject {
  return file.get('params') === undefined ? file : file.object('params');
}

/** Returns the scalers in front of the estimator: none, one, or a list. */
function scalersOf(file: JsonObject): JsonObject[] {
  const given = file.get('scaler') ?? [];
  if (!isArray(given)) return [new JsonObject('json.scaler', given)];
  return given.map((each, i) => new JsonObject(`json.scaler[${i}]`, each));
}

/** Returns the output activation. @throws RangeError if the estimator cannot have it */
function outputOf(file: JsonObject): (typeof outputActivations)[keyof typeof outputActivations] {
  const output = file.choice('out_activation_', outputActivations);
  const isClassifier = file.get('class') === estimators.MLPClassifier;
  if (isClassifier !== (output === 'identity')) return output;
  throw new RangeError(
    `json.out_activation_: expected ${isClassifier ? "'logistic' or 'softmax'" : "'identity'"} for ${show(file.get('class'))}, got ${show(file.get('out_activation_'))}`,
  );
}

/** Returns the names of the classes; undefined if there are none. @throws ShapeError if there are not as many as the outputs need */
function classNamesOf(file: JsonObject): string[] | undefined {
  if (file.get('class') !== estimators.MLPClassifier || file.get('classes_') === undefined) return undefined;
  const classes = file.list('classes_').map((name, i) => textOf(`json.classes_[${i}]`, name));
  const biases = file.list('intercepts_');
  const units = listOf(`json.intercepts_[${biases.length - 1}]`, biases[biases.length - 1]).length;
  // With several labels, each output is a label of its own.
  if (outputOf(file) === 'sigmoid' && units > 1) return undefined;
  const expected = units === 1 ? 2 : units;
  if (classes.length === expected) return classes;
  throw new ShapeError(`json.classes_: expected ${expected} classes, got ${classes.length}`, {
    argument: 'json',
  });
}

function textOf(at: string, name: unknown): string {
  if (typeof name === 'string' || typeof name === 'number' || typeof name === 'boolean') return String(name);
  throw new TypeError(`${at}: expected a text, a number, true or false, got ${show(name)}`);
}
