/** Class weights as users give them, converted for `fit`. */
import { nearestName } from '../../hints.js';
import type { ClassWeight } from '../../index.js';
import { checkClassWeight, checkWeight } from '../../training/sample-weights.js';
import { classCounts } from './class-counts.js';
import type { NamedClassWeight } from './config.js';
import type { Task } from './data.js';

/**
 * Returns weights by class index. 'balanced' gives each class the same share of the loss: rows / (classes · rows of the class), as
 * in scikit-learn. A key is the name of a class or, if no class has this name, its index. Classes without a weight have weight 1.
 *
 * @throws RangeError  if there are no classes, or the weight of a name is negative
 * @throws TypeError   if a key names no class, or the weight of a name is not a number
 */
export function classWeights(
  given: NamedClassWeight | undefined,
  { classNames, y, target }: Pick<Task, 'classNames' | 'y' | 'target'>,
): ClassWeight | undefined {
  if (given === undefined) return undefined;
  if (classNames === undefined) {
    throw new RangeError(
      `classWeight: ${target} is learned as a number and has no classes; --task classification learns classes`,
    );
  }
  if (given === 'balanced') {
    const counts = classCounts(y, classNames.length);
    return counts.map((count) => (count === 0 ? 1 : y.length / (classNames.length * count)));
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    checkClassWeight(given, classNames.length);
    return given;
  }
  const weights = Array<number>(classNames.length).fill(1);
  for (const [name, weight] of Object.entries(given as Record<string, number>)) {
    const named = classNames.indexOf(name);
    const index = named >= 0 ? named : /^\d+$/.test(name) ? Number(name) : -1;
    if (!(index >= 0 && index < classNames.length)) {
      const nearest = nearestName(name, classNames);
      throw new TypeError(`classWeight.${name}: no class has this name; did you mean '${nearest}'?`);
    }
    weights[index] = checkWeight(`classWeight.${name}`, weight);
  }
  return weights;
}
