/** Answers of the guess and the exercises. */
import { diagnose, MLP, Rng } from 'evenkeel';

const UNITS = 64;
const ROWS = 200;
const DEPTH = 10;

export const guess = { choice: 'b', choices: ['a', 'b', 'c'] };

export const exercises = [
  {
    value: 4,
    tolerance: 0,
    slips: [
      { value: 3, says: 'Three layers divide by 343, which is not yet a thousand.' },
      { value: 143, says: 'The divisions multiply: two layers divide by 49.' },
    ],
  },
  {
    call: 'exercise2()',
    check(hiddenLayer) {
      const hidden = hiddenLayer();
      if (typeof hidden !== 'object' || hidden === null) {
        return `exercise2() should return the options of a layer, such as { units: ${UNITS}, activation: 'tanh' }.`;
      }
      const layers = [...Array(DEPTH).fill(hidden), { units: 3, activation: 'softmax' }];
      const model = new MLP({ inputSize: UNITS, layers, seed: 1 });
      model.compile({ loss: 'crossEntropy' });
      const y = Array.from({ length: ROWS }, (_, i) => i % 3);
      const { verdict, advice } = diagnose(model, new Rng(11).normal(ROWS * UNITS), y);
      return verdict === 'healthy' ? undefined : `The diagnosis says ${verdict}: ${advice[0]}`;
    },
  },
];
