/** Right answers of guesses and exercises, computed independently of the lessons. A function's answer is tried by its solution. */
export interface Answers {
  readonly guess: number | string;
  readonly exercises: readonly [number | 'function', number | 'function'];
}

const parameters = (...sizes: number[]) =>
  sizes.slice(1).reduce((sum, units, i) => sum + sizes[i]! * units + units, 0);

/** Returns the letter of the choice that is nearest to a value. */
const nearest = (choices: Readonly<Record<string, number>>, value: number) =>
  Object.entries(choices).sort(([, a], [, b]) => Math.abs(a - value) - Math.abs(b - value))[0]![0];

/** Loss of the neuron of lesson 5 after one step from zero. */
const lossAfter = (rate: number) => {
  const [x, y] = [6.7, 9.1];
  const error = -y;
  const [w, b] = [-rate * 2 * x * error, -rate * 2 * error];
  return (w * x + b - y) ** 2;
};

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const varianceOf = (values: readonly number[]) =>
  meanOf(values.map((value) => (value - meanOf(values)) ** 2));
const die = [1, 2, 3, 4, 5, 6];

export const answers: Readonly<Record<number, Answers>> = {
  1: {
    guess: nearest({ a: 2e3, b: 2e4, c: 2e5, d: 2e6 }, parameters(784, 256, 10)),
    exercises: [parameters(4, 16, 3), 'function'],
  },
  // The slope of 1/(1 + e^−z) at 0, by a difference.
  2: {
    guess: (1 / (1 + Math.exp(-1e-6)) - 1 / (1 + Math.exp(1e-6))) / 2e-6,
    exercises: [4 ** -5, 'function'],
  },
  3: { guess: Math.log(3), exercises: [-Math.log(0.8), 'function'] },
  // ReLU's slope at −1.69 is 0.
  4: { guess: nearest({ a: -1, b: 0, c: 1 }, Math.max(0, -1.69)), exercises: [0.2 - 1, 'function'] },
  // The gradient of each of 16 neurons is a multiple of its output weight, and random ones all differ.
  5: { guess: 16, exercises: [lossAfter(0.02), 'function'] },
  6: {
    guess: [
      ['a', varianceOf(die.map((value) => 2 * value))] as const,
      ['b', varianceOf(die.flatMap((one) => die.map((other) => one + other)))] as const,
    ].sort(([, a], [, b]) => b - a)[0]![0],
    // E[X²]E[Y²] − (E[X]E[Y])²
    exercises: [(4 + 3 ** 2) * (1 + 0 ** 2) - (3 * 0) ** 2, 'function'],
  },
  7: { guess: Math.sqrt(100), exercises: [Math.sqrt(1 / 64), 'function'] },
  8: { guess: (300 * 2) / (300 + 100), exercises: [Math.sqrt(6 / (784 + 256)), 'function'] },
  // Logarithms of the choices and of twenty halves.
  9: {
    guess: nearest({ a: -1, b: -Math.log2(20), c: -Math.log2(1e3), d: -Math.log2(1e6) }, -20),
    exercises: [Math.sqrt(2 / 80), 'function'],
  },
  // The nearest whole power of fifty factors of 1.1².
  10: { guess: Math.round(Math.log10(1.1 ** 100)), exercises: [(200 * 0.02) / 2, 'function'] },
  // The verdict is that of tests/lessons/verdicts.test.ts.
  11: { guess: 'b', exercises: [Math.ceil(Math.log(1000) / Math.log(7)), 'function'] },
  12: { guess: Math.abs(1 - 25 * 0.09) > 1 ? 'c' : 'a', exercises: [51 / 127.5 - 1, 'function'] },
};
