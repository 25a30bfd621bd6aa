import type { CheckedActivation } from '../network/activations.js';

/** Formula, derivative and origin of an activation. σ is the sigmoid, Φ and φ are the normal distribution and its density. */
export interface ActivationFacts {
  /** Formula of f(z). */
  readonly formula: string;
  /** Formula of f′(z). */
  readonly derivative: string;
  /** Author and year of the publication that introduced it. */
  readonly source: string;
}

/** Table of the facts. docs/activations.md says more about each. */
export const activationFacts = {
  identity: { formula: 'z', derivative: '1', source: 'Widrow & Hoff 1960' },
  step: { formula: '1 for z ≥ 0, else 0', derivative: '0', source: 'McCulloch & Pitts 1943' },
  sigmoid: { formula: 'σ(z) = 1 / (1 + e^−z)', derivative: 'σ(z) (1 − σ(z))', source: 'Verhulst 1845' },
  tanh: { formula: 'tanh z', derivative: '1 − tanh² z', source: 'LeCun et al. 1998' },
  softplus: { formula: 'ln(1 + e^z)', derivative: 'σ(z)', source: 'Dugas et al. 2001' },
  relu: { formula: 'max(0, z)', derivative: '1 for z > 0, else 0', source: 'Fukushima 1969' },
  squaredRelu: { formula: 'max(0, z)²', derivative: '2 max(0, z)', source: 'So et al. 2021' },
  leakyRelu: {
    formula: 'z for z > 0, else negativeSlope · z',
    derivative: '1 for z > 0, else negativeSlope',
    source: 'Maas et al. 2013',
  },
  prelu: {
    formula: 'z for z > 0, else slope · z, with a learned slope',
    derivative: '1 for z > 0, else slope',
    source: 'He et al. 2015',
  },
  elu: {
    formula: 'z for z > 0, else alpha (e^z − 1)',
    derivative: '1 for z > 0, else alpha e^z',
    source: 'Clevert et al. 2015',
  },
  selu: {
    formula: 'λz for z > 0, else λα (e^z − 1); λ = 1.0507, α = 1.6733',
    derivative: 'λ for z > 0, else λα e^z',
    source: 'Klambauer et al. 2017',
  },
  silu: { formula: 'z σ(z)', derivative: 'σ(z) (1 + z σ(−z))', source: 'Elfwing et al. 2017' },
  gelu: { formula: 'z Φ(z)', derivative: 'Φ(z) + z φ(z)', source: 'Hendrycks & Gimpel 2016' },
  geluTanh: {
    formula: 'z σ(2u), u = √(2/π) (z + 0.044715 z³)',
    derivative: 'σ(2u) (1 + 2z u′ σ(−2u)), u′ = √(2/π) (1 + 0.134145 z²)',
    source: 'Hendrycks & Gimpel 2016',
  },
  mish: {
    formula: 'z tanh(s), s = ln(1 + e^z)',
    derivative: 'tanh(s) + z σ(z) (1 − tanh² s)',
    source: 'Misra 2019',
  },
  softsign: { formula: 'z / (1 + |z|)', derivative: '1 / (1 + |z|)²', source: 'Elliott 1993' },
  hardSigmoid: {
    formula: 'clamp(z + 3, 0, 6) / 6',
    derivative: '1/6 for −3 < z ≤ 3, else 0',
    source: 'Courbariaux et al. 2015',
  },
  hardSwish: {
    formula: 'z clamp(z + 3, 0, 6) / 6',
    derivative: '0 for z ≤ −3, (2z + 3) / 6 for z ≤ 3, else 1',
    source: 'Howard et al. 2019',
  },
} as const satisfies Record<Exclude<CheckedActivation['name'], 'softmax'>, ActivationFacts>;
