/** Central differences in f64 against backpropagation, parameter by parameter. */
import { describe, expect, it } from 'vitest';
import { crossEntropy, huber, type LayerOptions, type Loss, MLP, Rng, type Targets } from '../src/index.js';
import { normalInputs, randomClasses } from './networks.js';

const ROWS = 9;
/** The cube root of the f64 epsilon, near enough: where truncation and rounding of a central difference meet. */
const STEP = 1e-5;
/** Truncation is of the order STEP², rounding of ε / STEP: together below 1e-9 of a gradient of size 1. */
const TOLERANCE = 1e-8;

const hidden = ['identity', 'relu', 'sigmoid', 'tanh'] as const;
const classes = randomClasses(ROWS, 3);
const values = normalInputs(ROWS, 3, 13);
const outputs: { loss: Loss; activation: NonNullable<LayerOptions['activation']>; y: Targets }[] = [
  { loss: 'crossEntropy', activation: 'softmax', y: classes },
  { loss: crossEntropy({ labelSmoothing: 0.2 }), activation: 'softmax', y: classes },
  { loss: 'binaryCrossEntropy', activation: 'sigmoid', y: new Rng(15).uniform(ROWS * 3) },
  ...hidden.map((activation) => ({ loss: 'meanSquaredError' as const, activation, y: values })),
  { loss: 'squaredError', activation: 'tanh', y: values },
  { loss: 'meanAbsoluteError', activation: 'identity', y: values },
  { loss: huber({ delta: 0.5 }), activation: 'identity', y: values },
];

describe.each(outputs)('$loss on $activation', ({ loss, activation: output, y }) => {
  it.each(hidden)('5-7-6-3 with %s: every parameter, every input', (activation) => {
    const model = new MLP({
      inputSize: 5,
      layers: [
        { units: 7, activation },
        { units: 6, activation },
        { units: 3, activation: output, biasInitializer: 'randomNormal' },
      ],
      seed: 5,
      backend: 'javascript64',
    });
    model.compile({ loss });
    const x = Float64Array.from(normalInputs(ROWS, 5));
    const gradients = model.gradients(x, y);
    const weights = model.getWeights();
    const lossNow = () => {
      model.setWeights(weights);
      return model.evaluate(x, y).loss;
    };
    let checked = 0;
    for (const [l, layer] of weights.entries()) {
      for (const tensor of ['kernel', 'bias'] as const) {
        for (let i = 0; i < layer[tensor].length; i++, checked++) {
          expectDerivative(layer[tensor], i, gradients.layers[l]![tensor][i]!, lossNow);
        }
      }
    }
    expect(checked).toBe(5 * 7 + 7 + 7 * 6 + 6 + 6 * 3 + 3);
    for (let i = 0; i < x.length; i++) expectDerivative(x, i, gradients.input[i]!, lossNow);
  });
});

it('notices a gradient that is off by a thousandth', () => {
  const square = Float64Array.of(3);
  const value = () => square[0]! ** 2;
  expectDerivative(square, 0, 6, value);
  expect(() => expectDerivative(square, 0, 6.006, value)).toThrow();
});

function expectDerivative(at: Float64Array, i: number, derivative: number, value: () => number): void {
  const here = at[i]!;
  at[i] = here + STEP;
  const above = value();
  at[i] = here - STEP;
  const below = value();
  at[i] = here;
  expect(Math.abs((above - below) / (2 * STEP) - derivative)).toBeLessThan(
    TOLERANCE * Math.max(1, Math.abs(derivative)),
  );
}
