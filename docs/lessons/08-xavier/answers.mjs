/** Answers of the guess and the exercises. */

export const guess = {
  value: 1.5,
  tolerance: 0.05,
  slips: [
    { value: 1, says: 'It would be 1 if the layer had as many neurons as inputs.' },
    { value: 0.5, says: 'That is the factor of the gradients on the way back.' },
    { value: 3, says: 'That is the fan-in over the fan-out. Glorot takes the average of the two.' },
  ],
};

export const exercises = [
  {
    value: 0.07596,
    tolerance: 0.0003,
    slips: [
      { value: Math.sqrt(2 / 1040), says: 'That is the standard deviation. The bound is √3 times as large.' },
      { value: Math.sqrt(3 / 784), says: 'That is the bound that only the way forward asks for.' },
      { value: 6 / 1040, says: 'The square root is missing.' },
    ],
  },
  {
    call: 'exercise2(sizes)',
    check(spreads) {
      const cases = [
        { sizes: [50, 80, 100], right: [Math.sqrt(2 / 130), Math.sqrt(2 / 180)] },
        { sizes: [4, 4], right: [0.5] },
        { sizes: [784, 256, 128, 10], right: [1040, 384, 138].map((sum) => Math.sqrt(2 / sum)) },
      ];
      for (const { sizes, right } of cases) {
        const got = spreads(sizes);
        const call = `exercise2([${sizes.join(', ')}])`;
        if (got?.length !== right.length) {
          return `${call} should return ${right.length} numbers, one for each layer, got ${got?.length ?? got}.`;
        }
        const wrong = right.findIndex((value, i) => !(Math.abs(got[i] - value) <= 1e-9));
        if (wrong >= 0) return `${call}[${wrong}] should be ${right[wrong].toFixed(4)}, got ${got[wrong]}.`;
      }
      return undefined;
    },
  },
];
