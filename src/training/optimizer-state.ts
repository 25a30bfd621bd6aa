import type { Elements } from '../backend/names.js';
import type { ParameterName } from '../network/dense.js';
import { stateNames } from '../optimizers/step.js';
import type { Trainee } from './trainee.js';

/** Values of one state of the optimizer for the parameters of one layer, each in the shape of its parameter. */
export type StateOfLayer<Values> = Partial<Readonly<Record<ParameterName, Values>>>;

/** State of the optimizer, as returned by `optimizerState`. All arrays are copies. */
export interface OptimizerStateCopy<Values> {
  /** Name of the optimizer. */
  readonly optimizer: string;
  /** Number of steps since `compile`. */
  readonly step: number;
  /**
   * States of the parameters by name, such as `momentum` of sgd, or `firstMoment` and `secondMoment` of adam. Each has
   * one entry per layer, from the first hidden one to the output, with its tensors as in `getWeights`. Empty for plain sgd.
   */
  readonly states: Readonly<Record<string, readonly StateOfLayer<Values>[]>>;
}

/** Returns a copy of the optimizer's state. */
export function readOptimizerState({ network, compiled, state }: Trainee): OptimizerStateCopy<Elements> {
  const { parameters, states } = network.block;
  const named = stateNames(compiled.optimizer).map((name, s) => {
    const start = states[s]! - parameters;
    const layers = network.layers.map((layer) =>
      Object.fromEntries(
        layer.parameters.map((tensor) => [tensor.name, network.read(tensor.address + start, tensor.size)]),
      ),
    );
    return [name, layers];
  });
  const { name } = compiled.optimizer;
  return { optimizer: name, step: state.optimizer.step, states: Object.fromEntries(named) };
}
