/** State of the page: one plain object. All that the screen shows follows from it and from the number of steps. */
import { choice, type Field, number } from './fields.js';

/** Views in the order of the menu. A view exists if its folder in playground/views does. */
export const viewNames = [
  'race',
  'sigma',
  'guess',
  'angle',
  'backward',
  'twins',
  'dead',
  'activation',
  'chaos',
  'wires',
  'lessons',
  'bench',
] as const;
export type ViewName = (typeof viewNames)[number];

export const dataNames = [
  'spirals',
  'circles',
  'xor',
  'moons',
  'blobs',
  'plane',
  'wave',
  'digits',
  'table',
] as const;
export type DataName = (typeof dataNames)[number];

export const activationNames = [
  'relu',
  'tanh',
  'sigmoid',
  'leakyRelu',
  'prelu',
  'elu',
  'selu',
  'gelu',
  'geluTanh',
  'silu',
  'mish',
  'softplus',
  'softsign',
  'squaredRelu',
  'hardSigmoid',
  'hardSwish',
  'identity',
] as const;
export type ActivationChoice = (typeof activationNames)[number];

/** Initializers. The last three take the option `size`: σ, the gain g of N(0, g²/fanIn), or the constant. */
export const initNames = [
  'heNormal',
  'heUniform',
  'glorotNormal',
  'glorotUniform',
  'lecunNormal',
  'lecunUniform',
  'xavierTanh',
  'xavierSigmoid',
  'orthogonal',
  'torchLinear',
  'tfjsHeNormal',
  'zeros',
  'normal',
  'gain',
  'constant',
] as const;
export type InitName = (typeof initNames)[number];

/** Fields of a network. Networks B, C and D may differ from A in each of them. */
export const networkFields = {
  depth: number('h', 'depth', { low: 1, high: 50, whole: true }, 6),
  width: number('w', 'width', { low: 1, high: 512, whole: true }, 32),
  activation: choice('a', 'activation', activationNames, 'relu'),
  init: choice('i', 'initializer', initNames, 'heNormal'),
  size: number('z', 'size of the start', { low: 0, high: 100 }, 1),
  biasStd: number('u', 'σ of the biases', { low: 0, high: 10 }, 0),
  batchNorm: choice('m', 'batch norm', ['none', 'before', 'after'], 'none'),
  dropout: number('q', 'dropout', { low: 0, high: 0.9 }, 0),
  optimizer: choice(
    'o',
    'optimizer',
    ['sgd', 'momentum', 'adam', 'adamw', 'rmsprop', 'adagrad', 'nadam', 'lion'],
    'adam',
  ),
  rate: number('r', 'learning rate', { low: 1e-6, high: 100 }, 0.003),
  batch: number('b', 'batch size', { low: 1, high: 512, whole: true }, 32),
  penalty: choice('p', 'regularization', ['none', 'l1', 'l2'], 'none'),
  strength: number('k', 'strength of the penalty', { low: 0, high: 10 }, 0.001),
  seed: number('s', 'seed', { low: 0, high: 999999, whole: true }, 1),
} as const;

/** Fields that all networks share. */
export const sharedFields = {
  view: choice('view', 'view', viewNames, 'race'),
  data: choice('d', 'data', dataNames, 'spirals'),
  noise: number('n', 'noise', { low: 0, high: 1 }, 0.05),
  train: number('t', 'training share', { low: 10, high: 90, whole: true }, 70),
  scaling: choice('x', 'input scaling', ['auto', 'none', 'unit', 'symmetric', 'zScore'], 'auto'),
} as const;

type Values<Fields> = { readonly [Name in keyof Fields]: Fields[Name] extends Field<infer V> ? V : never };

/** Options of one network. */
export type NetworkState = Values<typeof networkFields>;
/** Name of an option of a network. */
export type NetworkField = keyof NetworkState;
/** Names of all options of a network. */
export const networkFieldNames = Object.keys(networkFields) as readonly NetworkField[];
/** Options in which a network differs from A, with their values. */
export type Difference = Partial<NetworkState>;
/** Values of a view's own fields. */
export type OwnValues = Readonly<Record<string, number | string>>;
/** Fields that a view adds to the state, by their names in `state.own`. */
export type OwnFields = Readonly<Record<string, Field<number> | Field<string>>>;

/** State of the page. */
export interface State extends NetworkState, Values<typeof sharedFields> {
  /** Differences of networks A to D from the options above. Those of A are empty. */
  readonly networks: readonly Difference[];
  /** Values of the fields of the current view; see `OwnFields`. */
  readonly own: OwnValues;
}

export const letters = ['A', 'B', 'C', 'D'] as const;
export const mostNetworks = letters.length;

const initial = <Fields extends Readonly<Record<string, { readonly initial: unknown }>>>(fields: Fields) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.initial]),
  ) as unknown as Values<Fields>;

/** First state of the page: a race of He against N(0, 1). */
export const initialState: State = {
  ...initial(sharedFields),
  ...initial(networkFields),
  networks: [{}, { init: 'normal', size: 1 }],
  own: {},
};

/** True if the initializer takes the option `size`. */
export function takesSize(init: InitName): boolean {
  return init === 'normal' || init === 'gain' || init === 'constant';
}

/** Returns all options of network `index`. */
export function networkState(state: State, index: number): NetworkState {
  const options = { ...pick(state), ...state.networks[index] };
  return takesSize(options.init) ? options : { ...options, size: networkFields.size.initial };
}

function pick(state: State): NetworkState {
  return Object.fromEntries(networkFieldNames.map((name) => [name, state[name]])) as unknown as NetworkState;
}

/** Returns the options in which network `index` differs from A; the size counts as part of the initializer. */
export function differingFields(state: State, index: number): NetworkField[] {
  const [a, b] = [networkState(state, 0), networkState(state, index)];
  const names = networkFieldNames.filter((name) => a[name] !== b[name]);
  return names.includes('init') ? names.filter((name) => name !== 'size') : names;
}
