/** Answers of the guess and the exercises. */

export const guess = {
  value: 10,
  tolerance: 1,
  slips: [
    {
      value: 100,
      says: 'That would be so if all products had the same sign. Or it is the variance: the square of 10.',
    },
    { value: 1, says: 'A sum of many numbers is larger than each of them.' },
  ],
};

export const exercises = [
  {
    value: 0.125,
    tolerance: 0.0005,
    slips: [
      { value: 1 / 64, says: 'That is the variance. The standard deviation is its square root.' },
      { value: 8, says: 'That is the size of the sum if the weights have size 1. The weights must undo it.' },
    ],
  },
  {
    call: 'exercise2(n)',
    check(bound) {
      for (const n of [3, 12, 75, 300]) {
        const right = Math.sqrt(3 / n);
        const got = bound(n);
        if (Math.abs(got - right) <= 1e-6) continue;
        const why =
          Math.abs(got - Math.sqrt(1 / n)) <= 1e-6
            ? ' That is the standard deviation that the weights should have; the bound is larger.'
            : '';
        return `exercise2(${n}) should be ${right.toFixed(4)}, got ${got}.${why}`;
      }
      return undefined;
    },
  },
];
