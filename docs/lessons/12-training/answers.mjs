/** Answers of the guess and the exercises. */

export const guess = { choice: 'c', choices: ['a', 'b', 'c'] };

export const exercises = [
  {
    value: -0.6,
    tolerance: 0.001,
    slips: [
      { value: 0.2, says: 'That is the map to [0, 1].' },
      { value: 0.6, says: 'The size is right. 51 is darker than the middle, so it is negative.' },
    ],
  },
  {
    call: 'exercise2(values)',
    check(standardize) {
      const root = Math.sqrt(2);
      const cases = [
        { values: [5, 3, 6, 7, 4], right: [0, -root, 1 / root, root, -1 / root] },
        { values: [10, 20], right: [-1, 1] },
        { values: [7, 7, 7], right: [0, 0, 0] },
      ];
      for (const { values, right } of cases) {
        const got = Array.from(standardize(values) ?? [], Number);
        const near =
          got.length === right.length && right.every((value, i) => Math.abs(value - got[i]) <= 1e-9);
        if (near) continue;
        const why =
          values[0] === 7 ? ' Equal values have the standard deviation 0, and dividing by it gives NaN.' : '';
        const short = (list) => list.map((value) => Number(value.toFixed(4))).join(', ');
        return `exercise2([${values.join(', ')}]) should be [${short(right)}], got [${short(got)}].${why}`;
      }
      return undefined;
    },
  },
];
