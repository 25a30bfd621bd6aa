/** Examples with all parameters 0: harmless if one unit learns a convex loss, fatal if units are hidden. */
import { type Loss, type MLP, sgd } from '../../index.js';
import { expectedExamples } from '../expected/examples.js';
import { example } from './example.js';
import { forward, network, type SlideLayer } from './networks.js';

function trainable(layers: readonly SlideLayer[], loss: Loss, learningRate: number): MLP<'javascript64'> {
  const model = network(layers);
  model.compile({ loss, optimizer: sgd({ learningRate }) });
  return model;
}

/** Copies the present weights of a model with one layer, to compute its preactivations. */
function layerOf(model: MLP<'javascript64'>): SlideLayer {
  const [{ kernel, bias }] = model.getWeights() as [{ kernel: Float64Array; bias: Float64Array }];
  const rows = Array.from({ length: model.inputSize }, (_, i) => [
    ...kernel.subarray(i * bias.length, (i + 1) * bias.length),
  ]);
  return { kernel: rows, bias: [...bias] };
}

const house = { x: 6.7, y: 9.1, w: 0, b: 0, η: 0.01 };

export const linear = /* @__PURE__ */ example('E16', house, (replay, { x, y, w, b, η }) => {
  const model = trainable([{ kernel: [[w]], bias: [b] }], 'squaredError', η);
  const { loss, layers } = model.gradients([[x]], [[y]]);
  const [gradient] = layers;
  replay.part('start', 'From w = b = 0');
  replay.show('ŷ', model.predict([[x]])[0]!, 'w·x + b');
  replay.show('loss', loss, '(ŷ − y)²');
  replay.show('∂L/∂w', gradient!.kernel[0]!, '2x·(ŷ − y)');
  replay.show('∂L/∂b', gradient!.bias[0]!, '2·(ŷ − y)');
  model.trainOnBatch([[x]], [[y]]);
  const [moved] = model.getWeights();
  replay.part('step', 'One step of SGD');
  replay.show('w new', moved!.kernel[0]!, 'w − η·∂L/∂w');
  replay.show('b new', moved!.bias[0]!, 'b − η·∂L/∂b');
  replay.part('after', 'After the step');
  replay.show('ŷ', model.predict([[x]])[0]!, 'w·x + b');
  replay.show('loss', model.evaluate([[x]], [[y]]).loss, '(ŷ − y)²', {
    note: 'The loss falls from 82.8 to 0.56 in one step: a start from zero does no harm here.',
  });
  replay.part('slide 40', 'The x that slide 40 prints');
  replay.show('x', gradient!.kernel[0]! / gradient!.bias[0]!, '(∂L/∂w) / (∂L/∂b)', {
    note: 'The figures need x = 6.7. With 0.67, ∂L/∂w would be -12.194.',
  });
});

const flower = { 'x0 (bias)': 1, x1: 1.4, x2: 0.2, y: 0, θ: [0, 0, 0], η: 0.01 };

export const logistic = /* @__PURE__ */ example('E17', flower, (replay, { x1, x2, y, θ, η }) => {
  const [b, w1, w2] = θ as [number, number, number];
  const model = trainable(
    [{ kernel: [[w1], [w2]], bias: [b], activation: 'sigmoid' }],
    'binaryCrossEntropy',
    η,
  );
  const x = [[x1, x2]];
  const { loss, layers } = model.gradients(x, [[y]]);
  const [gradient] = layers;
  const z = forward([layerOf(model)], x)[0]!.z[0]!;
  const ŷ = model.predict(x)[0]!;
  replay.part('start', 'From θ = 0');
  replay.show('z', z, 'b + w1·x1 + w2·x2');
  replay.show('ŷ', ŷ, 'sigmoid(z)');
  replay.show('loss', loss, '−ln(1 − ŷ), since y = 0');
  replay.show('∂L/∂b', gradient!.bias[0]!, 'x0·(ŷ − y)');
  replay.show('∂L/∂w1', gradient!.kernel[0]!, 'x1·(ŷ − y)');
  replay.show('∂L/∂w2', gradient!.kernel[1]!, 'x2·(ŷ − y)');

  model.trainOnBatch(x, [[y]]);
  const [moved] = model.getWeights();
  const steps = [
    ['b', moved!.bias[0]!],
    ['w1', moved!.kernel[0]!],
    ['w2', moved!.kernel[1]!],
  ] as const;
  const note = 'Slide 43 omits the minus signs: 0 − 0.01·0.5 = -0.005. Slides 44 and 45 have them.';
  for (const key of ['slide 43', 'slides 44 and 45']) {
    replay.part(key, `One step of SGD, as on ${key}`);
    for (const [name, value] of steps) {
      const last = key === 'slide 43' && name === 'w2';
      replay.show(`${name} new`, value, `${name} − η·∂L/∂${name}`, last ? { note } : {});
    }
  }
  replay.part('after', 'After the step');
  const after = forward([layerOf(model)], x)[0]!.z[0]!;
  replay.show('z', after, 'b + w1·x1 + w2·x2', { note: '-0.005 − 0.0098 − 0.0002 is -0.015, not -0.016.' });
  replay.show('ŷ', model.predict(x)[0]!, 'sigmoid(z)');
  replay.show('loss', model.evaluate(x, [[y]]).loss, '−ln(1 − ŷ)');
  replay.part('slide 44', 'Slide 44, compared with the start above');
  replay.show('z', z);
  replay.show('ŷ', ŷ);
  replay.show('loss', loss, undefined, {
    note: 'The slide’s figures are left over from another example: they fit each other (sigmoid(0.78) = 0.6857, −ln(1 − 0.6857) = 1.1573), but θ is 0 here.',
  });
  replay.part('slide 45', 'Slide 45, compared with the start above');
  replay.show('previous loss', loss, undefined, {
    note: 'The slide repeats 1.1573 from the other example; it should be 0.693.',
  });
});

const oneFeature = { x: 1.4, y: 0, w: [0, 0], b: [0, 0], 'η used': 0.01, 'η printed': 0.1 };

export const softmax = /* @__PURE__ */ example('E18', oneFeature, (replay, inputs) => {
  const { x, y, w, b } = inputs;
  const η = inputs['η used'];
  const model = trainable([{ kernel: [w], bias: b, activation: 'softmax' }], 'crossEntropy', η);
  const rows = [[x]];
  const { loss, layers } = model.gradients(rows, [y]);
  const [gradient] = layers;
  replay.part('start', 'From w = b = 0');
  replay.showAll(['z0', 'z1'], forward([layerOf(model)], rows)[0]!.z, 'w·x + b', [0, 0]);
  replay.showAll(['p0', 'p1'], model.predict(rows), 'softmax(z)');
  replay.show('loss', loss, '−ln p0');
  replay.showAll(['∂L/∂z0', '∂L/∂z1'], gradient!.preactivation, 'p − y, y = (1, 0)');
  replay.show('∂L/∂w0', gradient!.kernel[0]!, 'x·∂L/∂z0');
  replay.show('∂L/∂w1', gradient!.kernel[1]!, 'x·∂L/∂z1', {
    note: 'Slides 51 and 52 label this gradient ∂L/∂w0, too.',
  });
  replay.showAll(['∂L/∂b0', '∂L/∂b1'], gradient!.bias, '∂L/∂z');

  model.trainOnBatch(rows, [y]);
  const [moved] = model.getWeights();
  replay.part('step', 'One step of SGD');
  replay.show('η', (0 - moved!.kernel[0]!) / gradient!.kernel[0]!, '(old w0 − new w0) / ∂L/∂w0', {
    note: 'The slides state 0.1 but compute with 0.01: only 0.01 gives the z, p and loss below.',
  });
  replay.show('w0 new', moved!.kernel[0]!, 'w0 − η·∂L/∂w0');
  replay.show('w1 new', moved!.kernel[1]!, 'w1 − η·∂L/∂w1');
  replay.show('b0 new', moved!.bias[0]!, 'b0 − η·∂L/∂b0');
  replay.show('b1 new', moved!.bias[1]!, 'b1 − η·∂L/∂b1', {
    note: 'All four signs are reversed: class 0 is right, so its weight and bias must grow. With the printed signs the loss would rise to 0.708.',
  });
  replay.part('after', 'After the step');
  replay.showAll(['z0', 'z1'], forward([layerOf(model)], rows)[0]!.z, 'w·x + b');
  replay.showAll(['p0', 'p1'], model.predict(rows), 'softmax(z)');
  replay.show('loss', model.evaluate(rows, [y]).loss, '−ln p0', {
    note: 'The slide’s z, p and loss come from the right signs.',
  });
});

const allZero = {
  X: [
    [1.5, 0.2],
    [4.7, 1.6],
    [5.6, 2.2],
  ],
  y: [0, 1, 2],
  'every parameter': 0,
};

export const hiddenZeros = /* @__PURE__ */ example('E19', allZero, (replay, { X, y }) => {
  const layers: SlideLayer[] = [
    {
      kernel: [
        [0, 0],
        [0, 0],
      ],
      bias: [0, 0],
      activation: 'relu',
    },
    {
      kernel: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      bias: [0, 0, 0],
      activation: 'softmax',
    },
  ];
  const largest = (values: Iterable<number>) => Math.max(...Array.from(values, Math.abs));
  const [hidden, output] = forward(layers, X);
  const model = trainable(layers, 'crossEntropy', 0.01);
  const { loss, layers: gradients } = model.gradients(X, y);
  replay.part('zero', 'All three flowers; for a tensor of several values the largest one');
  replay.show('h', largest(hidden!.z), 'X·W_h + b_h');
  replay.show('relu', largest(hidden!.a), 'max(0, h)');
  replay.show('z', largest(output!.z), 'relu·W_z + b_z');
  replay.show('p', output!.a[0]!, 'softmax(0, 0, 0) = 1/3');
  replay.show('loss', loss, 'ln 3 for each flower');
  replay.show('−ln 0.333', -Math.log(0.333), 'from the printed 0.333');
  replay.show('max |∂L/∂W_z|', largest(gradients[1]!.kernel), 'reluᵀ·∂L/∂z, and relu is 0');
  replay.show('max |∂L/∂W_h|', largest(gradients[0]!.kernel), 'Xᵀ·(∂L/∂z·W_zᵀ), and W_z is 0');
  replay.show('max |∂L/∂b_z|', largest(gradients[1]!.bias), 'mean of ∂L/∂z over the flowers', {
    note: 'There is one flower per class, so even this gradient is 0 up to rounding, and the whole batch changes nothing. Single flowers change only b_z:',
  });
  const known = expectedExamples.E19.tensors.per_sample_dz;
  replay.part('alone', 'Each flower alone: ∂L/∂b_z = p − y');
  for (const [i, row] of X.entries()) {
    const bias = model.gradients([row], [y[i]!]).layers[1]!.bias;
    replay.showAll(
      [0, 1, 2].map((j) => `∂L/∂b_z[${j}], flower ${i}`),
      bias,
      undefined,
      known[i],
    );
  }
});
