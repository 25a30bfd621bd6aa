/** Recipes: states that show one thing each, with a sentence that names it. Tests check that each sentence is true. */
import { initialState, type State } from './state.js';

/** A state with a name, and the sentence of what it shows. */
export interface Recipe {
  readonly name: string;
  /** Text that says what to look for. */
  readonly look: string;
  /** Fields that differ from the initial state. */
  readonly state: Partial<State>;
  /** True if training runs at once. Other recipes show a start, and rest before the first step. */
  readonly trains?: boolean;
}

/** Returns the standard deviation for a variance. */
const sd = (variance: number) => Number(Math.sqrt(variance).toPrecision(4));
/** View and shape of Figure 7.4. */
const fifty = { view: 'sigma', depth: 50, width: 100 } as const;

export const recipes: readonly Recipe[] = [
  {
    name: 'Figure 7.4',
    look: 'Fifty ReLU layers of a hundred units start from weights of variance 0.02 (A), 0.01 (B), 0.1 (C) and 0.001 (D). Only 0.02 = 2 / 100 carries signal and gradient through all layers.',
    state: {
      ...fifty,
      init: 'normal',
      size: sd(0.02),
      networks: [{}, { size: sd(0.01) }, { size: sd(0.1) }, { size: sd(0.001) }],
    },
  },
  {
    name: 'Vanishing sigmoid',
    look: 'The slope of a sigmoid is ¼ at most, so the gradient of A shrinks in each layer on its way back. With the same weights, tanh (B) keeps it.',
    state: {
      view: 'sigma',
      depth: 10,
      activation: 'sigmoid',
      init: 'glorotNormal',
      networks: [{}, { activation: 'tanh' }],
    },
  },
  {
    name: 'Exploding PReLU',
    look: 'PReLU does not bound its values. With a learning rate of 10 the loss of A overflows after a few steps; with 0.01 (B) the same network learns.',
    state: {
      data: 'wave',
      activation: 'prelu',
      optimizer: 'sgd',
      rate: 10,
      networks: [{}, { rate: 0.01 }],
    },
    trains: true,
  },
  {
    name: 'Dying ReLU',
    look: 'Raw pixels from 0 to 255 make large gradients. The first steps throw the biases so far below 0 that every unit of layer 1 is dead, and the gradient there is 0 for good. Set the input scaling to automatic to cure it.',
    state: {
      view: 'sigma',
      data: 'digits',
      scaling: 'none',
      depth: 2,
      width: 64,
      optimizer: 'sgd',
      rate: 0.03,
      networks: [{}],
    },
    trains: true,
  },
  {
    name: 'Zero start',
    look: 'With weights of 0, all units of a layer are copies and stay so: the verdict on A is “symmetric”, and its loss stays near ln 2 = 0.693. He (B) learns.',
    state: { init: 'zeros', networks: [{}, { init: 'heNormal' }] },
    trains: true,
  },
  {
    name: 'TF.js’s narrow He',
    look: 'TF.js forgets a factor when it truncates the normal: its weights are 12 % too small. Over fifty layers A loses the signal, and He (B) keeps it.',
    state: { ...fifty, init: 'tfjsHeNormal', networks: [{}, { init: 'heNormal' }] },
  },
  {
    name: 'Collapse',
    look: 'Twenty sigmoid layers make all inputs alike: after some steps A predicts the same class for every row, and the verdict is “collapsed”. Two layers (B) still tell them apart.',
    state: {
      depth: 20,
      activation: 'sigmoid',
      init: 'xavierSigmoid',
      networks: [{}, { depth: 2 }],
    },
    trains: true,
  },
  {
    name: 'Rate too high',
    look: 'With Adam at a learning rate of 1 the first steps kill the ReLU units of A: its loss stays near ln 2 = 0.693, as if it guessed. At 0.003 the same start (B) learns the spirals.',
    state: { rate: 1, networks: [{}, { rate: 0.003 }] },
    trains: true,
  },
  {
    name: 'Xavier for tanh',
    look: 'In ten tanh layers Xavier (A) keeps signal and gradient. With half its size (B) both vanish, and N(0, 1) (C) saturates the units.',
    state: {
      view: 'sigma',
      depth: 10,
      width: 64,
      activation: 'tanh',
      init: 'glorotNormal',
      rate: 0.001,
      networks: [{}, { init: 'gain', size: 0.5 }, { init: 'normal', size: 1 }],
    },
  },
  {
    name: 'He for ReLU',
    look: 'ReLU drops half of each signal. He (A) doubles the variance to make up for it; with Xavier (B) the variance halves in each of twenty layers.',
    state: {
      view: 'sigma',
      depth: 20,
      width: 64,
      rate: 0.001,
      networks: [{}, { init: 'glorotNormal' }],
    },
  },
  {
    name: 'Batch norm rescues',
    look: 'Both start from N(0, 1), far too large. A explodes; batch norm (B) scales every layer back to variance 1, and the network learns the spirals at once.',
    state: { init: 'normal', networks: [{}, { batchNorm: 'before' }] },
    trains: true,
  },
];

/** Returns the state of a recipe. */
export function recipeState({ state }: Recipe): State {
  return { ...initialState, ...state };
}
