/** Answers of the guess and the exercises. */

export const guess = {
  value: -15,
  tolerance: 1,
  slips: [
    { value: -50, says: 'Each layer halves. Ten halves are about a factor of a thousand.' },
    { value: 15, says: 'The size of the power is right. It falls, so the power is negative.' },
    { value: -2, says: 'A half, fifty times: the halves multiply.' },
  ],
};

export const exercises = [
  {
    value: 2,
    tolerance: 0.001,
    slips: [
      { value: 1, says: 'With a hundred units it is 1. Here each unit adds twice as many products.' },
      { value: 4, says: 'ReLU drops half of the mean square.' },
    ],
  },
  {
    call: 'exercise2(width, variance, depth)',
    check(power) {
      const right = (width, variance, depth) =>
        Math.log10(width * variance) + (depth - 1) * Math.log10((width * variance) / 2);
      for (const [width, variance, depth] of [
        [100, 0.02, 1],
        [100, 0.01, 50],
        [100, 1, 50],
        [64, 0.5, 1000],
      ]) {
        const value = right(width, variance, depth);
        const got = power(width, variance, depth);
        if (Math.abs(got - value) <= 1e-6) continue;
        const why =
          got === Infinity
            ? ' A number so large is Infinity in JavaScript. Add logarithms, and do not multiply.'
            : '';
        return `exercise2(${width}, ${variance}, ${depth}) should be ${value.toFixed(2)}, got ${got}.${why}`;
      }
      return undefined;
    },
  },
];
