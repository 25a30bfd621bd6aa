/** Answers of the guess and the exercises. */

export const guess = { choice: 'c', choices: ['a', 'b', 'c', 'd'] };

export const exercises = [
  {
    value: 131,
    tolerance: 0,
    slips: [
      { value: 112, says: 'Those are the weights. Each neuron also has a bias.' },
      { value: 80, says: 'That is the first layer. The second has parameters too.' },
      { value: 128, says: 'The first layer is right. The second layer has biases too.' },
      { value: 115, says: 'The second layer is right. The first layer has biases too.' },
    ],
  },
  {
    call: 'exercise2(inputs, weights, bias)',
    check(neuron) {
      const cases = [
        { inputs: [2, -1], weights: [0.5, 1], bias: 0.25, z: 0.25 },
        { inputs: [3], weights: [-2], bias: 1, z: -5 },
        { inputs: [1, 2, 3, 4], weights: [0.5, 0.25, -1, 2], bias: -1, z: 5 },
      ];
      for (const { inputs, weights, bias, z } of cases) {
        const got = neuron(inputs, weights, bias);
        if (Math.abs(got - z) <= 1e-9) continue;
        const call = `exercise2([${inputs}], [${weights}], ${bias})`;
        const why = Math.abs(got - (z - bias)) <= 1e-9 ? ' The bias is missing.' : '';
        return `${call} should be ${z}, got ${got}.${why}`;
      }
      return undefined;
    },
  },
];
