/** Answers of the guess and the exercises. */

export const guess = { choice: 'd', choices: ['a', 'b', 'c', 'd'] };

export const exercises = [
  {
    value: 0.1581,
    tolerance: 0.0006,
    slips: [
      { value: 0.025, says: 'That is the variance. The standard deviation is its square root.' },
      {
        value: Math.sqrt(0.02),
        says: 'That counts the neurons of the layer. It keeps the gradients on the way back.',
      },
      { value: Math.sqrt(1 / 80), says: 'That leaves out the half that ReLU drops.' },
    ],
  },
  {
    call: 'exercise2(slope, n)',
    check(variance) {
      const cases = [
        { slope: 0, n: 100, right: 0.02 },
        { slope: 1, n: 50, right: 0.02 },
        { slope: 0.5, n: 64, right: 0.025 },
      ];
      for (const { slope, n, right } of cases) {
        const got = variance(slope, n);
        if (Math.abs(got - right) <= 1e-9) continue;
        const why =
          slope === 1 ? ' With the slope 1 the activation is the identity, and nothing is dropped.' : '';
        return `exercise2(${slope}, ${n}) should be ${right}, got ${got}.${why}`;
      }
      return undefined;
    },
  },
];
