/** Answers of the guess and the exercises. */

export const guess = {
  value: 0.25,
  tolerance: 0.01,
  slips: [
    { value: 1, says: 'That is the largest slope of tanh.' },
    { value: 0.5, says: 'That is the value of the sigmoid at 0, where it is steepest.' },
  ],
};

export const exercises = [
  {
    value: 1 / 1024,
    tolerance: 0.00003,
    slips: [
      { value: 1.25, says: 'The slopes on a path are multiplied, not added.' },
      { value: 1 / 256, says: 'That is four layers.' },
      { value: 1 / 32, says: 'The largest slope of the sigmoid is smaller than a half.' },
    ],
  },
  {
    call: 'exercise2(x)',
    check(slope) {
      for (const x of [0, 0.5, -1, 2]) {
        const value = Math.tanh(x);
        const right = 1 - value * value;
        const got = slope(x);
        if (Math.abs(got - right) <= 1e-9) continue;
        const why = Math.abs(got - value) <= 1e-9 ? ' That is the value of tanh.' : '';
        return `exercise2(${x}) should be ${right.toFixed(4)}, got ${got}.${why}`;
      }
      return undefined;
    },
  },
];
