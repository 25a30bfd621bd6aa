/** Answers of the guess and the exercises. */

export const guess = {
  value: 1.0986,
  tolerance: 0.02,
  slips: [
    { value: 1 / 3, says: 'That is the probability of the right class. The loss is −ln of it.' },
    { value: 0.4771, says: 'That is the logarithm to base 10. The loss takes the natural logarithm.' },
  ],
};

export const exercises = [
  {
    value: 0.2231,
    tolerance: 0.0015,
    slips: [
      { value: 0.2, says: 'That is what is missing to 1. The loss is −ln of the probability.' },
      { value: -0.2231, says: 'A loss is never negative: mind the minus in front of the logarithm.' },
      { value: 0.0969, says: 'That is the logarithm to base 10. Math.log is the natural one.' },
    ],
  },
  {
    call: 'exercise2(z)',
    check(softmax) {
      const cases = [
        { z: [0, 0, 0], right: [1 / 3, 1 / 3, 1 / 3] },
        { z: [0.43904, 0.343, 0.19208], right: [0.371803, 0.337756, 0.290442] },
        { z: [Math.log(3), 0], right: [0.75, 0.25] },
        { z: [1000, 1000], right: [0.5, 0.5] },
      ];
      for (const { z, right } of cases) {
        const got = Array.from(softmax(z) ?? [], Number);
        const near = got.length === right.length && right.every((p, i) => Math.abs(p - got[i]) <= 1e-5);
        if (near) continue;
        const why =
          z[0] === 1000 ? ' Math.exp(1000) is Infinity. Subtract the largest z from all of them first.' : '';
        return `exercise2([${z.join(', ')}]) should be about [${right.join(', ')}], got [${got.join(', ')}].${why}`;
      }
      return undefined;
    },
  },
];
