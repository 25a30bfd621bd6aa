/** Answers of the guess and the exercises. */

export const guess = { choice: 'a', choices: ['a', 'b', 'c'] };

export const exercises = [
  {
    value: 13,
    tolerance: 0.001,
    slips: [
      { value: 4, says: 'That is var X · var Y. It is all only if both means are 0.' },
      { value: 5, says: 'Those are the variances of X and Y added. This is a product.' },
      { value: 9, says: 'That is one of the terms. There is also var X · var Y.' },
    ],
  },
  {
    call: 'exercise2(values)',
    check(variance) {
      const cases = [
        { values: [5, 3, 6, 7, 4], right: 2 },
        { values: [1, 1, 1], right: 0 },
        { values: [0, 10], right: 25 },
      ];
      for (const { values, right } of cases) {
        const got = variance(values);
        if (Math.abs(got - right) <= 1e-9) continue;
        const sample = (right * values.length) / (values.length - 1);
        const why =
          Math.abs(got - sample) <= 1e-9
            ? ' That divides by the number of values minus 1, as for a sample of more.'
            : Math.abs(got - Math.sqrt(right)) <= 1e-9
              ? ' That is the standard deviation.'
              : '';
        return `exercise2([${values.join(', ')}]) should be ${right}, got ${got}.${why}`;
      }
      return undefined;
    },
  },
];
