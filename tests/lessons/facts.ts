/**
 * Decimal numbers in the texts of the lessons. `computed` holds each number as printed, with its value from a closed formula or an
 * independent computation. `given` lists inputs that the lesson chooses, and figures that it quotes from a slide.
 */
import { examples } from '../../src/lab/index.js';
import { logVariance } from '../../src/theory/index.js';
import { tanhLikeness } from '../support/formulas.js';

export interface Facts {
  readonly given?: readonly string[];
  readonly computed?: Readonly<Record<string, number>>;
}

/** Size of a step's value in one of the lectures' examples, which have tests and expected values of their own. */
const ours = (id: keyof typeof examples, name: string) =>
  Math.abs(examples[id].run().steps.find((step) => step.name === name)!.value);

const { sqrt, log, exp, PI } = Math;

/** Finite-width theory has tests of its own against simulations and lecture E's figure. */
const typical = logVariance({ activation: 'relu', kernelVariance: 0.02, width: 100, depth: 50 }).at(-1)!;

export const facts: Readonly<Record<number, Facts>> = {
  1: { given: ['0.5'], computed: { '0.25': 2 * 0.5 + -1 * 1 + 0.25 } },
  2: {
    given: ['0.01', '0.2', '1.0507', '1.6733', '0.1'],
    computed: { '2.718': exp(1), '0.002': 0.2 * 0.01, '0.25': 1 / 4, '0.000977': 4 ** -5 },
  },
  3: {
    given: ['1.5', '0.2', '0.8', '0.04', '1.269', '0.25'],
    computed: {
      '1.372': ours('E15', 'relu1'),
      '0.989': ours('E15', 'loss'),
      '1.0986': log(3),
      '1.1': log(3),
      '2.303': log(10),
      '0.2231': -log(0.8),
      '1.273': ours('E14', 'loss'),
      '0.259': ours('E14', 'W_z[0,1]'),
    },
  },
  4: {
    given: [
      '7.13',
      '9e-7',
      '4e-7',
      '7e-7',
      '0.001',

      '0.1',
      '0.7',
      '0.2',
      '0.338',
      '0.29',
      '1.68',
      '0.4105',
      '0.002',
      '0.000009',
      '0.919002',
    ],
    computed: {
      '0.372': ours('E15', 'p1'),
      '0.338': ours('E15', 'p2'),
      '0.290': ours('E15', 'p3'),
      '0.628': ours('E15', '∂L/∂z1'),
      '0.862': ours('E15', '∂L/∂w[relu1,1]'),
      '0.86': ours('E15', '∂L/∂w[relu1,1]'),
      '0.00086': ours('E15', '∂L/∂w[relu1,1]') * 0.001,
      '1.372': ours('E15', 'relu1'),
      '0.076': ours('E15', '∂L/∂h1'),
      '1.69': 1.04 * 1.5 + 0.65 * 0.2,
      '0.216': ours('E6', '∂L/∂b4'),
      '0.0009': ours('E6', '∂L/∂b1'),
      '0.8': 1 - 0.2,
      '16.2': 2.4 * 6.74,
      '9e-8': ours('E5', "sigmoid'(z1)"),
      '8e-7': ours('E5', '∂L/∂w1'),
      '3e-7': ours('E5', '∂L/∂b1'),
      '0.41015': ours('E15', 'new m[x2,h1]'),
      '0.00223': ours('E6', '∂L/∂w1'),
      '0.0000093': ours('E6', 'b1 new'),
      '0.918978': ours('E6', 'w1 new'),
    },
  },
  5: {
    given: [
      '9.1',
      '6.7',
      '0.01',
      '0.02',
      '0.5',
      '1.5',
      '1.9',
      '20.4',
      '2.68',
      '2.4',
      '0.67',
      '0.78',
      '0.6856',
      '1.1573',
      '0.016',
    ],
    computed: {
      '82.81': 9.1 ** 2,
      '0.56': (1.2194 * 6.7 + 0.182 - 9.1) ** 2,
      '57.7': 1.5 ** 10,
      '0.00098': 0.5 ** 10,
      '1.1': log(3),
      '57.82': (2.4388 * 6.7 + 0.364 - 9.1) ** 2,
      '2.4388': 0.02 * 2 * 6.7 * 9.1,
      '0.364': 0.02 * 2 * 9.1,
      '16.704': 2.4388 * 6.7 + 0.364,
      '0.005': ours('E17', 'b new'),
      '0.007': ours('E17', 'w1 new'),
      '0.001': ours('E17', 'w2 new'),
      '0.693': log(2),
      '0.015': 0.005 + 0.007 * 1.4 + 0.001 * 0.2,
    },
  },
  6: { computed: { '1.41': sqrt(2), '1.33': 1 / 3 + 1, '1.67': 1 / 3 + 4 / 3 } },
  7: { given: ['9.059'], computed: { '0.125': sqrt(1 / 64) } },
  8: {
    given: ['0.8796', '0.125', '0.214', '0.182'],
    computed: {
      '1.5': (300 * 2) / 400,
      '0.005': 2 / 400,
      '0.5': (100 * 2) / 400,
      '0.07596': sqrt(6 / 1040),
      '0.124': sqrt(2 / 130),
      '0.105': sqrt(2 / 180),
      '0.215': sqrt(6 / 130),
      '0.183': sqrt(6 / 180),
    },
  },
  9: {
    given: ['0.198', '0.25', '0.308'],
    computed: {
      '1.099': log(3),
      '0.025': 2 / 80,
      '0.02': 2 / 100,
      '0.399': 1 / sqrt(2 * PI),
      '0.341': 0.5 - 1 / (2 * PI),
      '0.1581': sqrt(2 / 80),
      '0.158': sqrt(2 / 80),
      '0.2': sqrt(2 / 50),
      '0.346': sqrt(6 / 50),
      '0.274': sqrt(6 / 80),
    },
  },
  10: {
    given: ['0.001', '0.01', '0.02', '0.1', '7.4', '65.3', '15.3', '0.24', '34.7', '84.7'],
    computed: {
      '0.57': -typical.forwardMean,
      '1.60': typical.forwardStd,
      '0.69': log(2),
      '1.1': 1.1,
      '1.21': 1.1 ** 2,
    },
  },
  11: {
    given: ['0.7', '0.5', '0.1', '0.144'],
    computed: {
      '1.099': log(3),
      '0.6': Math.tanh(0.7),
      '0.998': tanhLikeness({ bias: 0.7, layer: 8 }),
    },
  },
  12: {
    given: ['0.5', '0.07', '0.09'],
    computed: {
      '0.75': 25 * 0.07 - 1,
      '1.25': 25 * 0.09 - 1,
      '0.4': 51 / 127.5,
      '0.6': 1 - 51 / 127.5,
      '20.5': (4 ** 2 + 25 * 1 ** 2) / 2,
    },
  },
};
