/** Names of choices, and differences between networks in words. */
import {
  differingFields,
  letters,
  type NetworkField,
  type NetworkState,
  networkFields,
  networkState,
  type State,
} from '../engine/state.js';
import { count, digits } from './numbers.js';

/** Names of choices in sentences and lists. A choice that is not here is its own name. */
const names: Readonly<Record<string, string>> = {
  heNormal: 'He',
  heUniform: 'He, uniform',
  glorotNormal: 'Glorot (Xavier)',
  glorotUniform: 'Glorot, uniform',
  lecunNormal: 'LeCun',
  lecunUniform: 'LeCun, uniform',
  xavierTanh: 'Xavier for tanh (lectures)',
  xavierSigmoid: 'Xavier for sigmoid (lectures)',
  orthogonal: 'orthogonal',
  torchLinear: 'PyTorch’s default',
  tfjsHeNormal: 'He of TF.js (too narrow)',
  zeros: 'all zero',
  normal: 'N(0, σ²)',
  gain: 'N(0, g² / inputs)',
  constant: 'all equal',
  relu: 'ReLU',
  leakyRelu: 'leaky ReLU',
  prelu: 'PReLU',
  elu: 'ELU',
  selu: 'SELU',
  gelu: 'GELU',
  geluTanh: 'GELU (tanh)',
  silu: 'SiLU',
  squaredRelu: 'squared ReLU',
  hardSigmoid: 'hard sigmoid',
  hardSwish: 'hard swish',
  identity: 'linear',
  sgd: 'SGD',
  momentum: 'SGD with momentum',
  adam: 'Adam',
  adamw: 'AdamW',
  rmsprop: 'RMSprop',
  adagrad: 'Adagrad',
  nadam: 'NAdam',
  lion: 'Lion',
  l1: 'L1',
  l2: 'L2',
  before: 'before the activation',
  after: 'after the activation',
  digits: 'digits (MNIST)',
  table: 'own table',
  auto: 'automatic',
  unit: 'to 0 … 1',
  symmetric: 'to −1 … 1',
  zScore: 'to mean 0, variance 1',
};

export function nameOf(choice: string): string {
  return names[choice] ?? choice;
}

/** Returns the start of a network in words, such as "He" or "N(0, 1)". */
export function startName({ init, size }: NetworkState): string {
  if (init === 'normal') return size === 1 ? 'N(0, 1)' : `N(0, ${digits(size)}²)`;
  if (init === 'gain') return `gain ${digits(size)}`;
  return init === 'constant' ? `all ${digits(size)}` : nameOf(init);
}

/** Returns an option of a network in words. */
function optionName(options: NetworkState, field: NetworkField): string {
  if (field === 'init' || field === 'size') return startName(options);
  const value = options[field];
  if (typeof value !== 'number') return nameOf(value);
  // Two seeds that differ in one digit are different runs.
  return field === 'seed' ? count(value) : digits(value, 4);
}

/** Returns the difference of network `n` from A as a sentence without full stop, such as "B differs in: initializer, N(0, 1) where A has He". */
export function differenceWords(state: State, n: number): string {
  const [a, b] = [networkState(state, 0), networkState(state, n)];
  const parts = differingFields(state, n).map(
    (field) => `${networkFields[field].label}, ${optionName(b, field)} where A has ${optionName(a, field)}`,
  );
  return parts.length === 0
    ? `${letters[n]} is the same as A`
    : `${letters[n]} differs in: ${parts.join('; ')}`;
}

/** Returns a legend of network `n`: its values of the options in which the networks differ. */
export function shortName(state: State, n: number): string {
  const options = networkState(state, n);
  const fields = new Set(state.networks.flatMap((_, m) => (m === 0 ? [] : differingFields(state, m))));
  if (fields.size === 0) return startName(options);
  const named = [...fields].map((field) => {
    const says = field === 'init' || field === 'size' || field === 'activation';
    const name = optionName(options, field);
    return says ? name : `${networkFields[field].label} ${name}`;
  });
  return named.join(', ');
}
