/** One parameter that a view changes right after the weights of a network are drawn. */
import type { NetworkState, State } from '../engine/state.js';
import type { ViewEngine } from '../engine/view.js';

/** A parameter of a network. */
export interface Spot {
  /** Index of the layer. */
  readonly layer: number;
  readonly tensor: 'kernel' | 'bias';
  /** Index in the tensor. */
  readonly index: number;
}

/** A parameter, and the value that it is set to (`=`) or that is added to it (`+=`). */
export interface WeightChange extends Spot {
  readonly operator: '=' | '+=';
  readonly value: number;
}

/** Returns the parts of a view's engine that make a change and print it; `changeOf` returns undefined if there is none. */
export function changingOneWeight(
  changeOf: (state: State, options: NetworkState) => WeightChange | undefined,
): Required<Pick<ViewEngine, 'prepare' | 'program'>> {
  return {
    prepare: ({ model, options }, state) => {
      const change = changeOf(state, options);
      if (change === undefined) return;
      const weights = model.getWeights();
      const values = weights[change.layer]![change.tensor];
      values[change.index] = change.value + (change.operator === '+=' ? values[change.index]! : 0);
      model.setWeights(weights);
    },

    program: (state, options) => {
      const change = changeOf(state, options);
      if (change === undefined) return [];
      const { layer, tensor, index, operator, value } = change;
      return [
        'const weights = model.getWeights();',
        `weights[${layer}].${tensor}[${index}] ${operator} ${value};`,
        'model.setWeights(weights);',
      ];
    },
  };
}
