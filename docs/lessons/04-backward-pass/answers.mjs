/** Answers of the guess and the exercises. */

export const guess = { choice: 'b', choices: ['a', 'b', 'c'] };

export const exercises = [
  {
    value: -0.8,
    tolerance: 0.001,
    slips: [
      {
        value: 0.8,
        says: 'The size is right. The loss falls when z of the right class grows, so mind the sign.',
      },
      { value: 0.2, says: 'That is its probability. For the right class, 1 is subtracted.' },
    ],
  },
  {
    call: 'exercise2(h, gradient)',
    check(back) {
      const cases = [
        { h: [1.372, -1.69], gradient: [-0.0759, -0.0445], right: [-0.0759, 0] },
        { h: [-3, 2, 0, 5], gradient: [1, -2, 3, 4], right: [0, -2, 0, 4] },
      ];
      for (const { h, gradient, right } of cases) {
        const got = Array.from(back(h, gradient) ?? [], Number);
        const near = got.length === right.length && right.every((g, i) => Math.abs(g - got[i]) <= 1e-9);
        if (near) continue;
        const call = `exercise2([${h.join(', ')}], [${gradient.join(', ')}])`;
        return `${call} should be [${right.join(', ')}], got [${got.join(', ')}].`;
      }
      return undefined;
    },
  },
];
