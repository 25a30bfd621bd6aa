import { knownKeys, ShapeError } from '../errors.js';
import type { Network } from '../network/network.js';
import type { Samples } from '../network/rows.js';
import { expectThere } from './inputs.js';
import { lossRow } from './losses.js';
import {
  checkClassWeight,
  checkSampleWeight,
  checkSomeWeight,
  type RowWeights,
  weighClasses,
  weightsName,
} from './sample-weights.js';
import { checkInputs, checkTargets } from './samples.js';
import type { Trainee } from './trainee.js';
import type { TrainingData } from './training-data.js';

/** Parts of a model against which data are checked: the sizes of the network and the compiled loss. */
type Learner = Pick<Trainee, 'network' | 'compiled'>;

/** Data as a caller gave them. */
interface GivenData {
  readonly x: unknown;
  readonly y: unknown;
  readonly sampleWeight?: unknown;
}

/** Names that the data have in messages. */
type ArgumentNames = Readonly<Record<keyof GivenData, string>>;
/** Names of the data as arguments of a method. */
export const argumentNames: ArgumentNames = { x: 'x', y: 'y', sampleWeight: 'sampleWeight' };

/**
 * Checks that x is rows of the network's input size. @throws TypeError, NonFiniteError, or ShapeError, also for fewer than
 * `leastRows` rows
 */
export function checkRows(network: Network, argument: string, x: unknown, leastRows = 1): Samples {
  const samples = checkInputs(argument, x, network.inputSize, network.backend.elementBytes);
  if (samples.rows < leastRows)
    throw new ShapeError(`${argument}: expected at least one row, got none`, { argument });
  return samples;
}

/**
 * Checks rows, their targets and their weights. All weights may be 0.
 *
 * @throws TypeError, RangeError, ShapeError or NonFiniteError
 */
export function checkData(
  { network, compiled }: Learner,
  given: GivenData,
  names = argumentNames,
  classWeight?: Float64Array,
): TrainingData {
  const x = checkRows(network, names.x, given.x);
  const { kind } = lossRow(compiled.loss);
  const y = checkTargets(names.y, given.y, x.rows, network.last.units, kind, network.backend.elementBytes);
  const weights = checkSampleWeight(names.sampleWeight, given.sampleWeight, x.rows);
  // A getter of a later array may have transferred the memory of an earlier one.
  expectThere(names.x, x.values, x.rows);
  if (y.values !== undefined) expectThere(names.y, y.values, y.rows);
  return { x, y, weights: weighClasses(names.sampleWeight, weights, classWeight, y, compiled.loss) };
}

/**
 * Checks the arguments of a call on one batch, and that the scalings accept it.
 *
 * @throws TypeError, RangeError, ShapeError or NonFiniteError if an argument is wrong
 * @throws StateError  if a scaling has not learned from data yet
 */
export function checkBatch(trainee: Trainee, x: unknown, y: unknown, weights: RowWeights): TrainingData {
  knownKeys('options', weights, ['sampleWeight', 'classWeight']);
  const { sampleWeight, classWeight } = weights;
  const checked = checkClassWeight(classWeight, classCount(trainee));
  const data = checkData(trainee, { x, y, sampleWeight }, argumentNames, checked);
  checkSomeWeight(weightsName(argumentNames.sampleWeight, sampleWeight, classWeight), data.weights);
  checkScalings(trainee, 'x', data.x);
  return data;
}

/**
 * Checks that the scalings of inputs and targets have been fitted. @throws StateError if not, or TypeError if x is of another
 * kind
 */
export function checkScalings(
  { scaler, targetScaler }: Pick<Trainee, 'scaler' | 'targetScaler'>,
  argument: string,
  x: Samples,
): void {
  scaler.check(argument, x);
  targetScaler.check();
}

/**
 * Checks that x is rows of the network's input size that its scaling can scale.
 *
 * @throws TypeError, ShapeError, RangeError or NonFiniteError  if x does not fit
 * @throws StateError  if the scaling has not learned from data yet
 */
export function checkScaledRows(
  { network, scaler }: Pick<Trainee, 'network' | 'scaler'>,
  x: unknown,
): Samples {
  const samples = checkRows(network, 'x', x);
  scaler.check('x', samples);
  return samples;
}

/** Returns the number of classes of the compiled loss; 0 if it has none. */
export function classCount({ network, compiled }: Learner): number {
  const { kind } = lossRow(compiled.loss);
  const { units } = network.last;
  if (kind === 'classes') return units;
  return kind === 'binary' && units === 1 ? 2 : 0;
}
