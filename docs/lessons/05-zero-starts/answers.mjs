/** Answers of the guess and the exercises. */

export const guess = {
  value: 16,
  tolerance: 0,
  slips: [
    {
      value: 1,
      says: 'That is so if the output weights are equal too. Here each neuron gets its own gradient.',
    },
  ],
};

export const exercises = [
  {
    value: 57.82,
    tolerance: 0.05,
    slips: [
      { value: 0.5595, says: 'That is the loss with the rate 0.01.' },
      {
        value: 16.704,
        says: 'That is the new answer of the neuron. The loss is its squared distance from 9.1.',
      },
      { value: 7.604, says: 'That is the error. The loss is its square.' },
    ],
  },
  {
    call: 'exercise2(weights, gradients, rate)',
    check(step) {
      const cases = [
        { weights: [0, 0], gradients: [-121.94, -18.2], rate: 0.01, right: [1.2194, 0.182] },
        { weights: [1, -2, 3], gradients: [0, 4, -1], rate: 0.5, right: [1, -4, 3.5] },
      ];
      for (const { weights, gradients, rate, right } of cases) {
        const got = Array.from(step(weights, gradients, rate) ?? [], Number);
        const near = got.length === right.length && right.every((w, i) => Math.abs(w - got[i]) <= 1e-9);
        if (near) continue;
        const uphill = got.every((w, i) => Math.abs(w - (2 * weights[i] - right[i])) <= 1e-9);
        const why = uphill ? ' The sign is wrong: a step goes against the gradient.' : '';
        const call = `exercise2([${weights.join(', ')}], [${gradients.join(', ')}], ${rate})`;
        return `${call} should be [${right.join(', ')}], got [${got.join(', ')}].${why}`;
      }
      return undefined;
    },
  },
];
