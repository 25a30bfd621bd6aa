/** Answers of the guess and the exercises. */

export const guess = {
  value: 4,
  tolerance: 0.5,
  slips: [
    { value: 2, says: 'That is the standard deviation. Its square, the variance, has twice the power.' },
    { value: -4, says: 'The size of the power is right. The variance grows, so it is positive.' },
    { value: 1, says: 'The factors multiply: ten of 1.21 make nearly 7.' },
    { value: 50, says: 'That is the number of layers. Each multiplies by only 1.21.' },
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
