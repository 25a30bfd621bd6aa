/** Questions from the lectures, each with its start and its kind. */
import type { State } from '../../engine/state.js';

/** Kind of a question, which asks for the variance of z forward or for that of the gradient backward. */
export type Kind = 'forward' | 'backward';

interface Question {
  readonly kind: Kind;
  /** Name in the list. */
  readonly label: string;
  /** Place in the lectures, as the end of a sentence. */
  readonly source: string;
  readonly start: Partial<State>;
}

/** Options that all questions share, so that nothing but the start decides. */
const common: Partial<State> = {
  data: 'spirals',
  scaling: 'zScore',
  width: 100,
  size: 1,
  biasStd: 0,
  batchNorm: 'none',
  dropout: 0,
  networks: [{}],
};

export const questionNames = [
  'he',
  'xavierRelu',
  'wide',
  'xavierTanh',
  'narrow',
  'sigmoid',
  'sigmoid16',
  'heBack',
  'unit',
] as const;
export type QuestionName = (typeof questionNames)[number];

/** Table of the questions. */
export const questions: Readonly<Record<QuestionName, Question>> = {
  he: {
    kind: 'forward',
    label: '1. He under ReLU',
    source: 'Prince’s Figure 7.4 at σ² = 2 / inputs',
    start: { ...common, depth: 20, activation: 'relu', init: 'heNormal' },
  },
  xavierRelu: {
    kind: 'forward',
    label: '2. Xavier under ReLU',
    source: 'Xavier derives 1 / inputs for tanh; here the activation is ReLU',
    start: { ...common, depth: 20, activation: 'relu', init: 'lecunNormal' },
  },
  wide: {
    kind: 'forward',
    label: '3. Large weights under ReLU',
    source: 'Prince’s Figure 7.4 at σ² = 0.1',
    start: { ...common, depth: 12, activation: 'relu', init: 'normal', size: 0.3162 },
  },
  xavierTanh: {
    kind: 'forward',
    label: '4. Xavier under tanh',
    source: 'Xavier takes tanh for a straight line near 0',
    start: { ...common, depth: 20, activation: 'tanh', init: 'xavierTanh' },
  },
  narrow: {
    kind: 'backward',
    label: '5. The old habit under tanh',
    source:
      'U(±1 / √inputs), which Glorot and Bengio compare with their own start and PyTorch still uses by default',
    start: { ...common, depth: 10, activation: 'tanh', init: 'torchLinear' },
  },
  sigmoid: {
    kind: 'backward',
    label: '6. Gradient under sigmoid',
    source: 'the sigmoid chain whose first gradients nearly vanish',
    start: { ...common, depth: 6, activation: 'sigmoid', init: 'xavierTanh' },
  },
  sigmoid16: {
    kind: 'backward',
    label: '7. Sixteen times the variance',
    source: 'Xavier for sigmoid, N(0, 16 / inputs)',
    start: { ...common, depth: 6, activation: 'sigmoid', init: 'xavierSigmoid' },
  },
  heBack: {
    kind: 'backward',
    label: '8. He on the way back',
    source: 'He derives 2 / inputs for the signal; what becomes of the gradient?',
    start: { ...common, depth: 20, activation: 'relu', init: 'heNormal' },
  },
  unit: {
    kind: 'forward',
    label: '9. N(0, 1) under tanh',
    source: 'weights of σ = 1, with which linear layers of 100 units multiply the variance by 100',
    start: { ...common, depth: 12, activation: 'tanh', init: 'normal', size: 1 },
  },
};
